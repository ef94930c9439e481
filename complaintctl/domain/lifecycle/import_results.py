"""The result of an import: counts, and the records that need attention."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from complaintctl.domain.problems import Problem

# At most this many rejected records are listed; the rejects file contains all of them.
MAX_LISTED: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRecord:
    """A record that cannot be imported: the key of the reason, its values, and the cells that could be read."""

    line: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CellWarning:
    """A cell that was left out because it cannot be read: the key of the reason, and its values."""

    line: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFields:
    """Fields of a case that keep their local value although the source has another one."""

    case_id: str
    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventOddity:
    """A peculiarity of the events of a case: the rule that some break, `same-time`, or `not-in-table`.

    `record` is the id of the case in its source system, `lines` are lines of the table.
    """

    case_id: str
    record: str
    what: str
    lines: tuple[int, ...]


@dataclass(slots=True)
class ImportSummary:
    """What an import did, or would do; every record is new, changed, unchanged or rejected.

    If the rows of a table are events, these are counts of cases; `events` counts the events imported, `odd`
    lists every case with peculiar events.
    `irregular` counts cases with an impossible order of events in the source, `columns_changed` cases whose table
    had other columns when they were imported; `named` holds the first rejected records, `warned` the cells that were
    left out, `problems` the errors that nobody foresaw.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    irregular: int = 0
    columns_changed: int = 0
    events: int = 0
    kept: list[KeptFields] = field(default_factory=list)
    named: list[RejectedRecord] = field(default_factory=list)
    odd: list[EventOddity] = field(default_factory=list)
    warned: list[CellWarning] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def reject(self, rejected: RejectedRecord) -> None:
        """Counts a rejected record, and lists it if there are not too many."""
        self.rejected += 1
        if len(self.named) < MAX_LISTED:
            self.named.append(rejected)
