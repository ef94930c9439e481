"""Judges the steps of closed cases again by another policy."""

from datetime import datetime
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.policy import policy_completion, policy_versions
from complaintctl.commands.session import check_group, open_session, print_output, print_problems
from complaintctl.domain.case import vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.glossary import glossary
from complaintctl.render.text.language import _

REPLAY_PARTS = ("figures", "changed")


def simulate(
    ctx: typer.Context,
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="[NEW]",
            help=_(
                "A policy file, or a git revision: the casebook's policy at that revision. If a file has "
                "that name, the file is used. Default: the casebook's current policy file."
            ),
            autocompletion=policy_completion.complete_policy_versions,
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help=_("Closed at this time or later."))
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help=_("Closed before this time."))
    ] = None,
    group: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="FIELD",
            help=_("Count by this field of the case, as it is now."),
            autocompletion=completion.complete_field_names,
        ),
    ] = "level",
    shown: Annotated[
        str,
        typer.Option(
            "--show",
            metavar="WHAT",
            help=_("figures; changed: also each step that changes sides."),
            autocompletion=policy_completion.complete_replay_parts,
        ),
    ] = "figures",
    define: Annotated[
        bool, typer.Option("--define", help=_("Explain the terms of the replay."), show_default=False)
    ] = False,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Judge the steps of closed cases again by another policy, beside the recorded verdicts. Nothing is written."""
    from complaintctl.domain.deadlines.rulebook import build_rulebook
    from complaintctl.domain.policy_check import replay
    from complaintctl.render.policy.replay import REPLAY_DEFINITIONS, ReplayPeriod, replay_texts

    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if define:
        print_output(glossary(REPLAY_DEFINITIONS, output_format))
        return 0
    if shown not in REPLAY_PARTS:
        raise InvalidInput("unknown-choice", option="--show", value=shown, choices=list(REPLAY_PARTS))
    session = open_session(casebook_dir(ctx), index=not no_index)
    (file,) = policy_versions.read_policies(session.casebook, new) if new else (session.file,)
    rules = build_rulebook(file.policy)
    first = typed_times.parse_time(since, session.now, rules.zone) if since else None
    last = typed_times.parse_time(until, session.now, rules.zone) if until else None
    reader = CaseReader(session=session, moment=session.now, archive=True, whole=True)
    tally = replay.ReplayTally(
        rules,
        check_group(session, replay.check_grouping_field(vocabulary.parse_field_name(rules.policy, group))),
        keep=shown == "changed",
    )

    def judge_again(case: Case, closed: datetime) -> None:
        tally.all_closed += 1
        if (first is None or closed >= first) and (last is None or closed < last):
            tally.add(case)

    run_through(reader.archived(judge_again))
    period = ReplayPeriod(policy=new or session.file.path.name, since=first, until=last)
    print_texts(replay_texts(tally.result(), period, rules, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()
