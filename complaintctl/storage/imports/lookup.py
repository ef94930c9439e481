"""Finds the case of an imported row by the case id computed from it, without searching all files."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.case.case import ImportSource
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.errors import Broken
from complaintctl.exchange.imports import rows
from complaintctl.exchange.imports.rows import ImportedRow
from complaintctl.storage.case import new_text
from complaintctl.storage.case.casebook import Casebook, closed_case_path, list_case_ids, open_case_path
from complaintctl.storage.yaml import yamltext

_LETTER_VALUES: Final = {letter: place for place, letter in enumerate(CROCKFORD)}
_ENDING_BITS: Final = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class LookupResult:
    """The case of a row: its file, or (`path` None) the id of the case to be created.

    `same`: the row was imported before and has not changed.
    """

    case_id: str
    path: Path | None
    content: bytes | None
    same: bool


class IdEndings:
    """The set of the endings of case ids, as a bit for each possible ending: 4 MB for any number of cases."""

    def __init__(self, names: Iterator[str]) -> None:
        self.bits = bytearray(1 << (_ENDING_BITS - 3))
        for name in names:
            self.add(name)

    def add(self, case_id: str) -> None:
        """Add the ending of a case id; a text that is no case id is ignored."""
        number = _ending_number(case_id)
        if number is not None:
            self.bits[number >> 3] |= 1 << (number & 7)

    def __contains__(self, case_id: str) -> bool:
        number = _ending_number(case_id)
        return number is not None and bool(self.bits[number >> 3] & (1 << (number & 7)))


def _ending_number(case_id: str) -> int | None:
    number = 0
    for letter in case_id[-5:]:
        if letter not in _LETTER_VALUES:
            return None
        number = number << 5 | _LETTER_VALUES[letter]
    return number


class CaseLookup:
    """Looks up cases for an import. `before`: ids present at the start; `since`: ids added by this import."""

    def __init__(self, casebook: Casebook) -> None:
        self.casebook = casebook
        self.before = IdEndings(list_case_ids(casebook, with_closed=True))
        self.since = IdEndings(iter(()))

    def find(self, arrival: ImportedRow) -> LookupResult:
        """Returns the case of a row, or the id for a new case.

        Raises Broken if a file at a candidate id cannot be read, or if all candidate ids are taken.
        """
        free = None
        for case_id in rows.candidate_case_ids(arrival.source, arrival.received):
            if case_id not in self.before and case_id not in self.since:
                free = free or case_id
                break
            result = self._at(arrival, case_id)
            if result is None:
                free = free or case_id
                break
            if result.path is not None:
                return result
        if free is None:
            raise Broken("import-no-id-left", id=arrival.source.id)
        return self._moved(arrival) or LookupResult(case_id=free, path=None, content=None, same=False)

    def _at(self, arrival: ImportedRow, case_id: str) -> LookupResult | None:
        """Returns what is stored under an id: the case of this row, another case (`path` None), or None for nothing."""
        paths = [open_case_path(self.casebook, case_id), closed_case_path(self.casebook, case_id)]
        for path in reversed(paths) if arrival.closed else paths:
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise Broken("disk", path=str(path), detail=error.strerror or "") from error
            if not content:  # an empty file is left by a power failure; overwriting it loses nothing
                continue
            source = read_case_source(content, arrival.source, path)
            is_own = source is not None and (source.system, source.id) == _source_key(arrival.source)
            same = is_own and source is not None and source.row == arrival.source.row
            return LookupResult(case_id=case_id, path=path if is_own else None, content=content, same=same)
        return None

    def _moved(self, arrival: ImportedRow) -> LookupResult | None:
        """Returns the case of a row whose day of receipt has changed since it was imported, or None.

        Searches only if a case has the same ending: with a million cases that is one new row in thirty.
        """
        first = next(rows.candidate_case_ids(arrival.source, arrival.received))
        if first not in self.before:
            return None
        for name in list_case_ids(self.casebook, with_closed=True):
            if name[-5:] == first[-5:] and name != first:
                result = self._at(arrival, name)
                if result is not None and result.path is not None:
                    return result
        return None


def _source_key(source: ImportSource) -> tuple[str, str]:
    return source.system, source.id


def source_yaml_line(source: ImportSource) -> bytes:
    """The `source:` line as we write it; searching for it is faster than parsing the file."""
    return f"\nsource: {new_text.flow_text(source)}\n".encode()


def read_case_source(content: bytes, expected: ImportSource, path: Path) -> ImportSource | None:
    """Returns the source in a case file, or None; raises Broken if the file is faulty."""
    if source_yaml_line(expected) in content:
        return expected
    reading = yamltext.parse_yaml(content, with_places=False)
    if reading.flaws or not isinstance(reading.root, dict):
        raise Broken("case-faulty", case=path.stem)
    raw = reading.root.get("source")
    if not isinstance(raw, dict):
        return None
    texts = {name: str(raw.get(name) or "") for name in ("system", "id", "row")}
    return ImportSource(**texts)
