"""Explains the deadlines of one case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    parse_assignments,
    print_output,
    print_problems,
    view_case,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines import deadlines, explanation, history
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, JudgedCase
from complaintctl.domain.overview.next_step import next_step
from complaintctl.render.case import cases
from complaintctl.render.overview.next_step import next_line, next_step_json
from complaintctl.render.text import tables
from complaintctl.render.text.language import _


def explain(
    ctx: typer.Context,
    case: options.Case,
    step: Annotated[
        str | None,
        typer.Option(
            "--step", metavar="STEP", help=_("Only this step."), autocompletion=completion.complete_steps
        ),
    ] = None,
    suppose: Annotated[
        list[str] | None,
        typer.Option(
            "--if",
            metavar="FIELD=VALUE",
            help=_("Explain with another value for a field: --if level=urgent. Repeatable."),
            autocompletion=completion.complete_assignments,
        ),
    ] = None,
    as_of: options.AsOf = None,
    output_format: options.PageFormat = "table",
    as_json: options.Json = False,
) -> int:
    """Explain every deadline of a case: where it starts, its limit and policy line, open spans, pauses."""
    output_format = tables.check_format("json" if as_json else output_format, tables.PAGE_FORMATS)
    session = open_session(casebook_dir(ctx))
    step = vocabulary.parse_step(session.rules.policy, step) if step else None
    if step not in {None, *DATED_CLOCKS, *session.rules.steps}:
        raise vocabulary.unknown_step_error(session.rules.policy, step, ())
    view = view_case(session, case, parse_as_of(session, as_of))
    explanations = explanation.explain_clocks(view.judged, session.rules)
    if suppose:
        explanations = _suppose_fields(session, view.judged, suppose)
    awaited = next_step(view.judged, session.rules)
    accounts = [account for account in explanations if step in {None, account.clock.step}]
    locations = {account.clock.step: _limit_location(session, account) for account in accounts}
    if output_format == "json":
        content = {
            "case": view.judged.case.id,
            "next": next_step_json(awaited, session.rules),
            "clocks": cases.explanation_json(accounts, session.rules, locations),
        }
        print_output(tables.json_document("explain", content))
    else:
        if awaited is not None and step is None and not suppose:
            line = next_line(awaited, session.rules.policy, session.rules.zone)
            print_output(
                f"{tables.markdown_line(line) if output_format == 'md' else line}\n\n", output_format
            )
        print_output(cases.explanation_text(accounts, session.rules, locations, output_format), output_format)
    print_problems(view.problems, session.casebook.root)
    return view.exit_code


def _suppose_fields(
    session: Session, judged: JudgedCase, assignments: list[str]
) -> tuple[explanation.ClockExplanation, ...]:
    """Returns the explanations if the case had these field values, each with its actual due time."""
    case = judged.case
    for name, text in parse_assignments(session, assignments).items():
        value = vocabulary.parse_supposed_value(session.rules.policy, name, text)
        case = history.suppose_value(case, name, value, judged.as_of)
    supposed = deadlines.judge_case(case, session.rules, judged.as_of)
    actual_clocks = {(clock.step, clock.what): clock for clock in judged.clocks}
    return tuple(
        explanation.add_actual_due(account, actual_clocks.get((account.clock.step, account.clock.what)))
        for account in explanation.explain_clocks(supposed, session.rules)
    )


def _limit_location(session: Session, account: explanation.ClockExplanation) -> str:
    """Returns the policy line that sets the limit, as file:line, or "" if unknown."""
    line = session.file.lines.get(account.policy_path)
    return f"{session.file.path.name}:{line}" if account.policy_path and line else ""
