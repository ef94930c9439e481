"""Counts of cases by value and period, collected one case at a time."""

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from complaintctl.domain.case.folding import fold_value, is_unknown_value
from complaintctl.domain.trends.periods import Periods

Values = tuple[str, ...]

# The register begins where a period has this share of the usual number: one old case years before is no past.
_SHARE_OF_USUAL: Final = 0.1
# A register that begins later than this in its first period (a week: after the Monday) does not cover it as a whole.
_FIRST_PART: Final = 1 / 7


@dataclass(frozen=True, kw_only=True, slots=True)
class CountTable:
    """The cases of each value, or combination of values, in every complete period, oldest first.

    `first` is the number of the first period; the last one has number 0. `unknown` counts the cases without a value or
    with one such as "unknown". `spelled` has the commonest spelling of each value.
    """

    series: Mapping[Values, Sequence[int]]
    unknown: Sequence[int]
    spelled: Mapping[Values, Values]
    first: int

    @property
    def periods(self) -> int:
        """The number of complete periods."""
        return 1 - self.first

    def totals(self) -> list[int]:
        """Returns the cases of each period, those without a value too."""
        return list(map(sum, zip(self.unknown, *self.series.values(), strict=True)))


@dataclass(kw_only=True, slots=True)
class CountTally:
    """Collects the cases for a CountTable; cases received after the last complete period are left out.

    `listed` has for each value the keys that the policy knows: such a key is a value whatever it says.
    """

    periods: Periods
    listed: tuple[frozenset[str], ...]
    _keys: dict[Values, Values | None] = field(default_factory=dict)
    _known: dict[Values, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    _unknown: Counter[int] = field(default_factory=Counter)
    _spelled: dict[Values, Counter[Values]] = field(default_factory=lambda: defaultdict(Counter))
    _first: datetime | None = None

    def add(self, values: Values, received: datetime) -> Values | None:
        """Count a case; returns the folded values by which it is compared, None if one of them is unknown."""
        number = self.periods.number(received)
        key = self._known_key(values)
        if number > 0:
            return key
        if self._first is None or received < self._first:
            self._first = received
        if key is None:
            self._unknown[number] += 1
        else:
            self._known[key][number] += 1
            self._spelled[key][values] += 1
        return key

    def _known_key(self, values: Values) -> Values | None:
        if values not in self._keys:
            pairs = zip(values, self.listed, strict=True)
            is_unknown = any(is_unknown_value(value) and value not in keys for value, keys in pairs)
            self._keys[values] = None if is_unknown else tuple(map(fold_value, values))
        return self._keys[values]

    def table(self) -> CountTable:
        """Returns the counts of all complete periods."""
        first = self._first_complete()
        numbers = range(first, 1)
        return CountTable(
            series={
                key: [counts[number] for number in numbers]
                for key, counts in self._known.items()
                if max(counts) >= first
            },
            unknown=[self._unknown[number] for number in numbers],
            spelled={
                key: min(spelled, key=lambda text: (-spelled[text], text))
                for key, spelled in self._spelled.items()
            },
            first=first,
        )

    def _first_complete(self) -> int:
        """Returns the number of the first period that the register covers as a whole."""
        totals = Counter(self._unknown)
        for counts in self._known.values():
            totals.update(counts)
        if self._first is None:
            return 1
        usual = statistics.median(totals.values())
        first = min(number for number, count in totals.items() if count >= _SHARE_OF_USUAL * usual)
        start, end = self.periods.bounds(first)
        begun = (
            self.periods.number(self._first) == first and self._first - start > (end - start) * _FIRST_PART
        )
        return first + 1 if begun else first
