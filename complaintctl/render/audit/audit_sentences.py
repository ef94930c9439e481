"""The sentences of what contradicts a recorded history: the event, what is wrong, and the words of the policy."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.render.sentences import filling, key_labels, sentences
from complaintctl.render.text.language import N_, _

_REFUSAL: Final = "refusal"
_REFUSAL_VALUES: Final = "refusal_values"
_RULE: Final = "rule"

AUDIT_SENTENCES: Final[Mapping[str, str]] = {
    "audit-chain": N_(
        "event {event} ({did}): its content does not fit its id, or an event before it was changed or removed"
    ),
    "audit-no-registration": N_("event {event} ({did}): the history does not begin with the registration"),
    "audit-squashed": N_("{count} events of several commands are in one commit: {events}"),
    # times
    "audit-before-predecessor": N_(
        "event {event} ({did}): recorded {recorded}, but it follows an event recorded {previous}"
    ),
    "audit-after-recording": N_("event {event} ({did}): it happened {at}, after it was recorded {recorded}"),
    "audit-after-commit": N_(
        "event {event} ({did}): recorded {recorded}, after its commit was written {written}"
    ),
    "audit-before-commit": N_(
        "event {event} ({did}): dated back: recorded {recorded}, but its commit was written {written}"
    ),
    "audit-commit-before-parent": N_(
        "the commit is dated {committed}, before the commit that it follows ({parent_committed}): it is dated back, or "
        "the clock of the other one was set forward"
    ),
    "audit-commit-in-future": N_("the commit is dated {committed}, in the future: it is {now}"),
    "audit-authored-after": N_("the commit was written {authored}, after it was committed {committed}"),
    "audit-authored-before": N_(
        "the commit was written {authored} and committed {committed}: longer apart than a commit may be rebased"
    ),
    "audit-dated-back": N_(
        "the commit is said to be written {authored} and was committed {committed}; in between, {between_committed}, its "
        "author made commit {between}, which it follows. Either it is dated back, or it was rebased from another clone"
    ),
    # persons
    "audit-actor": N_("event {event} ({did}): it names {who}, but {author} wrote its commit"),
    "audit-recorder": N_(
        "event {event} ({did}): it says that {who} recorded it, but {author} wrote its commit"
    ),
    "audit-own-verification": N_(
        "event {event}: {who} verified an action and did it, was responsible for it, or is not the one who says so"
    ),
    "audit-unsigned": N_("event {event} ({did}): its commit has no valid signature of {who}"),
    "audit-unsigned-change": N_(
        "the commit changes {file} without an event, and has no valid signature of a person of the policy"
    ),
    "audit-signer": N_("event {event} ({did}): it names {who}, but {signer} signed its commit"),
    # trailers
    "audit-trailer": N_("the commit message names event {event} ({did}), which the commit does not add"),
    "audit-event-without-trailer": N_(
        "event {event} ({did}): the message of its commit names other events, but not this one"
    ),
    "audit-actor-trailer": N_(
        "event {event} ({did}): it names {who}, but the message of its commit names {actor}"
    ),
    "audit-import-without-trailer": N_(
        "event {event} ({did}): it is said to come from {by}, but its commit is no import"
    ),
    "audit-case-carried": N_(
        "the whole case came with `import cases`, committed by {author}; its events were not judged here"
    ),
    # rules
    "audit-not-allowed": N_("event {event} ({did}): not allowed: {refusal}"),
    "audit-forced-missing": N_(
        "event {event}: the case was closed without {missing}, and the event does not record it as forced"
    ),
    "audit-forced-untrue": N_("event {event}: recorded as forced: {forced}; missing was only: {missing}"),
    # verdicts
    "audit-verdict-due": N_("event {event} ({did}): recorded as due {due}; it was due {expected_due}"),
    "audit-verdict-met": N_("event {event} ({did}): recorded as in time, but {at} was late: due {due}"),
    "audit-verdict-late": N_("event {event} ({did}): recorded as late, but {at} was in time: due {due}"),
    "audit-moved": N_(
        "event {event}: recorded change of the due time of {step}: {moved}; it was {expected_moved}"
    ),
    "audit-promise-missing": N_(
        "event {event} ({did}): the policy promises {what} to the customer by {due}; the event does not record it"
    ),
    "audit-promise-gone": N_("event {event}: the promise to the customer for {due} is not in the case"),
    "audit-rung": N_(
        "event {event}: escalated to {to} for {step}, due {due}: no such escalation had been reached"
    ),
    "audit-repetition": N_(
        "event {event}: told {to} of a repetition: the policy has no such rule, or it was not reached"
    ),
    # fields
    "audit-old-value": N_(
        "event {event}: it changes {field} from {was}, but the value before it was {value}"
    ),
    "audit-fact": N_(
        "{field} is {value}, but the history recorded {recorded}: record the change with edit, or restore the value"
    ),
    "audit-entry-unrecorded": N_("{name} was added to the case by hand: no event records it"),
    # policy
    "audit-policy-by": N_("{who} changed the policy and has none of the roles that may: {roles}"),
    "audit-policy-unsigned": N_(
        "{who} changed the policy in a commit without a valid signature of that person"
    ),
    "audit-signing-keys": N_("{who} changed the signing keys of {person}"),
    "audit-trust-weaker": N_("the policy demands less than before: {name} was {was} and is {now}"),
    "audit-loosened-refused": N_(
        "event {event} ({did}): only the policy of commit {loosened} allowed it; the policy before it did not, and the "
        "one of commit {tightened} does not"
    ),
    "audit-loosened-late": N_(
        "event {event} ({did}): in time only by the policy of commit {loosened}; late by the policy before it and by "
        "the one of commit {tightened}"
    ),
}


def judged_text(finding: AuditFinding, zone: ZoneInfo | None) -> str:
    """Returns a finding of `domain/audit` in the current language, with the words of the policy; times in `zone`."""
    values = dict(finding.values)
    if finding.key in AUDIT_SENTENCES:
        if _REFUSAL in values:
            values[_REFUSAL] = _refusal_text(str(values[_REFUSAL]), values.pop(_REFUSAL_VALUES, None), zone)
        shown = key_labels.label_finding(finding.key, _shown(values))
        text = _(AUDIT_SENTENCES[finding.key]).format_map(filling.sentence_values(shown, zone))
    else:
        text = sentences.fill_sentence(finding.key, key_labels.label_finding(finding.key, values), zone)
    rule = values.get(_RULE)
    return _("{finding} (policy: {rule})").format(finding=text.rstrip("."), rule=rule) if rule else text


def _refusal_text(key: str, values: object, zone: ZoneInfo | None) -> str:
    """Returns the sentence with which a command would have refused the event."""
    facts = {str(name): value for name, value in values.items()} if isinstance(values, Mapping) else {}
    return sentences.fill_sentence(key, key_labels.label_finding(key, facts), zone)


def _shown(values: Mapping[str, object]) -> dict[str, object]:
    return {name: "–" if value in (None, [], ()) else value for name, value in values.items()}
