"""Resolving a merge: the histories of both sides are united, nothing else."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, session
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook
from complaintctl.storage.git import git
from complaintctl.storage.merge import unmerged
from complaintctl.storage.write import transaction


def resolve(
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]", help=_("Only this case."), autocompletion=completion.complete_case_ids
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Unite the histories of every case in conflict and tell git that they are resolved."""
    book = casebook.find(session.casebook_dir())
    if book.repository is None:
        raise InvalidInput("nothing-to-resolve")
    with transaction.locked(book):
        conflicts = unmerged.files(book, book.repository, case)
        if not conflicts:
            raise InvalidInput("nothing-to-resolve")
        resolutions = list(unmerged.resolutions(book, book.repository, conflicts))
        for resolution in resolutions:
            if problems := unmerged.faults(resolution):
                session.print_problems(problems, book.root)
                raise Broken("case-faulty", case=resolution.path.stem)
        for resolution in resolutions:
            unmerged.write(book.repository, resolution)
    names = [resolution.path.relative_to(book.root).as_posix() for resolution in resolutions]
    session.print_output(
        tables.json_document("resolved", names) if as_json else "".join(f"{name}\n" for name in names)
    )
    left = git.unmerged(book.repository, book.repository.top)
    if left:
        session.print_message(
            _("Still in conflict: {files}").format(files=", ".join(path.name for path in left))
        )
        return
    operation = git.unfinished(book.repository)
    following = "git commit" if operation in {"merge", None} else f"git {operation} --continue"
    session.print_message(_("Both histories are united. Now: {command}").format(command=following))
