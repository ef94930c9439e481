"""Shell completion for forms."""

import typer

from complaintctl.commands.completion import Suggestion, labelled_suggestions
from complaintctl.commands.folder import casebook_dir
from complaintctl.errors import Failure


def complete_form_kinds(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Kinds of forms, including the team's own."""
    from complaintctl.storage.case.casebook import find_casebook
    from complaintctl.storage.documents import formfile

    try:
        root = find_casebook(casebook_dir(ctx)).root
    except (Failure, OSError):
        root = None
    return labelled_suggestions(formfile.form_titles(root), incomplete)
