"""The search for everything that can be done with a case now, and for the clocks that wait for it."""

from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import known_facts
from complaintctl.domain.deadlines.actions import current_round
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    DATED_CLOCKS,
    PROMISE,
    TASK,
    Clock,
    JudgedCase,
    sortable_due,
)
from complaintctl.domain.deadlines.deadlines import rule_applies
from complaintctl.domain.deadlines.rulebook import CRISIS, Rulebook, is_required_step
from complaintctl.domain.lifecycle.guards import (
    REPEATABLE_STEPS,
    missing_for_close,
    missing_roles,
    step_needs,
    steps_before,
)
from complaintctl.domain.lifecycle.planned_tasks import TASKS_NEED, ungiven_task_rules
from complaintctl.domain.policy.policy import Step, closing_needs, closing_steps, requires_every_step

# What a case can wait for besides a step, a task and an action.
APPROVE_STEP: Final = "approve"
CLOSE_STEP: Final = "close"
# The second part of the key of the tasks that the policy plans and that are still to be given.
PLANNED_TASKS: Final = "planned"
# What a step can need that the report or the verification of an action gives.
_REPORTED_ACTIONS: Final = frozenset(
    f"actions.{part}" for part in ("done", "done_by", "verified", "verified_by", "effective")
)
_ACTIVE: Final = frozenset({"running", "overdue"})
# One thing that can be done: a step twice, APPROVE_STEP with the step to sign, or a task or action with its words. The
# third part tells two tasks of the same words apart.
DoableKey = tuple[str, str, str]
Doable = dict[DoableKey, list[Clock]]


class StepSearch:
    """What can be done with a case now, each thing with the running clocks that wait for it.

    `process` holds what closing requires, in order: steps, and the signatures, tasks and actions that they wait for.
    `beside` holds what the process does not wait for; `optional` are steps among these that need not be taken.
    `news` are promises that can be kept now, though the end of the process would keep them, too. `closing` are
    promises that only the closing can keep, if nothing else is required. `opens` maps a task or action that is required
    before a step to that step.
    """

    def __init__(self, judged: JudgedCase, rules: Rulebook) -> None:
        self.judged, self.rules, self.case = judged, rules, judged.case
        self.process: Doable = {}
        self.beside: Doable = {}
        self.optional: set[DoableKey] = set()
        self.news: list[Clock] = []
        self.closing: list[Clock] = []
        self.opens: dict[DoableKey, str] = {}
        self._roots: dict[str, tuple[DoableKey, ...]] = {}
        self.is_closed = judged.progress.status == "closed"
        # Closing settles everything but the actions.
        kinds = {ACTION, ACTION_CHECK} if self.is_closed else {clock.step for clock in judged.clocks}
        self.active = [clock for clock in judged.clocks if clock.state in _ACTIVE and clock.step in kinds]
        if not self.is_closed:
            self._add_process()
            self._add_signatures()
        self._add_clocks()

    def _add_process(self) -> None:
        for step in self._needed_steps():
            for key in self._roots_of(step.step):
                self.process.setdefault(key, [])
        needs = closing_needs(self.rules.policy, str(self.case.outcome))
        needs_tasks = not self.process and TASKS_NEED in needs
        if needs_tasks and (tasks_key := self._task_key()) is not None:
            self.process[tasks_key] = []
        if self.case.outcome is not None and not any(missing_for_close(self.judged, self.case, self.rules)):
            self.process = {step_key(CLOSE_STEP): []}

    def _needed_steps(self) -> Iterator[Step]:
        """Yields the steps that closing requires, in order.

        If the outcome is known, only those that it requires, unless one of them does not apply to the case.
        """
        policy, outcome = self.rules.policy, str(self.case.outcome)
        if not requires_every_step(policy, outcome):
            wanted = [self.rules.steps[name] for name in closing_steps(policy, outcome)]
            if all(
                step.step in self.judged.progress.taken or rule_applies(self.case, step) for step in wanted
            ):
                yield from wanted
                return
        required = [step for step in self.rules.policy.steps if is_required_step(step)]
        if self.case.crisis:
            required.sort(key=lambda step: not _starts_at_crisis(step))
        yield from (step for step in required if rule_applies(self.case, step))

    def _roots_of(self, name: str) -> tuple[DoableKey, ...]:
        """Returns what is to be done now so that the step can be taken; nothing if it is taken and signed."""
        if name not in self._roots:
            self._roots[name] = ()
            self._roots[name] = tuple(self._find_roots(self.rules.steps[name]))
        return self._roots[name]

    def _find_roots(self, step: Step) -> Iterator[DoableKey]:
        if step.step in self.judged.progress.taken:
            if missing_roles(self.judged, self.rules, step.step):
                yield APPROVE_STEP, step.step, ""
            return
        if not rule_applies(self.case, step):
            return
        blocking = self._blocking_steps(step)
        if not blocking:
            yield self._entry_of(step)
        for name in blocking:
            yield from self._roots_of(name)

    def _blocking_steps(self, step: Step) -> list[str]:
        return [
            name
            for name in steps_before(self.case, self.rules, step)
            if name not in self.judged.progress.taken or missing_roles(self.judged, self.rules, name)
        ]

    def _entry_of(self, step: Step) -> DoableKey:
        """Returns the step, or the task or action that is to be reported before it."""
        key = None
        for need in step_needs(step.needs, self.case):
            if need == TASKS_NEED:
                key = key or self._task_key()
            elif need in _REPORTED_ACTIONS and not known_facts.is_field_known(self.case, need):
                key = key or next(iter(self._action_keys()), None)
        if key is None:
            return step_key(step.step)
        self.opens.setdefault(key, step.step)
        return key

    def _task_key(self) -> DoableKey | None:
        if ungiven_task_rules(self.case, self.rules):
            return TASK, PLANNED_TASKS, ""
        given = [clock for clock in self.active if clock.step == TASK]
        first = min(given, key=sortable_due, default=None)
        return dated_key(first) if first else None

    def _action_keys(self) -> Iterator[DoableKey]:
        """Yields the actions to be done or verified now, those with a date first, earliest first."""
        dated = [clock for clock in self.active if clock.step in {ACTION, ACTION_CHECK}]
        yield from map(dated_key, sorted(dated, key=sortable_due))
        for number, action in enumerate(map(current_round, self.case.actions), 1):
            if action.required and action.check is None and action.done is not None and not action.effective:
                yield ACTION_CHECK, f"{number} {action.what}", ""

    def _add_signatures(self) -> None:
        """Adds the missing signatures of optional steps; those of the others are part of the process."""
        for name in self.judged.progress.taken:
            key = (APPROVE_STEP, name, "")
            if key not in self.process and missing_roles(self.judged, self.rules, name):
                self.beside.setdefault(key, [])

    def _add_clocks(self) -> None:
        for clock in self.active:
            if clock.step == PROMISE:
                self._add_promise(clock)
            elif clock.step in DATED_CLOCKS:
                key = dated_key(clock)
                (self.process if key in self.process else self.beside).setdefault(key, []).append(clock)
            elif not self._add_behind(clock.step, clock):
                self._add_beside(clock.step, clock)
        for key in self._action_keys():
            if key not in self.process:
                self.beside.setdefault(key, [])

    def _add_behind(self, name: str, clock: Clock) -> bool:
        """Adds a clock to what is to be done for its step; returns whether the process waits for this step."""
        keys = [key for key in self._roots_of(name) if key in self.process]
        for key in keys:
            self.process[key].append(clock)
        return bool(keys)

    def _add_beside(self, name: str, clock: Clock) -> bool:
        """Adds a step that the process does not wait for; returns whether it can be taken now."""
        step = self.rules.steps.get(name)
        if step is not None:
            is_repeatable = step.every is not None or name in REPEATABLE_STEPS
            is_possible = is_repeatable or name not in self.judged.progress.taken
            if not is_possible or not rule_applies(self.case, step) or self._blocking_steps(step):
                return False
            if step.optional and clock.step == name:
                self.optional.add(step_key(name))
        self.beside.setdefault(step_key(name), []).append(clock)
        return True

    def _add_promise(self, clock: Clock) -> None:
        """A promise waits for its step, or else for the process: its end, the result and the closing, keeps it."""
        if clock.what in self.rules.steps and self._add_behind(clock.what, clock):
            return
        if clock.what != CLOSE_STEP and self._add_beside(clock.what, clock):
            self.news.append(clock)
        elif self.process:
            next(iter(self.process.values())).append(clock)
        else:
            self.closing.append(clock)


def step_key(name: str) -> DoableKey:
    """Returns the key of a step, or of the closing."""
    return name, name, ""


def dated_key(clock: Clock) -> DoableKey:
    """Returns the key of a task or action; an action that is not done cannot be verified yet."""
    is_undone = clock.step == ACTION_CHECK and clock.start is None
    given = clock.start.isoformat() if clock.step == TASK and clock.start else ""
    return ACTION if is_undone else clock.step, clock.what, given


def _starts_at_crisis(step: Step) -> bool:
    return CRISIS in ((step.from_,) if isinstance(step.from_, str) else step.from_)
