"""Finds the faults of a mapping that the schema cannot find, with their paths."""

import difflib
import re
import warnings
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.problems import Fault
from complaintctl.exchange.imports.formats.csvrows import is_text_encoding
from complaintctl.exchange.imports.mapping import (
    AS_IT_IS,
    EVENT_PREFIX,
    MAPPING_ONLY_PARTS,
    STEP_PREFIX,
    ColumnSource,
    ImportMapping,
    column_sources,
)
from complaintctl.exchange.imports.times.layouts import layout_fault
from complaintctl.exchange.imports.times.month_names import LANGUAGES
from complaintctl.exchange.imports.times.zone_words import load_zone

Path = tuple[str | int, ...]

_NEVER_OPTIONAL: Final = frozenset({"id", "received", f"{EVENT_PREFIX}time", f"{EVENT_PREFIX}activity"})
_TIMES: Final = frozenset({"received", "closed", "promise", f"{EVENT_PREFIX}time"})


def mapping_faults(mapping: ImportMapping) -> list[Fault]:
    """Returns the faults of a mapping that the schema cannot find, with their paths."""
    return [
        *_setting_faults(mapping),
        *_file_faults(mapping),
        *_layout_faults(mapping.times, ("times",)),
        *_column_faults(mapping),
        *_field_faults(mapping),
    ]


def _setting_faults(mapping: ImportMapping) -> Iterator[Fault]:
    if one_line.has_line_break(mapping.system):
        yield Fault(key="not-one-line", path=("system",), values={"field": "system"})
    if not mapping.system.strip() or any(letter.isspace() for letter in mapping.system):
        yield Fault(key="mapping-system", path=("system",), values={"value": mapping.system})
    zones: dict[Path, str] = {("timezone",): mapping.timezone}
    zones |= {("zones", word): name for word, name in mapping.zones.items()}
    for path, name in zones.items():
        if load_zone(name) is None:
            yield Fault(key="unknown-zone", path=path, values={"value": name})
    if mapping.language is not None and mapping.language not in LANGUAGES:
        values = {"value": mapping.language, "choices": list(LANGUAGES)}
        yield Fault(key="mapping-language", path=("language",), values=values)
    if not mapping.times:
        yield Fault(key="mapping-no-times", path=("times",))


def _file_faults(mapping: ImportMapping) -> Iterator[Fault]:
    if len(mapping.delimiter) != 1 or mapping.delimiter in '"\r\n':
        yield Fault(key="mapping-delimiter", path=("delimiter",), values={"value": mapping.delimiter})
    if mapping.escape is not None and (
        len(mapping.escape) != 1 or mapping.escape in f'"\r\n{mapping.delimiter}'
    ):
        yield Fault(key="mapping-escape", path=("escape",), values={"value": mapping.escape})
    if mapping.encoding is not None and not is_text_encoding(mapping.encoding):
        yield Fault(key="mapping-encoding", path=("encoding",), values={"value": mapping.encoding})


def _layout_faults(layouts: tuple[str, ...], path: Path) -> Iterator[Fault]:
    for index, layout in enumerate(layouts):
        if key := layout_fault(layout):
            yield Fault(key=key, path=(*path, index), values={"value": layout})


def _column_path(name: str) -> Path:
    if name == "promise":
        return "promise", "by"
    for prefix in (EVENT_PREFIX, STEP_PREFIX):
        if name.startswith(prefix):
            return prefix.rstrip("."), name.removeprefix(prefix)
    return (name,) if name in MAPPING_ONLY_PARTS else ("fields", name)


def _column_faults(mapping: ImportMapping) -> Iterator[Fault]:
    for name, taking in column_sources(mapping):
        if name == "received" and mapping.received is None:
            continue
        path = _column_path(name)
        if not taking.column and not taking.join:
            yield Fault(key="mapping-no-column", path=path, values={"field": name})
        if taking.column and taking.join:
            yield Fault(key="mapping-column-or-join", path=(*path, "join"), values={"field": name})
        if taking.optional and name in _NEVER_OPTIONAL:
            yield Fault(key="mapping-not-optional", path=path, values={"field": name})
        if taking.when and name in _NEVER_OPTIONAL:
            yield Fault(key="mapping-not-optional", path=(*path, "when"), values={"field": name})
        if taking.unreadable == "warn" and name in {*_NEVER_OPTIONAL, "closed"}:
            yield Fault(key="mapping-not-optional", path=(*path, "unreadable"), values={"field": name})
        yield from _layout_faults(taking.times, (*path, "times"))
        yield from _cell_faults(name, taking, path)


def _cell_faults(name: str, taking: ColumnSource, path: Path) -> Iterator[Fault]:
    """Yields the faults of what a column does with its cells."""
    is_time = name in _TIMES or name.startswith(STEP_PREFIX)
    if taking.zone and not is_time and fields.field_kinds().get(name) not in {"moment", "day"}:
        yield Fault(key="mapping-no-time", path=(*path, "zone"), values={"field": name})
    if taking.part is not None and not _is_part(taking.part):
        yield Fault(key="mapping-part", path=(*path, "part"), values={"value": taking.part})
    if taking.split is not None and (not taking.split or path[0] != "fields"):
        yield Fault(key="mapping-split", path=(*path, "split"), values={"field": name})


def _is_part(pattern: str) -> bool:
    """Whether the text is a regular expression with at most one group."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return re.compile(pattern).groups <= 1
    except (re.error, Warning, OverflowError, RecursionError):
        return False


def _field_faults(mapping: ImportMapping) -> Iterator[Fault]:
    named = [("fields", name) for name in mapping.fields] + [
        ("constants", name) for name in mapping.constants
    ]
    for part, name in named:
        kind = fields.field_kinds().get(name)
        if name.partition(".")[0] in fields.GUARDED_FIELDS or name in MAPPING_ONLY_PARTS:
            yield Fault(key="mapping-guarded", path=(part, name), values={"field": name})
        elif (
            not fields.is_field(name)
            or kind in {"group", "entries"}
            or (kind == "texts" and part != "fields")
        ):
            near = difflib.get_close_matches(name, list(fields.field_kinds()), 1)
            values = {"field": name, "near": near[0] if near else ""}
            yield Fault(key="unknown-field", path=(part, name), values=values)
        elif part == "constants" and name in mapping.fields:
            yield Fault(key="mapping-twice", path=(part, name), values={"field": name})
        elif kind == "texts":
            if mapping.fields[name].split is None:
                yield Fault(key="mapping-list", path=(part, name), values={"field": name})
            continue
        yield from _word_faults(mapping, part, name)


def _word_faults(mapping: ImportMapping, part: str, name: str) -> Iterator[Fault]:
    """Yields faults for words in `values`, `else` and `constants` that are not valid values of their field."""
    if part == "constants":
        words: list[tuple[Path, str]] = [(("constants", name), mapping.constants[name])]
    else:
        taking = mapping.fields[name]
        words = [(("fields", name, "values", source), ours) for source, ours in taking.values.items()]
        if taking.else_ is not None and taking.else_ != AS_IT_IS:
            words.append((("fields", name, "else"), taking.else_))
    for path, word in words:
        if not word:
            continue
        try:
            fields.parse_value(name, word)
        except fields.WrongValueError as error:
            expected = ", ".join(fields.FIXED_CHOICES[name]) if name in fields.FIXED_CHOICES else str(error)
            values = {"field": name, "value": word, "expected": expected}
            yield Fault(key="mapping-wrong-word", path=path, values=values)
