"""A control chart for programs: raw numbers, in every format and language the same."""

from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.trends.control_charts import Chart, ChartPoint
from complaintctl.render.reports.figures_data import frame_json

# Rates are shown for this many units.
PER_UNITS: Final = 1000
# The columns of the formats for programs.
CHART_ROW: Final = (
    *("period", "cases", "units", "value", "centre", "lower", "upper", "sigmas", "baseline", "side"),
    *("rules",),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPage:
    """A chart and what it is about: `unit` is the length of a period, `frame` has the moment, period and conditions.

    `unfinished` is the period that `as_of` lies in and that the chart leaves out, or None.
    """

    chart: Chart
    unit: str
    frame: Figures
    unfinished: str | None


def chart_json(page: ChartPage) -> dict[str, Any]:
    """Returns the chart as JSON: rates are cases per thousand units."""
    chart = page.chart
    return {
        **frame_json(page.frame),
        "every": page.unit,
        "kind": chart.kind,
        "per_units": PER_UNITS if chart.per_unit else None,
        "baseline": chart.baseline,
        "mean_cases": round(chart.mean_count, 4),
        "sigma_z": _rounded(chart.sigma_z),
        "threshold": _rounded(chart.threshold),
        "overdispersed": chart.is_overdispersed,
        "false_alarms": None if chart.false_alarms is None else round(chart.false_alarms, 6),
        "unused": [
            {"rule": entry.rule, "side": entry.side, "chance": round(entry.chance, 6)}
            for entry in chart.unused
        ],
        "unfinished": page.unfinished,
        "points": [point_json(page, point) for point in chart.points],
    }


def point_json(page: ChartPage, point: ChartPoint) -> dict[str, Any]:
    """Returns one period of the chart, as a row of the formats for programs."""
    scale = PER_UNITS if page.chart.per_unit else 1
    return {
        "period": point.period,
        "cases": point.count,
        "units": point.units,
        "value": _rounded(point.value * scale),
        "centre": _rounded(point.centre * scale),
        "lower": _rounded(point.lower * scale),
        "upper": _rounded(point.upper * scale),
        "sigmas": _rounded(point.sigmas),
        "baseline": point.in_baseline,
        "side": point.side,
        "rules": list(point.rules),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
