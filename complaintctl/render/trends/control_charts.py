"""A control chart for people and programs: centre, limits and the rules that points complete."""

from collections.abc import Iterator, Mapping
from typing import Final

from complaintctl.domain.trends.control_charts import (
    SMALL_MEAN,
    USUAL_PERIODS,
    Chart,
    ChartKind,
    ChartPoint,
    RuleName,
)
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.report_heading import heading_lines
from complaintctl.render.text import bars, colours, tables, values
from complaintctl.render.text.bars import BarSigns
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.render.text.wrapping import screen_width, text_width
from complaintctl.render.trends.control_chart_data import (
    CHART_ROW,
    PER_UNITS,
    ChartPage,
    chart_json,
    point_json,
)

KIND_LABELS: Final[Mapping[ChartKind, str]] = {
    "c": N_("c chart"),
    "u": N_("u chart"),
    "laney": N_("Laney u′ chart"),
}
RULE_LABELS: Final[Mapping[RuleName, str]] = {
    "beyond-limit": N_("beyond limit"),
    "two-of-three": N_("2 of 3"),
    "four-of-five": N_("4 of 5"),
    "eight-in-a-row": N_("8 in a row"),
}
_RULE_MEANINGS: Final[Mapping[RuleName, str]] = {
    "beyond-limit": N_("1. beyond limit: one point is more than 3 sigma from the centre."),
    "two-of-three": N_("2. 2 of 3: two of three points are more than 2 sigma from the centre, on one side."),
    "four-of-five": N_("3. 4 of 5: four of five points are more than 1 sigma from the centre, on one side."),
    "eight-in-a-row": N_("4. 8 in a row: eight points in a row are on one side of the centre."),
}
_SIDE_LABELS: Final = {"above": N_("above"), "below": N_("below")}
_SERIES_LABELS: Final[Mapping[str, str]] = {
    "day": N_("cases a day"),
    "week": N_("cases a week"),
    "month": N_("cases a month"),
    "quarter": N_("cases a quarter"),
}
_RATE_LABELS: Final[Mapping[str, str]] = {
    "day": N_("cases per thousand units, day by day"),
    "week": N_("cases per thousand units, week by week"),
    "month": N_("cases per thousand units, month by month"),
    "quarter": N_("cases per thousand units, quarter by quarter"),
}
_PERIOD_LABELS: Final[Mapping[str, str]] = {
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "quarter": N_("quarter"),
}
# The signs of the plot: nothing (a table joins blanks), a limit, the centre, a point, a point that completes a rule.
_PLOT_SIGNS: Final[Mapping[BarSigns, tuple[str, str, str, str, str]]] = {
    "blocks": ("·", "│", "┊", "○", "●"),
    "ascii": (".", "|", ":", "o", "*"),
}
_WIDEST_PLOT: Final = 48
_LEAST_PLOT: Final = 20
_GAP: Final = 2


def chart_text(page: ChartPage, words: ReportWords, output_format: str) -> str:
    """Returns the chart in one of tables.TABLE_FORMATS; with a plot if bars are on (bars.py)."""
    if output_format == "json":
        return tables.json_document("chart", chart_json(page))
    if output_format not in tables.READABLE_FORMATS:
        return tables.format_raw_rows(
            CHART_ROW, [point_json(page, point) for point in page.chart.points], output_format
        )
    first, *lines = chart_heading(page, words)
    if output_format == "md":
        head = "\n\n".join([f"# {tables.markdown_line(first)}", *map(tables.markdown_line, lines)])
    else:
        head = "\n".join([first, *lines])
    notes = rule_notes(page.chart)
    foot = "".join(f"{line}\n" for line in ["", *notes]) if notes else ""
    return f"{head}\n\n{_table(page, output_format)}{foot}"


def chart_title(page: ChartPage) -> str:
    """Returns what the chart shows: `cases a month`, or the rate."""
    series = _RATE_LABELS if page.chart.per_unit else _SERIES_LABELS
    return _(series[page.unit])


def chart_heading(page: ChartPage, words: ReportWords) -> list[str]:
    """Returns the lines above the table; the first is the title."""
    moment = values.moment_text(page.frame.as_of, words.zone)
    title = _("Control chart at {as_of}: {series}").format(as_of=moment, series=chart_title(page))
    return [title, *heading_lines(page.frame, words)[1:], *_reasons(page)]


def rule_notes(chart: Chart) -> list[str]:
    """Returns what the rules mean that points of the chart complete."""
    completed = {rule for point in chart.points for rule in point.rules}
    return [_(meaning) for rule, meaning in _RULE_MEANINGS.items() if rule in completed]


def _reasons(page: ChartPage) -> Iterator[str]:
    """Yields why it is this kind of chart, and what makes its limits uncertain."""
    chart = page.chart
    yield _kind_sentence(chart)
    if chart.baseline < len(chart.points):
        yield _("Centre and limits come from the first {count} periods.").format(count=chart.baseline)
    if chart.baseline < USUAL_PERIODS:
        yield ngettext(
            "Limits from {count} period are uncertain; {usual} or more are usual.",
            "Limits from {count} periods are uncertain; {usual} or more are usual.",
            chart.baseline,
        ).format(count=chart.baseline, usual=USUAL_PERIODS)
    if chart.false_alarms is not None and chart.mean_count < SMALL_MEAN:
        yield _(
            "With {mean} cases a period on average, chance alone puts {percent} of the points beyond the limits."
        ).format(mean=f"{chart.mean_count:.1f}", percent=f"{100 * chart.false_alarms:.1f} %")
    if chart.unused:
        unused = [
            _("{rule} {side} ({percent})").format(
                rule=_(RULE_LABELS[entry.rule]),
                side=_(_SIDE_LABELS[entry.side]),
                percent=f"{100 * entry.chance:.1f} %",
            )
            for entry in chart.unused
        ]
        yield _(
            "Not used, because chance alone completes them at more than 1 % of the points: {rules}."
        ).format(rules=_(", ").join(unused))
    if page.unfinished:
        yield _("{period} is not over and is left out.").format(period=page.unfinished)
    signals = sum(bool(point.rules) for point in chart.points)
    if signals:
        yield ngettext(
            "{count} point completes a rule of Western Electric.",
            "{count} points complete a rule of Western Electric.",
            signals,
        ).format(count=signals)
    else:
        yield _("No point completes a rule of Western Electric.")


def _kind_sentence(chart: Chart) -> str:
    kind = _(KIND_LABELS[chart.kind])
    if chart.sigma_z is None:
        return _("{kind}: no case in the periods from which the limits come.").format(kind=kind)
    if chart.kind == "laney" and not chart.is_overdispersed:
        sentence = N_("{kind}: its limits are {sigma_z} times as wide as those of chance (sigma_z).")
    elif chart.kind == "laney":
        sentence = N_(
            "{kind}: neighbouring periods differ by more than chance explains (sigma_z {sigma_z}, above {threshold}), "
            "so its limits are {sigma_z} times as wide."
        )
    elif chart.is_overdispersed:
        sentence = N_(
            "{kind}: neighbouring periods differ by more than chance explains (sigma_z {sigma_z}, above {threshold}), "
            "so its limits are too narrow; --kind laney widens them."
        )
    else:
        sentence = N_(
            "{kind}: neighbouring periods differ by no more than chance explains (sigma_z {sigma_z}, at most "
            "{threshold})."
        )
    return _(sentence).format(kind=kind, sigma_z=f"{chart.sigma_z:.2f}", threshold=f"{chart.threshold:.2f}")


def _table(page: ChartPage, output_format: str) -> str:
    columns = {
        "period": _(_PERIOD_LABELS[page.unit]),
        "cases": _("cases"),
        **({"units": _("units"), "value": _("per thousand")} if page.chart.per_unit else {}),
        "lower": _("lower limit"),
        "centre": _("centre"),
        "upper": _("upper limit"),
        "signal": _("signal"),
    }
    entries = [_readable_point(page, point) for point in page.chart.points]
    signs = bars.bar_signs() if output_format == "table" else None
    room = min(screen_width(0) - _natural_width(columns, entries) - _GAP, _WIDEST_PLOT)
    if signs is not None and room >= _LEAST_PLOT:
        columns["plot"] = ""
        for entry, point in zip(entries, page.chart.points, strict=True):
            entry["plot"] = _plot_line(page.chart, point, room, signs)
    return tables.format_rows(columns, entries, output_format)


def _readable_point(page: ChartPage, point: ChartPoint) -> dict[str, str]:
    return {
        "period": point.period,
        "cases": str(point.count),
        "units": "" if point.units is None else f"{point.units:g}",
        **{
            name: value_text(page.chart, value)
            for name, value in (
                ("value", point.value),
                ("lower", point.lower),
                ("centre", point.centre),
                ("upper", point.upper),
            )
        },
        "signal": signal_text(point),
    }


def value_text(chart: Chart, value: float) -> str:
    """Returns a count or a rate per thousand units as text."""
    return f"{value * (PER_UNITS if chart.per_unit else 1):.2f}"


def signal_text(point: ChartPoint) -> str:
    """Returns the side and the rules that a point completes; "" without any."""
    if not point.rules or point.side is None:
        return ""
    rules = _(", ").join(_(RULE_LABELS[rule]) for rule in point.rules)
    return _("{side}: {rules}").format(side=_(_SIDE_LABELS[point.side]), rules=rules)


def _plot_line(chart: Chart, point: ChartPoint, columns: int, signs: BarSigns) -> str:
    """Returns one line of the plot: limits, centre and the point between 0 and the largest value of the chart."""
    most = max(max(other.value, other.upper) for other in chart.points) or 1.0
    nothing, limit, centre, calm, signal = _PLOT_SIGNS[signs]
    line = [nothing] * columns
    for value, sign in (
        (point.lower, limit),
        (point.upper, limit),
        (point.centre, centre),
        (point.value, signal if point.rules else calm),
    ):
        line[round(value / most * (columns - 1))] = sign
    return colours.paint_text("".join(line), "red" if point.rules else None)


def _natural_width(columns: Mapping[str, str], entries: list[dict[str, str]]) -> int:
    widths = [
        max(text_width(heading) + _GAP, *(text_width(entry[key]) for entry in entries))
        for key, heading in columns.items()
    ]
    return sum(widths) + _GAP * (len(widths) - 1)
