"""Edits the text of the policy: only the changed lines are touched, every other byte stays.

The parser gives the position of each key and value, and the text is edited there. A flow value (`{a: 1}`) is first
expanded to one entry per line if an entry is to be added; its comments stay beside their values.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import yaml

from complaintctl.domain.policy.policy import Calendar, DaysOrNames, Person, TextOrMap
from complaintctl.domain.worktime.calendars import named_days, parse_day
from complaintctl.errors import Broken
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.quoting import quote_text, scalar_text

# A new key is inserted after the last existing key that precedes it here.
CALENDAR_KEY_ORDER: Final = ("hours", "timezone", "holidays", "workdays", "known_until", "source")
_INDENT_STEP: Final = 2
# The commented-out example of office hours, with the explanation above it (D-006).
_COMMENTED_EXAMPLE: Final = re.compile(r"^(?:#.*\n)*# calendars:\n(?:#  .*\n)*", re.MULTILINE)

NodePair = tuple[Any, Any]


def set_policy_value(text: str, key: str, value: str) -> str:
    """Returns the policy with a top-level value set."""
    scalar = scalar_text(value, in_flow=False)
    if _find_nodes(text, (key,)):
        return _set_value(text, (key,), scalar, "\n")
    return f"{_end_with_newline(text)}{key}: {scalar}\n"


def set_personal_level(text: str, level: str) -> str:
    """Returns the policy with how customer data are kept: plain, masked or sealed."""
    if _find_nodes(text, ("personal", "level")):
        return _set_value(text, ("personal", "level"), level, "\n")
    if _find_nodes(text, ("personal",)):
        return _append_entries(text, "personal", [f"level: {level}"])
    return f"{_end_with_newline(text)}\npersonal: {{level: {level}}}\n"


def set_office_hours(text: str, hours: Mapping[str, tuple[str, ...]]) -> str:
    """Returns the policy with `calendar: office` and these hours; replaces the commented-out example."""
    text = set_policy_value(_end_with_newline(text), "calendar", "office")
    days = (f"{scalar_text(day, in_flow=True)}: [{', '.join(map(quote_text, hours[day]))}]" for day in hours)
    flow_hours = f"{{{', '.join(days)}}}"
    if _find_nodes(text, ("calendars", "office", "hours")):
        return _set_value(text, ("calendars", "office", "hours"), flow_hours, "\n")
    if not _find_nodes(text, ("calendars",)):
        example = _COMMENTED_EXAMPLE.search(text)
        at = _next_line(text, _require_nodes(text, ("calendar",))[1].end_mark.index)
        start, end = example.span() if example else (at, at)
        text = f"{text[:start]}calendars: {{}}\n{text[end:]}"
    return _append_entries(text, "calendars", ["office:", f"  hours: {flow_hours}"])


def add_people(text: str, people: Mapping[str, Person]) -> str:
    """Returns the policy with people added after the existing ones (D-006)."""
    text = _end_with_newline(text)
    if not _find_nodes(text, ("people",)):
        text = f"{text}people: {{}}\n"
    return _append_entries(text, "people", [_person_line(name, person) for name, person in people.items()])


def _person_line(name: str, person: Person) -> str:
    roles = ", ".join(scalar_text(role, in_flow=True) for role in person.roles)
    email, department = (
        scalar_text(text, in_flow=True) if text else "" for text in (person.email, person.department)
    )
    entries = {"email": email, "roles": f"[{roles}]" if roles else "", "department": department}
    mapping = ", ".join(f"{key}: {value}" for key, value in entries.items() if value)
    return f"{scalar_text(name, in_flow=False)}: {{{mapping}}}"


def _append_entries(text: str, key: str, lines: list[str]) -> str:
    """Returns the text with lines added after the last entry of a top-level mapping."""
    if isinstance(_require_nodes(text, (key,))[1], yaml.MappingNode):
        text = _expand_flow_value(text, (key,), "\n")
    key_node, node = _require_nodes(text, (key,))
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    indent = " " * (entries[0][0].start_mark.column if entries else _INDENT_STEP)
    at = _next_line(text, _value_end(entries[-1][1], text) if entries else key_node.end_mark.index)
    return text[:at] + "".join(f"{indent}{line}\n" for line in lines) + text[at:]


def _end_with_newline(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def update_calendar(data: bytes, name: str, before: Calendar, after: Calendar) -> bytes:
    """Returns the policy with the keys of a calendar that differ between `before` and `after` changed.

    Raises Broken if the calendar cannot be located in the text.
    """
    mark = yamltext.BYTE_ORDER_MARK if data.startswith(yamltext.BYTE_ORDER_MARK) else b""
    text = data.removeprefix(mark).decode()
    ending = "\r\n" if "\r\n" in text else "\n"
    if not text.endswith("\n"):
        text += ending
    # D-005: only these keys are edited, as text.
    changing = [key for key in CALENDAR_KEY_ORDER if getattr(before, key) != getattr(after, key)]
    try:
        if changing:
            text = _expand_flow_value(
                _expand_flow_value(text, ("calendars",), ending), ("calendars", name), ending
            )
        for key in changing:
            path, value = ("calendars", name, key), getattr(after, key)
            if key in {"holidays", "workdays"}:
                text = _update_days(text, path, getattr(before, key), value, ending)
            else:
                scalar = value.isoformat() if isinstance(value, date) else scalar_text(value, in_flow=False)
                text = _set_value(text, path, scalar, ending)
    except (yaml.YAMLError, LookupError) as error:
        raise Broken("calendar-unwritable", calendar=name) from error
    return mark + text.encode()


def _find_nodes(text: str, path: tuple[str, ...]) -> NodePair | None:
    """The nodes of the last key of the path and of its value, or None if the key is missing."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    pair: NodePair | None = None
    for name in path:
        pair = next((entry for entry in node.value if entry[0].value == name), None)
        if pair is None:
            return None
        node = pair[1]
    return pair


def _require_nodes(text: str, path: tuple[str, ...]) -> NodePair:
    pair = _find_nodes(text, path)
    if pair is None:
        raise LookupError(path)
    return pair


def _set_value(text: str, path: tuple[str, ...], value: str, ending: str) -> str:
    pair = _find_nodes(text, path)
    if pair is None:
        return _insert_key(text, path, f" {value}", [], ending)
    key, node = pair
    start = node.start_mark.index
    space = "" if start > key.end_mark.index + 1 else " "
    return text[:start] + space + value + text[_value_end(node, text) :]


def _insert_key(text: str, path: tuple[str, ...], value: str, lines: list[str], ending: str) -> str:
    """Returns the text with a new key in CALENDAR_KEY_ORDER, with its value beside it or in lines below."""
    *parent, key = path
    _owner, node = _require_nodes(text, tuple(parent))
    earlier = CALENDAR_KEY_ORDER[: CALENDAR_KEY_ORDER.index(key)]
    last = max(_value_end(value, text) for name, value in node.value if name.value in earlier)
    indent = " " * node.value[0][0].start_mark.column
    below = "".join(f"{ending}{indent}{' ' * _INDENT_STEP}{line}" for line in lines)
    new = f"{indent}{key}:{value}{below}{ending}"
    at = _next_line(text, last)
    return text[:at] + new + text[at:]


def _update_days(
    text: str, path: tuple[str, ...], before: DaysOrNames, after: DaysOrNames, ending: str
) -> str:
    old, new = named_days(before), named_days(after)
    if not new:
        text = _expand_flow_value(text, path, ending)
        key, node = _require_nodes(text, path)
        return f"{text[: key.end_mark.index]}: {{}}{text[_value_end(node, text) :]}"
    lines = {name: _day_line(name, words) for name, words in new.items()}
    if _find_nodes(text, path) is None or not old:
        return _insert_first_days(text, path, sorted(lines.values()), ending)
    text = _expand_flow_value(text, path, ending)
    _key, node = _require_nodes(text, path)
    edits = list(_day_edits(text, node, new))
    column = " " * node.value[0][0].start_mark.column
    kept = [entry for entry in node.value if entry[0].value in new]
    for name in sorted(new.keys() - old.keys()):
        at = _new_day_index(text, path, kept, name)
        edits.append((at, at, f"{column}{lines[name]}{ending}"))
    # From the end, so that earlier indexes stay valid; at one index removals come first, then the later day.
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _insert_first_days(text: str, path: tuple[str, ...], lines: list[str], ending: str) -> str:
    """Returns the text with the first days: the key was missing, or held an empty list or mapping."""
    if _find_nodes(text, path) is None:
        return _insert_key(text, path, "", lines, ending)
    key, node = _require_nodes(text, path)
    indent = " " * (key.start_mark.column + _INDENT_STEP)
    start, end = key.end_mark.index + 1, _value_end(node, text)
    at = _next_line(text, end)
    below = "".join(f"{indent}{line}{ending}" for line in lines)
    return text[:start] + text[end:at] + below + text[at:]


def _day_edits(text: str, node: Any, new: Mapping[str, TextOrMap]) -> Iterator[tuple[int, int, str]]:
    """Yields edits (start, end, new text) that remove days, or name days that had no name."""
    for key, value in node.value:
        end = _value_end(value, text)
        if key.value not in new:
            yield _line_start(text, key.start_mark.index), _next_line(text, end), ""
        elif new[key.value] and isinstance(value, yaml.ScalarNode) and not _is_named(value):
            name = scalar_text(str(new[key.value]), in_flow=False)
            yield key.end_mark.index, end, f": {name}"


def _is_named(value: Any) -> bool:
    return value.value not in {"", "~", "null", "Null", "NULL"} or bool(value.style and value.value)


def _day_line(day: str, day_name: TextOrMap) -> str:
    return f"{day}: {scalar_text(str(day_name), in_flow=False)}" if day_name else f"{day}:"


def _new_day_index(text: str, path: tuple[str, ...], kept: list[NodePair], name: str) -> int:
    """The index of the line of a new day: after the last earlier day, so that comments above later days stay."""
    dated = sorted(
        ((key.value, value) for key, value in kept if parse_day(key.value)), key=lambda entry: entry[0]
    )
    earlier = bisect_right([entry[0] for entry in dated], name)
    if earlier:
        return _next_line(text, _value_end(dated[earlier - 1][1], text))
    if dated or not kept:
        return _next_line(text, _require_nodes(text, path)[0].end_mark.index)
    return _next_line(text, _value_end(kept[-1][1], text))


def _expand_flow_value(text: str, path: tuple[str, ...], ending: str) -> str:
    """Returns the text with a mapping, or a list of days, as a block mapping: one entry per line."""
    key, node = _require_nodes(text, path)
    if not node.flow_style:
        return _convert_list_to_map(text, key, node) if isinstance(node, yaml.SequenceNode) else text
    indent = " " * (key.start_mark.column + _INDENT_STEP)
    start, end = key.end_mark.index + 1, node.end_mark.index
    after = text[end : _next_line(text, end)].strip()
    head, lines = _entry_lines(text, node, indent)
    first = "".join(f"  {comment}" for comment in (*head, after) if comment)
    return text[:start] + ending.join([first, *lines]) + ending + text[_next_line(text, end) :]


def _entry_lines(text: str, node: Any, indent: str) -> tuple[list[str], list[str]]:
    """The comments before the first entry of a flow value, and one line for each entry and each later comment."""
    entries = [entry if isinstance(entry, tuple) else (entry, None) for entry in node.value]
    starts = [key.start_mark.index for key, _value in entries]
    ends = [(value or key).end_mark.index for key, value in entries]
    lines: list[str] = []
    for index, (key, value) in enumerate(entries):
        key_text = text[key.start_mark.index : key.end_mark.index]
        value_text = f" {text[value.start_mark.index : value.end_mark.index]}" if value else ""
        gap = text[ends[index] : (starts[index + 1] if index + 1 < len(starts) else node.end_mark.index)]
        beside, *below = gap.split("\n")
        lines.append(
            f"{indent}{key_text}:{value_text}{''.join(f'  {comment}' for comment in _comments([beside]))}".rstrip()
        )
        lines += [f"{indent}{comment}" for comment in _comments(below)]
    before = text[node.start_mark.index : starts[0]].split("\n") if starts else []
    return _comments(before), lines


def _comments(gap: list[str]) -> list[str]:
    """The comments in the text between entries; nothing else there contains `#`."""
    return [line[line.index("#") :].rstrip() for line in gap if "#" in line]


def _convert_list_to_map(text: str, key: Any, node: Any) -> str:
    for item in reversed(node.value):
        dash = text.rindex("-", 0, item.start_mark.index)
        column = max(dash - _line_start(text, dash), key.start_mark.column + _INDENT_STEP)
        item_text = text[item.start_mark.index : item.end_mark.index]
        text = f"{text[: _line_start(text, dash)]}{' ' * column}{item_text}:{text[item.end_mark.index :]}"
    return text


def _value_end(node: Any, text: str) -> int:
    """The index after the last character of a value; PyYAML includes the comments after a block value."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _value_end(last[1] if isinstance(last, tuple) else last, text)
    end = int(node.end_mark.index)
    while end > node.start_mark.index and text[end - 1] in "\r\n":
        end -= 1
    return end


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _next_line(text: str, index: int) -> int:
    return text.index("\n", index) + 1
