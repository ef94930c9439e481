"""Guesses a first mapping for a table: delimiter, encoding, id, times and fields; people correct it."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.guessed_mapping import GuessedMapping, GuessedTimes
from complaintctl.domain.policy.policy import Policy
from complaintctl.exchange.imports import tables
from complaintctl.exchange.imports.cells import clean_cell
from complaintctl.exchange.imports.formats import csvrows
from complaintctl.exchange.imports.formats.csvrows import CsvRow, CsvStyle, CsvTable
from complaintctl.exchange.imports.guessing import headings
from complaintctl.exchange.imports.guessing.guess_times import guess_times
from complaintctl.exchange.imports.times.zone_words import find_zone

SAMPLE_BYTES: Final = 1 << 20
_SAMPLE_ROWS: Final = 2_000
_DELIMITERS: Final = (",", ";", "\t", "|")
# What programs and people write for nothing, in small letters.
_EMPTY_WORDS: Final = frozenset({"null", "(null)", "\\n", "n/a", "#n/a", "nan", "-", "--", "无"})
# Targets whose column must hold times.
_TIME_TARGETS: Final = ("received", "closed", "promise", "product.bought")
# Fields whose words a policy may list.
_WORD_FIELDS: Final = ("channel", "category", "level")
_MOST_WORDS: Final = 40


def guess_encoding(sample: bytes) -> str | None:
    """Returns the encoding to name in a mapping; None for UTF-8, or if a byte order mark tells it."""
    if csvrows.has_byte_order_mark(sample):
        return None
    try:
        # The sample may end inside a character.
        sample[: max(0, len(sample) - 3)].decode() if len(sample) == SAMPLE_BYTES else sample.decode()
    except UnicodeDecodeError as error:
        if len(sample) == SAMPLE_BYTES and error.start >= len(sample) - 6:
            return None
    else:
        return None
    # In Chinese text the bytes above ASCII come in pairs, in that of other languages mostly alone.
    runs = [len(run) for run in re.findall(rb"[\x81-\xff]+", sample)]
    paired = sum(length for length in runs if length > 1)
    return "gb18030" if 2 * paired > sum(runs) else "cp1252"


def guess_delimiter(text: str) -> str:
    """Returns the delimiter by which most records have equally many cells; a comma if there is none."""
    return max(_DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    try:
        records = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if len(records) > 1:
        records.pop()  # It may be cut.
    # Lines above the heading have other widths.
    [(width, count)] = Counter(map(len, records)).most_common(1) or [(0, 0)]
    if width < 2:  # noqa: PLR2004 - one column has no delimiter
        return 0.0, 0
    return count / len(records), width


def guess_mapping(stream: io.BufferedReader, name: str, policy: Policy, sample: bytes) -> GuessedMapping:
    """Guesses the mapping of a table; `sample` is its beginning. Raises Broken like an import."""
    table, encoding = _open_table(stream, name, sample)
    rows = _sample_rows(table)
    empty = _empty_words(rows)
    texts = {
        column: ["" if row[place] in empty else row[place] for row in rows]
        for place, column in enumerate(table.header)
    }
    times = {column: found for column, cells in texts.items() if (found := guess_times(cells)) is not None}
    columns = _guess_columns(table.header, times)
    key = _guess_id(table.header, texts, times)
    columns = {target: column for target, column in columns.items() if column != key}
    return GuessedMapping(
        system=re.sub(r"[^\w-]+", "-", PurePath(name).name.partition(".")[0]).strip("-_").casefold()
        or "register",
        timezone=policy.timezone,
        encoding=encoding,
        delimiter=table.style.delimiter,
        empty=empty,
        id=key,
        id_repeats=key is not None and _repeats(texts[key]),
        columns=columns,
        times={column: times[column] for column in columns.values() if column in times},
        zone=headings.zone_column(table.header, texts, _is_zone),
        words={
            field: keys
            for field in _WORD_FIELDS
            if field in columns and (keys := _guess_words(policy, field, texts[columns[field]]))
        },
        chinese=headings.is_chinese(table.header),
        rows=len(rows),
    )


def _open_table(stream: io.BufferedReader, name: str, sample: bytes) -> tuple[CsvTable, str | None]:
    """Opens a table by its guessed delimiter and encoding; returns the encoding, too."""
    if tables.is_workbook(sample):
        return tables.open_workbook(stream, name, None, CsvStyle(delimiter=","), headings.is_heading), None
    encoding = guess_encoding(sample)
    used, mark = csvrows.choose_encoding(sample, name, encoding)
    text = sample[len(mark) :].decode(used, errors="replace")
    delimiter = csvrows.find_separator(text.partition("\n")[0]) or guess_delimiter(text)
    is_heading = headings.is_heading if _has_heading(text, delimiter) else None
    return csvrows.open_csv_table(stream, name, encoding, delimiter, is_heading=is_heading), encoding


def _has_heading(text: str, delimiter: str) -> bool:
    """Whether one of the first lines is a heading that we know."""
    first = csv.reader(text.splitlines()[: csvrows.MAX_LINES_ABOVE], delimiter=delimiter)
    try:
        return any(map(headings.is_heading, first))
    except csv.Error:
        return False


def _sample_rows(table: CsvTable) -> list[tuple[str, ...]]:
    rows = (tuple(map(clean_cell, row.cells)) for row in table.rows if isinstance(row, CsvRow))
    sample = list(itertools.islice(rows, _SAMPLE_ROWS))
    if table.text is not None:
        table.text.detach()
    return sample


def _empty_words(rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The words for nothing that occur in cells, as they are written there."""
    cells = dict.fromkeys(cell for row in rows for cell in row)
    return tuple(cell for cell in cells if cell.casefold() in _EMPTY_WORDS)


def _is_zone(word: str) -> bool:
    return find_zone(word, {}) is not None


def _guess_columns(header: Sequence[str], times: Mapping[str, GuessedTimes]) -> dict[str, str]:
    """Maps targets to columns, each column once; without a heading for the receipt, the first time is the receipt."""
    found: dict[str, str] = {}
    for target in headings.HEADINGS:
        among = [name for name in header if name in times] if target in _TIME_TARGETS else header
        column = headings.column_of(target, [name for name in among if name not in found.values()])
        if column is not None and target != "id":
            found[target] = column
    spare = [name for name in header if name in times and name not in found.values()]
    if "received" not in found and spare:
        found["received"] = spare[0]
    return found


def _guess_id(
    header: Sequence[str], texts: Mapping[str, list[str]], times: Mapping[str, GuessedTimes]
) -> str | None:
    """The column named like an id, if it has one in every row; else the first one that is different in every row."""
    named = headings.column_of("id", header)
    if named is not None and all(texts[named]):
        return named
    candidates = (
        name for name in header if name not in times and all(texts[name]) and not _repeats(texts[name])
    )
    return next(candidates, named)


def _repeats(cells: Sequence[str]) -> bool:
    return len(set(cells)) < len(cells)


def _guess_words(policy: Policy, field: str, cells: Sequence[str]) -> dict[str, str]:
    """Maps each word to the key of the policy that is nearest; nothing if every word is a key."""
    known = vocabulary.field_choices(policy, field)
    words = [word for word, _count in Counter(cell for cell in cells if cell).most_common(_MOST_WORDS)]
    if not known or all(word in known for word in words):
        return {}
    return {word: vocabulary.find_key(known, word) or vocabulary.nearest_key(known, word) for word in words}
