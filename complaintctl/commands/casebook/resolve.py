"""Resolving a merge: what follows from both histories is united, contradictions are named."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import print_message, print_output, print_problems
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import Casebook, find_casebook
from complaintctl.storage.git import git
from complaintctl.storage.merge import unmerged
from complaintctl.storage.write.transaction import hold_lock


@dataclass(slots=True)
class _Outcome:
    """What was done: the files written, what people must decide, the files still in conflict, whether it is finished."""

    written: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: tuple[Path, ...] = ()
    finished: bool = False


def resolve(
    ctx: typer.Context,
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]", help=_("Only this case."), autocompletion=completion.complete_case_ids
        ),
    ] = None,
    commit: Annotated[
        bool, typer.Option("--commit", help=_("Finish the merge with git where nothing is left."))
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Unite both sides of every case in conflict; name what contradicts itself."""
    casebook = find_casebook(casebook_dir(ctx))
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if casebook.repository is None:
        raise InvalidInput("nothing-to-resolve")
    with hold_lock(casebook):
        outcome = _resolve_all(casebook, casebook.repository, case, commit=commit)
    _print_outcome(casebook, outcome, as_json=as_json)
    if outcome.problems:
        raise Broken("conflicts-left")
    if outcome.left:
        files = ", ".join(path.relative_to(casebook.repository.top).as_posix() for path in outcome.left)
        print_message(_("Still in conflict: {files}").format(files=files))
        raise typer.Exit(Broken.exit_code if commit else 0)
    if outcome.finished:
        print_message(_("Both sides are united and committed."))
        return
    following = " ".join(("git", *git.continue_command(casebook.repository)))
    print_message(
        _("Both sides are united. Now: {command}, or: complaintctl resolve --commit").format(
            command=following
        )
    )


def _resolve_all(
    casebook: Casebook, repository: git.Repository, case: str | None, *, commit: bool
) -> _Outcome:
    """Resolve what is in conflict; with `commit` finish, and resolve what a rebase stops at next."""
    outcome = _Outcome()
    while True:
        conflicts = unmerged.conflicting_case_files(casebook, repository, case)
        has_work = conflicts or (commit and git.unfinished_operation(repository))
        if not has_work and not outcome.finished:
            raise InvalidInput("nothing-to-resolve")
        resolutions, outcome.problems = unmerged.merge_conflicts(casebook, repository, conflicts)
        for resolution in resolutions:
            unmerged.write_resolution(repository, resolution)
        outcome.written += [resolution.path for resolution in resolutions]
        outcome.left = git.unmerged_files(repository, repository.top)
        if outcome.left or not commit:
            return outcome
        git.finish_operation(repository)
        outcome.finished = git.unfinished_operation(repository) is None
        if outcome.finished:
            return outcome


def _print_outcome(casebook: Casebook, outcome: _Outcome, *, as_json: bool) -> None:
    names = list(dict.fromkeys(path.relative_to(casebook.root).as_posix() for path in outcome.written))
    if as_json:
        left = [
            {
                "file": Path(problem.file).relative_to(casebook.root).as_posix(),
                "line": problem.line,
                "problem": problem.key,
                **problem.values,
            }
            for problem in outcome.problems
        ]
        print_output(tables.flat_json_document({"resolved": names, "left": left}))
    else:
        print_output("".join(f"{name}\n" for name in names))
    print_problems(outcome.problems, casebook.root)
