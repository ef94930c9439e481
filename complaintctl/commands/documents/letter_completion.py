"""What the shell offers on Tab for letters: the kinds there are, and the formats."""

from complaintctl.commands import session
from complaintctl.commands.completion import Suggestion, labelled_suggestions
from complaintctl.errors import Failure


def complete_letter_kinds(incomplete: str) -> list[Suggestion]:
    """The kinds of letters, the team's own among them."""
    from complaintctl.storage.case import casebook
    from complaintctl.storage.documents import letterfile

    try:
        root = casebook.find(session.casebook_dir()).root
    except (Failure, OSError):
        root = None
    return labelled_suggestions(letterfile.titles(root), incomplete)


def complete_letter_formats(incomplete: str) -> list[str]:
    """What a letter is made as."""
    from complaintctl.render.documents.letters import LETTER_FORMATS

    return [name for name in LETTER_FORMATS if name.startswith(incomplete)]
