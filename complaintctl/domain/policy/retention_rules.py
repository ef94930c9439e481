"""How long the customer's data of closed cases are kept."""

from dataclasses import dataclass, field
from typing import Final, Literal

# From the last closing, or from receipt; a rule may also name a date field.
RETENTION_STARTS: Final = ("close", "receipt")


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionRule:
    """For closed cases that satisfy `when`: how long to `keep` the data, from when, and what happens `then`.

    `keep` is calendar time: `3y`, `18mo`, `30d`. Of several rules the first that fits a case counts.
    """

    keep: str
    from_: str = "close"
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    then: Literal["erase"] = "erase"
