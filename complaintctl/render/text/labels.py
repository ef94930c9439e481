"""The words of the domain in the reader's language: states, events, points in time; keys stand beside them."""

from collections.abc import Mapping
from typing import Final

from complaintctl.domain.case import fields, fishbone, fixed_labels, vocabulary
from complaintctl.domain.case.case import RecordedRepetition, RecordedRung
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, PROMISE, TASK, Clock
from complaintctl.domain.deadlines.rulebook import CRISIS
from complaintctl.domain.policy.policy import (
    LabelledKey,
    Policy,
    RepetitionRule,
    find_step,
    labelled_field,
    labelled_role,
)
from complaintctl.render.text.language import N_, _, current_language, ngettext

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
# How far a corrective action has come.
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
    "given": N_("when the task was given"),
    "action": N_("the action"),
}
# The events that are no step of a policy; a step brings its own label.
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
    "escalate": N_("escalate"),
    "heard": N_("heard"),
    "import": N_("import"),
    "link": N_("link"),
    "note": N_("note"),
    "reopen": N_("reopen"),
    "resume": N_("resume"),
    "retract": N_("retract"),
    "survey-answered": N_("survey answered"),
    "survey-asked": N_("asked in a survey"),
    "task": N_("task"),
    "task-done": N_("task done"),
    "wait": N_("wait"),
}
# What a customer calls the steps that every team has: labels of a policy speak to the team.
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


def key_with_label(key: str, label: str) -> str:
    """A key with its label, where the label says more."""
    return key if label in key or key.replace("-", " ") in label else f"{key} {label}"


def step_label(policy: Policy, name: str) -> str:
    """A step with its label in the reader's language."""
    found = find_step(policy, name)
    ours = found.label.get(current_language(), "") if found else ""
    return key_with_label(name, ours or fixed_labels.STEP_LABELS.get(name, {}).get(current_language(), ""))


def clock_label(policy: Policy, one: Clock) -> str:
    """What a clock runs for: its step, or what was promised."""
    if one.step == PROMISE:
        return _("promise: {step}").format(step=event_label(policy, one.what))
    if one.step == TASK:
        to, _sign, what = one.what.partition(": ")
        told = _("{what}: {which}").format(what=party_label(policy, to), which=what)
        return _("task: {what}").format(what=told)
    if one.step == ACTION:
        return _("action {what}").format(what=one.what)
    if one.step == ACTION_CHECK:
        return _("check of action {what}").format(what=one.what)
    return step_label(policy, one.step)


def clock_name_label(policy: Policy, name: str) -> str:
    """A step, or a date that is fixed in a case, as the name of a clock."""
    return (
        fixed_labels.DATE_LABELS[name][current_language()]
        if name in fixed_labels.DATE_LABELS
        else step_label(policy, name)
    )


def event_label(policy: Policy, did: str) -> str:
    """What was done: English reads the key, which is a verb; every other language its label beside it."""
    if current_language() == "en":
        return did
    return key_with_label(did, _(EVENT_LABELS[did])) if did in EVENT_LABELS else step_label(policy, did)


def customer_step_label(policy: Policy, did: str) -> str:
    """A step or event for a customer: by our words for it, a step of the team's own by its label, else its name."""
    found = find_step(policy, did)
    label = found.label.get(current_language(), "") if found else ""
    known = CUSTOMER_STEP_LABELS.get(did) or EVENT_LABELS.get(did)
    return _(known) if known else label or did.replace("-", " ")


def origin_label(policy: Policy, name: str) -> str:
    """A point from which a limit counts."""
    return _(ORIGIN_LABELS[name]) if name in ORIGIN_LABELS else step_label(policy, name)


def party_label(policy: Policy, name: str) -> str:
    """Who is meant: a role with its label, a person, a department, or whoever owns the case."""
    if name == "owner":
        return _("the owner")
    return named_label(labelled_role(policy, name))


def named_label(one: LabelledKey) -> str:
    """A key of the policy, or a field of ours, with its label in the reader's language."""
    ours = {} if current_language() == "en" else fixed_labels.FIELD_LABELS.get(one.key, {})
    return key_with_label(one.key, one.label.get(current_language()) or ours.get(current_language(), ""))


def branch_label(key: str) -> str:
    """A branch of a fishbone in the reader's language; a word of the team's own as it was typed."""
    return fishbone.BRANCHES.get(key, {}).get(current_language(), key)


def reached_rung_label(policy: Policy, one: RecordedRung) -> str:
    """A rung of the ladder that a clock had come to, as the history tells it."""
    when = _("{limit} late") if one.late else _("{limit} before")
    said = _("{when}: notify {to}")
    told = said.format(when=when.format(limit=one.late or one.before), to=party_label(policy, one.to))
    return f"{event_label(policy, one.what or one.step)} {told}"


def repetition_label(policy: Policy, rule: RepetitionRule) -> str:
    """When a rule of repetition comes, and who shall know."""
    return _repetition_text(policy, rule)


def repeated_rule_label(policy: Policy, one: RecordedRepetition) -> str:
    """A rule of repetition that had come, with the cases that are alike, as the history tells it."""
    said = _repetition_text(policy, one)
    return said + _(" ({words})").format(words=_(", ").join(one.alike)) if one.alike else said


def _repetition_text(policy: Policy, rule: RepetitionRule | RecordedRepetition) -> str:
    if rule.reopened is not None:
        said = ngettext("reopened {count} time", "reopened {count} times", rule.reopened)
        when = said.format(count=rule.reopened)
    else:
        said = _("{count} cases within {limit} with the same {fields}")
        same = _(", ").join(field_label(policy, name) for name in rule.same)
        when = said.format(count=rule.cases, limit=rule.within, fields=same)
    return _("{when}: notify {to}").format(when=when, to=party_label(policy, rule.to))


def word_label(policy: Policy, field: str, key: str | None) -> str:
    """A word of the policy in the reader's language."""
    return vocabulary.choice_label(policy, field, key, current_language()) if key else ""


def field_label(policy: Policy, name: str) -> str:
    """A field by its name, one of the team's own with its label in the reader's language."""
    return "|".join(named_label(labelled_field(policy, part)) for part in name.split("|"))


def column_heading(policy: Policy, name: str) -> str:
    """A field or a clock's column at the top of a table."""
    known = {**fixed_labels.FIELD_LABELS, **fixed_labels.COLUMN_LABELS}.get(name)
    return known[current_language()] if known else field_label(policy, name)


def conditions_text(policy: Policy, when: Mapping[str, str | tuple[str, ...]]) -> str:
    """What a rule of the policy asks of a case: each field with the words it may hold."""
    asked = (
        f"{field_label(policy, name)} = {choices_text(policy, name, wanted)}" for name, wanted in when.items()
    )
    return _(", ").join(asked)


def choices_text(policy: Policy, name: str, wanted: str | tuple[str, ...]) -> str:
    """The words of a condition in the reader's language."""
    words = (wanted,) if isinstance(wanted, str) else wanted
    if fields.field_kinds().get(name) == "truth":
        return " / ".join(
            fixed_labels.ANSWER_LABELS[one][current_language()] if one in fixed_labels.ANSWER_LABELS else one
            for one in words
        )
    return " / ".join(word_label(policy, name, one) for one in words)


def map_key_label(policy: Policy, name: str) -> str:
    """The key of a map by level or class: English reads the key, every other language its label."""
    if current_language() == "en":
        return name
    if name == CRISIS:
        return fixed_labels.FIELD_LABELS[name][current_language()]
    return (
        _("else")
        if name == "else"
        else word_label(policy, "level" if name in policy.levels else "category", name)
    )


def cell_label(policy: Policy, field: str, key: str) -> str:
    """A field of a table: English reads the keys, every other language its labels."""
    if not key or current_language() == "en":
        return key
    if field == "step":
        return clock_name_label(policy, key)
    return word_label(policy, field, key)
