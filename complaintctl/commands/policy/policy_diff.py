"""Compares two policies: their promises, and the clocks of open cases under each."""

from dataclasses import replace
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.policy import policy_completion, policy_versions
from complaintctl.commands.session import parse_as_of, print_problems
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import POLICY_FILE, find_casebook
from complaintctl.storage.policy.policyfile import PolicyFile

DIFF_FAIL_ON = ("overdue", "never")
EXIT_DIFFERENCES = 1


def diff(
    ctx: typer.Context,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help=_(
                "A policy file, or a git revision: the casebook's policy at that revision (main, HEAD~3, a "
                "tag, REV:PATH). If a file has that name, the file is used."
            ),
            autocompletion=policy_completion.complete_policy_versions,
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            help=_("The policy to compare with, as above. Default: the casebook's current policy file."),
            autocompletion=policy_completion.complete_policy_versions,
        ),
    ] = None,
    as_of: options.AsOf = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="WHAT",
            help=_("overdue: exit 1 when a clock of an open case would become overdue; never."),
            autocompletion=policy_completion.complete_diff_failures,
        ),
    ] = "never",
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Show which promises differ, and which clocks of open cases would move. Nothing is written."""
    from complaintctl.domain.deadlines.rulebook import build_rulebook
    from complaintctl.domain.policy_check.comparison import ComparisonTally
    from complaintctl.domain.policy_check.policy_changes import policy_differences
    from complaintctl.render.policy.comparison import PolicyDiff, policy_diff_texts

    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if fail_on not in DIFF_FAIL_ON:
        raise InvalidInput("unknown-choice", option="--fail-on", value=fail_on, choices=list(DIFF_FAIL_ON))
    casebook = find_casebook(casebook_dir(ctx))
    before, after = policy_versions.read_policies(casebook, old, new)
    session, rules = (
        policy_versions.session_with_policy(casebook, before, index=not no_index),
        build_rulebook(after.policy),
    )
    reader = CaseReader(
        session=session,
        moment=parse_as_of(replace(session, rules=rules), as_of),
        archive=False,
        whole=True,
    )
    tally = ComparisonTally(session.rules, rules, reader.moment)

    count_cases(reader, tally.add, lambda judged: judged.progress.status != "closed")
    differences = policy_differences(before.policy, after.policy)
    policy_diff = PolicyDiff(
        old=old,
        new=new or POLICY_FILE,
        policies=(before.policy, after.policy),
        zone=rules.zone,
        differences=differences,
        places=[_difference_location(after, difference.place) for difference in differences],
        comparison=tally.result(),
    )
    print_texts(policy_diff_texts(policy_diff, output_format), output_format)
    print_problems(reader.problems, casebook.root)
    overdue = fail_on == "overdue" and policy_diff.comparison.cases_becoming_overdue
    return reader.exit_code() or (EXIT_DIFFERENCES if overdue else 0)


def _difference_location(file: PolicyFile, key_path: tuple[str | int, ...]) -> str:
    """Returns the file:line of a key in the new policy, or of its nearest existing parent."""
    name = file.path.name if file.path.is_absolute() else file.path.as_posix()
    while key_path and key_path not in file.lines:
        key_path = key_path[:-1]
    return f"{name}:{file.lines.get(key_path, 1)}"
