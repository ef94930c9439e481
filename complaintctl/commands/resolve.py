"""Resolving a merge: the histories of both sides are united, nothing else."""

from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options
from complaintctl.errors import Broken, Misspelt
from complaintctl.render import tables
from complaintctl.render.language import _
from complaintctl.storage import casebook, git, recording, unmerged


def resolve(
    case: Annotated[
        str | None,
        typer.Argument(metavar="[CASE]", help=_("Only this case."), autocompletion=completion.case_ids),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Unite the histories of every case in conflict and tell git that they are resolved."""
    book = casebook.find(desk.here())
    if book.repository is None:
        raise Misspelt("nothing-to-resolve")
    with recording.locked(book):
        conflicts = unmerged.files(book, book.repository, case)
        if not conflicts:
            raise Misspelt("nothing-to-resolve")
        resolutions = list(unmerged.resolutions(book, book.repository, conflicts))
        for resolution in resolutions:
            if problems := unmerged.faults(resolution):
                desk.say_problems(problems, book.root)
                raise Broken("case-faulty", case=resolution.path.stem)
        for resolution in resolutions:
            unmerged.write(book.repository, resolution)
    names = [resolution.path.relative_to(book.root).as_posix() for resolution in resolutions]
    desk.show(tables.document("resolved", names) if as_json else "".join(f"{name}\n" for name in names))
    left = git.unmerged(book.repository, book.repository.top)
    if left:
        desk.say(_("Still in conflict: {files}").format(files=", ".join(path.name for path in left)))
        return
    operation = git.unfinished(book.repository)
    following = "git commit" if operation in {"merge", None} else f"git {operation} --continue"
    desk.say(_("Both histories are united. Now: {command}").format(command=following))
