"""Counts the words of a table that its mapping or the policy does not know, each with the nearest known one."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.import_results import RejectedRecord, UnknownWord
from complaintctl.exchange.imports import cells, rows
from complaintctl.exchange.imports.cells import ImportTarget
from complaintctl.exchange.imports.formats.csvrows import CsvRow
from complaintctl.exchange.imports.rows import RowLayout

# Bounds the memory for a column that has another word in every row.
_MAX_WORDS: Final = 10_000


class WordCount:
    """Counts the unknown words of the rows that pass through `watch`."""

    def __init__(self, ready: RowLayout, rules: Rulebook, header: tuple[str, ...]) -> None:
        self.ready = ready
        self.rules = rules
        self.header = header
        self.targets = tuple(
            target
            for target in ready.targets
            if (target.taking.values or rules.words.get(target.name)) and not fields.is_personal(target.name)
        )
        self.words: dict[tuple[str, str], UnknownWord] = {}

    def watch(self, table: Iterable[CsvRow | RejectedRecord]) -> Iterator[CsvRow | RejectedRecord]:
        """Yields every row, and counts its unknown words; a record that was rejected before has none."""
        for row in table:
            if isinstance(row, CsvRow):
                for target in self.targets:
                    self._count(target, row)
            yield row

    def unknown(self) -> tuple[UnknownWord, ...]:
        """The unknown words by field, the most frequent first.

        A field without `values:` also has its known words, because a list there must be complete.
        """
        order = {target.name: place for place, target in enumerate(self.targets)}
        lacking = {word.field for word in self.words.values() if not word.known}
        listed = [word for word in self.words.values() if word.field in lacking]
        return tuple(sorted(listed, key=lambda word: (order[word.field], -word.count, word.word)))

    def _count(self, target: ImportTarget, row: CsvRow) -> None:
        value, wrong = rows.read_cell(self.ready, target, row)
        if wrong is not None and wrong.key == "import-unknown-word":
            self._add(target, wrong.text, None)
        elif value is not None and not isinstance(value, tuple):
            self._add(target, cells.read_word(target, row.cells, self.ready.reading), str(value))

    def _add(self, target: ImportTarget, text: str, ours: str | None) -> None:
        """Counts a word; `ours` is the word after the mapping, None if the mapping does not know it."""
        keys = self.rules.words.get(target.name)
        known = ours is not None and (not keys or ours in keys)
        if known and target.taking.values:
            return
        word = self.words.get((target.name, text))
        if word is None:
            if len(self.words) >= _MAX_WORDS:
                return
            word = UnknownWord(
                field=target.name,
                columns=tuple(self.header[place] for place in target.places),
                word=text,
                ours=ours,
                near=ours or "" if known else self._nearest(target, ours or text),
                known=known,
            )
            self.words[target.name, text] = word
        word.count += 1

    def _nearest(self, target: ImportTarget, text: str) -> str:
        """The key of the policy, or the word of the mapping, that is nearest to a text; "" if none is similar."""
        labels = vocabulary.field_choices(self.rules.policy, target.name)
        if near := vocabulary.nearest_key(labels, text):
            return near
        spelt = {
            source.casefold(): ours
            for source, ours in target.taking.values.items()
            if not labels or ours in labels
        }
        matches = difflib.get_close_matches(text.casefold(), spelt, 1)
        return spelt[matches[0]] if matches else ""
