"""Prints a control chart of the cases received in equal periods, or draws it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.reports import report_options, selection
from complaintctl.commands.session import open_session, print_output, print_problems, write_output
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.reports.periods import CalendarSpan, bucket_key
from complaintctl.domain.reports.volumes import Volumes
from complaintctl.domain.trends.chart_periods import (
    CHART_UNITS,
    chart_periods,
    chart_samples,
    units_of_periods,
)
from complaintctl.domain.trends.control_charts import MIN_PERIODS, ChartKind, draw_chart
from complaintctl.errors import InvalidInput
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.render.trends.control_chart_data import ChartPage
from complaintctl.render.trends.control_chart_picture import chart_svg
from complaintctl.render.trends.control_charts import chart_text
from complaintctl.storage.policy.volumefile import read_volumes

_KINDS: Final[dict[str, ChartKind | None]] = {"auto": None, "c": "c", "u": "u", "laney": "laney"}
_HALF_WIDTH: Final = str.maketrans({"＝": "="})


@dataclass(slots=True)
class _Counts:
    """The cases of each period, and the day of the first one."""

    unit: str
    cases: Counter[str] = field(default_factory=Counter)
    first: date | None = None

    def add(self, day: date) -> None:
        self.cases[bucket_key(self.unit, day)] += 1
        self.first = min(day, self.first or day)


def chart(
    ctx: typer.Context,
    every: Annotated[
        str,
        typer.Option(
            "--every",
            metavar="PERIOD",
            help=_("Count the cases received each day, week (from Monday), month or quarter."),
            autocompletion=completion.choice_completer(CHART_UNITS),
        ),
    ] = "month",
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="KIND",
            help=_(
                "c for counts, u for cases per thousand units, laney with wider limits, or auto: laney if the "
                "periods differ by more than chance explains."
            ),
            autocompletion=completion.choice_completer(tuple(_KINDS)),
        ),
    ] = "auto",
    baseline: Annotated[
        int | None,
        typer.Option(
            "--baseline",
            metavar="NUMBER",
            min=MIN_PERIODS,
            help=_("Compute centre and limits from the first periods only, this many."),
        ),
    ] = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help=_("Also draw the chart as an SVG picture."))
    ] = None,
    start: report_options.From = None,
    end: report_options.To = None,
    last: report_options.Last = None,
    period: report_options.PeriodName = None,
    where: options.Where = None,
    or_where: options.OrWhere = None,
    with_duplicates: report_options.WithDuplicates = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Draw a control chart: cases in equal periods, limits of chance, and the points that are signals."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    _check_choice("--every", every, CHART_UNITS)
    _check_choice("--kind", kind, tuple(_KINDS))
    session = open_session(casebook_dir(ctx), index=not no_index)
    typed = report_options.TypedPeriod(start=start, end=end, last=last, period=period)
    chosen = selection.parse_selection(
        session, as_of, typed, (where, or_where), with_duplicates=with_duplicates
    )
    reader = CaseReader(session=session, moment=chosen.frame.as_of, archive=True)
    page = _chart_page(reader, chosen, _Counts(unit=every), (_KINDS[kind], baseline))
    words = ReportWords(policy=session.rules.policy, zone=session.rules.zone)
    if svg is not None:
        write_output(chart_svg(page, words).encode(), svg, private=False)
    print_output(chart_text(page, words, output_format), output_format)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _check_choice(option: str, typed: str, known: Sequence[str]) -> None:
    if typed not in known:
        raise InvalidInput("unknown-choice", option=option, value=typed, choices=list(known))


def _chart_page(
    reader: CaseReader,
    chosen: selection.Selection,
    counts: _Counts,
    wish: tuple[ChartKind | None, int | None],
) -> ChartPage:
    rules = reader.session.rules

    def add_day(judged: JudgedCase) -> None:
        counts.add(judged.case.received.astimezone(rules.zone).date())

    volumes, problems = read_volumes(rules.policy, reader.session.casebook.policy_path)
    reader.problems += problems
    count_cases(reader, add_day, chosen.includes)
    moment = chosen.frame.as_of
    first = counts.first or moment.astimezone(rules.zone).date()
    periods = chart_periods(counts.unit, first, chosen.frame.periods[0], moment, rules.zone)
    kind, baseline = wish
    units = _units(rules.policy, volumes, chosen.frame)
    has_units = kind != "c" and any(units.get(span) for span in periods.spans.values())
    samples = chart_samples(periods, counts.cases, units if has_units else None)
    least = max(MIN_PERIODS, baseline or 0)
    if len(samples) < least:
        raise InvalidInput("chart-too-short", count=len(samples), least=least)
    if kind == "u" and not has_units:
        raise InvalidInput("chart-needs-volumes")
    return ChartPage(
        chart=draw_chart(samples, kind, baseline),
        unit=counts.unit,
        frame=chosen.frame,
        unfinished=periods.unfinished,
    )


def _units(policy: Policy, volumes: Volumes | None, frame: Figures) -> Mapping[CalendarSpan, int]:
    """Returns the units of each period; of volumes by a field, those of the value that a condition names, or all."""
    if volumes is None:
        return {}
    for condition in frame.conditions:
        field_name, sign, value = condition.translate(_HALF_WIDTH).partition("=")
        if sign and volumes.by and vocabulary.parse_field_name(policy, field_name) == volumes.by:
            return units_of_periods(volumes, vocabulary.parse_key(policy, volumes.by, value))
    return units_of_periods(volumes, None)
