"""The columns of the step table and the words of the report, each with its meaning."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from complaintctl.domain.reports.metrics import StepFigures
from complaintctl.render.text import values
from complaintctl.render.text.glossary import Terms
from complaintctl.render.text.language import N_, _


@dataclass(frozen=True, kw_only=True, slots=True)
class StepColumn:
    """A figure of each step: `key` names it in the JSON and in `report --define`.

    `value` is what programs get, a count or seconds; None keeps the column out of the JSON. `text` is the cell of the
    table for people; None keeps the column out of the table.
    """

    key: str
    heading: str = ""
    meaning: str = ""
    value: Callable[[StepFigures], int | None] | None = None
    text: Callable[[StepFigures], str] | None = None


def _count_column(key: str, heading: str, meaning: str) -> StepColumn:
    figure = attrgetter(key)
    return StepColumn(
        key=key, heading=heading, meaning=meaning, value=figure, text=lambda step: str(figure(step))
    )


def _share_text(step: StepFigures) -> str:
    ended = step.met + step.late + step.overdue
    percent = f"{100 * step.met / ended:.0f} %" if ended else ""
    return _("{percent} of {count}").format(percent=percent, count=ended) if ended else ""


def _none_text(step: StepFigures) -> str:
    return _("{none} ({open} open)").format(none=step.none, open=step.none_open) if step.none else "0"


def _duration_text(seconds: int | None) -> str:
    return "" if seconds is None else values.duration_text(seconds)


STEP_COLUMNS: Final = (
    _count_column(
        "met",
        N_("met"),
        N_("The step was taken at or before its due time; the verdict was recorded when it was taken."),
    ),
    _count_column(
        "late",
        N_("late"),
        N_("The step was taken after its due time; for a promise, also if the case was closed after it."),
    ),
    _count_column("overdue", N_("overdue"), N_("Not taken yet, and past due at the moment of the report.")),
    StepColumn(
        key="share_in_time",
        heading=N_("share in time"),
        meaning=N_("met as a share of met + late + overdue."),
        text=_share_text,
    ),
    _count_column("running", N_("running"), N_("Not taken yet, and not past due.")),
    _count_column(
        "paused", N_("waiting"), N_("Not taken yet; the clock is paused while waiting for the customer.")
    ),
    _count_column("unjudged", N_("taken"), N_("The step was taken; the policy set no limit at the time.")),
    StepColumn(
        key="settled",
        heading=N_("settled"),
        meaning=N_("Not taken; closing the case ended the clock."),
        value=attrgetter("settled"),
    ),
    StepColumn(
        key="none",
        heading=N_("none"),
        meaning=N_("Cases without such a clock at that moment, open and closed."),
        value=attrgetter("none"),
        text=_none_text,
    ),
    StepColumn(key="none_open", value=attrgetter("none_open")),
    StepColumn(key="none_closed", value=attrgetter("none_closed")),
    StepColumn(
        key="median",
        heading=N_("median"),
        meaning=N_(
            "Half of the taken steps took at most this long from receipt (a promise: from when it was made)."
        ),
        value=attrgetter("median"),
        text=lambda step: _duration_text(step.median),
    ),
    StepColumn(
        key="p90",
        heading=N_("p90"),
        meaning=N_("Nine of ten taken steps took at most this long (nearest rank)."),
        value=attrgetter("ninetieth"),
        text=lambda step: _duration_text(step.ninetieth),
    ),
)

# What `report --define` prints, by the names of the figures in the JSON.
REPORT_DEFINITIONS: Final[Terms] = {
    **{column.key: (column.heading, column.meaning) for column in STEP_COLUMNS if column.meaning},
    "mean": (
        N_("mean score"),
        N_("The mean of the scores that customers gave, 1 (bad) to 5 (good), and how many gave one."),
    ),
    "asked": (
        N_("asked in the survey"),
        N_("Cases whose customer was asked in a survey after the closing, each counted once."),
    ),
    "answered": (
        N_("answered"),
        N_(
            "Those whose customer has given a score since last being asked; 1 to 5: how many gave each score."
        ),
    ),
    "share": (
        N_("response rate"),
        N_("answered as a share of asked; the lower it is, the less the answers say about all customers."),
    ),
    "effective": (
        N_("effective"),
        N_("Corrective actions that somebody else verified as effective, according to the last check."),
    ),
    "forced": (
        N_("closed by force"),
        N_("Closed cases whose last closing left out what the policy requires (close --force)."),
    ),
    "overdue_cases": (N_("overdue cases"), N_("Open cases with at least one overdue clock.")),
}
