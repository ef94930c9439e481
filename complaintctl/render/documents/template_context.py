"""The context of a template: a case as nested dicts of texts in the reader's language, without callable objects.

An unknown value is `{"$absent": path}`, so that filling a letter that needs it can name it. A label of the policy and
a time are dicts with `$text`, the text printed, beside their parts (`case.level.key`, `case.received.day`).
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Bone, Case, Event
from complaintctl.domain.deadlines.clocks import PROMISE, Clock, JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy, labelled_role
from complaintctl.render.case import events
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _, current_language

TemplateContext = dict[str, Any]
# Fields of a case that the context has in another form (`history`, `x`) or not at all (`source`).
_LEFT_OUT = frozenset({"source", "history", "x"})
# Steps that the customer waits for, besides first answers; all other steps are internal (D-086).
_AWAITED = frozenset({PROMISE, "ack", "plan", "execute", "respond", "update"})


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentInput:
    """What a document is made from: the judged case, its rules, who writes (`by`), and the text they add."""

    judged: JudgedCase
    rules: Rulebook
    by: str
    text: str | None


def template_context(writing: DocumentInput) -> TemplateContext:
    """Returns every name that a template can use with its value; texts are in the current language."""
    judged, rules = writing.judged, writing.rules
    case, policy = judged.case, rules.policy
    awaited = [clock for clock in judged.clocks if clock.due and _is_awaited(clock.step, rules)]
    running = sorted((clock for clock in awaited if clock.state == "running"), key=_due)
    late = sorted((clock for clock in awaited if clock.state == "overdue"), key=_due)
    return {
        "case": {
            **_case(case, rules),
            "x": _own_fields(case, policy),
            "history": [_event(event, rules) for event in judged.progress.events],
        },
        "policy": {"name": policy.name, "label": policy.label.get(current_language(), policy.name)},
        "sender": {name: mark_unknown(f"sender.{name}", value) for name, value in _sender(policy).items()},
        "due": [_clock(clock, rules) for clock in running],
        "late": [_clock(clock, rules) for clock in late],
        "promised": [_clock(clock, rules) for clock in late + running if clock.step == PROMISE],
        "coming": [_clock(clock, rules) for clock in running if clock.step == PROMISE],
        "today": moment_names(judged.as_of, rules.zone),
        "me": person_name(policy, writing.by),
        "signature": _signature(policy, writing.by),
        "text": mark_unknown("text", writing.text),
        # Translated words for the filters; `$` is not allowed in a template's names.
        "$words": {
            "and": _("{first} and {last}"),
            "comma": _(", "),
            "money": _("{currency} {amount}"),
            "CNY": _("CNY"),
        },
    }


def _case(case: Case, rules: Rulebook) -> TemplateContext:
    context: TemplateContext = {}
    for name in fields.field_kinds():
        first, _dot, rest = name.partition(".")
        if first in _LEFT_OUT or fields.field_kinds()[name] == "group":
            continue
        known = labels.sealed_text() if fields.is_sealed(case, name) else fields.value_at(case, name)
        value = _value(f"case.{name}", name, known, rules)
        if rest:
            context.setdefault(first, {})[rest] = value
        else:
            context[name] = value
    return context


def _own_fields(case: Case, policy: Policy) -> TemplateContext:
    """Returns the team's own fields: those that the policy defines and those that the case has."""
    names = dict.fromkeys((*policy.fields, *case.x))
    return {name: _word(policy, f"case.x.{name}", f"x.{name}", case.x.get(name)) for name in names}


def _value(path: str, name: str, value: Any, rules: Rulebook) -> Any:
    kind = fields.field_kinds().get(name)
    if kind in {"texts", "entries"}:
        return [_entry(entry, rules) for entry in value or ()]
    if value is None or isinstance(value, str):
        return _word(rules.policy, path, name, value)
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return moment_names(value, rules.zone)
    return day_names(value) if isinstance(value, date) else value


def _entry(entry: Any, rules: Rulebook) -> Any:
    """Returns an entry of a list: a text, or its parts by name, with people by their names."""
    if isinstance(entry, str):
        return entry
    parts = (part.name for part in dataclasses.fields(entry)) if dataclasses.is_dataclass(entry) else ()
    plain = entry if isinstance(entry, dict) else {name: getattr(entry, name) for name in parts}
    context = {name: _part(name, value, rules) for name, value in plain.items()}
    if isinstance(entry, Bone):
        context["branch"] = {"$text": labels.branch_label(entry.branch), "key": entry.branch}
    return context


def _part(name: str, value: Any, rules: Rulebook) -> Any:
    if isinstance(value, datetime):
        return moment_names(value, rules.zone)
    if isinstance(value, date):
        return day_names(value)
    if name in {"who", "to", "done_by", "verified_by"} and isinstance(value, str):
        return {"$text": person_name(rules.policy, value), "key": value}
    return mark_unknown(name, value)


def _word(policy: Policy, path: str, name: str, value: str | None) -> Any:
    """Returns a text of the case: a key of the policy as its label, the owner by name."""
    if value is None:
        return mark_unknown(path, None)
    if name == "owner":
        return {"$text": person_name(policy, value), "key": value}
    label = vocabulary.choice_label(policy, name, value, current_language())
    return {"$text": label, "key": value} if vocabulary.field_choices(policy, name) else label


def _event(event: Event, rules: Rulebook) -> TemplateContext:
    policy = rules.policy
    return {
        "at": moment_names(event.at, rules.zone),
        "by": person_name(policy, event.by),
        "recorded_by": mark_unknown(
            "event.recorded_by", person_name(policy, event.recorded_by) if event.recorded_by else None
        ),
        "who": actor_name(policy, event),
        "department": mark_unknown("event.department", _department(policy, event.by)),
        "did": {"$text": labels.customer_step_label(policy, event.did), "key": event.did},
        "via": _word(policy, "event.via", "channel", event.via),
        "to": mark_unknown("event.to", person_name(policy, event.to) if event.to else None),
        "text": mark_unknown("event.text", event.text),
        "reason": mark_unknown("event.reason", event.reason),
    }


def _clock(clock: Clock, rules: Rulebook) -> TemplateContext:
    key = clock.what if clock.step == PROMISE else clock.step
    due = clock.due
    return {
        "step": {"$text": labels.customer_step_label(rules.policy, key), "key": key},
        "what": clock.what,
        "due": moment_names(due, rules.zone) if due else mark_unknown("due", None),
    }


def _is_awaited(name: str, rules: Rulebook) -> bool:
    step = rules.steps.get(name)
    return name in _AWAITED or (step is not None and step.first_answer is True)


def _due(clock: Clock) -> float:
    return clock.due.timestamp() if clock.due else 0.0


def moment_names(value: datetime, zone: ZoneInfo) -> TemplateContext:
    """Returns a time: its text, and its parts by name."""
    local = value.astimezone(zone)
    day, time = values.long_date(local.date()), local.strftime("%H:%M")
    return {
        "$text": _("{day}, {time}").format(day=day, time=time),
        **_parts(local.date()),
        "day": day,
        "time": time,
        "zone": f"UTC{local.isoformat()[-6:]}",
        "iso": local.isoformat(),
    }


def day_names(value: date) -> TemplateContext:
    """Returns a day: its text, and its parts by name."""
    day = values.long_date(value)
    return {"$text": day, **_parts(value), "day": day, "iso": value.isoformat()}


def _parts(value: date) -> TemplateContext:
    weekday = _(values.WEEKDAY_NAMES[value.weekday()])
    return {"date": value.isoformat(), "year": str(value.year), "month": str(value.month), "weekday": weekday}


def mark_unknown(path: str, value: Any) -> Any:
    """Returns the value; an empty one as a mark, so that printing it is refused with its path."""
    return {"$absent": path} if value is None or value == "" else value


def person_name(policy: Policy, name: str) -> str:
    """Returns the name that the policy gives a person, else `name` itself."""
    person = policy.people.get(name)
    return person.name if person and person.name else name


def _department(policy: Policy, name: str) -> str | None:
    """Returns the department of a person, by the label of the role if it is also a role."""
    person = policy.people.get(name)
    department = person.department if person else None
    return labelled_role(policy, department).label.get(current_language(), department) if department else None


def actor_name(policy: Policy, event: Event) -> str:
    """Returns the name of who did it, and of who recorded it if that is somebody else."""
    recorder = person_name(policy, event.recorded_by) if event.recorded_by else None
    return events.actor_text(person_name(policy, event.by), recorder)


def _signature(policy: Policy, name: str) -> str:
    """Returns the lines of a signature: person and team (in Chinese team and person), phone, e-mail.

    A person whom the policy does not name is left out if the team has a name.
    """
    sender, person = policy.sender, policy.people.get(name)
    full_name = person.name if person else None
    who = [full_name or (None if sender.name else name), sender.name]
    phone = _("Phone: {number}").format(number=sender.phone) if sender.phone else None
    email = _("E-mail: {address}").format(address=sender.email) if sender.email else None
    lines = (*(reversed(who) if current_language() == "zh" else who), phone, email)
    return "\n".join(line for line in lines if line)


def _sender(policy: Policy) -> Mapping[str, str | None]:
    sender = policy.sender
    return {"name": sender.name, "address": sender.address, "phone": sender.phone, "email": sender.email}
