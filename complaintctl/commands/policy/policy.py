"""The commands `policy …`: show, check and list policies."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.policy.calendar import calendar
from complaintctl.commands.policy.calendar_fill import fill
from complaintctl.commands.policy.policy_diff import diff
from complaintctl.commands.policy.policy_simulate import simulate
from complaintctl.commands.policy.policy_use import use_problems
from complaintctl.commands.session import open_session, print_output, print_problems
from complaintctl.domain.policy.policy import Policy, class_paths
from complaintctl.errors import InvalidInput
from complaintctl.render.policy import policies
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.storage.case.casebook import find_casebook
from complaintctl.storage.policy import policyfile
from complaintctl.storage.policy.volumefile import read_volumes

EXIT_POLICY_FAULTS = 1


def check(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help=_("A policy; default: that of the casebook."))
    ] = None,
    as_json: options.Json = False,
) -> int:
    """Name every fault of a policy with its line and column; returns 1 if there is one, otherwise 0.

    Also names what the open cases of its casebook use and the policy does not have, and roles that nobody holds.
    """
    path = file or find_casebook(casebook_dir(ctx)).policy_path
    if not path.is_file():
        raise InvalidInput("no-such-file", path=str(path))
    policy_file, problems = policyfile.read_policy(path)
    if policy_file is not None:
        problems += use_problems(casebook_dir(ctx), policy_file)
        problems += read_volumes(policy_file.policy, path)[1]
    if as_json:
        from complaintctl.render.check.check_result import problem_json

        faults = [problem_json(problem, path.parent) for problem in problems]
        print_output(tables.json_document("policy", {"file": path.name, "faults": faults}))
    elif policy_file is not None and not any(not problem.warning for problem in problems):
        print_output(f"{_faultless_text(policy_file.policy)}\n", "text")
    print_problems(problems, path.parent)
    return EXIT_POLICY_FAULTS if any(not problem.warning for problem in problems) else 0


def _faultless_text(policy: Policy) -> str:
    """Returns what a policy without errors contains."""
    steps, levels = len(policy.steps), len(policy.levels)
    classes = len(list(class_paths(policy.categories, "")))
    return _("{name}: {steps}, {levels}, {classes}. No errors.").format(
        name=policy.name,
        steps=ngettext("{count} step", "{count} steps", steps).format(count=steps),
        levels=ngettext("{count} level", "{count} levels", levels).format(count=levels),
        classes=ngettext("{count} class", "{count} classes", classes).format(count=classes),
    )


def show(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]",
            help=_("A shipped policy; default: that of the casebook."),
            autocompletion=completion.complete_policies,
        ),
    ] = None,
    output_format: options.PageFormat = "table",
    as_json: options.Json = False,
) -> None:
    """Show what a policy promises: levels, classes, steps with their limits."""
    output_format = tables.check_format("json" if as_json else output_format, tables.PAGE_FORMATS)
    policy = open_session(casebook_dir(ctx)).rules.policy if name is None else _read_shipped_policy(name)
    if output_format == "json":
        print_output(tables.json_document("policy", policies.policy_json(policy)))
    else:
        print_output(policies.policy_text(policy, output_format), output_format)


def list_policies(output_format: options.Format = "table", as_json: options.Json = False) -> None:
    """List the policies that come with complaintctl, and where their numbers come from."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    named = {name: _read_shipped_policy(name) for name in policyfile.shipped_policy_names()}
    print_output(policies.policy_list(named, output_format))


def _read_shipped_policy(name: str) -> Policy:
    file, problems = policyfile.read_policy(policyfile.find_shipped_policy(name))
    if file is None:
        raise RuntimeError(problems)
    return file.policy


COMMANDS: tuple[tuple[str, Callable[..., int | None], str], ...] = (
    ("check", check, N_("List every error in a policy with its line and column.")),
    ("show", show, N_("Show what a policy promises.")),
    ("list", list_policies, N_("List the policies that come with complaintctl.")),
    ("calendar", calendar, N_("Show a year of a calendar: holidays, make-up working days, working days.")),
    ("calendar fill", fill, N_("Write a year's public holidays into a calendar, from a library or a file.")),
    (
        "diff",
        diff,
        N_("Show which promises of two policies differ, and which clocks of open cases would move."),
    ),
    ("simulate", simulate, N_("Judge the steps of closed cases again under another policy.")),
)
