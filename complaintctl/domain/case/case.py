"""A case: the facts we know now, and the history of what happened."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from complaintctl.domain.case.event_kinds import ActionKind, LessonMark, Outcome, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSource:
    """Where an imported case came from; `row` is a fingerprint of each imported field."""

    system: str
    id: str
    row: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """Who complains; every field is personal."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """What the complaint is about."""

    model: str | None = None
    serial: str | None = None
    batch: str | None = None
    bought: date | None = None
    bought_from: str | None = None
    time_in_use: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """The problem in six questions (5W1H); `who` is personal."""

    what: str | None = None
    when: str | None = None
    where: str | None = None
    who: str | None = None
    why: str | None = None
    how: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Impact:
    """What the complaint may do to us, in words (P1: impact assessment)."""

    customer_satisfaction: str | None = None
    market_share: str | None = None
    business_result: str | None = None
    legal_risk: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A date told to this customer: fixed, never paused, kept by the first later event of `what`."""

    by: datetime
    what: str
    made: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What a department (or a person) is asked to do on the case, and what it reported.

    `to`, `what` and `given` tell it from the others; `due` is a fixed date, never paused.
    """

    to: str
    what: str
    given: datetime
    due: datetime | None = None
    done: datetime | None = None
    result: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bone:
    """A possible cause on the cause-and-effect diagram, and the branch it hangs on."""

    branch: str
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why it happened; its class is a path in the policy's `causes`."""

    class_: str | None = None
    finding: str | None = None
    five_whys: tuple[str, ...] = ()
    fishbone: tuple[Bone, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One thing to be done under a plan."""

    what: str
    who: str | None = None
    due: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What the team intends to do for the customer and about the cause."""

    remedy: str | None = None
    principle: str | None = None
    measures: tuple[Measure, ...] = ()
    department: str | None = None
    supervision: str | None = None
    agreed_with_customer: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What the customer got."""

    kind: str | None = None
    cost: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A corrective or preventive action, with the days it is due and to be checked; closing does not end it.

    `required` forbids closing until somebody other than `who` and `done_by` found it `effective`. `recurred` names the
    later cases that opened it again.
    """

    what: str
    kind: ActionKind
    who: str
    due: date
    given: datetime
    check: date | None = None
    required: bool | None = None
    done: datetime | None = None
    done_by: str | None = None
    effective: bool | None = None
    verified: datetime | None = None
    verified_by: str | None = None
    recurred: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Satisfaction:
    """The customer's opinion, 1 (bad) to 5 (good)."""

    overall: int | None = None
    attitude: int | None = None
    solved: int | None = None
    comment: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file under attachments/<case id>/ and its SHA-256 in hexadecimal."""

    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedRung:
    """A rung of the ladder that a clock had come to: so `late`, or so long `before`, with who was to know.

    `start` tells the clock from the one that the same step has after a reopening; `what` stands where it is no
    step that was due, `due` is when by what was known then.
    """

    step: str
    what: str | None = None
    start: datetime
    due: datetime
    late: str | None = None
    before: str | None = None
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedRepetition:
    """A rule of repetition that had come, in its own words, and the cases that were `alike`."""

    reopened: int | None = None
    same: tuple[str, ...] = ()
    cases: int | None = None
    within: str | None = None
    alike: tuple[str, ...] = ()
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One line of a case's history. Optional fields stand only where they say something.

    `set` maps a dotted field to [old, new] as texts; `changed` names personal fields without their values.
    `due` and `met` are the verdict on the step taken; `moved` maps a step to [old due, new due]; `rungs` are those of
    the ladder, and `repeated` the rules of repetition, that `escalate --due` did.
    `tasks` are those that were given, or the one that was reported done, without what was reported.
    `recorded` stands where `at` was given by hand; `irregular` names the rule an imported event breaks.
    """

    at: datetime
    by: str
    did: str
    via: str | None = None
    to: str | None = None
    set: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    promise: tuple[datetime, ...] = ()
    tasks: tuple[Task, ...] = ()
    file: str | None = None
    link: str | None = None
    event: str | None = None
    refused: bool | None = None
    text: str | None = None
    reason: str | None = None
    forced: tuple[str, ...] = ()
    due: datetime | None = None
    met: bool | None = None
    moved: dict[str, tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    rungs: tuple[RecordedRung, ...] = ()
    repeated: tuple[RecordedRepetition, ...] = ()
    irregular: str | None = None
    recorded: datetime | None = None
    recorded_by: str | None = None
    id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One complaint. Times are aware; `level` and `category` are keys of the policy, `watchers` shall know of it.

    `crisis` is True while the case is in crisis, else absent.
    """

    id: str
    title: str
    received: datetime
    channel: str | None = None
    source: ImportSource | None = None
    status: Status
    level: str | None = None
    category: str | None = None
    crisis: bool | None = None
    owner: str | None = None
    department: str | None = None
    watchers: tuple[str, ...] = ()
    customer: Customer | None = None
    product: Product | None = None
    description: str | None = None
    remedy_sought: str | None = None
    problem: Circumstances | None = None
    impact: Impact | None = None
    promised: tuple[Promise, ...] = ()
    cause: Cause | None = None
    plan: Plan | None = None
    tasks: tuple[Task, ...] = ()
    remedy: Remedy | None = None
    outcome: Outcome | None = None
    actions: tuple[Action, ...] = ()
    satisfaction: Satisfaction | None = None
    lesson: str | None = None
    lesson_mark: LessonMark | None = None
    links: tuple[dict[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    x: dict[str, str | None] = field(default_factory=dict)
    history: tuple[Event, ...] = ()
