"""Reads the invented complaints of `complaintctl demo` from `templates/demo.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from complaintctl.domain.worktime import limits
from complaintctl.storage.case import schema
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.yaml import yamltext

# D-130: not in code.
DEMO_FILE: Final = SHIPPED_FOLDER / "demo.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryEvent:
    """One event of a story; `after` is the time since receipt (`3h`), `facts` the fields that it sets."""

    after: str
    did: str
    facts: Mapping[str, str] = field(default_factory=dict)
    via: str | None = None
    text: str | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoStory:
    """One complaint. `received`: how long ago; `opened`: how long after receipt `by` opened it; `facts`: its fields."""

    received: str
    opened: str = "20m"
    by: str
    facts: Mapping[str, str]
    moments: tuple[StoryEvent, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoData:
    """The stories, the policy they run under, and `facts`, the fields that all of them share."""

    policy: str
    facts: Mapping[str, str]
    stories: tuple[DemoStory, ...]


def read_demo() -> DemoData:
    """Returns the shipped stories; raises ValueError if the file has faults."""
    reading = yamltext.parse_yaml(DEMO_FILE.read_bytes(), with_places=False)
    demo, faults = (
        schema.object_from_texts(DemoData, reading.root) if isinstance(reading.root, dict) else (None, [])
    )
    if demo is None:
        raise ValueError(DEMO_FILE, reading.flaws, faults)
    return demo


def parse_length(text: str) -> timedelta:
    """Parses a duration such as `3h`; raises ValueError if it is none."""
    limit = limits.parse_limit(text)
    if limit is None:
        raise ValueError(DEMO_FILE, text)
    return timedelta(days=limit.days, seconds=limit.seconds)
