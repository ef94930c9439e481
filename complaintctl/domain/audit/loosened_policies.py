"""Events that only a policy of a short time allowed: it was looser than the one before it and the one after it."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.audit.actors import judge_actor
from complaintctl.domain.audit.case_replay import EventMoment, replay_case
from complaintctl.domain.audit.event_rules import judge_rules
from complaintctl.domain.audit.event_times import judge_times
from complaintctl.domain.audit.event_verdicts import expected_verdict
from complaintctl.domain.audit.lengths import length_of
from complaintctl.domain.audit.policy_words import plain_words
from complaintctl.domain.audit.records import AuditFinding, PolicyVersion, RecordedEvent
from complaintctl.domain.audit.sources import is_source_event
from complaintctl.domain.case.case import Case
from complaintctl.domain.policy_check.policy_changes import PolicyDifference, policy_differences

# A policy may be changed in several commits before and after the event.
_NEAREST: Final = 3
# Parts of a policy by which an event is allowed, refused, or late.
_JUDGING: Final = frozenset(
    {
        "steps",
        "close",
        "levels",
        "calendars",
        "calendar",
        "calendar_by",
        "people",
        "grading",
        "tasks",
        "wait",
        "says_more",
        "trust",
        "git",
    }
)
# Parts of an entry in `people` that judge nobody.
_HARMLESS: Final = frozenset({"name", "department", "also"})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """A version of the policy that judges an event otherwise, and how: `refused` or `late`."""

    version: PolicyVersion
    how: str


def judge_loosened_policies(
    case: Case, events: Sequence[RecordedEvent], versions: Sequence[PolicyVersion]
) -> Iterator[AuditFinding]:
    """Yields a finding for each event that a policy before its own and a policy after its own would refuse or find late.

    It is a warning if the policy was in force for longer than commits may be unpublished (`trust.unpublished`): then it
    is a change as any other. `versions` are all versions of the policy, in order; the rest is as in `judge_history`.
    """
    moments: dict[int, list[EventMoment]] = {}
    for place, recorded in enumerate(events):
        own = _own_version(recorded, versions)
        if own is None or own in {0, len(versions) - 1} or is_source_event(case, recorded.event):
            continue
        before = _first_otherwise(
            case, events, place, versions, range(own - 1, max(own - 1 - _NEAREST, -1), -1), moments
        )
        if before is None:
            continue
        after = _first_otherwise(
            case, events, place, versions, range(own + 1, min(own + 1 + _NEAREST, len(versions))), moments
        )
        if after is not None:
            yield _finding(case, recorded, place, versions[own], before, after)


def _own_version(recorded: RecordedEvent, versions: Sequence[PolicyVersion]) -> int | None:
    """Returns the index of the version in force when the event was committed. The same text may be in force twice."""
    places = [place for place, version in enumerate(versions) if version.rules is recorded.rules]
    if recorded.commit is None or len(places) <= 1:
        return places[-1] if places else None
    committed = recorded.commit.committed
    earlier = [
        place
        for place in places
        if (commit := versions[place].commit) is not None and commit.committed <= committed
    ]
    return earlier[-1] if earlier else places[0]


def _first_otherwise(
    case: Case,
    events: Sequence[RecordedEvent],
    place: int,
    versions: Sequence[PolicyVersion],
    others: range,
    moments: dict[int, list[EventMoment]],
) -> _Judged | None:
    """Returns the first of the `others` by which the event would have been refused or late; caches the `moments`."""
    for other in others:
        version = versions[other]
        if version.rules is events[place].rules or not _judging_differences(events[place], version):
            continue
        key = id(version.rules)
        if key not in moments:
            same = [dataclasses.replace(recorded, rules=version.rules) for recorded in events]
            replayed = replay_case(case, same, range(len(same)))
            moments[key] = [next(event.moments) for event in replayed]
        if (how := _judge_otherwise(moments[key][place])) is not None:
            return _Judged(version=version, how=how)
    return None


def _judge_otherwise(moment: EventMoment) -> str | None:
    findings = (
        *judge_rules(moment),
        *judge_actor(moment, squashed=False),
        *judge_times(moment, squashed=False),
    )
    if any(not finding.warning for finding in findings):
        return "refused"
    expected = expected_verdict(moment)
    return "late" if expected is not None and not expected[1] and moment.event.met is not False else None


def _judging_differences(recorded: RecordedEvent, version: PolicyVersion) -> list[PolicyDifference]:
    return [
        entry
        for entry in policy_differences(version.rules.policy, recorded.rules.policy)
        if entry.key[0] in _JUDGING and not (entry.key[0] == "people" and entry.key[-1] in _HARMLESS)
    ]


def _finding(
    case: Case, recorded: RecordedEvent, place: int, own: PolicyVersion, before: _Judged, after: _Judged
) -> AuditFinding:
    event = recorded.event
    differences = _judging_differences(recorded, before.version)
    own_step = [entry for entry in differences if event.did in entry.key]
    words = "; ".join(
        f"{'.'.join(entry.key)}: {plain_words(entry.old)} → {plain_words(entry.new)}"
        for entry in own_step or differences
    )
    values = {
        "did": event.did,
        "event": event.id,
        "loosened": own.commit.hash[:10] if own.commit else "",
        "tightened": after.version.commit.hash[:10] if after.version.commit else "",
        "rule": words,
    }
    key = "audit-loosened-refused" if "refused" in {before.how, after.how} else "audit-loosened-late"
    commit = recorded.commit.hash if recorded.commit else None
    return AuditFinding(
        key=key,
        values=values,
        case_id=case.id,
        line=place + 1,
        commit=commit,
        warning=_was_long(own, after.version),
    )


def _was_long(own: PolicyVersion, after: PolicyVersion) -> bool:
    if own.commit is None or after.commit is None:
        return False
    longest = length_of(after.rules.policy.trust.unpublished)
    return after.commit.committed - own.commit.committed > longest
