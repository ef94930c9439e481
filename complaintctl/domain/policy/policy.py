"""The policy of a team: the contents of the file `complaintctl.yaml`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from complaintctl.domain.policy.retention_rules import RetentionRule
from complaintctl.domain.policy.trust_rules import PersonalRule, TrustRule

Labels = dict[str, str]
TextOrMap = str | dict[str, str]
# Keys of the policy whose value may be a plain list of keys instead of a map.
LISTABLE_KEYS: Final = ("channels", "fields", "levels", "remedies", "roles")
ListOrMap = tuple[str, ...] | dict[str, tuple[str, ...]]
# Steps that tell the customer something, the one that says least first; a policy may name others (`says_more`).
SAYS_MORE: Final = ("ack", "update", "respond")
# In `close:`, instead of a list of steps: every step that is required.
EVERY_STEP: Final = "required"
# Days of a calendar (`2026-10-01`, or `12-25` for every year), or a map of such days to names.
DaysOrNames = tuple[str, ...] | dict[str, TextOrMap | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledEntry:
    """An entry of the policy with its label in each language; `also` are its old names, still understood."""

    label: Labels = field(default_factory=dict)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomField:
    """A custom field of the team, stored under `x:` of a case; if it has choices, it accepts only those.

    A field of the type `day` or `time` holds a date, from which clocks may count and at which limits may end.
    """

    label: Labels = field(default_factory=dict)
    type: Literal["day", "time"] | None = None
    choices: dict[str, LabelledEntry | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledKey:
    """A key of the policy that is printed with its label."""

    key: str
    label: Labels


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassEntry:
    """A class of complaints (or of causes) and its subclasses; `also` are its old names with their full paths."""

    label: Labels = field(default_factory=dict)
    also: tuple[str, ...] = ()
    department: str | None = None
    sub: "dict[str, ClassEntry | None]" = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRule:
    """How working days are counted: the first day, a start on a day off, and the time on the last day.

    A start at or after `cutoff` counts from `then` of the next working day. The default of `day_off` is `stays`,
    or `next opening` if there is a `cutoff`.
    """

    from_: Literal["next day", "same day"] = "next day"
    day_off: Literal["stays", "moves", "next opening"] | None = None
    until: Literal["closing", "same time"] = "closing"
    cutoff: str | None = None
    then: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Office hours: maps weekday ranges ("mon-fri") to opening spans ("09:00-12:00"), local time.

    `special_hours` replace the weekly hours of a day, `breaks` are subtracted from the hours of a day. `source`
    is the publisher of the days.
    """

    hours: dict[str, tuple[str, ...]]
    timezone: str | None = None
    holidays: DaysOrNames = ()
    workdays: DaysOrNames = ()
    special_hours: dict[str, tuple[str, ...]] = field(default_factory=dict)
    breaks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known_until: date | None = None
    # D-016: of the calendar, not of a limit.
    count: CountRule = field(default_factory=CountRule)
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class StepEffect:
    """What happens by itself when a step is taken: `watchers` are people or roles who are added to those of the case."""

    watchers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of handling with its limit. `from` names its starting points.

    `again` is the limit after a reopening if it differs from `within`; `source` is the rule that requires the step.
    `limit_by` and `calendar_by` name a field whose values are keys of the limits and of `calendar`. `extend` is how much
    longer the limit is after its one extension, `times` how often the step may be taken, `other_than` the steps whose
    person may not take it.
    """

    step: str
    label: Labels = field(default_factory=dict)
    within: TextOrMap | None = None
    every: TextOrMap | None = None
    again: TextOrMap | None = None
    extend: TextOrMap | None = None
    limit_by: str | None = None
    times: int | None = None
    warn: tuple[str, ...] | None = None
    calendar: TextOrMap | None = None
    calendar_by: str | None = None
    from_: str | tuple[str, ...] = "receipt"
    after: tuple[str, ...] | None = None
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    needs: ListOrMap = ()
    approve: ListOrMap = ()
    promise: dict[str, TextOrMap] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    other_than: str | tuple[str, ...] = ()
    until: str | None = None
    first_answer: bool = False
    optional: bool = False
    pauses: bool | None = None
    on: StepEffect | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitRule:
    """How long one wait for the customer may pause a clock (`at_most`); after that, the clock runs again (D-019)."""

    at_most: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One escalation rule: whom to inform (`to`) when a clock is `late` by a length, or a length `before` it is due.

    `steps` limits the rule to the clocks of these steps; empty means all. `raise` moves the case one level up,
    `hand_over` makes `to` the owner of the case.
    """

    to: str
    late: str | None = None
    before: str | None = None
    steps: tuple[str, ...] = ()
    raise_: Literal["level"] | None = None
    hand_over: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RepetitionRule:
    """One repetition rule: whom to inform (`to`) of a case `reopened` n times, or of n similar `cases`.

    Cases are similar if they have the `same` values in these fields and were received `within` this length before
    the case; the case itself counts, too. `raise` and `hand_over` as in `Rung`.
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
    """The source of a policy's numbers. `unverified`: nobody has compared them with the text of the source (D-128)."""

    title: str
    url: str | None = None
    version: str | None = None
    unverified: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRule:
    """A task to give for cases that satisfy `when`; `within` is the department's limit, counted from the giving."""

    to: str
    what: TextOrMap
    within: TextOrMap | None = None
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Duty:
    """A recurring duty of the desk, not of a case: due again `every` length after it was last done, or after `from`.

    `who` is the role, person or department that it belongs to.
    """

    every: str
    label: Labels = field(default_factory=dict)
    who: str | None = None
    from_: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """Several steps that are often taken at one moment, in order; `close` may be the last. Each stays a step of its own."""

    steps: tuple[str, ...]
    label: Labels = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class GradingRule:
    """A row of the grading: the level of a case that satisfies `when` of this row and of no earlier row."""

    level: str
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseRule:
    """What closing with one outcome requires. An outcome without a rule requires every required step.

    So does `steps: required`, with what that implies: the tasks, and the actions that must be verified.
    """

    steps: tuple[str, ...] | Literal["required"] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A person who handles cases, identified by the e-mail address of their git identity.

    `signing_keys` are public SSH keys, each `ssh-ed25519 AAAA…`, that sign commits and checkpoints.
    """

    email: str | None = None
    name: str | None = None
    roles: tuple[str, ...] = ()
    department: str | None = None
    signing_keys: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """The sender of letters and forms: the team as customers know it."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VolumeRule:
    """How many units were sold, made or served, for complaints per thousand units.

    `units` maps a period (`2026`, `2026-Q3`, `2026-10`, `2026-W44`) to the number of units, or to a map from values of
    the field `by` to numbers. `file` is a CSV file beside the policy with the same numbers instead.
    """

    label: Labels = field(default_factory=dict)
    by: str | None = None
    units: dict[str, TextOrMap] = field(default_factory=dict)
    file: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NotifyRule:
    """Where reminders go. An address may hold a password, so the policy has only names of environment variables.

    `to` maps a person, a role or a department to the variable with the address. `mail` is the variable with the mail
    server, for people with an `email` who are not in `to`. Nothing is sent outside the hours of `calendar`; without
    one, outside those of the policy's calendar.
    """

    to: dict[str, str] = field(default_factory=dict)
    mail: str | None = None
    calendar: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GitRule:
    """Whether each command makes its own git commit."""

    commit: Literal["on", "off"] = "on"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """The whole file. Its schema has been checked; `policy_faults.find_policy_faults` checks its references.

    `private`: only the owner of a new file with customer data may read it.
    """

    complaintctl: Literal["1"]
    name: str
    label: Labels = field(default_factory=dict)
    language: Literal["en", "zh"] = "en"
    timezone: str
    # Of telephone numbers that were typed without one.
    country_code: str | None = None
    calendar: TextOrMap = "always"
    calendar_by: str | None = None
    calendars: dict[str, Calendar] = field(default_factory=dict)
    warn: tuple[str, ...] = ()
    wait: WaitRule = field(default_factory=WaitRule)
    # D-038: a list of moments.
    escalation: tuple[Rung, ...] = ()
    repetition: tuple[RepetitionRule, ...] = ()
    channels: dict[str, LabelledEntry | None] = field(default_factory=dict)
    levels: dict[str, LabelledEntry | None] = field(default_factory=dict)
    categories: dict[str, ClassEntry | None] = field(default_factory=dict)
    fields: dict[str, CustomField | None] = field(default_factory=dict)
    grading: tuple[GradingRule, ...] = ()
    steps: tuple[Step, ...] = ()
    # A promise is kept by its step, and by any later entry of this list.
    says_more: tuple[str, ...] = SAYS_MORE
    tasks: tuple[TaskRule, ...] = ()
    shortcuts: dict[str, Shortcut] = field(default_factory=dict)
    duties: dict[str, Duty] = field(default_factory=dict)
    close: dict[str, CloseRule | None] = field(default_factory=dict)
    reopen_to: str | None = None
    remedies: dict[str, LabelledEntry | None] = field(default_factory=dict)
    causes: dict[str, ClassEntry | None] = field(default_factory=dict)
    playbooks: dict[str, tuple[TextOrMap, ...]] = field(default_factory=dict)
    roles: dict[str, LabelledEntry | None] = field(default_factory=dict)
    people: dict[str, Person | None] = field(default_factory=dict)
    volumes: VolumeRule | None = None
    source: PolicySource | None = None
    sender: Sender = field(default_factory=Sender)
    notify: NotifyRule = field(default_factory=NotifyRule)
    git: GitRule = field(default_factory=GitRule)
    trust: TrustRule = field(default_factory=TrustRule)
    personal: PersonalRule = field(default_factory=PersonalRule)
    retention: tuple[RetentionRule, ...] = ()
    private: bool = False
    x: dict[str, Any] = field(default_factory=dict)


def class_paths(classes: Mapping[str, ClassEntry | None], prefix: str) -> Iterator[tuple[str, ClassEntry]]:
    """Yields every class with its path (`quality/function/hardware`), parents first; `prefix` precedes each path."""
    for key, entry in classes.items():
        class_entry = entry or ClassEntry()
        path = f"{prefix}{key}"
        yield path, class_entry
        yield from class_paths(class_entry.sub, f"{path}/")


def labelled_field(policy: Policy, name: str) -> LabelledKey:
    """Returns a field by its dotted name, with its label if it is a custom field."""
    custom = policy.fields.get(name.removeprefix("x.")) if name.startswith("x.") else None
    return LabelledKey(key=name, label=custom.label if custom else {})


def labelled_role(policy: Policy, name: str) -> LabelledKey:
    """Returns a role (or any other name) with its label, if it has one."""
    entry = policy.roles.get(name)
    return LabelledKey(key=name, label=entry.label if entry else {})


def find_step(policy: Policy, name: str) -> Step | None:
    """Returns the step with that name, or None."""
    return next((step for step in policy.steps if step.step == name), None)


def requires_every_step(policy: Policy, outcome: str) -> bool:
    """Whether closing with the outcome requires every step that is required: without a rule, or by `steps: required`."""
    rule = policy.close.get(outcome)
    return outcome not in policy.close or (rule is not None and rule.steps == EVERY_STEP)


def closing_steps(policy: Policy, outcome: str) -> tuple[str, ...]:
    """Returns the steps that the rule of an outcome names; empty if it requires every required step, or none."""
    rule = policy.close.get(outcome)
    return () if rule is None or rule.steps == EVERY_STEP else tuple(rule.steps)


def closing_needs(policy: Policy, outcome: str) -> tuple[str, ...]:
    """Returns what closing with the outcome needs to be known, beside steps."""
    rule = policy.close.get(outcome)
    return rule.needs if rule else ()


def find_playbook(policy: Policy, category: str | None) -> tuple[TextOrMap, ...]:
    """Returns the checks for a class, in order: its own, otherwise those of the nearest parent class."""
    path = category or ""
    while path:
        if path in policy.playbooks:
            return policy.playbooks[path]
        path = path.rpartition("/")[0]
    return ()


def find_department(policy: Policy, category: str) -> str | None:
    """Returns the department of a class, otherwise that of the nearest parent class with one, or None."""
    classes = dict(class_paths(policy.categories, ""))
    path = category
    while path:
        if (entry := classes.get(path)) and entry.department:
            return entry.department
        path = path.rpartition("/")[0]
    return None
