"""A case for people and machines: its facts, its clocks, its history."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines.clocks import Clock, Judged, next_due
from complaintctl.domain.deadlines.explanation import Account
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Policy, playbook
from complaintctl.render.case import events
from complaintctl.render.sentences import sentences
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, current


def shown(judged: Judged, rules: Rulebook, path: str) -> str:
    """The whole case for a terminal."""
    case, policy = judged.case, rules.policy
    lines = [f"{case.id}  {case.title}", ""]
    lines += [events.pair(name, text) for name, text in _facts(case, policy, rules.zone)]
    lines += ["", _("Clocks"), clock_table(judged.clocks, rules, "table").rstrip()]
    lines += _playbook_lines(policy, case.category)
    lines += ["", _("History")]
    lines += [_event_line(event, rules) for event in judged.progress.events]
    return "\n".join([*lines, "", path]) + "\n"


def _facts(case: Case, policy: Policy, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    yield labels.field(policy, "status"), labels.word(policy, "status", case.status)
    for entry in dataclasses.fields(case):
        if entry.name in {"id", "title", "status", "history", "x"}:
            continue
        value = getattr(case, entry.name)
        if value is None or value == ():
            continue
        if dataclasses.is_dataclass(value):
            yield from _group(entry.name, value, policy)
        elif isinstance(value, tuple):
            for one in value:
                said = labels.who(policy, one) if isinstance(one, str) else events.entry(one, policy, zone)
                yield labels.field(policy, entry.name), said
        else:
            yield labels.field(policy, entry.name), _value(policy, entry.name, value, zone)
    for name, text in case.x.items():
        yield labels.field(policy, f"x.{name}"), _value(policy, f"x.{name}", text or "", None)


def _group(name: str, group: Any, policy: Policy) -> Iterator[tuple[str, str]]:
    for part in dataclasses.fields(group):
        value = getattr(group, part.name)
        if value is None or value == ():
            continue
        dotted = f"{name}.{fields.key(part.name)}"
        if isinstance(value, tuple):
            for one in value:
                said = one if isinstance(one, str) else events.entry(one, policy, None)
                yield labels.field(policy, dotted), said
        else:
            yield labels.field(policy, dotted), _value(policy, dotted, value, None)


def _value(policy: Policy, name: str, value: Any, zone: ZoneInfo | None) -> str:
    if isinstance(value, str):
        label = vocabulary.label(policy, name, value, current())
        return value.rstrip("\n") if label == value else label + _(" ({words})").format(words=value)
    return values.word(value, zone)


def _playbook_lines(policy: Policy, category: str | None) -> list[str]:

    steps = playbook(policy, category)
    if not steps:
        return []
    return [
        "",
        _("Playbook"),
        *(f"  {place}. {values.in_language(text)}" for place, text in enumerate(steps, 1)),
    ]


def playbook_text(policy: Policy, category: str | None) -> str:
    """The ordered checks for a class, or an empty text."""
    return "\n".join(_playbook_lines(policy, category)[1:])


def _event_line(event: Event, rules: Rulebook) -> str:
    at, did = values.moment(event.at, rules.zone), labels.event(rules.policy, event.did)
    return f"  {event.id}  {at}  {event.by}  {did}  {events.words(event, rules)}".rstrip()


def clock_rows(clocks: Sequence[Clock], rules: Rulebook) -> list[dict[str, Any]]:
    """The clocks for machines."""
    return [
        {
            "step": clock.step,
            "what": clock.what,
            "state": clock.state,
            "from": clock.origin or None,
            "start": values.iso(clock.start),
            "limit": clock.limit.text if clock.limit else None,
            "due": values.iso(clock.due.astimezone(rules.zone)) if clock.due else None,
            "taken": values.iso(clock.taken),
            "remaining": clock.remaining,
            "calendar_published": clock.known,
        }
        for clock in clocks
    ]


def clock_table(clocks: Sequence[Clock], rules: Rulebook, output_format: str) -> str:
    """The clocks of one case."""
    columns = {
        "step": _("step"),
        "state": _("state"),
        "due": _("due"),
        "taken": _("taken at"),
        "limit": _("limit"),
    }
    entries = [
        {
            "step": labels.clock(rules.policy, clock),
            "state": colours.painted(_(labels.STATES[clock.state]), colours.of_state(clock.state)),
            "due": values.moment(clock.due, rules.zone) if clock.due and clock.state != "paused" else "",
            "taken": values.moment(clock.taken, rules.zone) if clock.taken else "",
            "limit": clock.limit.text if clock.limit else "",
        }
        for clock in clocks
    ]
    return tables.rows(columns, entries, output_format)


def machine(judged: Judged, rules: Rulebook, path: str) -> dict[str, Any]:
    """The whole case for machines: keys of the file, ISO times."""
    due = next_due(judged.clocks)
    return {
        **{fields.key(name): _plain(value) for name, value in _filled(judged.case)},
        "reopenings": judged.progress.reopenings,
        "due": values.iso(due.due) if due else None,
        "clocks": clock_rows(judged.clocks, rules),
        "file": path,
    }


def _filled(case: Case) -> Iterator[tuple[str, Any]]:
    for entry in dataclasses.fields(case):
        value = getattr(case, entry.name)
        if value is not None and value not in ((), {}):
            yield entry.name, value


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int):
        return value
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = ((fields.key(entry.name), getattr(value, entry.name)) for entry in dataclasses.fields(value))
        return {name: _plain(inner) for name, inner in pairs if inner not in (None, (), {})}
    return fields.as_text(value)


def event_machine(event: Event) -> Any:
    """One event for machines."""
    return _plain(event)


def explained(
    accounts: Sequence[Account], rules: Rulebook, places: Mapping[str, str], output_format: str
) -> str:
    """Why each deadline of a case is what it is; `places` maps a step to the policy's file:line."""
    blocks = []
    for account in accounts:
        clock = account.clock
        heading = f"{labels.clock(rules.policy, clock)} — {_(labels.STATES[clock.state])}"
        lines = [
            _ledger_line(line.key, dict(line.facts), rules, places.get(clock.step, ""))
            for line in account.lines
        ]
        if output_format == "md":
            blocks.append("\n".join([f"### {heading}", "", *(f"- {line}" for line in lines)]))
        else:
            blocks.append("\n".join([heading, *(f"  {line}" for line in lines)]))
    return "\n\n".join(blocks) + "\n"


def _ledger_line(key: str, facts: dict[str, Any], rules: Rulebook, place: str) -> str:
    if key == "start":
        facts["origin"] = labels.point(rules.policy, str(facts["origin"]))
    if key == "ahead":
        points = (facts["from"],) if isinstance(facts["from"], str) else facts["from"]
        facts["from"] = [labels.point(rules.policy, point) for point in points]
    if key == "limit":
        facts["key"] = _bracketed(labels.key(rules.policy, facts["key"])) if facts["key"] else ""
    if facts.get("name"):
        facts["name"] = _bracketed(values.in_language(facts["name"]))
    if facts.get("reason"):
        facts["reason"] = _bracketed(facts["reason"])
    if key == "rung":
        facts["to"] = labels.who(rules.policy, str(facts["to"]))
    if key == "span":
        facts["to"] = _end_of_span(facts["from"], facts["to"], rules.zone)
    said = sentences.sentence(key, facts, rules.zone)
    return f"{said}  [{place}]" if key == "limit" and place else said


def _bracketed(words: str) -> str:
    return _(" ({words})").format(words=words)


def _end_of_span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """The end of a span: its time of day where it lies on the day of the start."""
    first, last = (values.moment(moment, zone) for moment in (start, end))
    day = len("2026-11-21 ")
    return last[day:] if first[:day] == last[:day] else last


def explained_machine(
    accounts: Sequence[Account], rules: Rulebook, places: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The explanation for machines: each clock with its lines as keys and facts."""
    rows = clock_rows([account.clock for account in accounts], rules)
    for row, account in zip(rows, accounts, strict=True):
        row["policy"] = places.get(account.clock.step)
        row["lines"] = [
            {"key": line.key, "facts": {name: _plain(value) for name, value in line.facts.items()}}
            for line in account.lines
        ]
    return rows
