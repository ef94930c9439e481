"""Lengths of time that `trust` of a policy names, as time differences."""

from datetime import timedelta
from functools import lru_cache

from complaintctl.domain.worktime import limits


@lru_cache(maxsize=64)
def length_of(text: str) -> timedelta:
    """Returns a limit as elapsed time: a month as 30 days, a working day as one day; nothing if it is no limit."""
    limit = limits.parse_limit(text)
    if limit is None:
        return timedelta()
    days = limit.days + limit.working_days + 30 * limit.months
    return timedelta(days=days, seconds=limit.seconds)
