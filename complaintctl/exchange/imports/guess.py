"""Guesses a first mapping for a table: delimiter, encoding, id, times and fields; people correct it."""

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.lifecycle.guessed_mapping import GuessedMapping, GuessedTimes
from complaintctl.domain.policy.policy import Policy
from complaintctl.exchange.imports import csvrows, headings
from complaintctl.exchange.imports.csvrows import CsvRow
from complaintctl.exchange.imports.guess_times import guess_times

SAMPLE_BYTES: Final = 1 << 20
_SAMPLE_ROWS: Final = 2_000
_DELIMITERS: Final = (",", ";", "\t", "|")
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
    """Returns the delimiter by which most records have as many cells as the header; a comma if there is none."""
    return max(_DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    try:
        records = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if len(records) > 1:
        records.pop()  # It may be cut.
    width = len(records[0]) if records else 0
    if width < 2:  # noqa: PLR2004 - one column has no delimiter
        return 0.0, 0
    return sum(len(row) == width for row in records) / len(records), width


def guess_mapping(stream: io.BufferedReader, name: str, policy: Policy, sample: bytes) -> GuessedMapping:
    """Guesses the mapping of a table; `sample` is its beginning. Raises Broken like an import."""
    encoding = guess_encoding(sample)
    used = csvrows.choose_encoding(sample, name, encoding)
    delimiter = guess_delimiter(sample.decode(used, errors="replace"))
    table = csvrows.open_csv_table(stream, name, encoding, delimiter)
    rows = []
    for row in table.rows:
        if isinstance(row, CsvRow):
            rows.append(row.cells)
        if len(rows) >= _SAMPLE_ROWS:
            break
    table.text.detach()
    texts = {column: [row[place].strip() for row in rows] for place, column in enumerate(table.header)}
    times = {column: found for column, cells in texts.items() if (found := guess_times(cells)) is not None}
    columns = _guess_columns(table.header, times)
    key = _guess_id(table.header, texts, times)
    columns = {target: column for target, column in columns.items() if column != key}
    return GuessedMapping(
        system=re.sub(r"[^\w-]+", "-", PurePath(name).name.partition(".")[0]).strip("-_").casefold()
        or "register",
        timezone=policy.timezone,
        encoding=encoding,
        delimiter=delimiter,
        id=key,
        id_repeats=key is not None and _repeats(texts[key]),
        columns=columns,
        times={column: times[column] for column in columns.values() if column in times},
        words={
            field: keys
            for field in _WORD_FIELDS
            if field in columns and (keys := _guess_words(policy, field, texts[columns[field]]))
        },
        chinese=headings.is_chinese(table.header),
        rows=len(rows),
    )


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
