"""Changing the policy's text: only the lines that change are touched, every other byte stays.

The parser says where each key and value stands, and the text is changed there. Values written in one line are
laid out below each other first, where something is to be added to them; comments inside stay beside their value.
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

# Where a new key goes: behind the last one of those before it.
CALENDAR_KEY_ORDER: Final = ("hours", "timezone", "holidays", "workdays", "known_until", "source")
_INDENT_STEP: Final = 2
# Office hours in comments, with the paragraph above that says how to make them count.
_COMMENTED_EXAMPLE: Final = re.compile(r"^(?:#.*\n)*# calendars:\n(?:#  .*\n)*", re.MULTILINE)

NodePair = tuple[Any, Any]


def set_policy_value(text: str, key: str, value: str) -> str:
    """The policy with a value of its top level set."""
    said = scalar_text(value, in_flow=False)
    if _find_nodes(text, (key,)):
        return _set_value(text, (key,), said, "\n")
    return f"{_end_with_newline(text)}{key}: {said}\n"


def set_office_hours(text: str, hours: Mapping[str, tuple[str, ...]]) -> str:
    """The policy counting on a calendar `office` with these hours; an example of one in comments gives way to it."""
    text = set_policy_value(_end_with_newline(text), "calendar", "office")
    days = (f"{scalar_text(day, in_flow=True)}: [{', '.join(map(quote_text, hours[day]))}]" for day in hours)
    said = f"{{{', '.join(days)}}}"
    if _find_nodes(text, ("calendars", "office", "hours")):
        return _set_value(text, ("calendars", "office", "hours"), said, "\n")
    if not _find_nodes(text, ("calendars",)):
        example = _COMMENTED_EXAMPLE.search(text)
        at = _next_line(text, _require_nodes(text, ("calendar",))[1].end_mark.index)
        start, end = example.span() if example else (at, at)
        text = f"{text[:start]}calendars: {{}}\n{text[end:]}"
    return _append_entries(text, "calendars", ["office:", f"  hours: {said}"])


def add_people(text: str, people: Mapping[str, Person]) -> str:
    """The policy with more people, behind those that it has."""
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
    said = ", ".join(f"{key}: {value}" for key, value in entries.items() if value)
    return f"{scalar_text(name, in_flow=False)}: {{{said}}}"


def _append_entries(text: str, key: str, lines: list[str]) -> str:
    """The text with lines behind the entries of a map of its top level."""
    if isinstance(_require_nodes(text, (key,))[1], yaml.MappingNode):
        text = _expand_flow_value(text, (key,), "\n")
    place, node = _require_nodes(text, (key,))
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    indent = " " * (entries[0][0].start_mark.column if entries else _INDENT_STEP)
    at = _next_line(text, _value_end(entries[-1][1], text) if entries else place.end_mark.index)
    return text[:at] + "".join(f"{indent}{line}\n" for line in lines) + text[at:]


def _end_with_newline(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def update_calendar(data: bytes, name: str, before: Calendar, after: Calendar) -> bytes:
    """The policy with a calendar's days, `known_until` and `source` changed; other keys are left alone.

    Raises Broken where the parts of the policy stand in a way that cannot be found again in its text.
    """
    mark = yamltext.BYTE_ORDER_MARK if data.startswith(yamltext.BYTE_ORDER_MARK) else b""
    text = data.removeprefix(mark).decode()
    ending = "\r\n" if "\r\n" in text else "\n"
    if not text.endswith("\n"):
        text += ending
    changing = [key for key in CALENDAR_KEY_ORDER if getattr(before, key) != getattr(after, key)]
    try:
        if changing:
            text = _expand_flow_value(
                _expand_flow_value(text, ("calendars",), ending), ("calendars", name), ending
            )
        for key in changing:
            place, value = ("calendars", name, key), getattr(after, key)
            if key in {"holidays", "workdays"}:
                text = _update_days(text, place, getattr(before, key), value, ending)
            else:
                said = value.isoformat() if isinstance(value, date) else scalar_text(value, in_flow=False)
                text = _set_value(text, place, said, ending)
    except (yaml.YAMLError, LookupError) as error:
        raise Broken("calendar-unwritable", calendar=name) from error
    return mark + text.encode()


def _find_nodes(text: str, path: tuple[str, ...]) -> NodePair | None:
    """The nodes of the key at the end of the path and of its value, or None where it is not there."""
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    pair: NodePair | None = None
    for name in path:
        pair = next((one for one in node.value if one[0].value == name), None)
        if pair is None:
            return None
        node = pair[1]
    return pair


def _require_nodes(text: str, path: tuple[str, ...]) -> NodePair:
    found = _find_nodes(text, path)
    if found is None:
        raise LookupError(path)
    return found


def _set_value(text: str, path: tuple[str, ...], value: str, ending: str) -> str:
    found = _find_nodes(text, path)
    if found is None:
        return _insert_key(text, path, f" {value}", [], ending)
    key, node = found
    start = node.start_mark.index
    space = "" if start > key.end_mark.index + 1 else " "
    return text[:start] + space + value + text[_value_end(node, text) :]


def _insert_key(text: str, path: tuple[str, ...], value: str, lines: list[str], ending: str) -> str:
    """The text with a new key behind those that come before it, its value beside it or in lines below."""
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
    # From the end on, so that places stay true; at one place what goes first, then the later day.
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _insert_first_days(text: str, path: tuple[str, ...], lines: list[str], ending: str) -> str:
    """The text with days where there were none: no key, or an empty list or map."""
    if _find_nodes(text, path) is None:
        return _insert_key(text, path, "", lines, ending)
    key, node = _require_nodes(text, path)
    indent = " " * (key.start_mark.column + _INDENT_STEP)
    start, end = key.end_mark.index + 1, _value_end(node, text)
    at = _next_line(text, end)
    below = "".join(f"{indent}{line}{ending}" for line in lines)
    return text[:start] + text[end:at] + below + text[at:]


def _day_edits(text: str, node: Any, new: Mapping[str, TextOrMap]) -> Iterator[tuple[int, int, str]]:
    """Lines of days that go, and names for days that had none."""
    for key, value in node.value:
        end = _value_end(value, text)
        if key.value not in new:
            yield _line_start(text, key.start_mark.index), _next_line(text, end), ""
        elif new[key.value] and isinstance(value, yaml.ScalarNode) and not _is_named(value):
            name = scalar_text(str(new[key.value]), in_flow=False)
            yield key.end_mark.index, end, f": {name}"


def _is_named(value: Any) -> bool:
    return value.value not in {"", "~", "null", "Null", "NULL"} or bool(value.style and value.value)


def _day_line(name: str, words: TextOrMap) -> str:
    return f"{name}: {scalar_text(str(words), in_flow=False)}" if words else f"{name}:"


def _new_day_index(text: str, path: tuple[str, ...], kept: list[NodePair], name: str) -> int:
    """Where the line of a new day begins: behind the last earlier day, so that headings of later ones stay."""
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
    """The text with the entries of a map (or the days of a list) one below the other, as map entries."""
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
    """The comments before the first entry of a one-line value, and a line for each entry and later comment."""
    entries = [entry if isinstance(entry, tuple) else (entry, None) for entry in node.value]
    starts = [key.start_mark.index for key, _value in entries]
    ends = [(value or key).end_mark.index for key, value in entries]
    lines: list[str] = []
    for place, (key, value) in enumerate(entries):
        said = text[key.start_mark.index : key.end_mark.index]
        meant = f" {text[value.start_mark.index : value.end_mark.index]}" if value else ""
        gap = text[ends[place] : (starts[place + 1] if place + 1 < len(starts) else node.end_mark.index)]
        beside, *below = gap.split("\n")
        lines.append(f"{indent}{said}:{meant}{''.join(f'  {word}' for word in _comments([beside]))}".rstrip())
        lines += [f"{indent}{comment}" for comment in _comments(below)]
    before = text[node.start_mark.index : starts[0]].split("\n") if starts else []
    return _comments(before), lines


def _comments(gap: list[str]) -> list[str]:
    """The comments in what stands between entries: nothing else there has that sign."""
    return [line[line.index("#") :].rstrip() for line in gap if "#" in line]


def _convert_list_to_map(text: str, key: Any, node: Any) -> str:
    for item in reversed(node.value):
        dash = text.rindex("-", 0, item.start_mark.index)
        column = max(dash - _line_start(text, dash), key.start_mark.column + _INDENT_STEP)
        said = text[item.start_mark.index : item.end_mark.index]
        text = f"{text[: _line_start(text, dash)]}{' ' * column}{said}:{text[item.end_mark.index :]}"
    return text


def _value_end(node: Any, text: str) -> int:
    """Behind the last sign of a value; the parser counts the comments after a block to it."""
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
