"""Many cases at a moment: judged one by one, selected, sorted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import Clock, Judged, last_reached, next_due
from complaintctl.domain.deadlines.thresholds import Point
from complaintctl.errors import Misspelt

FindingKind = Literal["overdue", "due", "warned", "unpublished"]
FAR: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One clock that asks for attention, of one case. `late` is seconds past due, negative before it.

    `unpublished`: its due time lies past the days its calendar is published for. `warning` is the last warning of the
    policy that has come, `rung` who shall know by now.
    """

    kind: FindingKind
    case: Case
    clock: Clock
    due: datetime
    late: int
    warning: Point | None
    rung: Point | None


def findings(judged: Judged, soon: datetime | None) -> Iterator[Finding]:
    """The clocks of a case that ask for attention, the earliest due first; with `soon` those due by then too."""
    for clock in sorted(judged.clocks, key=due_or_far):
        kind = _kind(clock, soon)
        if kind is not None and clock.due is not None:
            late = int((judged.as_of - clock.due).total_seconds())
            yield Finding(
                kind=kind,
                case=judged.case,
                clock=clock,
                due=clock.due,
                late=late,
                warning=last_reached(clock.warnings, judged.as_of),
                rung=last_reached(clock.ladder, judged.as_of),
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


def due_or_far(clock: Clock) -> datetime:
    """The due time for sorting: clocks without one come last."""
    return clock.due or FAR


def is_overdue(judged: Judged) -> bool:
    """Whether any clock of the case is past due."""
    return any(clock.state == "overdue" for clock in judged.clocks)


def field_text(judged: Judged, name: str) -> str:
    """A column of a case as text: any field, or `due`, `step`, `late`, `file`-free facts of its clocks."""
    if name in CLOCK_COLUMNS:
        return CLOCK_COLUMNS[name](judged)
    return fact_text(judged.case, name)


def fact_text(case: Case, name: str) -> str:
    """A fact of a case as text; how many there are of what can be many."""
    value = fields.value_at(case, name)
    if isinstance(value, tuple | dict):
        return str(len(value))
    return fields.as_text(value) or ""


def _next(judged: Judged) -> Clock | None:
    return next_due(judged.clocks)


def _due_text(judged: Judged) -> str:
    clock = _next(judged)
    return fields.as_text(clock.due) or "" if clock else ""


def _step_text(judged: Judged) -> str:
    clock = _next(judged)
    return clock.step if clock else ""


CLOCK_COLUMNS: Final[Mapping[str, Callable[[Judged], str]]] = {
    "due": _due_text,
    "step": _step_text,
    "overdue": lambda judged: "yes" if is_overdue(judged) else "no",
}


def check_column(name: str) -> str:
    """The name, if a case has such a field or clock fact; raises Misspelt."""
    if name in CLOCK_COLUMNS or fields.is_field(name):
        return name
    raise Misspelt("unknown-field", field=name, near="")


def matches(judged: Judged, wanted: Mapping[str, str]) -> bool:
    """Whether every field has the wanted text; a class includes the classes below it."""
    return all(
        text == (have := field_text(judged, name)) or (name == "category" and have.startswith(f"{text}/"))
        for name, text in wanted.items()
    )


def contains(case: Case, words: str) -> bool:
    """Whether every word stands somewhere in the case, any case of letters."""
    text = _everything(case)
    return all(word.casefold() in text for word in words.split())


def _everything(case: Case) -> str:
    parts: list[str] = [case.id, case.title]
    for name in fields.kinds():
        value = fields.value_at(case, name)
        if isinstance(value, str):
            parts.append(value)
    parts += [text for text in case.x.values() if text]
    for event in case.history:
        parts += [text for text in (event.text, event.reason) if text]
    return "\n".join(parts).casefold()


def sorted_by(judged: list[Judged], name: str) -> list[Judged]:
    """The cases by a column, `-column` backwards; empty values always come last."""
    backwards, column = name.startswith("-"), check_column(name.removeprefix("-"))

    def place(one: Judged) -> Any:
        clock = _next(one)
        if column == "due":
            return (clock.due if clock and clock.due else FAR).timestamp()
        value = fields.value_at(one.case, column)
        return value.timestamp() if isinstance(value, datetime) else field_text(one, column)

    filled = [one for one in judged if field_text(one, column)]
    empty = [one for one in judged if not field_text(one, column)]
    return sorted(filled, key=place, reverse=backwards) + empty
