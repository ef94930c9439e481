"""Resolving a merge: the histories of both sides are united, nothing else."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, desk, options
from complaintctl.errors import Broken, Misspelt
from complaintctl.render import tables
from complaintctl.render.language import _
from complaintctl.storage import casebook, casefile, durable, git, merging


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
    files = git.unmerged(book.repository, book.root / "cases")
    chosen = [path for path in files if case is None or case.upper() in path.stem]
    if not chosen:
        raise Misspelt("nothing-to-resolve")
    texts = {path: _united(book, path) for path in chosen}
    for path, text in texts.items():
        durable.write(path, text)
        _check(book, path)
        git.resolve_path(book.repository, path)
    names = [path.relative_to(book.root).as_posix() for path in chosen]
    desk.show(
        tables.document("resolved", names) if as_json else "".join(f"{name}\n" for name in names),
    )
    left = git.unmerged(book.repository, book.root)
    desk.say(
        _("Still in conflict: {files}").format(files=", ".join(path.name for path in left))
        if left
        else _("Both histories are united. Now: git commit")
    )


def _united(book: casebook.Casebook, path: Path) -> bytes:
    try:
        return merging.united(path.read_bytes())
    except merging.FactConflictError as error:
        file = path.relative_to(book.root).as_posix()
        raise Broken("conflict-in-facts", file=file, line=error.line) from error


def _check(book: casebook.Casebook, path: Path) -> None:
    """Raise Broken where the united file is not faultless."""
    _loaded, problems = casefile.read(path)
    serious = [problem for problem in problems if not problem.warning]
    if serious:
        desk.say_problems(serious, book.root)
        raise Broken("case-faulty", case=path.stem)
