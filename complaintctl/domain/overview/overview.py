"""Findings and columns for lists of judged cases."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from complaintctl.domain.case import data_state, fields, vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import Clock, JudgedCase, last_reached_point, sortable_due
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.deadlines.thresholds import DuePoint
from complaintctl.domain.overview.next_step import next_step
from complaintctl.domain.policy.policy import Policy

FindingKind = Literal["overdue", "due", "warned", "unpublished"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One clock of a case that needs attention. `late` is in seconds after the due time, negative before it.

    Kind `unpublished`: the due time is after the last day for which the calendar is published. `warning` and
    `rung` are the last warning and the last escalation reached.
    """

    kind: FindingKind
    case: Case
    clock: Clock
    due: datetime
    late: int
    warning: DuePoint | None
    rung: DuePoint | None


def case_findings(judged: JudgedCase, soon: datetime | None) -> Iterator[Finding]:
    """Yields the clocks that need attention, earliest due time first; includes those due by `soon` if it is given."""
    for clock in sorted(judged.clocks, key=sortable_due):
        kind = _kind(clock, soon)
        if kind is not None and clock.due is not None:
            late = int((judged.as_of - clock.due).total_seconds())
            yield Finding(
                kind=kind,
                case=judged.case,
                clock=clock,
                due=clock.due,
                late=late,
                warning=last_reached_point(clock.warnings, judged.as_of),
                rung=last_reached_point(clock.ladder, judged.as_of),
            )


def _kind(clock: Clock, soon: datetime | None) -> FindingKind | None:
    if clock.state == "overdue":
        return "overdue"
    if clock.state == "running" and clock.due is not None:
        if soon is not None and clock.due <= soon:
            return "due"
        if clock.warned:
            return "warned"
    return "unpublished" if not clock.known else None


def is_overdue(judged: JudgedCase) -> bool:
    """Whether any clock of the case is overdue."""
    return any(clock.state == "overdue" for clock in judged.clocks)


def column_text(judged: JudgedCase, name: str) -> str:
    """Returns a column as text: any field of the case, or one computed from its clocks and history (`CLOCK_COLUMNS`)."""
    if name in CLOCK_COLUMNS:
        return CLOCK_COLUMNS[name](judged)
    return field_or_count_text(judged.case, name)


def field_or_count_text(case: Case, name: str) -> str:
    """Returns a field as text; for a list or map, the number of its entries."""
    value = fields.value_at(case, name)
    if isinstance(value, tuple | dict):
        return str(len(value))
    return fields.value_text(value) or ""


def _next_due(judged: JudgedCase) -> datetime | None:
    awaited = next_step(judged, judged.rules)
    return awaited.due if awaited else None


def _due_text(judged: JudgedCase) -> str:
    return fields.value_text(_next_due(judged)) or ""


def _step_text(judged: JudgedCase) -> str:
    awaited = next_step(judged, judged.rules)
    return awaited.step if awaited else ""


CLOCK_COLUMNS: Final[Mapping[str, Callable[[JudgedCase], str]]] = {
    "due": _due_text,
    "step": _step_text,
    "overdue": lambda judged: "yes" if is_overdue(judged) else "no",
    "data": lambda judged: " ".join(state.name for state in data_state.data_states(judged.case)),
    "forced": lambda judged: "yes" if forced_parts(judged.progress) else "no",
}


def check_column_name(policy: Policy, name: str) -> str:
    """Returns the name if it is a field or a clock column; otherwise raises InvalidInput with the nearest one."""
    if name in CLOCK_COLUMNS or fields.is_field(name):
        return name
    raise vocabulary.unknown_field_error(policy, name)
