"""The fastest reading of a file: one in the form that this program writes, read as JSON. Every other one is refused.

What is read here is what libyaml reads; whatever might mean something else in YAML is left to plain_yaml.py.
"""

import json
import re
from typing import Any, Final

# A text without quotes in one line with others: no letter of it means anything in YAML.
_LETTER: Final = r"[^ \n,\[\]{}\"\\?:#]"
_PLAIN: Final = re.compile(rf"([^\s,\[\]{{}}#&*!|>'\"%@`?:\\=<~-]{_LETTER}*(?:[ :]{_LETTER}+)*)")
_QUOTED: Final = re.compile(r'("[^"\\\n]*(?:\\["\\n][^"\\\n]*)*")')
_BEFORE_QUOTED: Final = (": ", ", ", "[", "\n")
_AFTER_QUOTED: Final = (", ", "}", "]", "\n")
_KEY_LINE: Final = re.compile(r"([a-z][a-z_]*):(?: ([^\n]+))?\n")
_ITEM_LINE: Final = re.compile(r"  - (\{[^\n]*)\n")
_BLOCK_LINES: Final = re.compile(r"  [^ \n][^\n]*\n(?:(?:  [^\n]*[^ \n])?\n)*")
# Letters that libyaml refuses or takes for the end of a line, and a tab.
_UNUSUAL: Final = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\xa0\\u2028\\u2029\\ufeff\\ufffe\\uffff]")
_NULLS: Final = frozenset({"null", "Null", "NULL"})
# Between two values: a number, which a file cannot have, because each of its texts is in quotes.
_BETWEEN: Final = ",0,"
# YAML allows a depth that is found by counting only.
_MOST_BRACKETS: Final = 24


class NotWrittenError(ValueError):
    """The file has another form than the one that this program writes."""


def read_written_yaml(data: bytes) -> dict[str, Any]:
    """Returns the mapping in a file as the program writes it. Raises NotWrittenError for any other one."""
    text = _usual_text(data)
    root: dict[str, Any] = {}
    flows: list[str] = []
    holders: list[tuple[Any, str]] = []
    place, end = 0, len(text)
    while place < end:
        line = _KEY_LINE.match(text, place)
        if line is None:
            place = _after_comment(text, place)
            continue
        key, value = line.groups()
        place = line.end()
        if key in root or key == "null":
            raise NotWrittenError
        if value is None:
            items = []
            while (item := _ITEM_LINE.match(text, place)) is not None:
                items.append(item[1])
                place = item.end()
            root[key] = [] if items else None
            flows += items
            holders += [(root[key], "")] * len(items)
        elif value[0] in '{["':
            root[key] = None
            flows.append(value)
            holders.append((root, key))
        elif value[0] == "|":
            root[key], place = _read_block(text, place, value)
        else:
            root[key] = _read_plain(value)
    for (holder, key), inner in zip(holders, _read_flows(flows), strict=True):
        if key:
            holder[key] = inner
        else:
            holder.append(inner)
    return root


def _usual_text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NotWrittenError from error
    if _UNUSUAL.search(text) or not text.endswith("\n"):
        raise NotWrittenError
    return text


def _after_comment(text: str, place: int) -> int:
    """Returns the place after a blank line or a comment."""
    if text[place] not in "\n#":
        raise NotWrittenError
    return text.index("\n", place) + 1


def _read_plain(value: str) -> str | None:
    """Returns a text without quotes that has a line of its own."""
    if not value[0].isalnum() or value[-1] in ": " or ": " in value or " #" in value:
        raise NotWrittenError
    return None if value in _NULLS else value


def _read_block(text: str, place: int, mark: str) -> tuple[str, int]:
    """Returns a text of several lines, and the place behind it."""
    match = _BLOCK_LINES.match(text, place)
    if match is None or mark not in {"|", "|-"}:
        raise NotWrittenError
    lines = match[0][2:].replace("\n  ", "\n").rstrip("\n")
    return lines + ("" if mark == "|-" else "\n"), match.end()


def _read_flows(flows: list[str]) -> list[Any]:
    """Returns the values that have one line each."""
    try:
        values = json.loads(f"[{_flow_json(flows)}]", object_pairs_hook=_mapping)
    except json.JSONDecodeError as error:
        raise NotWrittenError from error
    # A line that is no value of its own would swallow what stands between two lines, or be two values.
    if values[1::2] != [0] * (len(flows) - 1) or len(values[::2]) != len(flows):
        raise NotWrittenError
    own: list[Any] = values[::2]
    return own


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise NotWrittenError
    return mapping


def _flow_json(flows: list[str]) -> str:
    """Returns the values as JSON: each text in quotes. What means anything else in YAML is no JSON then."""
    if any(flow.count("{") + flow.count("[") > _MOST_BRACKETS for flow in flows):
        raise NotWrittenError
    text = "\n".join(flows)
    parts = _QUOTED.split(text)
    for index in range(0, len(parts), 2):
        parts[index] = _quoted(parts[index], is_first=index == 0, is_last=index == len(parts) - 1)
    return "".join(parts)


def _quoted(text: str, *, is_first: bool, is_last: bool) -> str:
    """Returns what stands between two texts in quotes as JSON: with each plain text in it in quotes."""
    is_begun, is_ended = is_first or text.startswith(_AFTER_QUOTED), is_last or text.endswith(_BEFORE_QUOTED)
    if '"' in text or (text and not (is_begun and is_ended)):
        raise NotWrittenError
    quoted = '"'.join(_PLAIN.split(text))
    if '"Null"' in quoted or '"NULL"' in quoted:
        raise NotWrittenError
    return quoted.replace('"null"', "null").replace("\n", _BETWEEN)
