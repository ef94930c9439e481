"""Findings of a check that the team accepts for a time: the entries of a baseline file, and which of them apply."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from complaintctl.domain.problems import Fault

ANY_STEP: Final = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedFinding:
    """One entry: the clock of a step (`*`: every clock) of a case is accepted to the end of the day `until`."""

    case: str
    step: str
    reason: str
    until: date
    who: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineFile:
    """The content of a baseline file."""

    accepted: tuple[AcceptedFinding, ...] = ()


class Baseline:
    """The entries on one day, and which of them have matched a finding so far."""

    def __init__(self, entries: Iterable[AcceptedFinding], day: date) -> None:
        self.entries = list(entries)
        self.day = day
        self._used: set[int] = set()
        self._ended: set[int] = set()
        self._by_case: dict[str, list[int]] = {}
        for index, entry in enumerate(self.entries):
            self._by_case.setdefault(entry.case, []).append(index)

    def accept(self, case: str, step: str) -> tuple[AcceptedFinding | None, AcceptedFinding | None]:
        """Returns the entry that accepts a finding, or None; and if none does, one that did but has ended."""
        matching = [
            index for index in self._by_case.get(case, ()) if self.entries[index].step in {step, ANY_STEP}
        ]
        valid = next((index for index in matching if self.entries[index].until >= self.day), None)
        if valid is not None:
            self._used.add(valid)
            return self.entries[valid], None
        self._ended.update(matching)
        return None, self.entries[matching[-1]] if matching else None

    def add(self, entry: AcceptedFinding) -> None:
        """Adds an entry that has matched a finding."""
        self._used.add(len(self.entries))
        self._by_case.setdefault(entry.case, []).append(len(self.entries))
        self.entries.append(entry)

    def faults(self) -> Iterator[Fault]:
        """Yields a warning for each entry that has ended while its finding is still there, or that matches none."""
        for index, entry in enumerate(self.entries):
            if index in self._used:
                continue
            key = "baseline-ended" if index in self._ended else "baseline-unused"
            values = {"case": entry.case, "step": entry.step, "until": entry.until}
            yield Fault(key=key, path=("accepted", index), values=values, warning=True)
