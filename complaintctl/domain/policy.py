"""A policy: the list of promises a team makes, as the file `complaintctl.yaml` says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Labels = dict[str, str]
Texts = str | dict[str, str]
Lists = tuple[str, ...] | dict[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Labelled:
    """A key of the policy with its names in each language."""

    label: Labels = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Class:
    """A class of complaints (or of causes) and its sub-classes."""

    label: Labels = field(default_factory=dict)
    department: str | None = None
    sub: "dict[str, Class | None]" = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Office hours: weekday ranges ("mon-fri") to opening spans ("09:00-12:00"), local time."""

    hours: dict[str, tuple[str, ...]]
    timezone: str | None = None
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    known_until: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One promised piece of handling. `from` names its starting points."""

    step: str
    label: Labels = field(default_factory=dict)
    within: Texts | None = None
    every: Texts | None = None
    calendar: str | None = None
    from_: str | tuple[str, ...] = "receipt"
    after: tuple[str, ...] | None = None
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    needs: Lists = ()
    approve: Lists = ()
    promise: dict[str, Texts] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    until: str | None = None
    first_answer: bool = False
    optional: bool = False
    pauses: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseRule:
    """What closing with one outcome takes. An outcome without a rule takes every required step."""

    steps: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who acts on cases, known by the address in their git identity."""

    email: str | None = None
    name: str | None = None
    roles: tuple[str, ...] = ()
    department: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GitRule:
    """Whether each command makes its own commit."""

    commit: Literal["on", "off"] = "on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The whole file, its shape already checked; `policy_faults.faults` checks what it refers to."""

    complaintctl: Literal["1"]
    name: str
    label: Labels = field(default_factory=dict)
    language: Literal["en", "zh"] = "en"
    timezone: str
    calendar: str = "always"
    calendars: dict[str, Calendar] = field(default_factory=dict)
    channels: dict[str, Labelled | None] = field(default_factory=dict)
    levels: dict[str, Labelled | None] = field(default_factory=dict)
    categories: dict[str, Class | None] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    close: dict[str, CloseRule | None] = field(default_factory=dict)
    reopen_to: str | None = None
    remedies: dict[str, Labelled | None] = field(default_factory=dict)
    causes: dict[str, Class | None] = field(default_factory=dict)
    playbooks: dict[str, tuple[Texts, ...]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    people: dict[str, Person | None] = field(default_factory=dict)
    git: GitRule = field(default_factory=GitRule)
    x: dict[str, Any] = field(default_factory=dict)


def paths(classes: Mapping[str, Class | None], prefix: str) -> Iterator[tuple[str, Class]]:
    """Every class below `prefix` with its path (`quality/function/hardware`), parents first."""
    for key, entry in classes.items():
        known = entry or Class()
        path = f"{prefix}{key}"
        yield path, known
        yield from paths(known.sub, f"{path}/")


def step_named(policy: Policy, name: str) -> Step | None:
    """The policy's promise of that name, or None where it makes none."""
    return next((step for step in policy.steps if step.step == name), None)


def playbook(policy: Policy, category: str | None) -> tuple[Texts, ...]:
    """The ordered checks for a class: its own, else those of the nearest class above it."""
    path = category or ""
    while path:
        if path in policy.playbooks:
            return policy.playbooks[path]
        path = path.rpartition("/")[0]
    return ()


def department_of(policy: Policy, category: str) -> str | None:
    """The department that owns a class: the nearest one named on the way up."""
    known = dict(paths(policy.categories, ""))
    path = category
    while path:
        if (entry := known.get(path)) and entry.department:
            return entry.department
        path = path.rpartition("/")[0]
    return None
