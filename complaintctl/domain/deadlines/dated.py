"""Dates fixed in the case, told to the customer or to a department: by the clock, never paused."""

import dataclasses
from datetime import datetime

from complaintctl.domain.deadlines import thresholds
from complaintctl.domain.deadlines.clocks import Clock
from complaintctl.domain.deadlines.rulebook import Rulebook, step_ladder
from complaintctl.domain.worktime import worktime


def add_warnings(clock: Clock, rules: Rulebook, as_of: datetime) -> Clock:
    """The clock with the warnings and the ladder of the policy, while it runs towards its date."""
    if clock.start is None or clock.due is None or clock.state not in {"running", "overdue"}:
        return clock
    table = worktime.always_open(rules.zone)
    warnings = tuple(thresholds.warning_points(table, rules.policy.warn, clock.start, None, clock.due))
    return dataclasses.replace(
        clock,
        warnings=warnings,
        ladder=tuple(thresholds.rung_points(table, step_ladder(rules, clock.step), clock.due)),
        warned=any(warning.at <= as_of for warning in warnings),
    )
