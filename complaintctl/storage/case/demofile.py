"""The invented complaints of the demo, as `templates/demo.yaml` tells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from complaintctl.domain import limits
from complaintctl.storage.case import schema
from complaintctl.storage.disk.shipped import SHIPPED
from complaintctl.storage.yaml import yamltext

FILE: Final = SHIPPED / "demo.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One event of a story, so long after receipt (`3h`)."""

    after: str
    did: str
    facts: Mapping[str, str] = field(default_factory=dict)
    via: str | None = None
    text: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """One complaint: how long ago it arrived, how long after that `by` opened it, what was known and done."""

    received: str
    opened: str = "20m"
    by: str
    facts: Mapping[str, str]
    moments: tuple[Moment, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Demo:
    """The policy that the stories are played by, the facts that all share, and the stories."""

    policy: str
    facts: Mapping[str, str]
    stories: tuple[Story, ...]


def read() -> Demo:
    """The shipped stories; raises ValueError where the file is not what it should be."""
    reading = yamltext.read(FILE.read_bytes(), with_places=False)
    demo, faults = schema.checked(Demo, reading.root) if isinstance(reading.root, dict) else (None, [])
    if demo is None:
        raise ValueError(FILE, reading.flaws, faults)
    return demo


def length(text: str) -> timedelta:
    """How long a text of the file says; raises ValueError where it says nothing."""
    limit = limits.parse_limit(text)
    if limit is None:
        raise ValueError(FILE, text)
    return timedelta(days=limit.days, seconds=limit.seconds)
