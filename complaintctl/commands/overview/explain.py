"""Explaining the deadlines of one case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, session
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines import deadlines, explanation, history
from complaintctl.domain.deadlines.clocks import DATED, Judged
from complaintctl.render.case import cases
from complaintctl.render.text import tables
from complaintctl.render.text.language import _


def explain(
    case: options.Case,
    step: Annotated[
        str | None,
        typer.Option("--step", metavar="STEP", help=_("Only this step."), autocompletion=completion.steps),
    ] = None,
    suppose: Annotated[
        list[str] | None,
        typer.Option(
            "--if",
            metavar="FIELD=VALUE",
            help=_("Explain as if a fact were another: --if level=urgent; may be repeated."),
            autocompletion=completion.field_assignments,
        ),
    ] = None,
    as_of: options.AsOf = None,
    output_format: options.PageFormat = "table",
    as_json: options.Json = False,
) -> int:
    """Explain every deadline of a case: where it starts, its limit and policy line, open spans, pauses."""
    output_format = tables.check_format("json" if as_json else output_format, tables.PAGES)
    here = session.sit_down()
    step = vocabulary.step_of(here.rules.policy, step) if step else None
    if step not in {None, *DATED, *here.rules.steps}:
        raise vocabulary.unknown_step(here.rules.policy, step, ())
    one = session.one_case(here, case, session.as_of(here, as_of))
    found = explanation.accounts(one.judged, here.rules)
    if suppose:
        found = _supposed(here, one.judged, suppose)
    accounts = [account for account in found if step in {None, account.clock.step}]
    places = {account.clock.step: _place(here, account) for account in accounts}
    if output_format == "json":
        content = {
            "case": one.judged.case.id,
            "clocks": cases.explained_machine(accounts, here.rules, places),
        }
        session.show(tables.document("explain", content))
    else:
        session.show(cases.explained(accounts, here.rules, places, output_format), output_format)
    session.say_problems(one.problems, here.book.root)
    return one.exit_code


def _supposed(here: session.Desk, judged: Judged, assignments: list[str]) -> tuple[explanation.Account, ...]:
    """The explanations by other facts than those of the case, each beside the due time as it is."""
    case = judged.case
    for name, text in session.assigned(here, assignments).items():
        value = vocabulary.supposed(here.rules.policy, name, text)
        case = history.supposed(case, name, value, judged.as_of)
    then = deadlines.judged(case, here.rules, judged.as_of)
    known = {(clock.step, clock.what): clock for clock in judged.clocks}
    return tuple(
        explanation.compared(account, known.get((account.clock.step, account.clock.what)))
        for account in explanation.accounts(then, here.rules)
    )


def _place(here: session.Desk, account: explanation.Account) -> str:
    """The policy line that sets the limit, as file:line."""
    line = here.file.lines.get(account.policy_path)
    return f"{here.file.path.name}:{line}" if account.policy_path and line else ""
