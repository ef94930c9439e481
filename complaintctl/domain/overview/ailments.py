"""What `doctor` finds wrong on disk, and the events that record its mends of a case."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import Status
from complaintctl.domain.deadlines.history import identify_event
from complaintctl.domain.deadlines.progress import retracted_ids


@dataclass(frozen=True, kw_only=True, slots=True)
class Ailment:
    """Something that is wrong: `key` names its sentence, `values` fill it; `file` is relative to the casebook.

    `mend` names the sentence that says how it is mended; None: a person must decide, and the sentence says what.
    `unreadable`: a file cannot be read as it is, so the answer is incomplete (exit code 4).
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    case_id: str | None = None
    mend: str | None = None
    unreadable: bool = False


def true_status(case: Case, told: Status, *, in_closed: bool) -> Status | None:
    """Returns the status of a case whose history, `status:` and folder disagree; None if a person must decide.

    The history counts, if the folder or `status:` agrees with it about being closed. If both contradict it, somebody
    moved the case by hand, and only a person knows which is right.
    """
    closed = told == "closed"
    if closed not in {in_closed, case.status == "closed"}:
        return None
    return told


def with_note(case: Case, at: datetime, by: str, reason: str) -> Case:
    """Returns the case with an `edit` event that says what was mended."""
    event = identify_event(case.id, case.history, Event(at=at, by=by, did="edit", reason=reason))
    return dataclasses.replace(case, history=(*case.history, event))


def is_beginning(short: Case, long: Case) -> bool:
    """Whether the history of a case is the beginning of another one's: both are one case at two moments."""
    count = len(short.history)
    return 0 < count <= len(long.history) and short.history == long.history[:count]


def is_same_opening(one: Case, other: Case) -> bool:
    """Whether two cases with one id were registered by the same event, so that they are one complaint."""
    return bool(one.history) and one.history[:1] == other.history[:1]


def follow_links(case: Case, ids: tuple[str, str], at: datetime, by: str, reason: str) -> Case:
    """Returns the case with its links to the first id replaced by links to the second.

    Each event that recorded such a link is retracted, and a new one records the new link.
    """
    old, new = ids
    links = tuple(
        {kind: new if target == old else target for kind, target in link.items()} for link in case.links
    )
    retracted = retracted_ids(case.history)
    recorded = [event for event in case.history if event.link == old and event.id not in retracted]
    case = dataclasses.replace(case, links=links)
    events = [Event(at=at, by=by, did="retract", event=event.id, reason=reason) for event in recorded]
    for event in (*events, Event(at=at, by=by, did="link", link=new, reason=reason)):
        whole = identify_event(case.id, case.history, event)
        case = dataclasses.replace(case, history=(*case.history, whole))
    return case


def links_to(case: Case, case_id: str) -> bool:
    """Whether the case is linked to this id."""
    return any(case_id in link.values() for link in case.links)
