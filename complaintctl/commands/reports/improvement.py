"""Prints the effect of a corrective action: complaints before and after it was done."""

from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.overview import list_completion
from complaintctl.commands.reports import report_options
from complaintctl.commands.reports.paper_writing import (
    PaperFormat,
    PaperOrder,
    choose_paper_format,
    write_paper,
)
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    parse_group,
    print_problems,
    view_case,
)
from complaintctl.domain.case.case import Case
from complaintctl.domain.overview.filters import field_condition
from complaintctl.domain.papers.improvement import (
    ImprovementTally,
    choose_window,
    compared_fields,
    last_done,
)
from complaintctl.errors import InvalidInput, Refused
from complaintctl.render.papers.improvement_context import (
    ImprovementResult,
    improvement_context,
    improvement_json,
)
from complaintctl.render.text.language import _

_SEPARATORS: Final = str.maketrans({"／": "/", "#": "/"})


def improvement(
    ctx: typer.Context,
    action: Annotated[
        str,
        typer.Argument(
            metavar="ACTION",
            help=_("The action: its case, and its number there, such as 8G2W2/1."),
            autocompletion=completion.complete_case_ids,
        ),
    ],
    same: Annotated[
        list[str] | None,
        typer.Option(
            "--same",
            metavar="FIELD",
            help=_(
                "Count complaints with the same value in this field. Default: class of cause, and model or batch. "
                "Repeatable."
            ),
            autocompletion=list_completion.complete_columns,
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            min=1,
            max=3660,
            help=_("How many days to compare. Default: as many as have passed, at most 365."),
        ),
    ] = None,
    lag: Annotated[
        int,
        typer.Option(
            "--lag",
            metavar="N",
            min=0,
            max=3660,
            help=_("Leave out this many days after the action was done, while old products are still sold."),
        ),
    ] = 0,
    as_of: options.AsOf = None,
    output_format: PaperFormat = None,
    output: report_options.Output = None,
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Compare the complaints before and after a corrective action was done."""
    chosen_format = choose_paper_format(output_format, output, as_json=as_json)
    session = open_session(casebook_dir(ctx), index=not no_index)
    moment = parse_as_of(session, as_of)
    part, number = _split_action(action)
    case = view_case(session, part, moment).judged.case
    number = _check_number(case, number)
    done = last_done(case, number)
    if done is None:
        raise Refused("action-not-done", number=number, case=case.id)
    fields = compared_fields(case, [parse_group(session, name) for name in same or ()])
    conditions = [
        field_condition(session.rules, session.now, name, "=", value) for name, value in fields.items()
    ]
    tally = ImprovementTally(choose_window(done, days, lag, moment), conditions)
    reader = CaseReader(session=session, moment=moment, archive=True)

    count_cases(reader, tally.add)
    result = ImprovementResult(
        case=case, number=number, same=fields, improvement=tally.result(), as_of=moment
    )
    order = PaperOrder(
        kind="improvement",
        as_of=moment,
        content=improvement_json(result),
        names=lambda blocks: improvement_context(result, session.rules, blocks),
    )
    write_paper(session, order, chosen_format, output)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _split_action(typed: str) -> tuple[str, int | None]:
    """Returns the case and the number in `8G2W2/1`; None if no number was typed."""
    part, separator, number = typed.translate(_SEPARATORS).rpartition("/")
    if not separator:
        return typed, None
    if not number.isdecimal() or not part:
        raise InvalidInput("improvement-action", value=typed)
    return part, int(number)


def _check_number(case: Case, number: int | None) -> int:
    """Returns the number of an action of the case; without one, that of its only action; raises InvalidInput."""
    if number is None and len(case.actions) != 1:
        raise InvalidInput("improvement-number", case=case.id, count=len(case.actions))
    return number or 1
