"""Whether the time of an event fits its commit and the events before it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from complaintctl.domain.audit.case_replay import EventMoment
from complaintctl.domain.audit.lengths import length_of
from complaintctl.domain.audit.policy_words import trust_words
from complaintctl.domain.audit.records import AuditFinding, CommitRecord
from complaintctl.domain.audit.sources import is_source_event


def judge_times(moment: EventMoment, *, squashed: bool) -> Iterator[AuditFinding]:
    """Yields a finding if the event was not recorded when its commit was written, or before the event it follows.

    The commit of a team that commits itself (`git: {commit: off}`), and a `squashed` one, may be written later.
    """
    event, rules = moment.event, moment.rules
    tolerance = length_of(rules.policy.trust.tolerance)
    values = {"event": event.id, "did": event.did, "recorded": moment.recorded}
    if not is_source_event(moment.before, event):
        if moment.predecessor is not None and moment.predecessor >= 0:
            previous = _previous(moment)
            if previous is not None and moment.recorded < previous - tolerance:
                rule = trust_words(rules, "tolerance")
                yield AuditFinding(
                    key="audit-before-predecessor", values={**values, "previous": previous, "rule": rule}
                )
        if event.recorded is not None and event.at > event.recorded:
            yield AuditFinding(key="audit-after-recording", values={**values, "at": event.at, "rule": ""})
    if moment.commit is not None:
        yield from _judge_against_commit(moment, moment.commit, tolerance, squashed=squashed)


def _previous(moment: EventMoment) -> datetime | None:
    """Returns when the event was recorded that this one was appended to; None if an import read it elsewhere."""
    event = moment.before.history[-1] if moment.before.history else None
    if event is None or is_source_event(moment.before, event):
        return None
    return event.recorded or event.at


def _judge_against_commit(
    moment: EventMoment, commit: CommitRecord, tolerance: timedelta, *, squashed: bool
) -> Iterator[AuditFinding]:
    event, rules = moment.event, moment.rules
    is_late_fine = squashed or rules.policy.git.commit == "off"
    written = commit.committed if squashed else commit.authored
    if abs(moment.recorded - written) <= tolerance and event.at <= written:
        return
    values = {"event": event.id, "did": event.did, "recorded": moment.recorded, "written": written}
    rule = trust_words(rules, "tolerance")
    if is_source_event(moment.before, event):
        # Its time is that of the other system; an import cannot have read it before it happened.
        if event.at > written + tolerance and event.recorded is None:
            yield AuditFinding(key="audit-after-commit", values={**values, "rule": rule}, warning=True)
        return
    if moment.recorded > written + tolerance:
        yield AuditFinding(key="audit-after-commit", values={**values, "rule": rule})
    elif moment.recorded < written - tolerance and not is_late_fine:
        yield AuditFinding(key="audit-before-commit", values={**values, "rule": rule})
