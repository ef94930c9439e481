"""Faults of recurring duties in a policy."""

import re
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Fault
from complaintctl.domain.worktime import limits

# What can be typed as one word.
_PLAIN_NAME: Final = re.compile(r"[\w-]+")


def find_duty_faults(policy: Policy) -> Iterator[Fault]:
    """Yields duties with a name that cannot be typed as one word, or without a valid interval."""
    for name, duty in policy.duties.items():
        if not _PLAIN_NAME.fullmatch(name):
            yield Fault(key="policy-plain-name", path=("duties", name), values={"value": name})
        limit = limits.parse_limit(duty.every)
        if limit is None:
            yield Fault(key="policy-limit", path=("duties", name, "every"), values={"value": duty.every})
        elif not (limit.seconds or limit.days or limit.months or limit.working_days):
            yield Fault(
                key="policy-duty-interval", path=("duties", name, "every"), values={"value": duty.every}
            )
