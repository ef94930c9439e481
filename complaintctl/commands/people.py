"""Who types: the person of the git identity, and `me` as a word for that person."""

import getpass
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Labels, Policy
from complaintctl.storage.git import git

# The word for the person who types, unless the policy has somebody of that key or name.
ME_LABELS: Final[Mapping[str, Labels]] = {"me": {"zh": "我"}}
_ME: Final = frozenset({"me", "我"})


def current_person(policy: Policy, folder: Path) -> str:
    """Returns who types: the person whom git would name as author in that folder."""
    return _author_name(policy, git.author_email(folder) or "")


def _author_name(policy: Policy, address: str) -> str:
    """Returns the person with this address, else its local part, or all of it if the local part is another person's key."""
    addresses = vocabulary.people_by_address(policy)
    local = address.partition("@")[0]
    named = addresses.get(address.casefold())
    return named or (address if local in addresses.values() else local) or getpass.getuser()


def parse_name(policy: Policy, folder: Path, typed: str, parse: Callable[[Policy, str], str]) -> str:
    """Returns what `parse` makes of a typed name; `me` is the person who types, if it is nobody's key or name."""
    name = parse(policy, typed)
    return current_person(policy, folder) if name.casefold() in _ME and name not in policy.people else name
