"""Who types: the person of the git identity, and `me` as a word for that person."""

import getpass
from collections.abc import Mapping
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Labels, Policy

# The word for the person who types, unless the policy has somebody of that key or name.
ME_LABELS: Final[Mapping[str, Labels]] = {"me": {"zh": "我"}}
_ME: Final = frozenset({"me", "我"})


def author_name(policy: Policy, address: str) -> str:
    """Returns the person with this address, else its local part, or all of it if the local part is another person's key."""
    addresses = vocabulary.people_by_address(policy)
    local = address.partition("@")[0]
    named = addresses.get(address.casefold())
    return named or (address if local in addresses.values() else local) or getpass.getuser()


def is_me(policy: Policy, name: str) -> bool:
    """Whether a typed name means the person who types: `me`, unless it is somebody's key or name."""
    return name.casefold() in _ME and name not in policy.people
