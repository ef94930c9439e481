"""What the shell offers on Tab for letters: the kinds there are, and the formats."""

from complaintctl.commands.completion import Suggestion, labelled_suggestions
from complaintctl.commands.session import casebook_dir
from complaintctl.errors import Failure


def complete_letter_kinds(incomplete: str) -> list[Suggestion]:
    """The kinds of letters, the team's own among them."""
    from complaintctl.storage.case.casebook import find_casebook
    from complaintctl.storage.documents import letterfile

    try:
        root = find_casebook(casebook_dir()).root
    except (Failure, OSError):
        root = None
    return labelled_suggestions(letterfile.letter_titles(root), incomplete)


def complete_letter_formats(incomplete: str) -> list[str]:
    """What a letter is made as."""
    from complaintctl.render.documents.letters import LETTER_FORMATS

    return [name for name in LETTER_FORMATS if name.startswith(incomplete)]
