"""The result of an import: counts, and the records that need attention."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from complaintctl.domain.problems import Problem

# At most this many reasons are listed; the rejects file contains all records.
MAX_LISTED: Final = 20
# Only this many lines of a reason are named.
MAX_LINES: Final = 3
# Reasons whose value matters: other values of the same field are other reasons.
_ONE_REASON_A_VALUE: Final = frozenset({"import-unknown-word", "unknown-word"})


@dataclass(frozen=True, kw_only=True, slots=True)
class RejectedRecord:
    """A record that cannot be imported: the key of the reason, its values, and the cells that could be read."""

    line: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    cells: tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class RejectionReason:
    """One reason with all records rejected for it: the first record, how many, and the first lines.

    `varied`: the other records have other values in the sentence.
    """

    first: RejectedRecord
    count: int = 0
    lines: list[int] = field(default_factory=list)
    varied: bool = False

    def add(self, rejected: RejectedRecord) -> None:
        """Counts a record."""
        self.count += 1
        self.varied = self.varied or rejected.values != self.first.values
        if len(self.lines) < MAX_LINES:
            self.lines.append(rejected.line)


@dataclass(kw_only=True, slots=True)
class UnknownWord:
    """A word of a table that the mapping (`ours` None) or the policy does not know, how often, and the nearest key.

    `columns` are several if the mapping joins them, none for a constant. `ours` is the word after the mapping; `near`
    is "" if no key is similar. A `known` word stands here only to make the list of its field complete.
    """

    field: str
    columns: tuple[str, ...]
    word: str
    ours: str | None
    near: str
    known: bool
    count: int = 0


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
    `erased` are the cases that are left as they are, because their customer data were erased.
    `irregular` counts cases with an impossible order of events in the source, `columns_changed` cases whose table
    had other columns when they were imported; `reasons` holds the first reasons to reject a record, `unknown` the
    words that mapping or policy do not know (of a dry run), `warned` the cells that were left out, `problems` the
    errors that nobody foresaw.
    """

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    irregular: int = 0
    columns_changed: int = 0
    events: int = 0
    erased: list[str] = field(default_factory=list)
    kept: list[KeptFields] = field(default_factory=list)
    reasons: dict[tuple[str, str, str], RejectionReason] = field(default_factory=dict)
    unknown: tuple[UnknownWord, ...] = ()
    odd: list[EventOddity] = field(default_factory=list)
    warned: list[CellWarning] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def reject(self, rejected: RejectedRecord) -> None:
        """Counts a rejected record with those of the same reason; of too many reasons, the later ones are not kept."""
        self.rejected += 1
        value = rejected.values.get("value", "") if rejected.key in _ONE_REASON_A_VALUE else ""
        reason = (rejected.key, str(rejected.values.get("field", "")), str(value))
        if reason not in self.reasons and len(self.reasons) < MAX_LISTED:
            self.reasons[reason] = RejectionReason(first=rejected)
        if reason in self.reasons:
            self.reasons[reason].add(rejected)
