"""A case: the current values of its fields, and its history of events."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from complaintctl.domain.case.event_kinds import ERASED, ActionKind, LessonMark, Outcome, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportSource:
    """The origin of an imported case; `row` is a fingerprint of each imported field."""

    system: str
    id: str
    row: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Customer:
    """The person who complains; every field is personal.

    `sealed` is the encrypted block of a sealed casebook. Beside it stand in clear text: `has`, the names of the fields
    in the block, and `known_by`, keyed pseudonyms by which the same customer is recognised in another case. A file
    holds either the block or the fields; in memory an opened customer has both.
    """

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    has: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    sealed: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the customer is sealed and was not opened, so that none of the fields can be read."""
        return self.sealed is not None and not (self.name or self.phone or self.email or self.address)


# The fields of a customer that say who it is.
PERSONAL_PARTS: Final = ("name", "phone", "email", "address")


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
    """Possible effects of the complaint on the company, as free text (P1: impact assessment)."""

    customer_satisfaction: str | None = None
    market_share: str | None = None
    business_result: str | None = None
    legal_risk: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A date promised to the customer: fixed, never paused, kept by the first later event of step `what`."""

    by: datetime
    what: str
    made: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """The next contact agreed with the customer: `by` is a fixed date, never paused, `via` the channel."""

    by: datetime | None = None
    via: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A task for a department (or a person), and its report.

    `to`, `what` and `given` identify it within the case; `due` is a fixed date, never paused.
    """

    to: str
    what: str
    given: datetime
    due: datetime | None = None
    done: datetime | None = None
    result: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Bone:
    """A possible cause on the cause-and-effect (fishbone) diagram, and its branch."""

    branch: str
    cause: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """The cause of the complaint; `class_` is a path in the policy's `causes`."""

    class_: str | None = None
    finding: str | None = None
    five_whys: tuple[str, ...] = ()
    fishbone: tuple[Bone, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One measure of a plan."""

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
    """A corrective or preventive action; `due` and `check` are days. Closing the case does not end it.

    If `required`, the case cannot be closed until somebody other than `who` and `done_by` has verified it as
    `effective`. `recurred` lists the ids of later cases that reopened it.
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
class Recurrence:
    """Why the complaint is no recurrence of an earlier one with the same cause, model or batch."""

    reason: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Satisfaction:
    """The customer's opinion, 1 (bad) to 5 (good)."""

    overall: int | None = None
    attitude: int | None = None
    solved: int | None = None
    comment: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file under attachments/<case id>/ and its SHA-256 in hexadecimal.

    `erased`: True if the file was deleted together with the customer's data; name and hash stay.
    """

    file: str
    sha256: str
    erased: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedRung:
    """An escalation carried out for a clock: `late` or `before` as in the policy, and the receiver `to`.

    `start` distinguishes the clock from a later clock of the same step (after a reopening). `what` is set if the
    clock is not one of a step. `due` is the due time as computed at that moment.
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
    """A repetition rule carried out for a case, with the values of the rule and the ids of the `alike` cases."""

    reopened: int | None = None
    same: tuple[str, ...] = ()
    cases: int | None = None
    within: str | None = None
    alike: tuple[str, ...] = ()
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedMail:
    """The e-mail that an event records: its Message-ID, those that it refers to, and the names of its attachments.

    Ids stand without angle brackets. The first attachment is the original e-mail.
    """

    id: str
    references: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event in the history of a case; optional fields are omitted in the file if they are empty.

    `set` maps a dotted field to [old, new] as texts; `changed` lists personal fields without their values.
    `due` and `met` are the verdict on the step taken; `moved` maps a step to [old due, new due]. `rungs` and
    `repeated` are the escalations and repetition rules that `escalate --due` carried out.
    `tasks` are the tasks given, or the task reported done, without the report.
    `until` is when a wait stops pausing clocks by itself. `mail` is the e-mail that the event records.
    `recorded` is set if `at` was given by hand; `irregular` names the rule that an imported event breaks.
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
    mail: RecordedMail | None = None
    link: str | None = None
    event: str | None = None
    refused: bool | None = None
    text: str | None = None
    reason: str | None = None
    until: datetime | None = None
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

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the attachments that the event added."""
        return (*((self.file,) if self.file else ()), *(self.mail.files if self.mail else ()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One complaint. Times are timezone-aware; `level` and `category` are keys of the policy.

    `watchers` are people or roles to be informed. `crisis` is True during a crisis, otherwise None.
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
    contact: Contact | None = None
    cause: Cause | None = None
    plan: Plan | None = None
    tasks: tuple[Task, ...] = ()
    remedy: Remedy | None = None
    outcome: Outcome | None = None
    actions: tuple[Action, ...] = ()
    recurrence: Recurrence | None = None
    satisfaction: Satisfaction | None = None
    lesson: str | None = None
    lesson_mark: LessonMark | None = None
    links: tuple[dict[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    x: dict[str, str | None] = field(default_factory=dict)
    history: tuple[Event, ...] = ()

    @property
    def is_erased(self) -> bool:
        """Whether the customer's data were ever erased from the case."""
        return ERASED in [event.did for event in self.history]
