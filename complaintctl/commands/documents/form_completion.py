"""What the shell offers on Tab for forms: the kinds there are, and the formats."""

from complaintctl.commands import session
from complaintctl.commands.completion import Offer, with_labels
from complaintctl.errors import Failure


def kinds(incomplete: str) -> list[Offer]:
    """The kinds of forms, the team's own among them."""
    from complaintctl.storage.case import casebook
    from complaintctl.storage.documents import formfile

    try:
        root = casebook.find(session.here()).root
    except (Failure, OSError):
        root = None
    return with_labels(formfile.titles(root), incomplete)


def formats(incomplete: str) -> list[str]:
    """How a form is printed."""
    from complaintctl.render.documents.forms import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]
