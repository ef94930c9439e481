"""What a policy demands of the git history and of personal data."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

PersonalLevel = Literal["plain", "masked", "sealed"]
PERSONAL_LEVELS: Final[tuple[PersonalLevel, ...]] = get_args(PersonalLevel)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustRule:
    """What `verify` demands of the git history.

    `tolerance` is how far the time of an event may be from the time of its commit. `unpublished` is how long a commit
    may be rebased before others see it. With `squash: allowed`, one commit may hold events that were recorded apart.
    With `signed`, every commit that records an event has a valid signature of a person in the policy. `policy_by`
    are the roles that may change the policy; empty means everybody. `witnesses` is how many different people must have
    signed a checkpoint.
    """

    tolerance: str = "10m"
    unpublished: str = "7d"
    squash: Literal["refused", "allowed"] = "refused"
    signed: bool = False
    policy_by: tuple[str, ...] = ()
    witnesses: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalRule:
    """How customer data are kept.

    `plain`: as text. `masked`: as text, but shown only with --reveal. `sealed`: encrypted; `keyring` are the folders
    outside the repository that hold the keys.
    """

    level: PersonalLevel = "plain"
    keyring: tuple[str, ...] = ()
