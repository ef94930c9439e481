"""What the shell offers on Tab for letters: the kinds there are, and the formats."""

from complaintctl.commands import session
from complaintctl.commands.completion import Offer, with_labels
from complaintctl.errors import Failure


def kinds(incomplete: str) -> list[Offer]:
    """The kinds of letters, the team's own among them."""
    from complaintctl.storage.case import casebook
    from complaintctl.storage.documents import letterfile

    try:
        root = casebook.find(session.here()).root
    except (Failure, OSError):
        root = None
    return with_labels(letterfile.titles(root), incomplete)


def formats(incomplete: str) -> list[str]:
    """What a letter is made as."""
    from complaintctl.render.documents.letters import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]
