"""What an import did: counts, and what people must know one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

# So many rejected records are named one by one; all of them stand in the rejects file.
MAX_LISTED: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRecord:
    """A record that cannot be taken: the key of the reason and its facts, and what could be read of it."""

    line: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFields:
    """Fields of a case that stay as somebody here left them although the source says otherwise."""

    case_id: str
    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventOddity:
    """What is odd about the events of a case: the rule that some break, `same-time`, or `not-in-table`.

    `record` is the case's id in its own system, `lines` are those of the table.
    """

    case_id: str
    record: str
    what: str
    lines: tuple[int, ...]


@dataclass(slots=True)
class ImportSummary:
    """What an import did, or would do; every record is new, changed, unchanged or rejected.

    Where a row is an event, the cases are counted so; `events` counts those taken in, `odd` names every case whose
    events are odd.
    `irregular` counts cases whose source tells an order that cannot be, `columns_changed` those whose
    table had other columns when they were taken in; `named` holds the first rejected records.
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

    def reject(self, rejected: RejectedRecord) -> None:
        """Count a record that was not taken."""
        self.rejected += 1
        if len(self.named) < MAX_LISTED:
            self.named.append(rejected)
