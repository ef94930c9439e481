"""Figures made by hand for the tests of the views: no case was counted for them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.figures import Figure, Figures, Period
from complaintctl.domain.reports.measures import MEASURES
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.storage.policy.policyfile import read_policy
from tests.docs.readme import ROOT

CASES: Final = MEASURES["cases", "cases"]
MET: Final = MEASURES["steps", "met"]
SHARE: Final = MEASURES["steps", "share_in_time"]
MEDIAN: Final = MEASURES["steps", "median"]
AS_OF: Final = datetime(2026, 11, 21, 4, tzinfo=UTC)
# October and September in Shanghai.
OCTOBER: Final = Period(
    start=datetime(2026, 9, 30, 16, tzinfo=UTC), end=datetime(2026, 10, 31, 16, tzinfo=UTC)
)
SEPTEMBER: Final = Period(key="previous", start=datetime(2026, 8, 31, 16, tzinfo=UTC), end=OCTOBER.start)


def report_words() -> ReportWords:
    """The labels of the example policy."""
    file, _problems = read_policy(ROOT / "complaintctl.yaml")
    assert file is not None
    return ReportWords(policy=file.policy, zone=ZoneInfo("Asia/Shanghai"))


def step_figures(step: str, met: int, ended: int, median: int | None, period: str = "report") -> list[Figure]:
    """One step: taken in time, of how many, and how long it took."""
    return [
        Figure(measure=MET, value=met, key=step, period=period),
        Figure(measure=SHARE, value=met / ended, of=ended, key=step, period=period),
        Figure(measure=MEDIAN, value=median, of=ended, key=step, period=period),
    ]


def plain_report() -> Figures:
    """Twelve cases of October and two steps; nobody has answered yet in time enough for a median."""
    return _figures(
        [
            Figure(measure=CASES, value=12),
            *step_figures("assess", 7, 8, 4200),
            *step_figures("respond", 5, 10, None),
        ]
    )


def compared_report() -> Figures:
    """October and the month before: fewer cases then, and slower."""
    rows = [
        Figure(measure=CASES, value=12),
        Figure(measure=CASES, value=9, period="previous"),
        *step_figures("assess", 7, 8, 4200),
        *step_figures("assess", 5, 8, 90000, "previous"),
    ]
    return _figures(rows, periods=(OCTOBER, SEPTEMBER))


def grouped_report(*by: str, counts: Mapping[Any, int]) -> Figures:
    """The number of cases of each group."""
    rows = [Figure(measure=CASES, value=count, by=by, group=group) for group, count in counts.items()]
    return _figures([Figure(measure=CASES, value=sum(counts.values())), *rows], tables=(by,))


def monthly_report() -> Figures:
    """Classes by month; one case has no class."""
    counts = {
        ("quality/appearance", "2026-09"): 3,
        ("quality/appearance", "2026-10"): 8,
        ("quality/appearance", "2026-11"): 2,
        ("", "2026-10"): 1,
    }
    return grouped_report("category", "month", counts=counts)


def _figures(
    rows: list[Figure], *, tables: tuple[tuple[str, ...], ...] = (), periods: tuple[Period, ...] = (OCTOBER,)
) -> Figures:
    return Figures(
        as_of=AS_OF,
        basis="received",
        periods=periods,
        tables=tables,
        rows=tuple(rows),
        conditions=("level=urgent",),
    )
