"""Names of clocks that stay the same while a clock runs, so that a calendar or a reminder recognises it again."""

from collections import Counter
from datetime import UTC, datetime

from complaintctl.domain.deadlines.actions import action_number_of
from complaintctl.domain.deadlines.clocks import (
    ACTION,
    ACTION_CHECK,
    CONTACT,
    DATED_CLOCKS,
    PROMISE,
    Clock,
    JudgedCase,
)
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.escalation import is_fixed_origin


def name_clocks(judged: JudgedCase) -> dict[str, Clock]:
    """Returns the clocks of a case that have started, by name; a step that was taken has no running clock.

    A name is the step and its start: `ack/receipt`, `update/20261121T013000Z`. A clock that starts again (a reopening,
    a new owner, the next message) has another name; one whose due time moves keeps its name (D-039).
    """
    seen: Counter[str] = Counter()
    named: dict[str, Clock] = {}
    for clock in judged.clocks:
        if clock.start is None or clock.due is None:
            continue
        name = "/".join(_name_parts(clock, judged.rules))
        seen[name] += 1
        # Two tasks may be given to one department at the same moment; they stay in their order.
        named[name if seen[name] == 1 else f"{name}/{seen[name]}"] = clock
    return named


def _name_parts(clock: Clock, rules: Rulebook) -> tuple[str, ...]:
    """The parts of the name; without the text of a task or an action, which may name a person."""
    start = _stamp(clock.start)
    if clock.step == PROMISE:
        return clock.step, clock.what, _stamp(clock.due)
    if clock.step in {ACTION, ACTION_CHECK}:
        return clock.step, str(action_number_of(clock.what)), start
    if clock.step in DATED_CLOCKS:
        what = clock.what.partition(": ")[0]
        return (clock.step, start) if what == CONTACT else (clock.step, what, start)
    return clock.step, clock.origin if is_fixed_origin(clock.origin, rules) else start


def _stamp(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if moment else ""
