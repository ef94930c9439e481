"""Recurring duties of the desk (`duties:` of the policy): when each was last done and when it is due again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from complaintctl.domain.deadlines.limit_ends import unpaused_end
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone
from complaintctl.domain.policy.policy import Duty
from complaintctl.domain.worktime import limits
from complaintctl.domain.zones import resolve_local_time


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRecord:
    """A duty that was done: its name, when and by whom."""

    duty: str
    at: datetime
    by: str
    text: str | None = None
    recorded: datetime | None = None
    recorded_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyRecords:
    """The file `duties.yaml`."""

    done: tuple[DutyRecord, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedDuty:
    """A duty as of a moment. `due` is None if it was never done and the policy says no `from`."""

    name: str
    duty: Duty
    last: DutyRecord | None
    due: datetime | None
    as_of: datetime

    @property
    def state(self) -> Literal["never", "running", "overdue"]:
        """`never`: no interval has begun."""
        if self.due is None:
            return "never"
        return "overdue" if self.as_of > self.due else "running"

    @property
    def late(self) -> int:
        """By how many seconds it is overdue; negative if it is not due yet."""
        return int((self.as_of - self.due).total_seconds()) if self.due else 0


def judge_duties(rules: Rulebook, records: Iterable[DutyRecord], as_of: datetime) -> list[JudgedDuty]:
    """Returns every duty of the policy as of a moment: the first due first, those never begun last."""
    last: dict[str, DutyRecord] = {}
    for record in records:
        if record.at <= as_of and (record.duty not in last or last[record.duty].at <= record.at):
            last[record.duty] = record
    judged = [
        JudgedDuty(
            name=name, duty=duty, last=last.get(name), due=_due(rules, duty, last.get(name)), as_of=as_of
        )
        for name, duty in rules.policy.duties.items()
    ]
    return sorted(judged, key=_due_order)


def _due(rules: Rulebook, duty: Duty, last: DutyRecord | None) -> datetime | None:
    limit, start = limits.parse_limit(duty.every), last.at if last else _begin(rules, duty.from_)
    if limit is None or start is None:
        return None
    name = rules.policy.calendar if isinstance(rules.policy.calendar, str) else "always"
    return to_policy_zone(rules, unpaused_end(rules.timetables[name], to_policy_zone(rules, start), limit))


def _begin(rules: Rulebook, day: date | None) -> datetime | None:
    return resolve_local_time(rules.zone, datetime.combine(day, time())) if day else None


def _due_order(judged: JudgedDuty) -> tuple[bool, float]:
    return judged.due is None, judged.due.timestamp() if judged.due else 0.0


def duties_of(
    judged: Iterable[JudgedDuty], rules: Rulebook, owner: str | None, department: str | None, role: str | None
) -> Iterator[JudgedDuty]:
    """Yields the duties of a person (also by role or department), a department or a role; None does not restrict."""
    person = rules.policy.people.get(owner) if owner else None
    of_owner = {owner, person.department, *person.roles} if person else {owner}
    for duty in judged:
        who = duty.duty.who
        if (
            (owner is None or who in of_owner)
            and (department is None or who == department)
            and (role is None or who == role)
        ):
            yield duty
