"""Whether the times of a commit fit its parents, and its trailers the events that it adds."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from complaintctl.domain.audit.actors import is_same_person
from complaintctl.domain.audit.lengths import length_of
from complaintctl.domain.audit.policy_words import trust_words
from complaintctl.domain.audit.records import AuditFinding, CommitRecord
from complaintctl.domain.audit.sources import IMPORTING, is_import, is_source_event
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.domain.case.vocabulary import person_of_address
from complaintctl.domain.deadlines.history import EVENT_ID_LENGTH
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy

_EVENT_ID: Final = re.compile(f"[{CROCKFORD}]{{{EVENT_ID_LENGTH}}}")
_SHORT: Final = 10
# An event that a commit adds, and the case that it belongs to, which says what was imported.
AddedEvent = tuple[Case, Event]


def judge_commit(
    commit: CommitRecord,
    record: Callable[[str], CommitRecord | None],
    added: Sequence[AddedEvent],
    rules: Rulebook,
    now: datetime,
) -> Iterator[AuditFinding]:
    """Yields what is wrong with a commit: its times at the moment `now`, and its trailers.

    `record` gives what is known of another commit, `added` are the events that it adds, `rules` is the policy in it.
    """
    parents = [known for parent in commit.parents if (known := record(parent)) is not None]
    yield from _judge_commit_times(commit, parents, added, rules, now)
    yield from _judge_order(commit, record, added, rules)
    yield from _judge_trailers(commit, added, rules)
    yield from _judge_import(commit, added, rules)


def _judge_commit_times(
    commit: CommitRecord,
    parents: Sequence[CommitRecord],
    added: Sequence[AddedEvent],
    rules: Rulebook,
    now: datetime,
) -> Iterator[AuditFinding]:
    trust = rules.policy.trust
    tolerance = length_of(trust.tolerance)
    for parent in parents:
        if commit.committed < parent.committed - tolerance:
            rule = trust_words(rules, "tolerance")
            values = {"parent": parent.hash, "parent_committed": parent.committed, "rule": rule}
            yield _time_finding(commit, "audit-commit-before-parent", values)
    if commit.committed > now + tolerance:
        rule = trust_words(rules, "tolerance")
        yield _time_finding(commit, "audit-commit-in-future", {"now": now, "rule": rule})
    if commit.authored > commit.committed + tolerance:
        rule = trust_words(rules, "tolerance")
        yield _time_finding(commit, "audit-authored-after", {"rule": rule})
    elif added and commit.committed - commit.authored > length_of(trust.unpublished) + tolerance:
        yield _time_finding(commit, "audit-authored-before", {"rule": trust_words(rules, "unpublished")})


def _judge_order(
    commit: CommitRecord,
    record: Callable[[str], CommitRecord | None],
    added: Sequence[AddedEvent],
    rules: Rulebook,
) -> Iterator[AuditFinding]:
    """Yields a warning if its author committed something else after this commit is said to be written.

    It is a finding if an event is in time only by that. Somebody who rebases the work of two clones may look the same.
    """
    tolerance = length_of(rules.policy.trust.tolerance)
    between = _find_commit_between(commit, record, rules.policy, tolerance) if added else None
    if between is not None:
        values = {
            "authored": commit.authored,
            "committed": commit.committed,
            "between": between.hash[:_SHORT],
            "between_committed": between.committed,
            "rule": trust_words(rules, "unpublished"),
        }
        is_warning = not _is_in_time_only_by_author(commit, (event for _case, event in added))
        yield _finding(commit, "audit-dated-back", values, warning=is_warning)


def _find_commit_between(
    commit: CommitRecord, record: Callable[[str], CommitRecord | None], policy: Policy, tolerance: timedelta
) -> CommitRecord | None:
    """Returns a commit before this one that its author made after this one is said to be written, or None.

    Commits made before are older than that time, unless a rebase put this one behind commits of another clone or
    branch. `record` gives what git knows of a commit.
    """
    if commit.committed - commit.authored <= tolerance:
        return None
    author = person_of_address(policy, commit.author_email)
    waiting, seen = list(commit.parents), set(commit.parents)
    for name in waiting:
        earlier = record(name)
        if earlier is None or earlier.committed <= commit.authored + tolerance:
            continue
        is_own = {author} == {
            person_of_address(policy, address) for address in (earlier.author_email, earlier.committer_email)
        }
        # One rebase writes all its commits at once.
        if is_own and earlier.committed < commit.committed - tolerance:
            return earlier
        new = [parent for parent in earlier.parents if parent not in seen]
        waiting += new
        seen.update(new)
    return None


def _is_in_time_only_by_author(commit: CommitRecord, events: Iterable[Event]) -> bool:
    """Whether an event is in time by the date of the author, and late by that of the committer."""
    return any(
        bool(event.met) and event.recorded is None and event.due is not None and event.due < commit.committed
        for event in events
    )


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
        # A message names nobody whom the policy does not list: then it names who recorded the event.
        named_person = event.by if event.by in policy.people else event.recorded_by or event.by
        if is_own and not any(
            is_same_person(policy, str(commit.actor), name) for name in (event.by, named_person)
        ):
            who = {"who": event.by, "actor": commit.actor, "rule": ""}
            yield _finding(commit, "audit-actor-trailer", {**values, **who}, case_id=cases[event.id])


def _judge_import(
    commit: CommitRecord, added: Sequence[AddedEvent], rules: Rulebook
) -> Iterator[AuditFinding]:
    """Yields a finding if events are said to come from another system, but the commit is no import or nobody signed it."""
    policy = rules.policy
    imported = [
        (case, event) for case, event in added if event.did == IMPORTING or is_source_event(case, event)
    ]
    if not imported:
        return
    case, event = imported[0]
    values = {"did": event.did, "event": event.id, "by": event.by, "commit": commit.hash}
    is_known = is_import(commit) or policy.git.commit == "off" or policy.trust.squash == "allowed"
    if not is_known:
        yield _finding(commit, "audit-import-without-trailer", {**values, "rule": ""}, case_id=case.id)
    # The person who signed need not be the one whom the other system names.
    if policy.trust.signed and commit.signer is None and is_source_event(case, event):
        who = {"who": person_of_address(policy, commit.author_email), "rule": trust_words(rules, "signed")}
        yield _finding(commit, "audit-unsigned", {**values, **who}, case_id=case.id)


def _time_finding(commit: CommitRecord, key: str, values: Mapping[str, object]) -> AuditFinding:
    times = {"commit": commit.hash, "authored": commit.authored, "committed": commit.committed}
    return _finding(commit, key, {**times, **values})


def _finding(
    commit: CommitRecord,
    key: str,
    values: Mapping[str, object],
    *,
    case_id: str | None = None,
    warning: bool = False,
) -> AuditFinding:
    return AuditFinding(key=key, values=values, commit=commit.hash, case_id=case_id, warning=warning)
