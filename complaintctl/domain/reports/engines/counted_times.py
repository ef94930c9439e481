"""Times that an engine has counted: their number and percentiles are known, the times are not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from complaintctl.domain.reports.counters import (
    MEDIAN,
    NINTH_DECILE,
    Durations,
    TimeCounter,
    figure,
)
from complaintctl.domain.reports.figures import Figure
from complaintctl.domain.reports.measures import DURATION_CLASSES


class CountedDurations(Durations):
    """Durations of which only their number, the median and the ninth decile are known."""

    __slots__ = ("count", "percentiles")

    def __init__(self, count: int, percentiles: Sequence[int | None] | None) -> None:
        super().__init__()
        self.count = count
        self.percentiles = dict(zip((MEDIAN, NINTH_DECILE), percentiles or (None, None), strict=True))

    def __len__(self) -> int:
        return self.count

    def percentile(self, percent: int) -> int | None:
        """Returns the median or the ninth decile; None without any time."""
        return self.percentiles[percent]


class CountedTimes(TimeCounter):
    """First answers or resolutions, gross and net, and how many lie in each class."""

    __slots__ = ("classes",)

    def __init__(self, row: Mapping[str, Any], number: str, name: str) -> None:
        """Reads the columns of `basic` or `people` whose names begin with `name`; `number` is that of the count."""
        count = row.get(number) or 0
        self.gross = CountedDurations(count, row.get(name))
        self.net = CountedDurations(count, row.get(f"{name}_net"))
        self.classes: dict[str, int] = {}

    def distribution(self, section: str) -> Iterator[Figure]:
        """Yields how many of the gross times lie in each class."""
        for key in DURATION_CLASSES:
            yield figure(section, "cases", self.classes.get(key, 0), row=key, of=len(self.gross))
