"""Finding the case of a source's record: by its id, without a search."""

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
    """Where a record's case lies, or is to be written (`content` None); `same`: its row was imported as it is."""

    case_id: str
    path: Path | None
    content: bytes | None
    same: bool


class IdEndings:
    """The endings of case ids, one bit for each there can be: four megabytes however many cases there are."""

    def __init__(self, names: Iterator[str]) -> None:
        self.bits = bytearray(1 << (_ENDING_BITS - 3))
        for name in names:
            self.add(name)

    def add(self, case_id: str) -> None:
        """Note the ending of an id; anything that is no id is passed over."""
        place = _ending_number(case_id)
        if place is not None:
            self.bits[place >> 3] |= 1 << (place & 7)

    def __contains__(self, case_id: str) -> bool:
        place = _ending_number(case_id)
        return place is not None and bool(self.bits[place >> 3] & (1 << (place & 7)))


def _ending_number(case_id: str) -> int | None:
    number = 0
    for letter in case_id[-5:]:
        if letter not in _LETTER_VALUES:
            return None
        number = number << 5 | _LETTER_VALUES[letter]
    return number


class CaseLookup:
    """The cases of a casebook as an import looks them up."""

    def __init__(self, casebook: Casebook) -> None:
        self.casebook = casebook
        self.before = IdEndings(list_case_ids(casebook, with_closed=True))
        self.since = IdEndings(iter(()))

    def find(self, arrival: ImportedRow) -> LookupResult:
        """The record's case, or the id it is to get.

        Raises Broken where a file that stands in its place cannot be read.
        """
        free = None
        for case_id in rows.candidate_case_ids(arrival.source, arrival.received):
            if case_id not in self.before and case_id not in self.since:
                free = free or case_id
                break
            found = self._at(arrival, case_id)
            if found is None:
                free = free or case_id
                break
            if found.path is not None:
                return found
        if free is None:
            raise Broken("import-no-id-left", id=arrival.source.id)
        return self._moved(arrival) or LookupResult(case_id=free, path=None, content=None, same=False)

    def _at(self, arrival: ImportedRow, case_id: str) -> LookupResult | None:
        """What stands at an id: this record's case, another one's (path None), or nothing."""
        places = [open_case_path(self.casebook, case_id), closed_case_path(self.casebook, case_id)]
        for path in reversed(places) if arrival.closed else places:
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise Broken("disk", path=str(path), detail=error.strerror or "") from error
            if not content:  # a power failure may leave a name without content; nothing is lost by writing it
                continue
            source = read_case_source(content, arrival.source, path)
            own = source is not None and (source.system, source.id) == _source_key(arrival.source)
            same = own and source is not None and source.row == arrival.source.row
            return LookupResult(case_id=case_id, path=path if own else None, content=content, same=same)
        return None

    def _moved(self, arrival: ImportedRow) -> LookupResult | None:
        """The case of a record that was received on another day when it was imported.

        Only where some case has the ending that it would have: with a million cases that is one record in thirty.
        """
        first = next(rows.candidate_case_ids(arrival.source, arrival.received))
        if first not in self.before:
            return None
        for name in list_case_ids(self.casebook, with_closed=True):
            if name[-5:] == first[-5:] and name != first:
                found = self._at(arrival, name)
                if found is not None and found.path is not None:
                    return found
        return None


def _source_key(source: ImportSource) -> tuple[str, str]:
    return source.system, source.id


def source_yaml_line(source: ImportSource) -> bytes:
    """How the source stands in a file that we wrote: comparing it is faster than reading the file."""
    return f"\nsource: {new_text.flow_text(source)}\n".encode()


def read_case_source(content: bytes, expected: ImportSource, path: Path) -> ImportSource | None:
    """The source that a case file names; None for none. Raises Broken where the file cannot be read."""
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
