"""A case for people and programs: its fields, clocks and history."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import data_state, fields, one_line, vocabulary
from complaintctl.domain.case.case import Case, Customer, Event
from complaintctl.domain.case.data_state import DataState
from complaintctl.domain.deadlines.clocks import Clock, JudgedCase
from complaintctl.domain.deadlines.explanation import ClockExplanation
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.next_step import next_step
from complaintctl.domain.policy.policy import Policy, find_playbook
from complaintctl.render.case import events, signatures
from complaintctl.render.overview.next_step import next_line, next_step_json
from complaintctl.render.sentences import sentences
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, are_keys_shown, current_language

_INDENT: Final = "    "


def case_details(judged: JudgedCase, rules: Rulebook, path: str, duplicates: Sequence[Case]) -> str:
    """Returns the whole case for a terminal; `path` is the name of its file, `duplicates` are those of this case."""
    case, policy = judged.case, rules.policy
    lines = [f"{case.id}  {case.title}", ""]
    lines += [
        _indent_later_lines(events.label_and_value(name, text))
        for name, text in field_pairs(case, policy, rules.zone)
    ]
    lines += [
        _("duplicate of this case: {case}, {status}").format(
            case=duplicate.id, status=labels.word_label(policy, "status", duplicate.status)
        )
        for duplicate in duplicates
    ]
    lines += [_data_state_line(state, rules) for state in data_state.data_states(case)]
    if forced := forced_parts(judged.progress):
        lines.append(
            _("closed by force, without: {missing}").format(missing=labels.parts_text(policy, forced))
        )
    if (awaited := next_step(judged, rules)) is not None:
        lines += ["", next_line(awaited, policy, rules.zone)]
    lines += ["", _("Clocks"), clock_table(judged.clocks, rules, "table").rstrip()]
    if unsigned := signatures.signature_lines(judged, rules):
        lines += ["", _("Signatures"), *unsigned]
    playbook = playbook_lines(policy, case.category)
    lines += ["", *playbook] if playbook else []
    lines += ["", _("History")]
    lines += [_indent_later_lines(_event_line(event, rules)) for event in judged.progress.events]
    return "\n".join([*lines, "", path]) + "\n"


def _data_state_line(state: DataState, rules: Rulebook) -> str:
    """Returns a state of the customer's data: since when, by whom, why."""
    return _("{state}; since {since}, {who}: {reason}").format(
        state=_(labels.DATA_STATE_LABELS[state.name]),
        since=values.moment_text(state.since, rules.zone),
        who=state.by,
        reason=state.reason or "–",
    )


def _indent_later_lines(text: str) -> str:
    """Returns a text in which only the first line stands where ours do: nobody's text looks like the next entry."""
    return "\n".join(f"{_INDENT if index else ''}{line}" for index, line in enumerate(text.splitlines()))


def field_pairs(case: Case, policy: Policy, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    """Yields label and text of every field that has a value, in the order of the file, without id and title."""
    yield labels.field_label(policy, "status"), labels.word_label(policy, "status", case.status)
    for entry in dataclasses.fields(case):
        if entry.name in {"id", "title", "status", "history", "x"}:
            continue
        value = getattr(case, entry.name)
        if value is None or value == ():
            continue
        if dataclasses.is_dataclass(value):
            yield from _group_pairs(entry.name, value, policy)
        elif isinstance(value, tuple):
            for item in value:
                text = (
                    labels.party_label(policy, item)
                    if isinstance(item, str)
                    else events.entry_text(item, policy, zone)
                )
                yield labels.field_label(policy, entry.name), text
        else:
            yield labels.field_label(policy, entry.name), _value(policy, entry.name, value, zone)
    for name, own_value in case.x.items():
        yield labels.field_label(policy, f"x.{name}"), _value(policy, f"x.{name}", own_value or "", None)


def _group_pairs(name: str, group: Any, policy: Policy) -> Iterator[tuple[str, str]]:
    if isinstance(group, Customer) and group.is_closed:
        yield from (
            (labels.field_label(policy, f"{name}.{part}"), labels.sealed_text()) for part in group.has
        )
    for part in dataclasses.fields(group):
        value = getattr(group, part.name)
        dotted = f"{name}.{fields.file_key(part.name)}"
        if value is None or value == () or dotted in fields.SEAL_PARTS:
            continue
        if isinstance(value, tuple):
            for item in value:
                text = item if isinstance(item, str) else events.entry_text(item, policy, None)
                yield labels.field_label(policy, dotted), text
        else:
            yield labels.field_label(policy, dotted), _value(policy, dotted, value, None)


def _value(policy: Policy, name: str, value: Any, zone: ZoneInfo | None) -> str:
    if isinstance(value, str):
        label = vocabulary.choice_label(policy, name, value, current_language())
        if label == value or not are_keys_shown():
            return label.rstrip("\n")
        return label + _(" ({words})").format(words=value)
    return values.value_text(value, zone)


def playbook_lines(policy: Policy, category: str | None) -> list[str]:
    """Returns the numbered checks for a class below their heading; nothing without a playbook."""
    steps = find_playbook(policy, category)
    checks = (
        one_line.join_lines(f"  {number}. {values.localised_text(text)}")
        for number, text in enumerate(steps, 1)
    )
    return [_("Playbook"), *checks] if steps else []


def _event_line(event: Event, rules: Rulebook) -> str:
    at, did = values.moment_text(event.at, rules.zone), labels.event_label(rules.policy, event.did)
    by = events.actor_text(event.by, event.recorded_by)
    return f"  {event.id}  {at}  {by}  {did}  {events.event_text(event, rules)}".rstrip()


def clocks_json(clocks: Sequence[Clock], rules: Rulebook) -> list[dict[str, Any]]:
    """Returns the clocks for programs."""
    return [
        {
            "step": clock.step,
            "what": clock.what,
            "state": clock.state,
            "from": clock.origin or None,
            "start": values.iso_time(clock.start),
            "limit": clock.limit.text if clock.limit else None,
            "due": values.iso_time(clock.due.astimezone(rules.zone)) if clock.due else None,
            "taken": values.iso_time(clock.taken),
            "remaining": clock.remaining,
            "calendar_published": clock.known,
        }
        for clock in clocks
    ]


def clock_table(clocks: Sequence[Clock], rules: Rulebook, output_format: str) -> str:
    """Returns the clocks of one case as a table."""
    columns = {
        "step": _("step"),
        "state": _("state"),
        "due": _("due"),
        "taken": _("taken at"),
        "limit": _("limit"),
    }
    entries = [
        {
            "step": labels.clock_label(rules.policy, clock),
            "state": colours.paint_text(
                _(labels.STATE_LABELS[clock.state]), colours.state_colour(clock.state)
            ),
            "due": values.moment_text(clock.due, rules.zone) if clock.due and clock.state != "paused" else "",
            "taken": values.moment_text(clock.taken, rules.zone) if clock.taken else "",
            "limit": clock.limit.text if clock.limit else "",
        }
        for clock in clocks
    ]
    return tables.format_rows(columns, entries, output_format)


def case_json(judged: JudgedCase, rules: Rulebook, path: str, duplicates: Sequence[Case]) -> dict[str, Any]:
    """Returns the whole case for programs: keys of the file, ISO times."""
    awaited = next_step_json(next_step(judged, rules), rules)
    return {
        **{fields.file_key(name): _plain(value) for name, value in _filled(judged.case)},
        "reopenings": judged.progress.reopenings,
        "due": awaited["due"] if awaited else None,
        "next": awaited,
        "clocks": clocks_json(judged.clocks, rules),
        "signatures": signatures.signatures_json(judged, rules),
        "forced": list(forced_parts(judged.progress)),
        "data": [
            {
                "state": state.name,
                "since": values.iso_time(state.since),
                "by": state.by,
                "reason": state.reason,
            }
            for state in data_state.data_states(judged.case)
        ],
        "duplicates": [duplicate.id for duplicate in duplicates],
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
    if isinstance(value, Customer) and value.sealed is not None:
        # The block itself is of use to nobody who reads this, and the pseudonyms stay in the casebook.
        opened = dataclasses.replace(value, sealed=None, has=(), known_by=())
        return {**_plain(opened), "sealed": list(value.has) if value.is_closed else []}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        pairs = (
            (fields.file_key(entry.name), getattr(value, entry.name)) for entry in dataclasses.fields(value)
        )
        return {name: _plain(inner) for name, inner in pairs if inner not in (None, (), {})}
    return fields.value_text(value)


def event_json(event: Event) -> Any:
    """Returns one event for programs."""
    return _plain(event)


def explanation_text(
    accounts: Sequence[ClockExplanation], rules: Rulebook, places: Mapping[str, str], output_format: str
) -> str:
    """Returns how each deadline of a case was computed; `places` maps a step to the file:line of the policy."""
    blocks = []
    for account in accounts:
        clock = account.clock
        heading = f"{labels.clock_label(rules.policy, clock)} — {_(labels.STATE_LABELS[clock.state])}"
        lines = [
            _explanation_line(line.key, dict(line.values), rules, places.get(clock.step, ""))
            for line in account.lines
        ]
        if output_format == "md":
            entries = (f"- {tables.markdown_line(line)}" for line in lines)
            blocks.append("\n".join([f"### {tables.markdown_line(heading)}", "", *entries]))
        else:
            blocks.append("\n".join([heading, *(f"  {line}" for line in lines)]))
    return "\n\n".join(blocks) + "\n"


def _explanation_line(key: str, line_values: dict[str, Any], rules: Rulebook, place: str) -> str:
    if key == "start":
        line_values["origin"] = labels.origin_label(rules.policy, str(line_values["origin"]))
    if key == "ahead":
        points = (line_values["from"],) if isinstance(line_values["from"], str) else line_values["from"]
        line_values["from"] = [labels.origin_label(rules.policy, point) for point in points]
    if "field" in line_values or key in {"limit-date", "combined-end"}:
        name = "field" if "field" in line_values else "limit"
        line_values[name] = _field_or_limit(rules, str(line_values[name]))
    if key == "calendar-chosen":
        line_values["key"] = labels.map_key_label(rules.policy, line_values["key"])
    if key in {"limit", "limit-date"}:
        line_values["key"] = (
            _bracketed(labels.map_key_label(rules.policy, line_values["key"])) if line_values["key"] else ""
        )
    if line_values.get("name"):
        line_values["name"] = _bracketed(values.localised_text(line_values["name"]))
    if line_values.get("reason"):
        line_values["reason"] = _bracketed(line_values["reason"])
    if key == "rung":
        line_values["to"] = labels.party_label(rules.policy, str(line_values["to"]))
    if key == "span":
        line_values["to"] = _end_of_span(line_values["from"], line_values["to"], rules.zone)
    text = sentences.fill_sentence(key, line_values, rules.zone)
    return f"{text}  [{place}]" if key in {"limit", "limit-date"} and place else text


def _field_or_limit(rules: Rulebook, text: str) -> str:
    return labels.field_label(rules.policy, text) if fields.is_field(text) else text


def _bracketed(words: str) -> str:
    return _(" ({words})").format(words=words)


def _end_of_span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Returns the end of a span: only its time of day if it is on the day of the start."""
    first, last = (values.moment_text(moment, zone) for moment in (start, end))
    day = len("2026-11-21 ")
    return last[day:] if first[:day] == last[:day] else last


def explanation_json(
    accounts: Sequence[ClockExplanation], rules: Rulebook, places: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Returns the explanation for programs: each clock with its lines as keys and values."""
    rows = clocks_json([account.clock for account in accounts], rules)
    for row, account in zip(rows, accounts, strict=True):
        row["policy"] = places.get(account.clock.step)
        row["lines"] = [
            {"key": line.key, "facts": {name: _plain(value) for name, value in line.values.items()}}
            for line in account.lines
        ]
    return rows
