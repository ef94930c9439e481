"""Judges the recorded history of a case: each event by the case as it was and by the policy of its commit."""

import dataclasses
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence

from complaintctl.domain.audit.actors import judge_actor, judge_carried
from complaintctl.domain.audit.case_facts import judge_change, judge_facts
from complaintctl.domain.audit.case_replay import EventMoment, replay_case
from complaintctl.domain.audit.event_rules import judge_rules
from complaintctl.domain.audit.event_times import judge_times
from complaintctl.domain.audit.event_verdicts import judge_verdicts
from complaintctl.domain.audit.policy_words import trust_words
from complaintctl.domain.audit.records import AuditFinding, RecordedEvent
from complaintctl.domain.audit.sources import is_import, is_source_event
from complaintctl.domain.audit.squashes import is_squashed
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import REGISTRATION


def judge_history(
    case: Case, events: Sequence[RecordedEvent], wanted: Container[int]
) -> Iterator[AuditFinding]:
    """Yields what contradicts the rules in the history of a case, in the order of recording.

    `case` is the case at HEAD as its file has it, without current names for old ones. `events` is its history in the
    order of the file, each event with its commit and the policy of that commit; only those at the places `wanted` are
    judged, and the case as a whole. `line` of a finding is the place of the event in `history` (1: the first), 0 if the
    finding is about the whole case; `file` is empty. The caller knows both and fills them.
    """
    carried = _carried_commit(case, events)
    squashed = _squashed_commits(case, events) - {carried}
    is_merged = False
    for place, is_of_clones, moments in replay_case(case, events, wanted):
        is_merged = is_merged or is_of_clones
        if place not in wanted:
            continue
        commit = events[place].commit
        if commit is not None and commit.hash == carried:
            moment = next(moments)
            findings = [dataclasses.replace(finding, warning=True) for finding in _judge_chain(moment)]
            if place == 0:
                findings += judge_carried(moment)
        else:
            findings = _judge_moments(moments, squashed)
        for finding in findings:
            yield dataclasses.replace(
                finding, case_id=case.id, line=place + 1, commit=commit.hash if commit else None
            )
    yield from _squash_findings(case, events, squashed)
    if events:
        for finding in judge_facts(case, events[-1].rules, merged=is_merged):
            yield dataclasses.replace(finding, case_id=case.id)


def _carried_commit(case: Case, events: Sequence[RecordedEvent]) -> str | None:
    """Returns the commit that brought the whole case here from another casebook (`import cases`), or None.

    Its events were recorded and judged there; only their ids are checked, and an export may leave out what they hash.
    """
    commit = events[0].commit if events else None
    is_carried = commit is not None and is_import(commit) and not is_source_event(case, events[0].event)
    return commit.hash if commit is not None and is_carried else None


def _judge_moments(moments: Iterable[EventMoment], squashed: frozenset[str]) -> list[AuditFinding]:
    """Returns the findings about an event; if a merge leaves open what its clone knew, the fewest."""
    choices = (list(_judge_event(moment, squashed)) for moment in moments)
    best: list[AuditFinding] | None = None
    for findings in choices:
        if best is None or len(findings) < len(best):
            best = findings
        if not best:
            break
    return best or []


def _judge_event(moment: EventMoment, squashed: frozenset[str]) -> Iterator[AuditFinding]:
    is_free = (
        moment.commit is not None
        and moment.commit.hash in squashed
        and moment.rules.policy.trust.squash == "allowed"
    )
    yield from _judge_chain(moment)
    yield from judge_times(moment, squashed=is_free)
    yield from judge_actor(moment, squashed=is_free)
    yield from judge_rules(moment)
    yield from judge_verdicts(moment)
    yield from judge_change(moment)


def _judge_chain(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding if the id of the event fits no earlier event of the case, or the history does not begin with it."""
    event = moment.event
    values = {"event": event.id, "did": event.did, "rule": ""}
    if moment.predecessor is None:
        # A merge of two imports takes the events of one of them, so that what followed an event of the other one
        # follows nothing (see storage/merge/merging.py).
        is_renamed = moment.before.source is not None and not is_source_event(moment.before, event)
        yield AuditFinding(key="audit-chain", values=values, warning=is_renamed)
    if moment.place == 0 and event.did != REGISTRATION and not is_source_event(moment.before, event):
        yield AuditFinding(key="audit-no-registration", values=values)


def _squashed_commits(case: Case, events: Sequence[RecordedEvent]) -> frozenset[str]:
    """Returns the commits that hold events of the case which several commands recorded."""
    by_commit: dict[str, list[RecordedEvent]] = defaultdict(list)
    for recorded in events:
        if recorded.commit is not None:
            by_commit[recorded.commit.hash].append(recorded)
    return frozenset(
        name
        for name, held in by_commit.items()
        if len(held) > 1 and is_squashed(case, [recorded.event for recorded in held], held[0].rules.policy)
    )


def _squash_findings(
    case: Case, events: Sequence[RecordedEvent], squashed: frozenset[str]
) -> Iterator[AuditFinding]:
    for name in sorted(squashed):
        held = [
            (place, recorded)
            for place, recorded in enumerate(events)
            if recorded.commit and recorded.commit.hash == name
        ]
        policy = held[0][1].rules.policy
        if policy.trust.squash == "allowed" or policy.git.commit == "off":
            continue
        ids: list[Event] = [recorded.event for _place, recorded in held]
        values = {
            "events": [event.id for event in ids],
            "count": len(ids),
            "rule": trust_words(held[0][1].rules, "squash"),
        }
        yield AuditFinding(
            key="audit-squashed", values=values, case_id=case.id, line=held[0][0] + 1, commit=name
        )
