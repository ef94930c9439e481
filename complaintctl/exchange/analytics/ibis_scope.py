"""The cases, clocks and events that a part of a report counts, as ibis expressions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import ibis

from complaintctl.domain.reports.engines.questions import PartScope
from complaintctl.domain.reports.figures import Period

VERDICTS: Final = ("met", "late", "overdue")
TIMES: Final = ("answer_seconds", "answer_net_seconds", "resolution_seconds", "resolution_net_seconds")
_TAKINGS: Final = (*VERDICTS, "unjudged")
_UNITS: Final = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
Tables = Mapping[str, Any]


def kept(table: Any, scope: PartScope) -> Any:
    """Returns the rows of a table without those of duplicates, if these do not count."""
    return table if scope.with_duplicates else table.filter(~table.is_duplicate)


def period_cases(tables: Tables, scope: PartScope) -> Any:
    """Returns the cases of the period, duplicates too, with the column `bucket`."""
    cases = tables["cases"]
    if scope.basis == "taken":
        return _taken_cases(tables, scope)
    inside = _inside(cases[scope.basis], scope.period)
    return cases.filter(inside).mutate(bucket=bucket(cases[f"{scope.basis}_day"], scope.unit))


def period_clocks(tables: Tables, scope: PartScope) -> Any:
    """Returns the clocks of the period; by the basis `taken` those that were taken, or due, in it."""
    clocks = kept(tables["clocks"], scope)
    if scope.basis != "taken":
        return clocks.filter(_inside(clocks[scope.basis], scope.period))
    clocks = clocks.filter(clocks.state.isin(_TAKINGS), _inside(clocks.happened, scope.period))
    of_case = ibis.window(group_by=["casebook", "case_no", "step"], order_by="happened")
    return clocks.mutate(is_first=ibis.row_number().over(of_case) == 0)


def _taken_cases(tables: Tables, scope: PartScope) -> Any:
    """What of the cases happened in the period: takings, overdue clocks, first answers, closings."""
    cases = tables["cases"]
    counts = [f"clocks_{state}" for state in VERDICTS]
    happened = _taken_events(tables)
    happened = happened.filter(_inside(happened.happened, scope.period))
    happened = happened.mutate(bucket=bucket(happened.happened_day, scope.unit))
    by_case = happened.group_by("casebook", "case_no", "bucket").aggregate(
        **{name: happened[name].sum() for name in counts}, **{name: happened[name].max() for name in TIMES}
    )
    return by_case.join(cases.drop(*counts, *TIMES), ["casebook", "case_no"])


def _taken_events(tables: Tables) -> Any:
    """A row for each taking, overdue clock, first answer and closing, with what a case counts of it."""
    clocks, cases = tables["clocks"], tables["cases"]
    sources = (
        (clocks.filter(clocks.state.isin(_TAKINGS)), "happened", ()),
        (cases.filter(cases.answer_seconds.notnull()), "answered", TIMES[:2]),
        (cases.filter(cases.resolution_seconds.notnull()), "closed", TIMES[2:]),
    )
    parts = []
    for table, moment, own in sources:
        verdicts = {
            f"clocks_{state}": ibis.literal(0, "int64") if own else (table.state == state).cast("int64")
            for state in VERDICTS
        }
        times = {name: table[name] if name in own else ibis.null("int32") for name in TIMES}
        day = table[f"{moment}_day"]
        parts.append(
            table.select("casebook", "case_no", happened=table[moment], happened_day=day, **verdicts, **times)
        )
    return ibis.union(*parts)


def happenings(tables: Tables, scope: PartScope) -> Any:
    """Returns receipts, closings and reopenings before the end of the period; `is_before`: before its start."""
    cases, closures = kept(tables["cases"], scope), kept(tables["closures"], scope)
    sources = {
        "received": cases,
        "closed": closures,
        "reopened": closures.filter(closures.reopened.notnull()),
    }
    events = ibis.union(
        *(
            table.select(
                "casebook", "case_no", kind=ibis.literal(kind), at=table[kind], day=table[f"{kind}_day"]
            )
            for kind, table in sources.items()
        )
    )
    start, end = scope.period.start, scope.period.end
    if end is not None:
        events = events.filter(events.at < moment_value(end))
    is_before = ibis.literal(value=False) if start is None else events.at < moment_value(start)
    return events.mutate(is_before=is_before)


def standing_cases(tables: Tables, scope: PartScope) -> Any:
    """Returns the cases that may be open at the end of the period, with that moment and its bound."""
    cases = kept(tables["cases"], scope)
    ends = {(entry.moment, entry.bound) for entry in scope.moments}
    if len(ends) == 1:
        [(moment, bound)] = ends
        cases = cases.mutate(moment=moment_value(moment), bound=moment_value(bound))
    else:
        moments = [(entry.casebook, moment_value(entry.moment)) for entry in scope.moments]
        bounds = [(entry.casebook, moment_value(entry.bound)) for entry in scope.moments]
        cases = cases.mutate(moment=cases.casebook.cases(*moments), bound=cases.casebook.cases(*bounds))
    may_be_open = cases.first_closed.isnull() | (cases.first_closed >= cases.bound) | cases.was_reopened
    return cases.filter(cases.received < cases.bound, may_be_open)


def moment_value(moment: datetime) -> Any:
    """Returns a moment as the tables hold it: in UTC, without a zone."""
    return ibis.literal(moment.astimezone(UTC).replace(tzinfo=None), "timestamp(6)")


def bucket(day: Any, unit: str | None) -> Any:
    """Returns the first day of the unit of time that a day lies in."""
    return ibis.null("date") if unit is None else day.truncate(_UNITS[unit])


def _inside(moment: Any, period: Period) -> Any:
    inside = moment.notnull()
    if period.start is not None:
        inside &= moment >= moment_value(period.start)
    if period.end is not None:
        inside &= moment < moment_value(period.end)
    return inside
