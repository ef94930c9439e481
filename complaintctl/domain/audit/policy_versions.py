"""Whether the right people changed the policy, and which of its promises about the history became weaker."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from complaintctl.domain.audit.actors import is_same_person
from complaintctl.domain.audit.lengths import length_of
from complaintctl.domain.audit.policy_words import plain_words, trust_words
from complaintctl.domain.audit.records import AuditFinding, PolicyVersion
from complaintctl.domain.case.vocabulary import person_of_address
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy

_LEVELS: Final = ("plain", "masked", "sealed")


def judge_policy_changes(versions: Sequence[PolicyVersion]) -> Iterator[AuditFinding]:
    """Yields a finding for each change of the policy by somebody who may not, by the policies before the change.

    Each change that weakens what `trust`, `personal` or `git` demand is a warning.
    """
    for after in versions:
        told: list[AuditFinding] = []
        for before in after.before:
            if before is after.rules:
                continue
            for finding in (*judge_policy_author(before, after), *_judge_weakened(before, after)):
                if finding not in told:
                    told.append(finding)
        yield from told


def judge_policy_author(before: Rulebook, after: PolicyVersion) -> Iterator[AuditFinding]:
    """Yields a finding if the author of a change of the policy may not make it, by the policy before the change."""
    commit, trust, people = after.commit, before.policy.trust, before.policy.people
    if commit is None:
        return
    author = person_of_address(before.policy, commit.author_email)
    person = people.get(author)
    if trust.policy_by and not set(trust.policy_by) & set(person.roles if person else ()):
        values = {"who": author, "roles": list(trust.policy_by), "rule": trust_words(before, "policy_by")}
        yield _finding(after, "audit-policy-by", values)
    if trust.signed and (commit.signer is None or not is_same_person(before.policy, commit.signer, author)):
        values = {"who": author, "rule": trust_words(before, "signed")}
        yield _finding(after, "audit-policy-unsigned", values)
    for name, entry in people.items():
        now = after.rules.policy.people.get(name)
        keys = entry.signing_keys if entry else ()
        if keys and now is not None and now.signing_keys != keys and name != author:
            yield _finding(
                after, "audit-signing-keys", {"who": author, "person": name, "rule": ""}, warning=True
            )


def _judge_weakened(before: Rulebook, after: PolicyVersion) -> Iterator[AuditFinding]:
    for key, old, new in _weakened(before.policy, after.rules.policy):
        values = {
            "name": key,
            "was": plain_words(old),
            "now": plain_words(new),
            "rule": f"{key}: {plain_words(new)}",
        }
        yield _finding(after, "audit-trust-weaker", values, warning=True)


def _weakened(old: Policy, new: Policy) -> Iterator[tuple[str, Any, Any]]:
    """Yields each key that demands less than before, with its old and its new value."""
    before, after = old.trust, new.trust
    for name in ("tolerance", "unpublished"):
        values = getattr(before, name), getattr(after, name)
        if length_of(values[1]) > length_of(values[0]):
            yield f"trust.{name}", *values
    if (before.squash, after.squash) == ("refused", "allowed"):
        yield "trust.squash", before.squash, after.squash
    if before.signed and not after.signed:
        yield "trust.signed", before.signed, after.signed
    if before.policy_by and not (after.policy_by and set(after.policy_by) <= set(before.policy_by)):
        yield "trust.policy_by", list(before.policy_by), list(after.policy_by)
    if after.witnesses < before.witnesses:
        yield "trust.witnesses", before.witnesses, after.witnesses
    if _LEVELS.index(new.personal.level) < _LEVELS.index(old.personal.level):
        yield "personal.level", old.personal.level, new.personal.level
    if (old.git.commit, new.git.commit) == ("on", "off"):
        yield "git.commit", old.git.commit, new.git.commit


def _finding(
    version: PolicyVersion, key: str, values: Mapping[str, object], *, warning: bool = False
) -> AuditFinding:
    commit = version.commit.hash if version.commit else None
    return AuditFinding(key=key, values=values, commit=commit, warning=warning)
