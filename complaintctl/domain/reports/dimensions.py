"""The dimensions of a report's groups: a field of the case, or a unit of time of the report's basis."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from complaintctl.domain.case.folding import fold_value
from complaintctl.domain.policy.policy import Labels
from complaintctl.domain.reports.periods import BUCKETS, bucket_key, parse_calendar_span

TIME_DIMENSIONS: Final = tuple(BUCKETS)
TIME_LABELS: Final[Mapping[str, Labels]] = {
    "day": {"en": "day", "zh": "日"},
    "week": {"en": "week", "zh": "周"},
    "month": {"en": "month", "zh": "月"},
    "quarter": {"en": "quarter", "zh": "季度"},
    "year": {"en": "year", "zh": "年"},
}
# The fields by which a report counts cases if no others are asked for.
USUAL_FIELDS: Final = ("status", "level", "category", "owner", "channel", "department", "outcome")
# A table has at most two dimensions.
MOST_DIMENSIONS: Final = 2


def time_dimension(dimensions: Sequence[str]) -> str | None:
    """Returns the unit of time among the dimensions; None without one."""
    return next((name for name in dimensions if name in BUCKETS), None)


def list_buckets(unit: str, first: str, last: str) -> list[str]:
    """Returns the names of the days, weeks, months, quarters or years from one to another, both included."""
    day, end = parse_calendar_span(first).first, parse_calendar_span(last).last
    days = (day + timedelta(days=number) for number in range((end - day).days + 1))
    return list(dict.fromkeys(bucket_key(unit, day) for day in days))


class Spellings:
    """The spellings of the values of one dimension; of those that mean the same, the most frequent one is shown."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        # One spelling is the rule: a text until there is a second one.
        self._counts: dict[str, dict[str, int] | tuple[str, int]] = {}

    def fold_all(self, texts: Sequence[str]) -> list[str]:
        """Counts spellings and returns what each is grouped by."""
        folded = {}
        for text, count in Counter(texts).items():
            folded[text] = fold_value(text)
            self._add(folded[text], text, count)
        return [folded[text] for text in texts]

    def _add(self, folded: str, text: str, count: int) -> None:
        known = self._counts.get(folded)
        if known is None:
            self._counts[folded] = (text, count)
        elif isinstance(known, tuple):
            spelling, before = known
            self._counts[folded] = (
                (text, before + count) if spelling == text else {spelling: before, text: count}
            )
        else:
            known[text] = known.get(text, 0) + count

    def add(self, text: str, count: int) -> str:
        """Counts a spelling several times and returns what it is grouped by."""
        folded = fold_value(text)
        known = self._counts.get(folded, {})
        counts = dict([known]) if isinstance(known, tuple) else known
        self._counts[folded] = {**counts, text: counts.get(text, 0) + count}
        return folded

    def spelling(self, folded: str) -> str:
        """Returns the most frequent spelling, of several the first by letters."""
        known = self._counts.get(folded, (folded, 0))
        if isinstance(known, tuple):
            return known[0]
        return min(known, key=lambda spelling: (-known[spelling], spelling))

    def shown(self, folded: str) -> str:
        """Returns the most frequent spelling without blanks around it."""
        return self.spelling(folded).strip()
