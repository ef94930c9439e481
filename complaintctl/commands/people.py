"""`me` as a word for the person who types."""

from collections.abc import Mapping
from typing import Final

from complaintctl.domain.policy.policy import Labels, Policy

# The word for the person who types, unless the policy has somebody of that key or name.
ME_LABELS: Final[Mapping[str, Labels]] = {"me": {"zh": "我"}}
_ME: Final = frozenset({"me", "我"})


def is_me(policy: Policy, name: str) -> bool:
    """Whether a typed name means the person who types: `me`, unless it is somebody's key or name."""
    return name.casefold() in _ME and name not in policy.people
