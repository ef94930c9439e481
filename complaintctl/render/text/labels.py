"""Labels of domain keys in the reader's language: states, events, steps, fields; often printed beside their key."""

from collections.abc import Iterable, Mapping
from typing import Final

from complaintctl.domain.case import fields, fishbone, fixed_labels, vocabulary
from complaintctl.domain.case.case import RecordedRepetition, RecordedRung
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, CONTACT, PROMISE, TASK, Clock
from complaintctl.domain.deadlines.rulebook import CRISIS
from complaintctl.domain.policy.policy import (
    LabelledKey,
    Policy,
    RepetitionRule,
    find_step,
    labelled_field,
    labelled_role,
)
from complaintctl.domain.privacy.erased_fields import ATTACHMENT_PREFIX, EVENT_MAILS, EVENT_TEXTS, ROW_MARKS
from complaintctl.render.text.language import N_, _, are_keys_shown, current_language, ngettext

STATE_LABELS: Final[Mapping[str, str]] = {
    "met": N_("met"),
    "late": N_("late"),
    "unjudged": N_("taken"),
    "running": N_("running"),
    "overdue": N_("OVERDUE"),
    "paused": N_("waiting"),
    "ahead": N_("not yet"),
    "settled": N_("settled"),
}
# States of a corrective action.
ACTION_STATE_LABELS: Final[Mapping[str, str]] = {
    "open": N_("to be done"),
    "done": N_("done"),
    "effective": N_("effective"),
    "ineffective": N_("INEFFECTIVE"),
}
ORIGIN_LABELS: Final[Mapping[str, str]] = {
    "receipt": N_("receipt"),
    "assignment": N_("assignment"),
    "last-word": N_("the last contact with the customer"),
    "crisis": N_("the crisis"),
    "reopen": N_("the reopening"),
    "promised": N_("the promise"),
    "agreed": N_("when it was agreed"),
    "given": N_("when the task was given"),
    "action": N_("the action"),
}
# Events that are not steps of a policy; a step has its label in the policy.
EVENT_LABELS: Final[Mapping[str, str]] = {
    "action": N_("action"),
    "action-done": N_("action done"),
    "action-recurred": N_("action open again"),
    "action-verified": N_("action verified"),
    "approve": N_("approve"),
    "assign": N_("assign"),
    "attach": N_("attach"),
    "close": N_("close"),
    "edit": N_("edit"),
    "erase": N_("erase"),
    "escalate": N_("escalate"),
    "extend": N_("extend"),
    "heard": N_("heard"),
    "import": N_("import"),
    "legal-hold": N_("legal hold"),
    "legal-hold-released": N_("legal hold ended"),
    "link": N_("link"),
    "note": N_("note"),
    "reopen": N_("reopen"),
    "restrict": N_("restrict"),
    "restrict-lifted": N_("restriction lifted"),
    "resume": N_("resume"),
    "retract": N_("retract"),
    "survey-answered": N_("survey answered"),
    "survey-asked": N_("asked in a survey"),
    "task": N_("task"),
    "task-done": N_("task done"),
    "wait": N_("wait"),
}
# Names of the built-in steps for customers; the labels of a policy are written for the team (D-086).
CUSTOMER_STEP_LABELS: Final[Mapping[str, str]] = {
    "open": N_("registration"),
    "ack": N_("confirmation of receipt"),
    "assess": N_("first assessment"),
    "classify": N_("classification"),
    "investigate": N_("investigation"),
    "plan": N_("proposed solution"),
    "execute": N_("solution carried out"),
    "respond": N_("answer to your complaint"),
    "update": N_("news on the progress"),
    "follow-up": N_("follow-up"),
    "close": N_("end of the case"),
}
# Parts of a case that an erasing names and that are no fields.
ERASED_PART_LABELS: Final[Mapping[str, str]] = {
    EVENT_TEXTS: N_("the texts of its events"),
    EVENT_MAILS: N_("the ids of its e-mails"),
    ROW_MARKS: N_("the fingerprints of the imported row"),
}
# States of the customer's data.
DATA_STATE_LABELS: Final[Mapping[str, str]] = {
    "erased": N_("customer data erased"),
    "restricted": N_("customer data restricted: stored, not used"),
    "legal-hold": N_("legal hold: customer data are not erased"),
}
# By what a customer is recognised.
CONTACT_LABELS: Final[Mapping[str, str]] = {
    "phone": N_("telephone number"),
    "email": N_("e-mail address"),
    "serial": N_("serial number"),
    "name": N_("customer name"),
}


def erased_part_label(policy: Policy, name: str) -> str:
    """Returns what an erasing took out: a field, the texts of events, an attachment."""
    if name in ERASED_PART_LABELS:
        return _(ERASED_PART_LABELS[name])
    return name if name.startswith(ATTACHMENT_PREFIX) else field_label(policy, name)


def contact_label(part: str) -> str:
    """Returns by what a customer is recognised, in the reader's language."""
    return _(CONTACT_LABELS[part])


def key_with_label(key: str, label: str) -> str:
    """Returns the key and its label; the key alone if one contains the other."""
    return key if label in key or key.replace("-", " ") in label else f"{key} {label}"


def shown_label(key: str, label: str) -> str:
    """Returns the label alone, with its key if keys are shown; the key if it has no label."""
    return key_with_label(key, label) if are_keys_shown() else label or key


def step_label(policy: Policy, name: str) -> str:
    """Returns the step with its label in the reader's language: that of the policy, else the built-in one."""
    step = find_step(policy, name)
    label = step.label.get(current_language(), "") if step else ""
    return shown_label(name, label or fixed_labels.STEP_LABELS.get(name, {}).get(current_language(), ""))


def clock_label(policy: Policy, clock: Clock) -> str:
    """Returns what a clock runs for: its step, or the promise, task or action that has a fixed date."""
    if clock.step == PROMISE:
        return _("promise: {step}").format(step=event_label(policy, clock.what))
    if clock.step == CONTACT:
        channel = "" if clock.what == CONTACT else cell_label(policy, "channel", clock.what)
        return _("next contact via {channel}").format(channel=channel) if channel else _("next contact")
    if clock.step == TASK:
        to, _separator, what = clock.what.partition(": ")
        task = _("{what}: {which}").format(what=party_label(policy, to), which=what)
        return _("task: {what}").format(what=task)
    if clock.step == ACTION:
        return _("action {what}").format(what=clock.what)
    if clock.step == ACTION_CHECK:
        return _("check of action {what}").format(what=clock.what)
    return step_label(policy, clock.step)


def clock_name_label(policy: Policy, name: str) -> str:
    """Returns the label of a clock's key: a step, or a date fixed in the case (promise, task, action)."""
    return (
        fixed_labels.DATE_LABELS[name][current_language()]
        if name in fixed_labels.DATE_LABELS
        else step_label(policy, name)
    )


def event_label(policy: Policy, did: str) -> str:
    """Returns the key in English, where it is a verb; in other languages the label."""
    if current_language() == "en":
        return did
    return shown_label(did, _(EVENT_LABELS[did])) if did in EVENT_LABELS else step_label(policy, did)


def event_key_label(key: str) -> str:
    """Returns the label of a key of an event; English shows the key."""
    known = {} if current_language() == "en" else fixed_labels.EVENT_KEY_LABELS.get(key, {})
    return shown_label(key, known.get(current_language(), ""))


def customer_step_label(policy: Policy, did: str) -> str:
    """Returns a step or event in words for a customer: ours if built in, else the policy's label, else the key."""
    step = find_step(policy, did)
    label = step.label.get(current_language(), "") if step else ""
    known = CUSTOMER_STEP_LABELS.get(did) or EVENT_LABELS.get(did)
    return _(known) if known else label or did.replace("-", " ")


def origin_label(policy: Policy, name: str) -> str:
    """Returns the label of the point from which a limit counts."""
    if name.startswith("x."):
        return field_label(policy, name)
    return _(ORIGIN_LABELS[name]) if name in ORIGIN_LABELS else step_label(policy, name)


def party_label(policy: Policy, name: str) -> str:
    """Returns the label of a role, person or department, or of the owner of the case."""
    if name == "owner":
        return _("the owner")
    return named_label(labelled_role(policy, name))


def named_label(entry: LabelledKey) -> str:
    """Returns the label in the reader's language: that of the policy, else of a built-in field."""
    # D-105: English shows the keys.
    built_in = {} if current_language() == "en" else fixed_labels.FIELD_LABELS.get(entry.key, {})
    return shown_label(entry.key, entry.label.get(current_language()) or built_in.get(current_language(), ""))


def branch_label(key: str) -> str:
    """Returns the label of a fishbone branch; the key itself if the team invented the branch."""
    return fishbone.BRANCHES.get(key, {}).get(current_language(), key)


def reached_rung_label(policy: Policy, rung: RecordedRung) -> str:
    """Returns an escalation rung that a clock reached, as recorded in the history."""
    when = _("{limit} late") if rung.late else _("{limit} before")
    sentence = _("{when}: notify {to}")
    text = sentence.format(when=when.format(limit=rung.late or rung.before), to=party_label(policy, rung.to))
    return f"{event_label(policy, rung.what or rung.step)} {text}"


def repetition_label(policy: Policy, rule: RepetitionRule) -> str:
    """Returns when a repetition rule applies and who shall know."""
    return _repetition_text(policy, rule)


def repeated_rule_label(policy: Policy, rule: RecordedRepetition) -> str:
    """Returns a repetition rule that applied, with the similar cases, as recorded in the history."""
    text = _repetition_text(policy, rule)
    return text + _(" ({words})").format(words=_(", ").join(rule.alike)) if rule.alike else text


def _repetition_text(policy: Policy, rule: RepetitionRule | RecordedRepetition) -> str:
    if rule.reopened is not None:
        sentence = ngettext("reopened {count} time", "reopened {count} times", rule.reopened)
        when = sentence.format(count=rule.reopened)
    else:
        sentence = _("{count} cases within {limit} with the same {fields}")
        same = _(", ").join(field_label(policy, name) for name in rule.same)
        when = sentence.format(count=rule.cases, limit=rule.within, fields=same)
    return _("{when}: notify {to}").format(when=when, to=party_label(policy, rule.to))


def word_label(policy: Policy, field: str, key: str | None) -> str:
    """Returns the label of a key that the policy has for `field` (a level, a department); "" without a key."""
    return vocabulary.choice_label(policy, field, key, current_language()) if key else ""


def parts_text(policy: Policy, names: Iterable[str]) -> str:
    """Returns steps and fields that are missing, in the reader's language."""
    return _(", ").join(part_label(policy, name) for name in names)


def part_label(policy: Policy, name: str) -> str:
    """Returns a step, an event or a field in the reader's language; English shows the key."""
    if current_language() == "en":
        return name
    known = find_step(policy, name) or name in fixed_labels.STEP_LABELS or name in EVENT_LABELS
    return event_label(policy, name) if known else field_label(policy, name)


def field_label(policy: Policy, name: str) -> str:
    """Returns the field with its label in the reader's language; of alternatives (`a|b`) each."""
    return "|".join(named_label(labelled_field(policy, part)) for part in name.split("|"))


def column_heading(policy: Policy, name: str) -> str:
    """Returns the heading of a table column: a field or a property of a clock."""
    known = {**fixed_labels.FIELD_LABELS, **fixed_labels.COLUMN_LABELS}.get(name)
    return known[current_language()] if known else field_label(policy, name)


def conditions_text(policy: Policy, when: Mapping[str, str | tuple[str, ...]]) -> str:
    """Returns the conditions of a policy rule: each field with the values it may have."""
    conditions = (
        f"{field_label(policy, name)} = {choices_text(policy, name, wanted)}" for name, wanted in when.items()
    )
    return _(", ").join(conditions)


def choices_text(policy: Policy, name: str, wanted: str | tuple[str, ...]) -> str:
    """Returns the values of a condition in the reader's language."""
    keys = (wanted,) if isinstance(wanted, str) else wanted
    return " / ".join(_condition_label(policy, name, key) for key in keys)


def _condition_label(policy: Policy, name: str, key: str) -> str:
    if key == fields.NOT_YET_KNOWN:
        return _("not yet known")
    if fields.field_kinds().get(name) == "truth":
        return fixed_labels.ANSWER_LABELS.get(key, {}).get(current_language(), key)
    return word_label(policy, name, key)


def map_key_label(policy: Policy, name: str) -> str:
    """Returns the key of a map by level or class: the key itself in English, its label in other languages."""
    if current_language() == "en":
        return name
    if name == CRISIS:
        return fixed_labels.FIELD_LABELS[name][current_language()]
    if name == "else":
        return _("else")
    if name in policy.levels:
        return word_label(policy, "level", name)
    label = word_label(policy, "category", name)
    # A value of the field in `limit_by` or `calendar_by`.
    own = (word_label(policy, f"x.{key}", name) for key in policy.fields) if label == name else iter(())
    return next((text for text in own if text != name), label)


def cell_label(policy: Policy, field: str, key: str) -> str:
    """Returns a table cell: the key itself in English, its label in other languages."""
    if not key or current_language() == "en":
        return key
    if field == "step":
        return clock_name_label(policy, key)
    return word_label(policy, field, key)


def sealed_text() -> str:
    """Returns what stands for a value that is sealed and was not opened."""
    return _("(sealed)")
