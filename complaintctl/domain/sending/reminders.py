"""Reminders: which points of which clocks have come, whom they concern, and when they may be sent."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.actions import action_number_of
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, TASK, Clock, JudgedCase
from complaintctl.domain.deadlines.rulebook import step_timetable
from complaintctl.domain.lifecycle.escalation import OWNER_RECEIVER
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.sending.clock_names import name_clocks
from complaintctl.domain.worktime import worktime

# On the day on which a clock is due, unless it started on that day; and once it is overdue.
DUE_DAY: Final = "due-day"
OVERDUE: Final = "overdue"
_ONE_SECOND: Final = timedelta(seconds=1)
# Case, clock, point, receiver.
SentKey = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderPoint:
    """A point of a clock that has come (`warn 75%`, `due-day`, `overdue`, `late 4h manager`), and whom it concerns."""

    name: str
    at: datetime
    to: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """All points of one clock that one receiver was not reminded of yet; `opens` is when it may be sent."""

    case: Case
    name: str
    clock: Clock
    points: tuple[str, ...]
    receiver: str
    opens: datetime

    @property
    def keys(self) -> tuple[SentKey, ...]:
        """What is sent with this reminder."""
        return tuple((self.case.id, self.name, point, self.receiver) for point in self.points)


def list_reminders(judged: JudgedCase, sent: frozenset[SentKey]) -> Iterator[Reminder]:
    """Yields what is to be sent about a case, each clock once for each receiver.

    Paused clocks have no reminders, as they have no escalation; an overdue clock stays overdue while the case waits.
    """
    rules, opens = judged.rules, opening_moment(judged)
    for name, clock in name_clocks(judged).items():
        if clock.state not in {"running", "overdue"}:
            continue
        due_for: dict[str, list[str]] = {}
        for point in sorted(reached_points(judged, clock), key=_moment):
            for receiver in resolve_receivers(rules.policy, judged.case.owner, point.to):
                if (judged.case.id, name, point.name, receiver) not in sent:
                    due_for.setdefault(receiver, []).append(point.name)
        for receiver, points in due_for.items():
            yield Reminder(
                case=judged.case, name=name, clock=clock, points=tuple(points), receiver=receiver, opens=opens
            )


def opening_moment(judged: JudgedCase) -> datetime:
    """Returns `as_of` if the desk is open then, otherwise its next opening. Raises NeverOpenError."""
    rules, as_of = judged.rules, judged.as_of
    named = rules.policy.notify.calendar
    table = rules.timetables[named] if named else step_timetable(rules, None, judged.case)
    if worktime.working_seconds(table, as_of, as_of + _ONE_SECOND):
        return as_of
    return worktime.add_working_time(table, as_of, 0)


def reached_points(judged: JudgedCase, clock: Clock) -> Iterator[ReminderPoint]:
    """Yields the points of a running or overdue clock that have come by `as_of`."""
    as_of, due, start = judged.as_of, clock.due, clock.start
    if due is None or start is None:
        return
    responsible = _responsible(judged.case, clock)
    table = worktime.always_open(judged.rules.zone)
    # A clock may be due at midnight, which still belongs to the day before for those who work.
    morning = worktime.day_start(table, (due - _ONE_SECOND).astimezone(judged.rules.zone).date())
    points = [
        ReminderPoint(name=f"warn {point.text}", at=point.at, to=responsible) for point in clock.warnings
    ]
    if start < morning:
        points.append(ReminderPoint(name=DUE_DAY, at=morning, to=responsible))
    if as_of > due:
        case = judged.case
        everybody = (*responsible, OWNER_RECEIVER, *filter(None, (case.department,)), *case.watchers)
        points.append(ReminderPoint(name=OVERDUE, at=due, to=everybody))
    for point in clock.ladder:
        if point.rung is not None and point.to is not None:
            kind = "before" if point.rung.late is None else "late"
            points.append(ReminderPoint(name=f"{kind} {point.text} {point.to}", at=point.at, to=(point.to,)))
    yield from (point for point in points if point.at <= as_of)


def _responsible(case: Case, clock: Clock) -> tuple[str, ...]:
    """Whom a clock concerns first: who has the task or the action, else the owner, else the department."""
    if clock.step == TASK:
        return (clock.what.partition(": ")[0],)
    if clock.step in {ACTION, ACTION_CHECK} and (who := case.actions[action_number_of(clock.what) - 1].who):
        return (who,)
    return (OWNER_RECEIVER,) if case.owner or not case.department else (case.department,)


def resolve_receivers(policy: Policy, owner: str | None, names: Iterable[str]) -> tuple[str, ...]:
    """Returns who gets a message, each once: a name with an address of its own, else the people of that role or department."""
    receivers: dict[str, None] = {}
    for name in names:
        key = owner if name == OWNER_RECEIVER else name
        if key is None:
            continue
        members = () if key in policy.notify.to or key in policy.people else _members(policy, key)
        receivers.update(dict.fromkeys(members or (key,)))
    return tuple(receivers)


def _members(policy: Policy, name: str) -> tuple[str, ...]:
    return tuple(
        key
        for key, person in policy.people.items()
        if person and (name in person.roles or name == person.department)
    )


def channel_variable(policy: Policy, receiver: str) -> tuple[str, str | None] | None:
    """Returns the variable with the address of a receiver, and the e-mail address if it is that of the mail server.

    None if the policy has no address for the receiver.
    """
    if receiver in policy.notify.to:
        return policy.notify.to[receiver], None
    person = policy.people.get(receiver)
    if policy.notify.mail is not None and person is not None and person.email:
        return policy.notify.mail, person.email
    return None


def _moment(point: ReminderPoint) -> datetime:
    return point.at
