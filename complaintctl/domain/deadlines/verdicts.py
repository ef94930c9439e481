"""The verdict on a step (met or late), judged with the case as it was when the step was taken.

Also used to judge recorded steps again under another policy.
"""

from datetime import datetime

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import Progress, fold_history
from complaintctl.domain.deadlines.rulebook import Rulebook, to_policy_zone


def judge_step(before: Case, after: Case, rules: Rulebook, step: str, at: datetime) -> JudgedCase:
    """Returns the case with the one clock of the step that ran when the step was taken, or with no clock if none ran.

    `before` and `after` are the case before and after the event sets its fields; the history of neither contains
    the event. `after` is tried first, because a class that the event sets brings its own limit. `before` decides
    if the event itself ends the clock, as a recorded satisfaction ends the follow-up.
    """
    return judge_step_with_progress(before, after, rules, fold_history(after, rules, at), step, at)


def judge_step_with_progress(
    before: Case, after: Case, rules: Rulebook, done: Progress, step: str, at: datetime
) -> JudgedCase:
    """Like `judge_step`, with the progress of the case up to `at` already computed."""
    # D-009: `after` first, then `before`.
    for case in (after, before):
        clock = deadlines.step_clock(case, rules, done, step, at, {})
        if clock is not None and clock.taken is None:
            return JudgedCase(case=case, rules=rules, progress=done, clocks=(clock,), as_of=at)
    return JudgedCase(case=before, rules=rules, progress=done, clocks=(), as_of=at)


def judge_recorded_step(case: Case, rules: Rulebook, event: Event) -> JudgedCase:
    """Like `judge_step`, for a step already recorded, using only earlier events (D-010)."""
    before, after = next(
        (before, after) for recorded, before, after in history.rewind_history(case) if recorded is event
    )
    return judge_step(before, after, rules, event.did, event.at)


def step_verdict(taken: JudgedCase, rules: Rulebook) -> tuple[datetime, bool] | None:
    """Returns when the step was due, to the second, and whether it was taken in time; None if no limit ran."""
    dues = (clock.due for clock in taken.clocks if clock.due is not None)
    return next(
        ((moment, taken.as_of <= moment) for due in dues for moment in (to_policy_zone(rules, due),)), None
    )
