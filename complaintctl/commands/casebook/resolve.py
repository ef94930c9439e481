"""Resolves merge conflicts in case files by uniting the histories of both sides."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import print_message, print_output, print_problems
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import find_casebook
from complaintctl.storage.git import git
from complaintctl.storage.merge import unmerged
from complaintctl.storage.write.transaction import hold_lock


def resolve(
    ctx: typer.Context,
    case: Annotated[
        str | None,
        typer.Argument(
            metavar="[CASE]", help=_("Only this case."), autocompletion=completion.complete_case_ids
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Unite the histories of every case in conflict, and mark the files as resolved in git."""
    casebook = find_casebook(casebook_dir(ctx))
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if casebook.repository is None:
        raise InvalidInput("nothing-to-resolve")
    with hold_lock(casebook):
        conflicts = unmerged.conflicting_case_files(casebook, casebook.repository, case)
        if not conflicts:
            raise InvalidInput("nothing-to-resolve")
        resolutions = list(unmerged.merge_resolutions(casebook, casebook.repository, conflicts))
        for resolution in resolutions:
            if problems := unmerged.resolution_faults(resolution):
                print_problems(problems, casebook.root)
                raise Broken("case-faulty", case=resolution.path.stem)
        for resolution in resolutions:
            unmerged.write_resolution(casebook.repository, resolution)
    names = [resolution.path.relative_to(casebook.root).as_posix() for resolution in resolutions]
    print_output(
        tables.json_document("resolved", names) if as_json else "".join(f"{name}\n" for name in names)
    )
    remaining = git.unmerged_files(casebook.repository, casebook.repository.top)
    if remaining:
        print_message(
            _("Still in conflict: {files}").format(files=", ".join(path.name for path in remaining))
        )
        return
    operation = git.unfinished_operation(casebook.repository)
    next_command = "git commit" if operation in {"merge", None} else f"git {operation} --continue"
    print_message(_("The two histories are merged. Next: {command}").format(command=next_command))
