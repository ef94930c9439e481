"""The options of reports: the period, by what time cases fall in it, the dimensions; and what they mean."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, get_args
from zoneinfo import ZoneInfo

import typer

from complaintctl.commands import completion
from complaintctl.commands.overview import list_completion
from complaintctl.commands.session import Session, parse_group
from complaintctl.domain.case import list_separators, vocabulary
from complaintctl.domain.reports import periods
from complaintctl.domain.reports.dimensions import MOST_DIMENSIONS, TIME_DIMENSIONS, TIME_LABELS, USUAL_FIELDS
from complaintctl.domain.reports.figures import Basis, Period
from complaintctl.domain.reports.periods import COMPARISONS, Comparison
from complaintctl.domain.reports.tally import ReportScope
from complaintctl.domain.reports.volumes import Volumes
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _

BASES: Final[tuple[Basis, ...]] = get_args(Basis)

From = Annotated[
    str | None,
    typer.Option("--from", metavar="TIME", help=_("The period begins with this day, month, year or time.")),
]
To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="TIME",
        help=_("The period ends with this day, month or year, all of it included; or before this time."),
    ),
]
Last = Annotated[
    str | None,
    typer.Option(
        "--last",
        metavar="LENGTH",
        help=_("The last days, weeks, months or years up to today: 30d, 12w, 6m, 2y."),
    ),
]
Month = Annotated[
    str | None, typer.Option("--month", metavar="MONTH", help=_("The period is this month: 2026-10."))
]
PeriodName = Annotated[
    str | None,
    typer.Option(
        "--period",
        metavar="PERIOD",
        help=_(
            "The period is this year, half, quarter, month, ISO week or day: 2026, 2026H1, 2026Q3, 2026-W44."
        ),
    ),
]
BasisName = Annotated[
    str,
    typer.Option(
        "--basis",
        metavar="BASIS",
        help=_("By what time cases fall in the period: received, closed, or taken (each step by itself)."),
        autocompletion=completion.choice_completer(BASES),
    ),
]
Compare = Annotated[
    str | None,
    typer.Option(
        "--compare",
        metavar="PERIOD",
        help=_("Compare with the period before (previous) or the same one a year ago (year)."),
        autocompletion=completion.choice_completer(COMPARISONS),
    ),
]
GroupBy = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="A[,B]",
        help=_(
            "Figures by one or two dimensions: any field, or day, week, month, quarter, year. "
            "Repeatable: each gives a table of its own."
        ),
        autocompletion=list_completion.complete_dimensions,
    ),
]
WithDuplicates = Annotated[
    bool,
    typer.Option(
        "--with-duplicates",
        help=_("Count cases closed as duplicates like others, too."),
        show_default=False,
    ),
]

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help=_("Write it to this file instead of stdout.")),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedPeriod:
    """The options that choose the period, as typed; at most one kind is given."""

    start: str | None = None
    end: str | None = None
    last: str | None = None
    month: str | None = None
    period: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TypedScope:
    """The other options of what a report is about, as typed."""

    basis: str = "received"
    compare: str | None = None
    groups: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    with_duplicates: bool = False


def build_scope(
    session: Session, as_of: datetime, period: TypedPeriod, typed: TypedScope, volumes: Volumes | None
) -> ReportScope:
    """Returns what a report is about; raises InvalidInput if an option is not valid."""
    tables = tuple(parse_dimensions(session, text) for text in typed.groups)
    return dataclasses.replace(
        scope_in_zone(session.rules.zone, as_of, period, typed, tables), volumes=volumes
    )


def scope_in_zone(
    zone: ZoneInfo,
    as_of: datetime,
    period: TypedPeriod,
    typed: TypedScope,
    tables: tuple[tuple[str, ...], ...],
) -> ReportScope:
    """Returns what a report with these tables is about; raises InvalidInput if an option is not valid."""
    first = period_in_zone(zone, as_of, period)
    basis = parse_basis(typed.basis)
    others = () if typed.compare is None else (_compared(zone, first, typed.compare, as_of),)
    return ReportScope(
        periods=(first, *others),
        basis=basis,
        tables=tables,
        counted=() if tables else USUAL_FIELDS,
        with_duplicates=typed.with_duplicates,
        conditions=typed.where,
        either=typed.either,
    )


def parse_period(session: Session, as_of: datetime, typed: TypedPeriod) -> Period:
    """Returns the period of the options, all times without one; raises InvalidInput if two kinds are given."""
    return period_in_zone(session.rules.zone, as_of, typed)


def period_in_zone(zone: ZoneInfo, as_of: datetime, typed: TypedPeriod) -> Period:
    """Returns the period of the options in a time zone; raises InvalidInput if two kinds are given."""
    given = {
        "--from": typed.start or typed.end,
        "--last": typed.last,
        "--month": typed.month,
        "--period": typed.period,
    }
    names = [name for name, text in given.items() if text]
    if len(names) > 1:
        raise InvalidInput("period-twice", options=names)
    if typed.last:
        return periods.last_period(typed.last, as_of, zone)
    if typed.month:
        span = periods.parse_calendar_span(typed.month)
        if span.months != 1:
            raise InvalidInput("bad-period", value=typed.month)
        return periods.span_period(span, zone)
    if typed.period:
        return periods.span_period(periods.parse_calendar_span(typed.period), zone)
    return periods.typed_period(typed.start, typed.end, as_of, zone)


def parse_basis(typed: str) -> Basis:
    """Returns by what time cases fall in a period; raises InvalidInput for another word."""
    found = next((basis for basis in BASES if basis == typed.strip().lower()), None)
    if found is None:
        raise InvalidInput("unknown-choice", option="--basis", value=typed, choices=list(BASES))
    return found


def _compared(zone: ZoneInfo, period: Period, typed: str, as_of: datetime) -> Period:
    found: Comparison | None = next((name for name in COMPARISONS if name == typed.strip().lower()), None)
    if found is None:
        raise InvalidInput("unknown-choice", option="--compare", value=typed, choices=list(COMPARISONS))
    return periods.compared_period(period, found, as_of, zone)


def parse_dimensions(session: Session, typed: str) -> tuple[str, ...]:
    """Returns one or two dimensions typed as a list; raises InvalidInput for more, twice the same, or two of time."""
    names = tuple(_parse_dimension(session, name) for name in list_separators.split_items(typed) if name)
    times = [name for name in names if name in TIME_DIMENSIONS]
    if not names or len(names) > MOST_DIMENSIONS or len({*names}) < len(names) or len(times) > 1:
        raise InvalidInput("bad-dimensions", value=typed)
    return names


def _parse_dimension(session: Session, typed: str) -> str:
    return vocabulary.find_key(TIME_LABELS, typed) or parse_group(session, typed)
