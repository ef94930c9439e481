"""A mapping: which columns of a foreign table fill which fields of a case."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.problems import Fault
from complaintctl.exchange.imports.csvrows import is_text_encoding

# Keys at the top of a mapping, which must not be used under `fields:` or `constants:`.
MAPPING_ONLY_PARTS: Final = ("id", "received", "closed", "promise")
# The prefix of event columns in a layout.
EVENT_PREFIX: Final = "events."
_NEVER_OPTIONAL: Final = frozenset({"id", "received", f"{EVENT_PREFIX}time", f"{EVENT_PREFIX}activity"})
# A sample time whose parts cannot be confused with each other: day > 12, month 10, hour 23, year 2011.
_SAMPLE_TIME: Final = datetime(2011, 10, 29, 23, 45, 58, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnSource:
    """The column that a value comes from.

    `column` lists alternative names; the first one in the table is used. `values` maps words of the source to ours;
    an unlisted word becomes `else_` (`else:` in the file), or its row is rejected. `times` are strptime layouts
    that replace those of the mapping. An `optional` column may be missing in the table.
    """

    column: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    else_: str | None = None
    optional: bool = False
    times: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseColumn:
    """The column with the date promised to the customer, and the promised step."""

    by: ColumnSource
    what: str = "close"


@dataclass(frozen=True, kw_only=True, slots=True)
class EventColumns:
    """The columns of a table with one row per event: time, activity, actor, and the new owner of an `assign`."""

    time: ColumnSource
    activity: ColumnSource
    by: ColumnSource | None = None
    owner: ColumnSource | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportMapping:
    """A mapping file. `times` are strptime layouts; times without an offset are in `timezone`.

    With `events` each row is an event; then `received` is optional and defaults to the time of the first event.
    """

    mapping: Literal["1"]
    system: str
    timezone: str
    times: tuple[str, ...]
    encoding: str | None = None
    delimiter: str = ","
    id: ColumnSource
    received: ColumnSource | None = None
    closed: ColumnSource | None = None
    promise: PromiseColumn | None = None
    events: EventColumns | None = None
    fields: dict[str, ColumnSource] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()


def column_sources(mapping: ImportMapping) -> Iterator[tuple[str, ColumnSource]]:
    """Yields target and source of each column that a mapping uses, `id` first."""
    yield "id", mapping.id
    events = mapping.events
    received = mapping.received or (events.time if events is not None else None)
    if received is not None:
        yield "received", received
    if mapping.closed is not None:
        yield "closed", mapping.closed
    if mapping.promise is not None:
        yield "promise", mapping.promise.by
    if events is not None:
        parts = {"time": events.time, "activity": events.activity, "by": events.by, "owner": events.owner}
        yield from ((EVENT_PREFIX + name, taking) for name, taking in parts.items() if taking is not None)
    yield from mapping.fields.items()


def mapping_faults(mapping: ImportMapping) -> list[Fault]:
    """Returns the faults of a mapping that the schema cannot find, with their paths."""
    return [
        *_setting_faults(mapping),
        *_layout_faults(mapping.times, ("times",)),
        *_column_faults(mapping),
        *_field_faults(mapping),
    ]


def _setting_faults(mapping: ImportMapping) -> Iterator[Fault]:
    if one_line.has_line_break(mapping.system):
        yield Fault(key="not-one-line", path=("system",), values={"field": "system"})
    try:
        ZoneInfo(mapping.timezone)
    except (KeyError, ValueError, OSError):
        yield Fault(key="unknown-zone", path=("timezone",), values={"value": mapping.timezone})
    if not mapping.system.strip() or any(letter.isspace() for letter in mapping.system):
        yield Fault(key="mapping-system", path=("system",), values={"value": mapping.system})
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n':
        yield Fault(key="mapping-delimiter", path=("delimiter",), values={"value": mapping.delimiter})
    if not mapping.times:
        yield Fault(key="mapping-no-times", path=("times",))
    if mapping.encoding is not None and not is_text_encoding(mapping.encoding):
        yield Fault(key="mapping-encoding", path=("encoding",), values={"value": mapping.encoding})


def _layout_faults(layouts: tuple[str, ...], path: tuple[str | int, ...]) -> Iterator[Fault]:
    for index, layout in enumerate(layouts):
        try:
            parsed = datetime.strptime(_SAMPLE_TIME.strftime(layout), layout).date()  # noqa: DTZ007 - only its day
        except (ValueError, re.error):
            # A part that stands twice is an error of the pattern that strptime builds.
            parsed = None
        if parsed != _SAMPLE_TIME.date():
            yield Fault(key="mapping-layout", path=(*path, index), values={"value": layout})


def _column_faults(mapping: ImportMapping) -> Iterator[Fault]:
    for name, taking in column_sources(mapping):
        path: tuple[str | int, ...] = (name,) if name in MAPPING_ONLY_PARTS else ("fields", name)
        if name == "promise":
            path = ("promise", "by")
        elif name.startswith(EVENT_PREFIX):
            path = ("events", name.removeprefix(EVENT_PREFIX))
        elif name == "received" and mapping.received is None:
            continue
        if not taking.column:
            yield Fault(key="mapping-no-column", path=path, values={"field": name})
        if taking.optional and name in _NEVER_OPTIONAL:
            yield Fault(key="mapping-not-optional", path=path, values={"field": name})
        yield from _layout_faults(taking.times, (*path, "times"))


def _field_faults(mapping: ImportMapping) -> Iterator[Fault]:
    named = [("fields", name) for name in mapping.fields] + [
        ("constants", name) for name in mapping.constants
    ]
    for part, name in named:
        if name.partition(".")[0] in fields.GUARDED_FIELDS or name in MAPPING_ONLY_PARTS:
            yield Fault(key="mapping-guarded", path=(part, name), values={"field": name})
        elif not fields.is_field(name) or fields.field_kinds().get(name) in {"group", "entries", "texts"}:
            near = difflib.get_close_matches(name, list(fields.field_kinds()), 1)
            values = {"field": name, "near": near[0] if near else ""}
            yield Fault(key="unknown-field", path=(part, name), values=values)
        elif part == "constants" and name in mapping.fields:
            yield Fault(key="mapping-twice", path=(part, name), values={"field": name})
        yield from _word_faults(mapping, part, name)


def _word_faults(mapping: ImportMapping, part: str, name: str) -> Iterator[Fault]:
    """Yields faults for words in `values`, `else` and `constants` that are not valid values of their field."""
    if part == "constants":
        words: list[tuple[tuple[str | int, ...], str]] = [(("constants", name), mapping.constants[name])]
    else:
        taking = mapping.fields[name]
        words = [(("fields", name, "values", source), ours) for source, ours in taking.values.items()]
        words += [(("fields", name, "else"), taking.else_)] if taking.else_ is not None else []
    for path, word in words:
        try:
            fields.parse_value(name, word)
        except fields.WrongValueError as error:
            expected = ", ".join(fields.FIXED_CHOICES[name]) if name in fields.FIXED_CHOICES else str(error)
            values = {"field": name, "value": word, "expected": expected}
            yield Fault(key="mapping-wrong-word", path=path, values=values)
