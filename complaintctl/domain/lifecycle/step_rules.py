"""Rules for single steps: how often one is taken, by whom not, and whether its limit may be extended."""

from datetime import datetime

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.limit_choice import may_extend
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone
from complaintctl.domain.policy.policy import Policy, Step
from complaintctl.errors import InvalidInput, Refused


def check_times(now: JudgedCase, step: Step) -> None:
    """Raises Refused if the step was taken as often as the policy allows (`times`)."""
    if step.times is not None and (count := now.progress.times.get(step.step, 0)) >= step.times:
        at = now.progress.taken[step.step].at
        raise Refused("step-times", step=step.step, case=now.case.id, count=count, at=at)


def check_other_person(now: JudgedCase, policy: Policy, step: Step, by: str) -> None:
    """Raises Refused if the person took one of the earlier steps in `other_than`."""
    earlier = (step.other_than,) if isinstance(step.other_than, str) else step.other_than
    takers = {name: event.by for name in earlier if (event := now.progress.taken.get(name)) is not None}
    mine = next((name for name, taker in takers.items() if taker == by), None)
    if mine is not None:
        could = [
            name
            for name, person in policy.people.items()
            if name not in takers.values()
            and (not step.roles or (person is not None and set(step.roles) & set(person.roles)))
        ]
        raise Refused("same-person", step=step.step, before=mine, who=by, could=could)


def check_extension(case: Case, rules: Rulebook, step: Step, at: datetime, *, told: bool) -> None:
    """Raises Refused if the limit of the step may not be extended at `at`.

    The policy must allow it; the clock must run, not be overdue, and not be extended already; `told`: the customer
    was told the reason. Raises InvalidInput if the customer was not.
    """
    if not told:
        raise InvalidInput("extension-untold", step=step.step)
    if not may_extend(case, step):
        could = [other.step for other in rules.policy.steps if may_extend(case, other)]
        raise Refused("extension-not-allowed", step=step.step, choices=could)
    done = fold_history(case, rules, at)
    if (earlier := done.extended.get(step.step)) is not None:
        raise Refused("extension-twice", step=step.step, case=case.id, at=earlier.at)
    clock = deadlines.step_clock(case, rules, done, step.step, at, {})
    if clock is None or clock.due is None or clock.taken is not None:
        raise Refused("extension-not-running", step=step.step, case=case.id)
    if clock.state == "overdue":
        raise Refused("extension-late", step=step.step, case=case.id, due=to_policy_zone(rules, clock.due))
