"""What stands behind a hot spot: its cases, and the lessons and corrective actions that exist for its value."""

from collections import defaultdict
from dataclasses import dataclass, field

from complaintctl.domain.case.case import Case
from complaintctl.domain.case.lessons import has_lesson
from complaintctl.domain.deadlines.actions import ActionStatus, action_status
from complaintctl.domain.trends.counts import Values


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAction:
    """An action of a case, by its number there."""

    case: str
    number: int
    status: ActionStatus
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """By folded values: the ids of the cases of the last complete period, of closed cases with a lesson, the actions."""

    cases: dict[Values, list[str]] = field(default_factory=lambda: defaultdict(list))
    lessons: dict[Values, list[str]] = field(default_factory=lambda: defaultdict(list))
    actions: dict[Values, list[KnownAction]] = field(default_factory=lambda: defaultdict(list))

    def add(self, case: Case, values: Values, *, is_recent: bool) -> None:
        """Keep what the case adds; `is_recent` means that it was received in the last complete period."""
        if is_recent:
            self.cases[values].append(case.id)
        if case.status == "closed" and has_lesson(case):
            self.lessons[values].append(case.id)
        for number, action in enumerate(case.actions, 1):
            known = KnownAction(case=case.id, number=number, status=action_status(action), what=action.what)
            self.actions[values].append(known)
