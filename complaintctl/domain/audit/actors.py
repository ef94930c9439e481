"""Who recorded an event: the author of its commit, by the people of the policy of that commit."""

from collections.abc import Iterator

from complaintctl.domain.audit.case_replay import EventMoment
from complaintctl.domain.audit.policy_words import plain_words, trust_words
from complaintctl.domain.audit.records import AuditFinding, CommitRecord
from complaintctl.domain.audit.sources import is_source_event
from complaintctl.domain.case import fields, old_names, vocabulary
from complaintctl.domain.case.case import Action
from complaintctl.domain.deadlines import actions
from complaintctl.domain.policy.policy import Policy


def is_same_person(policy: Policy, one: str, other: str) -> bool:
    """Whether two names mean one person, also by old names (`also:`)."""
    if one == other:
        return True
    current = (old_names.current_name(policy, old_names.PARTY, name) for name in (one, other))
    return len({*current}) == 1


def judge_actor(moment: EventMoment, *, squashed: bool) -> Iterator[AuditFinding]:
    """Yields a finding if the event names another person than the one who wrote its commit, or who signed it.

    The author of a `squashed` commit, or of one of a team that commits itself (`git: {commit: off}`), need not be the
    person of every event in it.
    """
    event, commit, policy = moment.event, moment.commit, moment.rules.policy
    yield from _judge_verification(moment)
    if commit is None or is_source_event(moment.before, event):
        return
    recorder = event.recorded_by or event.by
    if commit.author_email and not squashed and policy.git.commit == "on":
        author = vocabulary.person_of_address(policy, commit.author_email)
        if not is_same_person(policy, recorder, author):
            key = "audit-recorder" if event.recorded_by else "audit-actor"
            values = {"event": event.id, "did": event.did, "who": recorder, "author": author}
            yield AuditFinding(key=key, values={**values, "rule": person_words(policy, author)})
    if policy.trust.signed:
        yield from _judge_signer(moment, commit, recorder)


def judge_carried(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a warning for a case that came whole from another casebook, which names who committed it; that person signs.

    `moment` is that of the first event of the case.
    """
    commit, policy = moment.commit, moment.rules.policy
    if commit is None:
        return
    author = vocabulary.person_of_address(policy, commit.author_email)
    values = {"event": moment.event.id, "did": moment.event.did, "author": author, "rule": ""}
    yield AuditFinding(key="audit-case-carried", values=values, warning=True)
    if policy.trust.signed:
        yield from _judge_signer(moment, commit, author)


def _judge_signer(moment: EventMoment, commit: CommitRecord, recorder: str) -> Iterator[AuditFinding]:
    policy = moment.rules.policy
    values = {"event": moment.event.id, "did": moment.event.did, "who": recorder}
    rule = trust_words(moment.rules, "signed")
    if commit.signer is None:
        yield AuditFinding(key="audit-unsigned", values={**values, "rule": rule})
    elif policy.git.commit == "on" and not is_same_person(policy, commit.signer, recorder):
        yield AuditFinding(key="audit-signer", values={**values, "signer": commit.signer, "rule": rule})


def person_words(policy: Policy, name: str) -> str:
    """Returns the entry of a person in the form of the policy file, with its address; "" if it has none."""
    person = policy.people.get(name)
    return f"people: {{{name}: {{email: {plain_words(person.email)}}}}}" if person and person.email else ""


def _judge_verification(moment: EventMoment) -> Iterator[AuditFinding]:
    """Yields a finding for each action that the person verified who did it or was responsible for it (D-054)."""
    event = moment.event
    if event.did != actions.ACTION_VERIFIED or "actions" not in event.set:
        return
    earlier = {*moment.before.actions}
    for action in _verified(moment.after.actions):
        if action in earlier:
            continue
        if action.verified_by in {action.done_by, action.who} or action.verified_by != event.by:
            values = {"event": event.id, "who": action.verified_by, "what": fields.value_text(action.kind)}
            yield AuditFinding(key="audit-own-verification", values={**values, "rule": ""})


def _verified(entries: tuple[Action, ...]) -> Iterator[Action]:
    return (action for action in entries if action.verified is not None)
