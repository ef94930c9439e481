"""Mutations that keep a format mostly valid, so that random input reaches the code behind the parser."""

import json
import random
from collections.abc import Callable
from typing import Any, Final

import yaml

Mutator = Callable[[bytes, random.Random], bytes]

# How often a table is changed by lines, and how often a mutation goes into a map or list instead of replacing it.
_LINES_SHARE: Final = 0.3
_DEEPER_SHARE: Final = 0.85
# Values at the edges of what a field, a date or a limit can be.
HOSTILE_VALUES: Final[tuple[Any, ...]] = (
    None,
    "",
    [],
    {},
    [None],
    [[], {}],
    {"x": None},
    True,
    0,
    -1,
    10**30,
    1.5,
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31",
    "2026-11-21T09:30:00",
    "2026-02-30",
    "24:00",
    "99999999d",
    "0h",
    "P9999Y",
    "200%",
    "100000h before",
    "soon",
    "a\nb",
    "\u202e\u0007\u2028",
    "=1+1",
    "x" * 5_000,
    "respond",
    "urgent",
    "closed",
    "hex",
    "%Y-%m-%d %Y",
)
# Half of the times and days become one of these: other values do not pass the pattern of a time.
_HOSTILE_TIMES: Final = tuple(
    value
    for value in HOSTILE_VALUES
    if isinstance(value, str) and value[:4].isdecimal() and value[4:5] == "-"
)
HOSTILE_LINES: Final = (
    b"",
    b"BEGIN:VEVENT",
    b"END:VEVENT",
    b"DTSTART;VALUE=DATE:99991231",
    b"DTEND;VALUE=DATE:00010101",
    b"DTSTART:20260101T000000",
    b"DTEND:20260102T000000Z",
    b"DTEND;VALUE=PERIOD:20260101T000000Z/PT1H",
    b"EXDATE;VALUE=PERIOD:20260101T000000Z/PT1H",
    b"DURATION:P99999999D",
    b"RRULE:FREQ=DAILY;COUNT=100000000",
    b"RRULE:FREQ=YEARLY;UNTIL=99991231;INTERVAL=0",
    b"EXDATE;VALUE=DATE:20260101,20260101",
    b"{% for x in fields %}{{ x }}{% endfor %}",
    b"{{ case.customer.name }}",
    b"{% if late %}",
    b"{% endif %}",
    b"{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}",
)
HOSTILE_CELLS: Final = (
    "",
    "NULL",
    "-",
    "9999-12-31 23:59:59",
    "0001-01-01 00:00:00",
    "2026-13-45",
    "1e999",
    "\ufeff",
    '"',
    "\r",
    "\x00",
    "x" * 140_000,
    "99999999999999999999",
)


def mutate_yaml(data: bytes, randomness: random.Random) -> bytes:
    """Change, add, copy or remove nodes of a YAML document; what is no YAML is changed byte by byte elsewhere."""
    try:
        root = yaml.load(data, yaml.CBaseLoader)  # noqa: S506 - it makes texts, lists and maps only
    except (yaml.YAMLError, ValueError, RecursionError):
        return data
    for _time in range(randomness.randint(1, 3)):
        root = _mutate_node(root, randomness)
    # JSON is YAML, and writing it is fast.
    return json.dumps(root, ensure_ascii=False, indent=1).encode()


def mutate_json(data: bytes, randomness: random.Random) -> bytes:
    """Change, add, copy or remove nodes of a JSON document on the first line."""
    first, newline, rest = data.partition(b"\n")
    try:
        root = json.loads(first)
    except (ValueError, RecursionError):
        return data
    return json.dumps(_mutate_node(root, randomness)).encode() + newline + rest


def mutate_lines(data: bytes, randomness: random.Random) -> bytes:
    """Copy, remove, swap and insert lines."""
    lines = data.splitlines()
    for _time in range(randomness.randint(1, 4)):
        index = randomness.randrange(len(lines) + 1)
        match randomness.randrange(4):
            case 0 if lines:
                lines.insert(index, randomness.choice(lines))
            case 1 if lines:
                del lines[min(index, len(lines) - 1)]
            case 2 if lines:
                other = randomness.randrange(len(lines))
                index = min(index, len(lines) - 1)
                lines[index], lines[other] = lines[other], lines[index]
            case _:
                lines.insert(index, randomness.choice(HOSTILE_LINES))
    return b"\n".join(lines) + b"\n"


def mutate_table(data: bytes, randomness: random.Random) -> bytes:
    """Put hostile cells into a CSV table, or change its lines."""
    if randomness.random() < _LINES_SHARE:
        return mutate_lines(data, randomness)
    rows = [line.split(",") for line in data.decode(errors="replace").splitlines()]
    if rows:
        row = randomness.choice(rows)
        row[randomness.randrange(len(row))] = randomness.choice(HOSTILE_CELLS)
    return ("\n".join(",".join(row) for row in rows) + "\n").encode(errors="replace")


def _mutate_node(node: Any, randomness: random.Random) -> Any:
    """Change one node somewhere below this one, or this one itself."""
    if isinstance(node, dict) and node and randomness.random() < _DEEPER_SHARE:
        return _mutate_map(dict(node), randomness)
    if isinstance(node, list) and node and randomness.random() < _DEEPER_SHARE:
        return _mutate_list(list(node), randomness)
    if isinstance(node, str) and node[:4].isdecimal() and node[4:5] == "-" and randomness.randrange(2):
        return randomness.choice(_HOSTILE_TIMES)
    return randomness.choice(HOSTILE_VALUES)


def _mutate_map(node: dict[Any, Any], randomness: random.Random) -> Any:
    key = randomness.choice(list(node))
    match randomness.randrange(8):
        case 0:
            del node[key]
        case 1:
            node[str(randomness.choice(list(node)))] = node[key]
        case 2:
            node[randomness.choice(("x", "", "actions", "received", "set", "at", "to", "encoding"))] = node[
                key
            ]
        case _:
            node[key] = _mutate_node(node[key], randomness)
    return node


def _mutate_list(node: list[Any], randomness: random.Random) -> Any:
    index = randomness.randrange(len(node))
    match randomness.randrange(8):
        case 0:
            del node[index]
        case 1:
            node.insert(index, node[randomness.randrange(len(node))])
        case _:
            node[index] = _mutate_node(node[index], randomness)
    return node
