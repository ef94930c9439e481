"""What the shell offers on Tab for forms: the kinds there are, and the formats."""

from complaintctl.commands import desk
from complaintctl.errors import Failure


def kinds(incomplete: str) -> list[str]:
    """The kinds of forms, the team's own among them."""
    from complaintctl.storage import casebook, formfile

    try:
        root = casebook.find(desk.here()).root
    except (Failure, OSError):
        root = None
    return [kind for kind in sorted(formfile.files(root)) if kind.startswith(incomplete)]


def formats(incomplete: str) -> list[str]:
    """How a form is printed."""
    from complaintctl.render.forms import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]
