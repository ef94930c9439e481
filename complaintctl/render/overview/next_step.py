"""What a case waits for next, in words and for programs."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.deadlines.clocks import ACTION_CHECK, PROMISE, TASK
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.next_step import NextStep
from complaintctl.domain.overview.step_search import APPROVE_STEP, CLOSE_STEP
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import N_, _

# Before what a case in crisis waits for.
CRISIS_MARK: Final = N_("CRISIS")


def next_step_text(awaited: NextStep, policy: Policy) -> str:
    """Returns what the case waits for, marked in a crisis, with the clock that waits for it if that is another one."""
    text = _marked_step(awaited, policy)
    other = _waiting_clock_label(awaited, policy)
    return _("{step}, before {other}").format(step=text, other=other) if other else text


def _marked_step(awaited: NextStep, policy: Policy) -> str:
    text = _thing_to_do(awaited, policy)
    return _("{what}: {which}").format(what=_(CRISIS_MARK), which=text) if awaited.crisis else text


def _waiting_clock_label(awaited: NextStep, policy: Policy) -> str:
    """Returns the label of the clock that is due if it is that of something else; "" otherwise."""
    is_own = awaited.is_own_limit or _is_promise_of_step(awaited)
    if awaited.clock is None or is_own:
        return ""
    if awaited.clock.step == PROMISE:
        return _("the promised {step}").format(step=labels.event_label(policy, awaited.clock.what))
    return labels.clock_label(policy, awaited.clock)


def _thing_to_do(awaited: NextStep, policy: Policy) -> str:
    if (clock := awaited.subject) or (_is_promise_of_step(awaited) and (clock := awaited.clock)):
        return labels.clock_label(policy, clock)
    others = {
        APPROVE_STEP: _("sign {step}").format(step=labels.step_label(policy, awaited.what)),
        TASK: _("give the planned tasks"),
        ACTION_CHECK: _("check of action {what}").format(what=awaited.what),
        CLOSE_STEP: labels.event_label(policy, CLOSE_STEP),
    }
    return others.get(awaited.step) or labels.step_label(policy, awaited.step)


def _is_promise_of_step(awaited: NextStep) -> bool:
    """Whether the due time is the one at which this very step was promised to the customer."""
    clock = awaited.clock
    return clock is not None and (clock.step, clock.what) == (PROMISE, awaited.step)


def next_line(awaited: NextStep, policy: Policy, zone: ZoneInfo) -> str:
    """Returns the line `next: …`, with the due time if there is one."""
    step = _marked_step(awaited, policy)
    if awaited.due is None:
        return _("next: {step}").format(step=step)
    due = values.moment_text(awaited.due, zone)
    if other := _waiting_clock_label(awaited, policy):
        return _("next: {step}; {other} is due {due}").format(step=step, other=other, due=due)
    return _("next: {step}, due {due}").format(step=step, due=due)


def next_step_json(awaited: NextStep | None, rules: Rulebook) -> dict[str, Any] | None:
    """Returns what the case waits for, for programs; `clock` is the one that is due then."""
    if awaited is None:
        return None
    clock = awaited.clock
    return {
        "step": awaited.step,
        "what": awaited.what,
        "due": values.iso_time(clock.due.astimezone(rules.zone)) if clock and clock.due else None,
        "overdue": awaited.is_overdue,
        "warned": awaited.is_warned,
        "crisis": awaited.crisis,
        "clock": {"step": clock.step, "what": clock.what} if clock else None,
        "calendar": awaited.calendar,
        "calendar_published": clock is None or clock.known,
    }
