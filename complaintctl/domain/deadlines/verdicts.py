"""The verdict on a step: judged once, by what was known when it was taken; and judged again under another policy."""

from datetime import datetime

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone


def judge_step(before: Case, after: Case, rules: Rulebook, step: str, at: datetime) -> JudgedCase:
    """The case with the one clock of a step as it ran when the step was taken; without a clock where none ran.

    `after` holds the facts that the taking leaves (a class just set brings its own limit), `before` those it found:
    they decide where the event itself ends the clock, as a recorded satisfaction ends the follow-up. The event
    stands in the history of neither.
    """
    for case in (after, before):
        done = fold_history(case, rules, at)
        clock = deadlines.step_clock(case, rules, done, step, at, {})
        if clock is not None and clock.taken is None:
            return JudgedCase(case=case, progress=done, clocks=(clock,), as_of=at)
    return JudgedCase(case=before, progress=done, clocks=(), as_of=at)


def judge_recorded_step(case: Case, rules: Rulebook, event: Event) -> JudgedCase:
    """The same for a step that stands in the history of the case, by what was recorded before it."""
    before, after = next(
        (before, after) for one, before, after in history.rewind_history(case) if one is event
    )
    return judge_step(before, after, rules, event.did, event.at)


def step_verdict(taken: JudgedCase, rules: Rulebook) -> tuple[datetime, bool] | None:
    """When the step was due, to the second, and whether it was taken by then; None where no limit ran."""
    dues = (clock.due for clock in taken.clocks if clock.due is not None)
    return next(
        ((moment, taken.as_of <= moment) for due in dues for moment in (to_policy_zone(rules, due),)), None
    )
