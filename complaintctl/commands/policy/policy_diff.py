"""What a changed policy would mean: for its promises, and for every clock that runs."""

from dataclasses import replace
from typing import Annotated

import typer

from complaintctl.commands import options, session
from complaintctl.commands.case_reading import Overview
from complaintctl.commands.policy import policy_completion, policy_versions
from complaintctl.errors import Misspelt
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook
from complaintctl.storage.case.casebook import POLICY_FILE
from complaintctl.storage.policy.policyfile import PolicyFile

FAIL_ON = ("overdue", "never")
FOUND = 1


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help=_(
                "A policy file, or a git revision: the casebook's policy as it was then (main, HEAD~3, a tag, "
                "REV:PATH). A file of that name comes first."
            ),
            autocompletion=policy_completion.policy_versions,
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            help=_("The same; default: the policy as it lies in the casebook."),
            autocompletion=policy_completion.policy_versions,
        ),
    ] = None,
    as_of: options.AsOf = None,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            metavar="WHAT",
            help=_("overdue: exit 1 when a clock of an open case would become overdue; never."),
            autocompletion=policy_completion.review_failures,
        ),
    ] = "never",
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show which promises differ, and which clocks of open cases would move. Nothing is written."""
    from complaintctl.domain.deadlines.rulebook import rulebook
    from complaintctl.domain.policy_check.comparison import Comparing
    from complaintctl.domain.policy_check.policy_changes import differences
    from complaintctl.render.policy import comparison as texts

    output_format = tables.check_format("json" if as_json else output_format, tables.FORMATS)
    if fail_on not in FAIL_ON:
        raise Misspelt("unknown-choice", option="--fail-on", value=fail_on, choices=list(FAIL_ON))
    book = casebook.find(session.here())
    before, after = policy_versions.named(book, old, new)
    here, rules = policy_versions.desk_with(book, before), rulebook(after.policy)
    view = Overview(here=here, moment=session.as_of(replace(here, rules=rules), as_of), archive=False)
    comparing = Comparing(here.rules, rules, view.moment)
    for _path, judged in view.cases():
        if judged.progress.status != "closed":
            comparing.add(judged)
    found = differences(before.policy, after.policy)
    review = texts.Review(
        old=old,
        new=new or POLICY_FILE,
        policies=(before.policy, after.policy),
        zone=rules.zone,
        differences=found,
        places=[_place(after, one.place) for one in found],
        comparison=comparing.result(),
    )
    session.show(texts.text(review, output_format), output_format)
    session.say_problems(view.problems, book.root)
    overdue = fail_on == "overdue" and review.comparison.cases_becoming_overdue
    return view.exit_code() or (FOUND if overdue else 0)


def _place(file: PolicyFile, way: tuple[str | int, ...]) -> str:
    """Where the new policy says it, as file:line: the key itself, or what would hold it."""
    name = file.path.name if file.path.is_absolute() else file.path.as_posix()
    while way and way not in file.lines:
        way = way[:-1]
    return f"{name}:{file.lines.get(way, 1)}"
