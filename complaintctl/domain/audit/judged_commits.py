"""Whether the times of a commit fit its parents, and its trailers the events that it adds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from complaintctl.domain.audit.actors import is_same_person
from complaintctl.domain.audit.lengths import length_of
from complaintctl.domain.audit.policy_words import trust_words
from complaintctl.domain.audit.records import AuditFinding, CommitRecord
from complaintctl.domain.audit.sources import IMPORTING, is_import, is_source_event
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.domain.deadlines.history import EVENT_ID_LENGTH
from complaintctl.domain.deadlines.rulebook import Rulebook

_EVENT_ID: Final = re.compile(f"[{CROCKFORD}]{{{EVENT_ID_LENGTH}}}")
# An event that a commit adds, and the case that it belongs to, which says what was imported.
AddedEvent = tuple[Case, Event]


def judge_commit(
    commit: CommitRecord,
    parents: Sequence[CommitRecord],
    added: Sequence[AddedEvent],
    rules: Rulebook,
    now: datetime,
) -> Iterator[AuditFinding]:
    """Yields what is wrong with a commit: its times at the moment `now`, and its trailers.

    `parents` are its parents as far as they are known, `added` the events that it adds, `rules` the policy in it.
    """
    yield from _judge_commit_times(commit, parents, added, rules, now)
    yield from _judge_trailers(commit, added, rules)


def _judge_commit_times(
    commit: CommitRecord,
    parents: Sequence[CommitRecord],
    added: Sequence[AddedEvent],
    rules: Rulebook,
    now: datetime,
) -> Iterator[AuditFinding]:
    trust = rules.policy.trust
    tolerance = length_of(trust.tolerance)
    values = {"commit": commit.hash, "authored": commit.authored, "committed": commit.committed}
    for parent in parents:
        if commit.committed < parent.committed - tolerance:
            rule = trust_words(rules, "tolerance")
            parent_values = {**values, "parent": parent.hash, "parent_committed": parent.committed}
            yield _finding(commit, "audit-commit-before-parent", {**parent_values, "rule": rule})
    if commit.committed > now + tolerance:
        rule = trust_words(rules, "tolerance")
        yield _finding(commit, "audit-commit-in-future", {**values, "now": now, "rule": rule})
    if commit.authored > commit.committed + tolerance:
        rule = trust_words(rules, "tolerance")
        yield _finding(commit, "audit-authored-after", {**values, "rule": rule})
    elif added and commit.committed - commit.authored > length_of(trust.unpublished) + tolerance:
        yield _finding(commit, "audit-authored-before", {**values, "rule": trust_words(rules, "unpublished")})


def _judge_trailers(
    commit: CommitRecord, added: Sequence[AddedEvent], rules: Rulebook
) -> Iterator[AuditFinding]:
    """Yields findings for trailers that contradict the events of the commit. A commit by hand has none.

    Where the policy allows to squash, a message may be that of one of several commits.
    """
    policy = rules.policy
    if policy.trust.squash == "allowed":
        return
    named = {event: did for did, event in commit.events if _EVENT_ID.fullmatch(event)}
    own = {event.id: event for case, event in added if not is_source_event(case, event)}
    cases = {event.id: case.id for case, event in added}
    for event_id, did in named.items():
        if event_id not in own or own[event_id].did != did:
            values = {"did": did, "event": event_id, "commit": commit.hash, "rule": ""}
            yield _finding(commit, "audit-trailer", values)
    for event in own.values():
        values = {"did": event.did, "event": event.id, "commit": commit.hash}
        if named and event.id not in named:
            yield _finding(
                commit, "audit-event-without-trailer", {**values, "rule": ""}, case_id=cases[event.id]
            )
        # Cases of another casebook have events of other people.
        is_own = commit.actor is not None and not is_import(commit)
        if is_own and not is_same_person(policy, str(commit.actor), event.by):
            who = {"who": event.by, "actor": commit.actor, "rule": ""}
            yield _finding(commit, "audit-actor-trailer", {**values, **who}, case_id=cases[event.id])
    is_known = is_import(commit) or policy.git.commit == "off"
    imported = [event for case, event in added if event.did == IMPORTING or is_source_event(case, event)]
    if imported and not is_known:
        event = imported[0]
        values = {"did": event.did, "event": event.id, "by": event.by, "commit": commit.hash, "rule": ""}
        yield _finding(commit, "audit-import-without-trailer", values, case_id=cases[event.id])


def _finding(
    commit: CommitRecord, key: str, values: Mapping[str, object], *, case_id: str | None = None
) -> AuditFinding:
    return AuditFinding(key=key, values=values, commit=commit.hash, case_id=case_id)
