"""A policy: the list of promises a team makes, as the file `complaintctl.yaml` says it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

Labels = dict[str, str]
TextOrMap = str | dict[str, str]
# What may also be a plain list of keys.
LISTABLE_KEYS: Final = ("channels", "fields", "levels", "remedies", "roles")
ListOrMap = tuple[str, ...] | dict[str, tuple[str, ...]]
# Days of a calendar (`2026-10-01`, every year `12-25`), or a map of them to their names.
DaysOrNames = tuple[str, ...] | dict[str, TextOrMap | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledEntry:
    """A key of the policy with its names in each language."""

    label: Labels = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomField:
    """A fact of the team's own, under `x:` of a case; with choices it accepts only those."""

    label: Labels = field(default_factory=dict)
    choices: dict[str, LabelledEntry | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledKey:
    """A key of the policy that a sentence tells with its label."""

    key: str
    label: Labels


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassEntry:
    """A class of complaints (or of causes) and its sub-classes."""

    label: Labels = field(default_factory=dict)
    department: str | None = None
    sub: "dict[str, ClassEntry | None]" = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRule:
    """How working days are counted: from which day, what a start on a day off means, until when on the last day.

    What starts at or after `cutoff` counts from `then` of the next working day. Left out, `day_off` is `stays`, beside a
    cut-off hour `next opening`.
    """

    from_: Literal["next day", "same day"] = "next day"
    day_off: Literal["stays", "moves", "next opening"] | None = None
    until: Literal["closing", "same time"] = "closing"
    cutoff: str | None = None
    then: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Office hours: weekday ranges ("mon-fri") to opening spans ("09:00-12:00"), local time.

    `special_hours` replace the week's on a day, `breaks` are taken out of them; `source` says who published it.
    """

    hours: dict[str, tuple[str, ...]]
    timezone: str | None = None
    holidays: DaysOrNames = ()
    workdays: DaysOrNames = ()
    special_hours: dict[str, tuple[str, ...]] = field(default_factory=dict)
    breaks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known_until: date | None = None
    count: CountRule = field(default_factory=CountRule)
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One promised piece of handling. `from` names its starting points.

    `again` is the limit after a reopening, where it is not the first one; `source` the rule that demands the step.
    """

    step: str
    label: Labels = field(default_factory=dict)
    within: TextOrMap | None = None
    every: TextOrMap | None = None
    again: TextOrMap | None = None
    warn: tuple[str, ...] | None = None
    calendar: str | None = None
    from_: str | tuple[str, ...] = "receipt"
    after: tuple[str, ...] | None = None
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    needs: ListOrMap = ()
    approve: ListOrMap = ()
    promise: dict[str, TextOrMap] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    until: str | None = None
    first_answer: bool = False
    optional: bool = False
    pauses: bool | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitRule:
    """How long one wait for the customer may stop a clock (`at_most`); then it goes on."""

    at_most: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One rung of the ladder: who shall know when a clock is so late, or due so soon.

    `steps` are those whose clocks it is for, none for all; `raise` takes the case one level up, `hand_over` makes
    `to` its owner.
    """

    to: str
    late: str | None = None
    before: str | None = None
    steps: tuple[str, ...] = ()
    raise_: Literal["level"] | None = None
    hand_over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RepetitionRule:
    """Who shall know of a case that was `reopened` so often, or that is one of so many `cases` alike.

    Alike are cases with the `same` values in these fields, received `within` so long before it. `raise` and `hand_over`
    as in a rung.
    """

    to: str
    reopened: int | None = None
    same: tuple[str, ...] = ()
    cases: int | None = None
    within: str | None = None
    raise_: Literal["level"] | None = None
    hand_over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicySource:
    """Where a policy's numbers come from. `unverified`: nobody compared them with the text of the rule."""

    title: str
    url: str | None = None
    version: str | None = None
    unverified: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRule:
    """A task that cases call for where `when` holds, and how long the department has from its giving."""

    to: str
    what: TextOrMap
    within: TextOrMap | None = None
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class GradingRule:
    """A row of the grading: the level of a case for which `when` holds and that of no row before."""

    level: str
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


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
class Sender:
    """Who signs letters and forms: the team as customers know it."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


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
    warn: tuple[str, ...] = ()
    wait: WaitRule = field(default_factory=WaitRule)
    escalation: tuple[Rung, ...] = ()
    repetition: tuple[RepetitionRule, ...] = ()
    channels: dict[str, LabelledEntry | None] = field(default_factory=dict)
    levels: dict[str, LabelledEntry | None] = field(default_factory=dict)
    categories: dict[str, ClassEntry | None] = field(default_factory=dict)
    fields: dict[str, CustomField | None] = field(default_factory=dict)
    grading: tuple[GradingRule, ...] = ()
    steps: tuple[Step, ...] = ()
    tasks: tuple[TaskRule, ...] = ()
    close: dict[str, CloseRule | None] = field(default_factory=dict)
    reopen_to: str | None = None
    remedies: dict[str, LabelledEntry | None] = field(default_factory=dict)
    causes: dict[str, ClassEntry | None] = field(default_factory=dict)
    playbooks: dict[str, tuple[TextOrMap, ...]] = field(default_factory=dict)
    roles: dict[str, LabelledEntry | None] = field(default_factory=dict)
    people: dict[str, Person | None] = field(default_factory=dict)
    source: PolicySource | None = None
    sender: Sender = field(default_factory=Sender)
    git: GitRule = field(default_factory=GitRule)
    x: dict[str, Any] = field(default_factory=dict)


def class_paths(classes: Mapping[str, ClassEntry | None], prefix: str) -> Iterator[tuple[str, ClassEntry]]:
    """Every class below `prefix` with its path (`quality/function/hardware`), parents first."""
    for key, entry in classes.items():
        known = entry or ClassEntry()
        path = f"{prefix}{key}"
        yield path, known
        yield from class_paths(known.sub, f"{path}/")


def labelled_field(policy: Policy, name: str) -> LabelledKey:
    """A field of a case by its dotted name, one of the team's own with its label."""
    own = policy.fields.get(name.removeprefix("x.")) if name.startswith("x.") else None
    return LabelledKey(key=name, label=own.label if own else {})


def labelled_role(policy: Policy, name: str) -> LabelledKey:
    """A role (or anybody else) with its label, if it has one."""
    entry = policy.roles.get(name)
    return LabelledKey(key=name, label=entry.label if entry else {})


def find_step(policy: Policy, name: str) -> Step | None:
    """The policy's promise of that name, or None where it makes none."""
    return next((step for step in policy.steps if step.step == name), None)


def find_playbook(policy: Policy, category: str | None) -> tuple[TextOrMap, ...]:
    """The ordered checks for a class: its own, else those of the nearest class above it."""
    path = category or ""
    while path:
        if path in policy.playbooks:
            return policy.playbooks[path]
        path = path.rpartition("/")[0]
    return ()


def find_department(policy: Policy, category: str) -> str | None:
    """The department that owns a class: the nearest one named on the way up."""
    known = dict(class_paths(policy.categories, ""))
    path = category
    while path:
        if (entry := known.get(path)) and entry.department:
            return entry.department
        path = path.rpartition("/")[0]
    return None
