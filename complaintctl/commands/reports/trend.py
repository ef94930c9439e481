"""Prints the hot spots: values whose recent number of cases is more than their own past explains."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.input.conditions import parse_filter, shown_conditions
from complaintctl.commands.overview import list_completion
from complaintctl.commands.overview.list_cases import parse_columns
from complaintctl.commands.session import (
    Session,
    check_group,
    open_session,
    parse_as_of,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview import overview
from complaintctl.domain.overview.filters import Filter
from complaintctl.domain.reports.case_facts import is_counted_apart
from complaintctl.domain.trends.accuracy import find_past_hot_spots
from complaintctl.domain.trends.counts import CountTally
from complaintctl.domain.trends.evidence import Evidence
from complaintctl.domain.trends.hot_spots import find_hot_spots
from complaintctl.domain.trends.judgement import LEAST_PERIODS
from complaintctl.domain.trends.periods import Periods, parse_window
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext
from complaintctl.render.trends.accuracy import accuracy_text
from complaintctl.render.trends.trend import Trend, trend_text


def trend(
    ctx: typer.Context,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="A,B,…",
            help=_("Compare the values of this field, or each combination of the values of several fields."),
            autocompletion=list_completion.complete_column_lists,
        ),
    ] = "category",
    week: Annotated[
        bool,
        typer.Option("--week", help=_("By week, Monday to Sunday. The default."), show_default=False),
    ] = False,
    month: Annotated[bool, typer.Option("--month", help=_("By calendar month."), show_default=False)] = False,
    window: Annotated[
        str | None,
        typer.Option("--window", metavar="LENGTH", help=_("By periods of this length that end now: 7d, 2w.")),
    ] = None,
    where: options.Where = None,
    or_where: options.OrWhere = None,
    accuracy: Annotated[
        bool,
        typer.Option(
            "--accuracy",
            help=_("Show instead what would have been found in each period of the last year."),
            show_default=False,
        ),
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Find the values with more cases in the last complete period than their own past explains."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    if week + month + (window is not None) > 1:
        raise InvalidInput("several-periods")
    session = open_session(casebook_dir(ctx), index=not no_index)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=True)
    periods = Periods(
        kind="window" if window is not None else "month" if month else "week",
        days=7 if window is None else parse_window(window),
        as_of=reader.moment,
        zone=session.rules.zone,
    )
    accepts = parse_filter(session, reader.moment, where or [], or_where or [])
    fields = [check_group(session, name) for name in parse_columns(session, by)]
    if not fields:
        raise InvalidInput("no-field-to-compare")
    tally, evidence = _count_cases(reader, periods, fields, accepts)
    table = tally.table()
    result = Trend(
        fields=tuple(fields),
        periods=periods,
        table=table,
        evidence=evidence,
        spots=find_hot_spots(table, periods.per_year, 0),
        conditions=shown_conditions(session, where or ()),
        alternatives=shown_conditions(session, or_where or ()),
    )
    if accuracy:
        past = find_past_hot_spots(table, periods.per_year)
        print_output(accuracy_text(result, past, session.rules.policy, output_format), output_format)
    else:
        print_output(trend_text(result, session.rules.policy, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    if result.spots is None:
        _print_short_past(max(table.periods, 0))
    return reader.exit_code()


def _count_cases(
    reader: CaseReader, periods: Periods, fields: list[str], accepts: Filter
) -> tuple[CountTally, Evidence]:
    """Returns the counts and what stands behind them, of all cases that are no duplicates."""
    tally = CountTally(periods=periods, listed=tuple(_listed_keys(reader.session, name) for name in fields))
    evidence = Evidence()

    def is_counted(judged: JudgedCase) -> bool:
        return not is_counted_apart(judged.case) and accepts.matches(judged)

    def add(judged: JudgedCase) -> None:
        case = judged.case
        key = tally.add(tuple(overview.column_text(judged, name) for name in fields), case.received)
        if key is not None:
            evidence.add(case, key, is_recent=periods.number(case.received) == 0)

    count_cases(reader, add, is_counted)
    return tally, evidence


def _listed_keys(session: Session, name: str) -> frozenset[str]:
    return frozenset(vocabulary.field_choices(session.rules.policy, name))


def _print_short_past(periods: int) -> None:
    message = ngettext(
        "The past is too short to compare: {count} complete period, and {least} are needed.",
        "The past is too short to compare: {count} complete periods, and {least} are needed.",
        periods,
    )
    print_message(message.format(count=periods, least=LEAST_PERIODS))
