"""The invented complaints of the demo, as `templates/demo.yaml` tells them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from complaintctl.domain import limits
from complaintctl.storage.case import schema
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.yaml import yamltext

DEMO_FILE: Final = SHIPPED_FOLDER / "demo.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryEvent:
    """One event of a story, so long after receipt (`3h`)."""

    after: str
    did: str
    facts: Mapping[str, str] = field(default_factory=dict)
    via: str | None = None
    text: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoStory:
    """One complaint: how long ago it arrived, how long after that `by` opened it, what was known and done."""

    received: str
    opened: str = "20m"
    by: str
    facts: Mapping[str, str]
    moments: tuple[StoryEvent, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoData:
    """The policy that the stories are played by, the facts that all share, and the stories."""

    policy: str
    facts: Mapping[str, str]
    stories: tuple[DemoStory, ...]


def read_demo() -> DemoData:
    """The shipped stories; raises ValueError where the file is not what it should be."""
    reading = yamltext.parse_yaml(DEMO_FILE.read_bytes(), with_places=False)
    demo, faults = (
        schema.object_from_texts(DemoData, reading.root) if isinstance(reading.root, dict) else (None, [])
    )
    if demo is None:
        raise ValueError(DEMO_FILE, reading.flaws, faults)
    return demo


def parse_length(text: str) -> timedelta:
    """How long a text of the file says; raises ValueError where it says nothing."""
    limit = limits.parse_limit(text)
    if limit is None:
        raise ValueError(DEMO_FILE, text)
    return timedelta(days=limit.days, seconds=limit.seconds)
