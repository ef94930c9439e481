"""A mapping: which columns of a foreign table fill which fields of a case."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

# Keys at the top of a mapping, which must not be used under `fields:` or `constants:`.
MAPPING_ONLY_PARTS: Final = ("id", "received", "closed", "promise")
# The prefixes of the columns of events and of steps in a layout.
EVENT_PREFIX: Final = "events."
STEP_PREFIX: Final = "steps."
# `else:` that keeps a word which `values:` does not list.
AS_IT_IS: Final = "as it is"


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnSource:
    """The column that a value comes from, and what is done with its cells.

    `column` lists alternative names; the first one in the table is used. `join` lists columns whose texts make one,
    with `with_` (`with:`) between them. An `optional` column may be missing in the table.
    `when` names other columns and words: in rows without such a word the cell counts as empty. `empty` lists words
    for nothing, besides those of the mapping. `part` is a regular expression: its group, or all of it, is the text.
    `split` separates several values in a cell.
    `values` maps words of the source to ours; an unlisted word becomes `else_` (`else:`), or its row is rejected.
    `times` are layouts that replace those of the mapping; `zone` lists names of a column with the zone of the time.
    With `unreadable: warn` a cell that cannot be read is left out with a warning, instead of rejecting its row.
    """

    column: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    with_: str = " "
    optional: bool = False
    when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    part: str | None = None
    split: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    else_: str | None = None
    times: tuple[str, ...] = ()
    zone: tuple[str, ...] = ()
    unreadable: Literal["reject", "warn"] = "reject"


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
    """A mapping file. `times` are layouts; times without an offset are in `timezone`.

    `zones` gives the zones that abbreviations in the table mean, `language` the language of its months, `empty` its
    words for nothing. `escape` is a sign that takes the meaning from a quote after it; `sheet` names the sheet of a
    workbook. `steps` are columns with the times at which steps were taken.
    With `events` each row is an event; then `received` is optional and defaults to the time of the first event.
    """

    mapping: Literal["1"]
    system: str
    timezone: str
    times: tuple[str, ...]
    zones: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    encoding: str | None = None
    delimiter: str = ","
    escape: str | None = None
    sheet: str | None = None
    empty: tuple[str, ...] = ()
    id: ColumnSource
    received: ColumnSource | None = None
    closed: ColumnSource | None = None
    promise: PromiseColumn | None = None
    steps: dict[str, ColumnSource] = field(default_factory=dict)
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
    yield from ((STEP_PREFIX + name, taking) for name, taking in mapping.steps.items())
    if events is not None:
        parts = {"time": events.time, "activity": events.activity, "by": events.by, "owner": events.owner}
        yield from ((EVENT_PREFIX + name, taking) for name, taking in parts.items() if taking is not None)
    yield from mapping.fields.items()
