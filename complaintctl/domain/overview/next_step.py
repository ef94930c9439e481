"""What a case waits for next, and until when: one answer for `board`, `today`, `list`, `show`, `explain` and every event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    DATED_CLOCKS,
    TASK,
    Clock,
    JudgedCase,
    sortable_due,
)
from complaintctl.domain.deadlines.rulebook import Rulebook, step_timetable
from complaintctl.domain.overview.step_search import (
    CLOSE_STEP,
    DoableKey,
    StepSearch,
    dated_key,
    step_key,
)

_FOUND: Final = "possible steps"


@dataclass(frozen=True, kw_only=True, slots=True)
class NextStep:
    """One thing that can be done with a case now.

    `step` is the step to take, or APPROVE_STEP (`what` is the step to sign), TASK, ACTION, ACTION_CHECK or CONTACT
    (`what` names it, `subject` is its clock), or CLOSE_STEP. `clock` sets the due time, None without a limit: the clock of the step,
    or the first one that cannot be met before the step is taken. `calendar` is the one on which the limit counts. `opens`
    is the step of the policy that it is, or that waits for this task or action; None without one.
    """

    step: str
    what: str
    clock: Clock | None
    calendar: str | None
    subject: Clock | None
    opens: str | None
    crisis: bool

    @property
    def due(self) -> datetime | None:
        """When it is due; None without a limit."""
        return self.clock.due if self.clock else None

    @property
    def is_overdue(self) -> bool:
        """Whether its due time has passed."""
        return self.clock is not None and self.clock.state == "overdue"

    @property
    def is_warned(self) -> bool:
        """Whether a warning of its clock has been reached."""
        return self.clock is not None and self.clock.warned

    @property
    def is_own_limit(self) -> bool:
        """Whether the due time is that of the step itself, and not of one that waits for it."""
        clock = self.clock
        return clock is None or clock is self.subject or (clock.step, clock.what) == (self.step, self.what)


def next_step(judged: JudgedCase, rules: Rulebook) -> NextStep | None:
    """Returns what the case waits for next; None if nothing is owed any more.

    That is the first step of the process that can be taken, whether it has a limit or not; the steps of a crisis come
    first. Something else that can be done now comes before it if it is overdue, past a warning or due earlier.
    """
    return next(iter(possible_steps(judged, rules)), None)


def possible_steps(judged: JudgedCase, rules: Rulebook) -> list[NextStep]:
    """Returns everything that can be done with the case now, the next step first."""
    if _FOUND not in judged.computed:
        judged.computed[_FOUND] = _find_steps(judged, rules)
    found: list[NextStep] = judged.computed[_FOUND]
    return found


def _find_steps(judged: JudgedCase, rules: Rulebook) -> list[NextStep]:
    search = StepSearch(judged, rules)
    process = [_as_step(search, key, clocks) for key, clocks in search.process.items()]
    if process and process[0].due is None:
        process[0] = _as_step(search, next(iter(search.process)), search.news)
    first, parallel = (process[0], process[1:]) if process else (None, [])
    beside = [_as_step(search, key, _waiting_clocks(search, key)) for key in search.beside]
    others = [*parallel, *sorted(beside, key=_urgency)]
    pressing = [one for one in others if first is None or _presses(search, one, first)]
    rest = [one for one in others if one not in pressing]
    is_ending = first is None and not search.is_closed
    closing = [_as_step(search, step_key(CLOSE_STEP), search.closing)] if is_ending else []
    return [*sorted([*pressing, *process[:1], *closing], key=_urgency), *rest]


def _waiting_clocks(search: StepSearch, key: DoableKey) -> list[Clock]:
    """The clocks that wait for something beside the process; the closing waits for tasks and actions, too."""
    delays_closing = key[0] in {TASK, ACTION, ACTION_CHECK}
    return [*search.beside[key], *(search.closing if delays_closing else ())]


def clock_urgency(clock: Clock) -> tuple[int, datetime]:
    """Sort key of clocks: overdue first, then warned, then running; equal ones by due time (D-116)."""
    return 0 if clock.state == "overdue" else 1 if clock.warned else 2, sortable_due(clock)


def _urgency(one: NextStep) -> tuple[bool, tuple[int, datetime] | None]:
    return one.clock is None, clock_urgency(one.clock) if one.clock else None


def _presses(search: StepSearch, other: NextStep, first: NextStep) -> bool:
    """Whether something comes before the first step of the process."""
    clock = other.clock
    if clock is None or clock.state == "overdue" or clock.warned:
        return clock is not None
    if step_key(other.step) in search.optional or first.step == CLOSE_STEP:
        return False
    if first.due is not None:
        return sortable_due(clock) < first.due
    # A step without a limit gives way when the policy warns of the other, or at once if it never warns.
    step = search.rules.steps.get(clock.step)
    return not clock.warnings and (step is None or step.every is not None)


def _as_step(search: StepSearch, key: DoableKey, clocks: Sequence[Clock]) -> NextStep:
    step, what, _given = key
    dated = [clock for clock in clocks if clock.due is not None]
    clock = min(
        dated, key=lambda one: (sortable_due(one), (one.step, one.what) != (step, what)), default=None
    )
    subject = None
    if step in DATED_CLOCKS:
        subject = next((one for one in search.active if (one.step, *dated_key(one)[1:]) == key), None)
    limited = search.rules.steps.get(clock.step) if clock and clock.limit else None
    return NextStep(
        step=step,
        what=what,
        clock=clock,
        calendar=step_timetable(search.rules, limited, search.case).name if limited else None,
        subject=subject,
        opens=step if step in search.rules.steps else search.opens.get(key),
        crisis=search.case.crisis is True,
    )
