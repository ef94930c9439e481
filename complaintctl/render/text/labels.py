"""The words of the domain in the reader's language: states, events, points in time; keys stand beside them."""

from collections.abc import Mapping
from typing import Final

from complaintctl.domain.case import fields, fishbone, fixed_labels, vocabulary
from complaintctl.domain.case.case import Reached, Repeated
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, PROMISE, TASK, Clock
from complaintctl.domain.deadlines.rulebook import CRISIS
from complaintctl.domain.policy.policy import Named, Policy, Repetition, fact, role, step_named
from complaintctl.render.text.language import N_, _, current, ngettext

STATES: Final[Mapping[str, str]] = {
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
STANDINGS: Final[Mapping[str, str]] = {
    "open": N_("to be done"),
    "done": N_("done"),
    "effective": N_("effective"),
    "ineffective": N_("INEFFECTIVE"),
}
ORIGINS: Final[Mapping[str, str]] = {
    "receipt": N_("receipt"),
    "assignment": N_("assignment"),
    "last-word": N_("the last word to the customer"),
    "crisis": N_("the crisis"),
    "reopen": N_("the reopening"),
    "promised": N_("the promise"),
    "given": N_("the giving of the task"),
    "action": N_("the action"),
}
# The events that are no step of a policy; a step brings its own label.
EVENTS: Final[Mapping[str, str]] = {
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
STEPS: Final[Mapping[str, str]] = {
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


def labelled(key: str, label: str) -> str:
    """A key with its label, where the label says more."""
    return key if label in key or key.replace("-", " ") in label else f"{key} {label}"


def step(policy: Policy, name: str) -> str:
    """A step with its label in the reader's language."""
    found = step_named(policy, name)
    ours = found.label.get(current(), "") if found else ""
    return labelled(name, ours or fixed_labels.STEPS.get(name, {}).get(current(), ""))


def clock(policy: Policy, one: Clock) -> str:
    """What a clock runs for: its step, or what was promised."""
    if one.step == PROMISE:
        return _("promise: {step}").format(step=event(policy, one.what))
    if one.step == TASK:
        to, _sign, what = one.what.partition(": ")
        told = _("{what}: {which}").format(what=who(policy, to), which=what)
        return _("task: {what}").format(what=told)
    if one.step == ACTION:
        return _("action {what}").format(what=one.what)
    if one.step == ACTION_CHECK:
        return _("check of action {what}").format(what=one.what)
    return step(policy, one.step)


def clock_of(policy: Policy, name: str) -> str:
    """A step, or a date that is fixed in a case, as the name of a clock."""
    return fixed_labels.DATES[name][current()] if name in fixed_labels.DATES else step(policy, name)


def event(policy: Policy, did: str) -> str:
    """What was done: English reads the key, which is a verb; every other language its label beside it."""
    if current() == "en":
        return did
    return labelled(did, _(EVENTS[did])) if did in EVENTS else step(policy, did)


def told_step(policy: Policy, did: str) -> str:
    """A step or event for a customer: by our words for it, a step of the team's own by its label, else its name."""
    found = step_named(policy, did)
    label = found.label.get(current(), "") if found else ""
    known = STEPS.get(did) or EVENTS.get(did)
    return _(known) if known else label or did.replace("-", " ")


def point(policy: Policy, name: str) -> str:
    """A point from which a limit counts."""
    return _(ORIGINS[name]) if name in ORIGINS else step(policy, name)


def who(policy: Policy, name: str) -> str:
    """Who is meant: a role with its label, a person, a department, or whoever owns the case."""
    if name == "owner":
        return _("the owner")
    return named(role(policy, name))


def named(one: Named) -> str:
    """A key of the policy, or a field of ours, with its label in the reader's language."""
    ours = {} if current() == "en" else fixed_labels.FIELDS.get(one.key, {})
    return labelled(one.key, one.label.get(current()) or ours.get(current(), ""))


def branch(key: str) -> str:
    """A branch of a fishbone in the reader's language; a word of the team's own as it was typed."""
    return fishbone.BRANCHES.get(key, {}).get(current(), key)


def reached(policy: Policy, one: Reached) -> str:
    """A rung of the ladder that a clock had come to, as the history tells it."""
    when = _("{limit} late") if one.late else _("{limit} before")
    said = _("{when}: {to} shall know")
    told = said.format(when=when.format(limit=one.late or one.before), to=who(policy, one.to))
    return f"{event(policy, one.what or one.step)} {told}"


def repetition(policy: Policy, rule: Repetition) -> str:
    """When a rule of repetition comes, and who shall know."""
    return _repetition(policy, rule)


def repeated(policy: Policy, one: Repeated) -> str:
    """A rule of repetition that had come, with the cases that are alike, as the history tells it."""
    said = _repetition(policy, one)
    return said + _(" ({words})").format(words=_(", ").join(one.alike)) if one.alike else said


def _repetition(policy: Policy, rule: Repetition | Repeated) -> str:
    if rule.reopened is not None:
        said = ngettext("reopened {count} time", "reopened {count} times", rule.reopened)
        when = said.format(count=rule.reopened)
    else:
        said = _("{count} cases within {limit} with the same {fields}")
        same = _(", ").join(field(policy, name) for name in rule.same)
        when = said.format(count=rule.cases, limit=rule.within, fields=same)
    return _("{when}: {to} shall know").format(when=when, to=who(policy, rule.to))


def word(policy: Policy, field: str, key: str | None) -> str:
    """A word of the policy in the reader's language."""
    return vocabulary.label(policy, field, key, current()) if key else ""


def field(policy: Policy, name: str) -> str:
    """A field by its name, one of the team's own with its label in the reader's language."""
    return "|".join(named(fact(policy, part)) for part in name.split("|"))


def heading(policy: Policy, name: str) -> str:
    """A field or a clock's column at the top of a table."""
    known = {**fixed_labels.FIELDS, **fixed_labels.COLUMNS}.get(name)
    return known[current()] if known else field(policy, name)


def conditions(policy: Policy, when: Mapping[str, str | tuple[str, ...]]) -> str:
    """What a rule of the policy asks of a case: each field with the words it may hold."""
    asked = (f"{field(policy, name)} = {choices(policy, name, wanted)}" for name, wanted in when.items())
    return _(", ").join(asked)


def choices(policy: Policy, name: str, wanted: str | tuple[str, ...]) -> str:
    """The words of a condition in the reader's language."""
    words = (wanted,) if isinstance(wanted, str) else wanted
    if fields.kinds().get(name) == "truth":
        return " / ".join(
            fixed_labels.ANSWERS[one][current()] if one in fixed_labels.ANSWERS else one for one in words
        )
    return " / ".join(word(policy, name, one) for one in words)


def key(policy: Policy, name: str) -> str:
    """The key of a map by level or class: English reads the key, every other language its label."""
    if current() == "en":
        return name
    if name == CRISIS:
        return fixed_labels.FIELDS[name][current()]
    return (
        _("else") if name == "else" else word(policy, "level" if name in policy.levels else "category", name)
    )


def cell(policy: Policy, field: str, key: str) -> str:
    """A field of a table: English reads the keys, every other language its labels."""
    if not key or current() == "en":
        return key
    if field == "step":
        return clock_of(policy, key)
    return word(policy, field, key)
