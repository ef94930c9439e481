"""How often the detector would have found something in the periods before: its accuracy on the team's own past."""

import math
from dataclasses import dataclass

from complaintctl.domain.trends.counts import CountTable
from complaintctl.domain.trends.hot_spots import HotSpot, find_hot_spots


@dataclass(frozen=True, kw_only=True, slots=True)
class PastFindings:
    """The findings of each period that had enough past, the latest first, with the number of the period."""

    findings: tuple[tuple[int, HotSpot], ...]
    periods: int
    compared: int

    @property
    def periods_with_findings(self) -> int:
        """The number of periods in which the detector would have found something."""
        return len({number for number, _spot in self.findings})


def find_past_hot_spots(table: CountTable, per_year: float) -> PastFindings:
    """Returns what would have been found at the end of each period of the last year; `compared` sums the values."""
    findings: list[tuple[int, HotSpot]] = []
    periods = compared = 0
    for back in range(min(table.periods, math.ceil(per_year))):
        found = find_hot_spots(table, per_year, back)
        if found is None:
            break
        periods += 1
        compared += found.compared
        findings += [(-back, spot) for spot in found.findings]
    return PastFindings(findings=tuple(findings), periods=periods, compared=compared)
