"""Resolving a merge: what follows from both histories is united, contradictions are named."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import print_message, print_output, print_problems, read_session
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.sentences import key_labels
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import Casebook, find_casebook
from complaintctl.storage.git import driver_settings, git
from complaintctl.storage.merge.finishing import ResolveOutcome, resolve_conflicts
from complaintctl.storage.write.transaction import hold_lock


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
    _use_policy(casebook)
    with hold_lock(casebook):
        outcome = resolve_conflicts(casebook, casebook.repository, case, commit=commit)
    _print_outcome(casebook, outcome, as_json=as_json)
    if outcome.written and not driver_settings.has_driver(casebook.repository, casebook.root):
        print_message(_("git can unite cases by these rules itself: complaintctl git setup"))
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


def _use_policy(casebook: Casebook) -> None:
    """Let the policy say whether customer data are masked; they are if it cannot be read, as in a conflict of its own."""
    session, _problems = read_session(casebook)
    if session is None:
        key_labels.mask_problems()


def _print_outcome(casebook: Casebook, outcome: ResolveOutcome, *, as_json: bool) -> None:
    names = list(dict.fromkeys(path.relative_to(casebook.root).as_posix() for path in outcome.written))
    if as_json:
        left = [
            {
                "file": Path(problem.file).relative_to(casebook.root).as_posix(),
                "line": problem.line,
                "problem": problem.key,
                **key_labels.shown_problem(problem).values,
            }
            for problem in outcome.problems
        ]
        print_output(tables.flat_json_document({"resolved": names, "left": left}))
    else:
        print_output("".join(f"{name}\n" for name in names))
    print_problems(outcome.problems, casebook.root)
