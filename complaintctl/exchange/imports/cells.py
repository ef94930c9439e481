"""Reads the value of a target from the cells of a row, as the mapping says, strictly: one value, or the reason why not."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from complaintctl.domain.case import fields, one_line
from complaintctl.exchange.imports.mapping import AS_IT_IS, EVENT_PREFIX, STEP_PREFIX, ColumnSource
from complaintctl.exchange.imports.policy_words import TargetWords
from complaintctl.exchange.imports.times.cell_times import TimeReading, WrongTimeError, parse_cell_time

# Spreadsheets write a text of digits so, to keep its zeros.
_FORMULA_TEXT: Final = re.compile(r'="((?:[^"]|"")*)"')
_TIME_TARGETS: Final = frozenset({"closed", "promise", f"{EVENT_PREFIX}time"})


class WrongCellError(ValueError):
    """The text of a cell is not a valid value of its target; `text` is the text."""

    def __init__(self, key: str, text: str = "", /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.text = text
        self.values = values


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportTarget:
    """The target of columns or of a constant: `id`, `received`, `closed`, `promise`, a field, or `x.NAME`.

    `places` are the indexes of its columns, none for a constant; `zone_place` that of the column with its zone.
    `conditions` are indexes of other columns with the words that they must have. `left_from` is the target whose
    unreadable text this one keeps. `is_plain`: the mapping names the column and says nothing about its cells. `words`
    is what the policy says about it.
    """

    name: str
    taking: ColumnSource
    places: tuple[int, ...] = ()
    zone_place: int | None = None
    conditions: tuple[tuple[int, frozenset[str]], ...] = ()
    constant: str | None = None
    left_from: str | None = None
    is_plain: bool = False
    words: TargetWords | None = None

    @property
    def place(self) -> int:
        """The index of its first column, -1 if there is none."""
        return self.places[0] if self.places else -1


@dataclass(frozen=True, kw_only=True, slots=True)
class CellReading:
    """What a mapping says about all cells: words for nothing (in small letters), and how times are read.

    `more_layouts` are those of the file itself, for cells that were times in a workbook.
    """

    empty: frozenset[str]
    times: TimeReading
    more_layouts: tuple[str, ...] = ()


def read_target(target: ImportTarget, cells: tuple[str, ...], reading: CellReading) -> Any:
    """Returns the value of a target, None for an empty cell; raises WrongCellError if the text cannot be it."""
    if target.is_plain:
        # Nearly all cells of a table: the rest of this function takes twice the time.
        text = clean_cell(cells[target.places[0]])
        is_empty = not text or (bool(reading.empty) and text.casefold() in reading.empty)
        return None if is_empty else _parse_text(target, text, "", reading)
    if target.constant is not None:
        return _parse_text(target, target.constant, "", reading) if target.constant else None
    if target.taking.split is not None and fields.field_kinds().get(target.name) == "texts":
        return _make_list(target, _split_text(target.taking, read_text(target, cells, reading), reading))
    text = _translate_word(target, read_word(target, cells, reading))
    if not text:
        return None
    zone = clean_cell(cells[target.zone_place]) if target.zone_place is not None else ""
    return _parse_text(target, text, "" if zone.casefold() in reading.empty else zone, reading)


def read_text(target: ImportTarget, cells: tuple[str, ...], reading: CellReading) -> str:
    """Returns the text of a target; "" if its cells are empty or its condition is not met."""
    is_met = all(clean_cell(cells[place]).casefold() in words for place, words in target.conditions)
    texts = [clean_cell(cells[place]) for place in target.places] if is_met else []
    taking = target.taking
    text = taking.with_.join(text for text in texts if text and not _is_empty_word(text, taking, reading))
    if not text:
        if target.name == "closed" and target.conditions and is_met:
            raise WrongCellError("import-closed-without-time")
        return ""
    return text if taking.part is None else _find_part(target, text)


def read_word(target: ImportTarget, cells: tuple[str, ...], reading: CellReading) -> str:
    """Returns the text of a target before it is translated; of several values the one that is taken."""
    if target.constant is not None:
        return target.constant
    text = read_text(target, cells, reading)
    if target.taking.split is None:
        return text
    return _first_value(target.taking, _split_text(target.taking, text, reading))


def clean_cell(cell: str) -> str:
    """The text of a cell without the space around it, and without the formula that keeps its zeros."""
    text = cell.strip()
    formula = _FORMULA_TEXT.fullmatch(text) if text.startswith("=") else None
    return formula[1].replace('""', '"').strip() if formula else text


def _is_empty_word(text: str, taking: ColumnSource, reading: CellReading) -> bool:
    """Whether a text means nothing; a word that `values` lists means something."""
    plain = text.casefold()
    is_empty = plain in reading.empty or plain in (word.casefold() for word in taking.empty)
    return is_empty and text not in taking.values


def _find_part(target: ImportTarget, text: str) -> str:
    found = _compiled(target.taking.part or "").search(text)
    if found is None:
        values = {"field": target.name, "value": _shown(target, text), "pattern": target.taking.part}
        raise WrongCellError("import-no-part", text, **values)
    return (found[found.re.groups] or "").strip()


@lru_cache(maxsize=1 << 8)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _split_text(taking: ColumnSource, text: str, reading: CellReading) -> list[str]:
    values = [value.strip() for value in text.split(taking.split)]
    return [value for value in values if value and not _is_empty_word(value, taking, reading)]


def _first_value(taking: ColumnSource, values: list[str]) -> str:
    """The first of several values that the mapping knows, else the first."""
    known = (value for value in values if value in taking.values)
    return next(known, values[0] if values else "")


def _make_list(target: ImportTarget, values: list[str]) -> tuple[str, ...] | None:
    words = (one_line.join_lines(_translate_word(target, value)) for value in values)
    return tuple(dict.fromkeys(word for word in words if word)) or None


def _translate_word(target: ImportTarget, text: str) -> str:
    """Returns our word for a word of the source; raises WrongCellError if the mapping has none."""
    taking = target.taking
    if not taking.values or not (text or "" in taking.values):
        return text
    ours = taking.values.get(text, text if taking.else_ == AS_IT_IS else taking.else_)
    if ours is None:
        raise WrongCellError("import-unknown-word", text, field=target.name, value=_shown(target, text))
    return ours


def _shown(target: ImportTarget, text: str) -> str:
    return "…" if fields.is_personal(target.name) else text


def _parse_text(target: ImportTarget, text: str, zone: str, reading: CellReading) -> Any:
    if one_line.is_one_line_field(target.name):
        text = one_line.join_lines(text)
    own_kind = target.words.date_kind if target.words else None
    if target.constant is None and (kind := own_kind or _time_kind(target.name)):
        layouts = (*(target.taking.times or reading.times.layouts), *reading.more_layouts)
        try:
            moment = parse_cell_time(text, zone, _with_layouts(reading.times, layouts))
        except WrongTimeError as wrong:
            raise WrongCellError(wrong.key, text, field=target.name, value=text, **wrong.values) from wrong
        value = moment if kind == "moment" else moment.date()
        # A custom field holds its date as text.
        return fields.value_text(value) if own_kind else value
    try:
        if own_kind:
            return fields.date_text(own_kind, text)
        return fields.parse_value(target.name, target.words.key_of(text) if target.words else text)
    except ValueError as error:
        kind = str(error) if isinstance(error, fields.WrongValueError) else own_kind
        raise WrongCellError("import-wrong-value", text, field=target.name, kind=kind) from error


@lru_cache(maxsize=1 << 8)
def _with_layouts(times: TimeReading, layouts: tuple[str, ...]) -> TimeReading:
    return TimeReading(layouts=layouts, zone=times.zone, zones=times.zones, language=times.language)


@lru_cache(maxsize=1 << 10)
def _time_kind(name: str) -> str | None:
    """`moment` or `day` for a target that is a time; None for others."""
    if name in _TIME_TARGETS or name.startswith(STEP_PREFIX):
        return "moment"
    kind = fields.field_kinds().get(name)
    return kind if kind in {"moment", "day"} else None
