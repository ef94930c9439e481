"""Each event is judged by what its clone knew, and by the policy of its commit."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from complaintctl.domain.audit.case_replay import replay_case
from complaintctl.domain.audit.judged_history import judge_history
from complaintctl.domain.audit.records import AuditFinding, CommitRecord, RecordedEvent
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.policy.policy import Person, Policy, Step

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LI, MA = "li.wei", "ma.li"


def rules(*steps: Step, roles: tuple[str, ...] = ()) -> Rulebook:
    """A policy in which Li Wei has the roles, and nobody else has any."""
    people: dict[str, Person | None] = {
        LI: Person(email=f"{LI}@example.com", roles=roles),
        MA: Person(email=f"{MA}@example.com"),
    }
    return build_rulebook(
        Policy(complaintctl="1", name="p", timezone="UTC", steps=steps, roles={"boss": None}, people=people)
    )


PLAIN = rules(
    Step(step="ack", within="1h"), Step(step="classify", within="4h"), Step(step="respond", within="24h")
)


def act(minutes: int, by: str = LI) -> Attribution:
    at = START + timedelta(minutes=minutes)
    return Attribution(at=at, now=at, by=by, given=False, recorder=None)


def opened(policy: Rulebook = PLAIN) -> Case:
    case = Case(id="C-20260302-00001", title="t", received=START, status="open")
    return lifecycle.create_case(case, policy, act(0), Request(did="open"))


def taken(case: Case, did: str, minutes: int, by: str = LI, policy: Rulebook = PLAIN) -> Case:
    return lifecycle.decide_request(case, policy, Request(did=did), act(minutes, by)).case


def commit_of(event: Event, author: str | None = None) -> CommitRecord:
    """The commit that a command makes for an event."""
    moment = event.recorded or event.at
    return CommitRecord(
        hash=event.id * 5,
        parents=(),
        author_name="",
        author_email=f"{author or event.recorded_by or event.by}@example.com",
        committer_email=f"{author or event.recorded_by or event.by}@example.com",
        authored=moment,
        committed=moment,
        subject="",
        events=((event.did, event.id),),
        actor=event.by,
    )


def judged(
    case: Case, *policies: Rulebook, before: Mapping[str, tuple[Event, ...]] | None = None
) -> list[AuditFinding]:
    """The findings where each event has the policy at its place, the last one also all others.

    `before` has what the case had before the commit of an event, by its id; nobody knows it of the others.
    """

    def ids_before(event: Event) -> frozenset[str] | None:
        known = (before or {}).get(event.id)
        return None if known is None else frozenset(entry.id for entry in known)

    by_place = [*policies, *[policies[-1] if policies else PLAIN] * len(case.history)]
    events = [
        RecordedEvent(
            event=event,
            commit=commit_of(event),
            rules=by_place[place],
            ids_before=partial(ids_before, event),
        )
        for place, event in enumerate(case.history)
    ]
    return list(judge_history(case, events, range(len(events))))


def test_a_history_by_commands_has_no_findings() -> None:
    assert judged(taken(taken(opened(), "ack", 30), "classify", 300)) == []


def test_two_clones_do_not_know_the_events_of_each_other() -> None:
    case = opened()
    ours = taken(taken(case, "ack", 30), "respond", 90, MA, rules(Step(step="ack"), Step(step="respond")))
    theirs = taken(taken(case, "classify", 40, MA), "note", 50, MA)
    assert [finding.key for finding in judged(ours)] != []
    events = sorted({event.id: event for event in (*ours.history[:2], *theirs.history)}.values(), key=at)
    merged = dataclasses.replace(case, history=tuple(events))
    after = taken(merged, "respond", 200)
    assert judged(after) == []
    # In one clone a step is taken once; the other clone could not know of it.
    free = rules(Step(step="respond", within="24h", after=()))
    one, other = (taken(opened(free), "respond", minutes, by, free) for minutes, by in ((40, LI), (45, MA)))
    assert judged(dataclasses.replace(case, history=(*one.history, other.history[1])), free) == []
    later = taken(taken(opened(free), "note", 42, MA, free), "respond", 45, MA, free)
    assert judged(dataclasses.replace(case, history=(*one.history, *later.history[1:])), free) == []
    followed = history.identify_event(case.id, one.history, dataclasses.replace(other.history[1], id=""))
    assert judged(dataclasses.replace(case, history=(*one.history, followed)), free) != []


def joined(*sides: Case) -> Case:
    """The case with the events of all clones, by time."""
    events = {event.id: event for side in sides for event in side.history}
    return dataclasses.replace(sides[0], history=tuple(sorted(events.values(), key=at)))


def three_clones() -> tuple[Case, Event]:
    """What three clones recorded, and the end of a wait, which knew of one of the two others.

    Without the wait of the one clone it was not allowed, nor after the call in the other one.
    """
    case = opened()
    known, unknown = taken(case, "wait", 10, MA), taken(case, "heard", 20, MA)
    ours = taken(taken(joined(taken(case, "note", 30), known), "note", 35), "resume", 40)
    return joined(ours, unknown), ours.history[-1]


def test_an_event_is_judged_by_what_the_case_had_before_its_commit() -> None:
    case, resumed = three_clones()
    assert [event.did for event in case.history[1:]] == ["wait", "heard", "note", "note", "resume"]
    had = tuple(event for event in case.history[:-1] if event.did != "heard")
    assert judged(case, before={resumed.id: had}) == []
    # Nobody had the wait: no clone could end it.
    note = tuple(event for event in had if event.did != "wait")
    (finding,) = judged(case, before={resumed.id: note})
    assert (finding.key, finding.line) == ("audit-not-allowed", 6)


def test_a_commit_tells_what_its_clone_knew_also_after_events_of_which_nobody_can_tell_it() -> None:
    case, resumed = three_clones()
    had = frozenset(event.id for event in case.history if event.did not in {"heard", "resume"})
    recorded = [
        RecordedEvent(
            event=event,
            commit=None,
            rules=PLAIN,
            ids_before=(lambda: had) if event.id == resumed.id else None,
        )
        for event in case.history
    ]
    before = [
        [event.did for event in next(replayed.moments).before.history]
        for replayed in replay_case(case, recorded, range(len(recorded)))
    ]
    assert before[3:] == [["open"], ["open", "note"], ["open", "wait", "note", "note"]]


def level_set(case: Case, minutes: int, level: str) -> Case:
    changes = {"level": level}
    return lifecycle.decide_request(case, PLAIN, Request(did="edit", fields=changes), act(minutes)).case


def test_of_the_levels_of_two_clones_a_person_may_keep_either() -> None:
    case = opened()
    one, two = level_set(case, 10, "urgent"), level_set(case, 20, "general")
    merged = dataclasses.replace(joined(one, two), level="urgent")
    assert [(finding.key, finding.warning) for finding in judged(merged)] == [("audit-fact", True)]
    # A level that the last one follows was replaced: nobody may put it back without an event.
    followed = level_set(level_set(case, 10, "urgent"), 20, "general")
    merged = dataclasses.replace(joined(followed, taken(case, "note", 15)), level="urgent")
    assert [(finding.key, finding.warning) for finding in judged(merged)] == [("audit-fact", False)]


def test_a_rebase_brings_more_before_a_commit_than_its_clone_knew() -> None:
    case, resumed = three_clones()
    assert judged(case, before={resumed.id: case.history[:-1]}) == []


def test_what_a_clone_had_to_know_is_judged() -> None:
    known = taken(taken(taken(opened(), "wait", 10), "heard", 20), "note", 30)
    event = dataclasses.replace(taken(taken(opened(), "wait", 10), "resume", 40).history[-1], id="")
    forged = history.identify_event(known.id, known.history, event)
    unknown = taken(opened(), "note", 5, MA)
    case = joined(dataclasses.replace(known, history=(*known.history, forged)), unknown)
    (finding,) = judged(case)
    assert (finding.key, finding.line) == ("audit-not-allowed", 6)


def at(event: Event) -> datetime:
    return event.at


def test_an_event_is_judged_by_the_policy_of_its_commit() -> None:
    loose, strict = rules(Step(step="ack", within="4h")), rules(Step(step="ack", within="1h"))
    case = taken(opened(loose), "ack", 120, policy=loose)
    assert judged(case, loose) == []
    assert judged(case, loose, loose, strict) == []
    assert [finding.key for finding in judged(case, loose, strict)] == ["audit-verdict-due"]


def test_a_finding_names_the_words_of_the_policy() -> None:
    demanding = rules(Step(step="ack", within="1h", roles=("boss",)))
    case = taken(opened(), "ack", 30)
    (finding,) = judged(case, demanding)
    assert (finding.key, finding.line, finding.values["refusal"]) == ("audit-not-allowed", 2, "role-missing")
    assert finding.values["rule"] == "steps: {step: ack, roles: [boss]}"
    assert finding.commit == case.history[1].id * 5


def test_an_unreadable_change_hides_no_other_finding() -> None:
    case = taken(opened(), "ack", 30)
    odd = dataclasses.replace(case.history[1], set={"bogus": ("a", "b"), "received": ("x", "y")})
    forged = dataclasses.replace(case, history=(case.history[0], odd))
    assert "audit-chain" in [finding.key for finding in judged(forged)]
