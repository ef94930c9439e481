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
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import _, current_language

TemplateContext = dict[str, Any]
# The fields of a case that are given in another way, or are no matter of a letter.
_LEFT_OUT = frozenset({"source", "history", "x"})
# The steps that a customer waits for, besides first answers; the others are ours to keep.
_AWAITED = frozenset({PROMISE, "ack", "plan", "execute", "respond", "update"})


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentInput:
    """A case to write about: how it stands, by which rules, who writes, and what they add in their own words."""

    judged: JudgedCase
    rules: Rulebook
    by: str
    text: str | None


def template_context(writing: DocumentInput) -> TemplateContext:
    """Everything a template can name, by its name; the language is the one in use."""
    judged, rules = writing.judged, writing.rules
    case, policy = judged.case, rules.policy
    told = [clock for clock in judged.clocks if clock.due and _is_awaited(clock.step, rules)]
    running = sorted((clock for clock in told if clock.state == "running"), key=_due)
    late = sorted((clock for clock in told if clock.state == "overdue"), key=_due)
    return {
        "case": {
            **_case(case, rules),
            "x": _own_fields(case, policy),
            "history": [_event(event, rules) for event in judged.progress.events],
        },
        "policy": {"name": policy.name, "label": policy.label.get(current_language(), policy.name)},
        "sender": {name: _mark_unknown(f"sender.{name}", value) for name, value in _sender(policy).items()},
        "due": [_clock(clock, rules) for clock in running],
        "late": [_clock(clock, rules) for clock in late],
        "promised": [_clock(clock, rules) for clock in late + running if clock.step == PROMISE],
        "coming": [_clock(clock, rules) for clock in running if clock.step == PROMISE],
        "today": _moment(judged.as_of, rules.zone),
        "me": person_name(policy, writing.by),
        "signature": _signature(policy, writing.by),
        "text": _mark_unknown("text", writing.text),
        # What filters say in the reader's language; no template can name it.
        "$words": {
            "and": _("{first} and {last}"),
            "comma": _(", "),
            "money": _("{currency} {amount}"),
            "CNY": _("CNY"),
        },
    }


def _case(case: Case, rules: Rulebook) -> TemplateContext:
    found: TemplateContext = {}
    for name in fields.field_kinds():
        first, _dot, rest = name.partition(".")
        if first in _LEFT_OUT or fields.field_kinds()[name] == "group":
            continue
        value = _value(f"case.{name}", name, fields.value_at(case, name), rules)
        if rest:
            found.setdefault(first, {})[rest] = value
        else:
            found[name] = value
    return found


def _own_fields(case: Case, policy: Policy) -> TemplateContext:
    """The team's own fields: those of the policy and those the case has."""
    names = dict.fromkeys((*policy.fields, *case.x))
    return {name: _word(policy, f"case.x.{name}", f"x.{name}", case.x.get(name)) for name in names}


def _value(path: str, name: str, value: Any, rules: Rulebook) -> Any:
    kind = fields.field_kinds().get(name)
    if kind in {"texts", "entries"}:
        return [_entry(one, rules) for one in value or ()]
    if value is None or isinstance(value, str):
        return _word(rules.policy, path, name, value)
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return _moment(value, rules.zone)
    return _day(value) if isinstance(value, date) else value


def _entry(entry: Any, rules: Rulebook) -> Any:
    """One entry of a list: a text, or its parts by name; people by their names."""
    if isinstance(entry, str):
        return entry
    parts = (part.name for part in dataclasses.fields(entry)) if dataclasses.is_dataclass(entry) else ()
    plain = entry if isinstance(entry, dict) else {name: getattr(entry, name) for name in parts}
    made = {name: _part(name, value, rules) for name, value in plain.items()}
    if isinstance(entry, Bone):
        made["branch"] = {"$text": labels.branch_label(entry.branch), "key": entry.branch}
    return made


def _part(name: str, value: Any, rules: Rulebook) -> Any:
    if isinstance(value, datetime):
        return _moment(value, rules.zone)
    if isinstance(value, date):
        return _day(value)
    if name in {"who", "to", "done_by", "verified_by"} and isinstance(value, str):
        return {"$text": person_name(rules.policy, value), "key": value}
    return _mark_unknown(name, value)


def _word(policy: Policy, path: str, name: str, value: str | None) -> Any:
    """A text of the case; a word of the policy by its label, people by their names."""
    if value is None:
        return _mark_unknown(path, None)
    if name == "owner":
        return {"$text": person_name(policy, value), "key": value}
    label = vocabulary.choice_label(policy, name, value, current_language())
    return {"$text": label, "key": value} if vocabulary.field_choices(policy, name) else value


def _event(event: Event, rules: Rulebook) -> TemplateContext:
    policy = rules.policy
    return {
        "at": _moment(event.at, rules.zone),
        "by": person_name(policy, event.by),
        "did": {"$text": labels.customer_step_label(policy, event.did), "key": event.did},
        "via": _word(policy, "event.via", "channel", event.via),
        "to": _mark_unknown("event.to", person_name(policy, event.to) if event.to else None),
        "text": _mark_unknown("event.text", event.text),
        "reason": _mark_unknown("event.reason", event.reason),
    }


def _clock(clock: Clock, rules: Rulebook) -> TemplateContext:
    named = clock.what if clock.step == PROMISE else clock.step
    due = clock.due
    return {
        "step": {"$text": labels.customer_step_label(rules.policy, named), "key": named},
        "what": clock.what,
        "due": _moment(due, rules.zone) if due else _mark_unknown("due", None),
    }


def _is_awaited(name: str, rules: Rulebook) -> bool:
    step = rules.steps.get(name)
    return name in _AWAITED or (step is not None and step.first_answer is True)


def _due(clock: Clock) -> float:
    return clock.due.timestamp() if clock.due else 0.0


def _moment(value: datetime, zone: ZoneInfo) -> TemplateContext:
    here = value.astimezone(zone)
    day, time = values.long_date(here.date()), here.strftime("%H:%M")
    return {
        "$text": _("{day}, {time}").format(day=day, time=time),
        **_parts(here.date()),
        "day": day,
        "time": time,
        "zone": f"UTC{here.isoformat()[-6:]}",
        "iso": here.isoformat(),
    }


def _day(value: date) -> TemplateContext:
    day = values.long_date(value)
    return {"$text": day, **_parts(value), "day": day, "iso": value.isoformat()}


def _parts(value: date) -> TemplateContext:
    weekday = _(values.WEEKDAY_NAMES[value.weekday()])
    return {"date": value.isoformat(), "year": str(value.year), "month": str(value.month), "weekday": weekday}


def _mark_unknown(path: str, value: Any) -> Any:
    return {"$absent": path} if value is None or value == "" else value


def person_name(policy: Policy, name: str) -> str:
    """How a person is called in a letter: their name, where the policy has it."""
    known = policy.people.get(name)
    return known.name if known and known.name else name


def _signature(policy: Policy, name: str) -> str:
    """Who signs, a line each, and how to reach them: English names the person first, Chinese the team.

    Somebody whom the policy does not name stays away where the team has a name.
    """
    sender, known = policy.sender, policy.people.get(name)
    mine = known.name if known else None
    who = [mine or (None if sender.name else name), sender.name]
    phone = _("Phone: {number}").format(number=sender.phone) if sender.phone else None
    email = _("E-mail: {address}").format(address=sender.email) if sender.email else None
    lines = (*(reversed(who) if current_language() == "zh" else who), phone, email)
    return "\n".join(line for line in lines if line)


def _sender(policy: Policy) -> Mapping[str, str | None]:
    sender = policy.sender
    return {"name": sender.name, "address": sender.address, "phone": sender.phone, "email": sender.email}
