"""What reports count of closed cases, by the content of their files; it does not change with time any more.

A row holds for every moment after the one at which it was judged, under the same policy and the same data of time zones.
"""

import os
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from complaintctl.domain.case.case import Case
from complaintctl.domain.reports.case_facts import CaseFacts, closing_of, flow_facts
from complaintctl.domain.reports.tally import Needed
from complaintctl.storage.case.casebook import open_case_files
from complaintctl.storage.case.index.case_index import CaseIndex

# The fields by which a report can count cases without reading them. None of them is customer data.
SETTLED_FIELDS: Final = (
    "status",
    "level",
    "category",
    "owner",
    "channel",
    "department",
    "outcome",
    "cause.class",
    "crisis",
    "plan.remedy",
    "product.batch",
    "product.model",
    "remedy.kind",
)
_ROWS_AT_ONCE: Final = 1000
_CLOSED: Final = "cases/closed/"
# Facts only of the rows that are needed whole, by what column they are needed and its limits.
_SELECT: Final = """
select blob, size, owner, received, closed, texts, texts_sum, facts_sum,
    case when closed is null or (case ? when 'closed' then closed else received end) between ? and ? then facts end
from settled where since <= ?
"""
_INSERT: Final = "insert or replace into settled values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledCase:
    """A closed case to remember and its file, what a report counts of it, and its `SETTLED_FIELDS` as text."""

    path: Path
    case: Case
    facts: CaseFacts
    texts: tuple[str, ...]


class SettledFacts:
    """The remembered cases of an archive, judged under what `judged_under` names. `served` are the files of those given."""

    def __init__(self, index: CaseIndex, judged_under: str) -> None:
        self._index, self._judged_under = index, judged_under
        self.served: set[str] = set()
        self._new: list[tuple[Any, ...]] = []

    def read(self, needed: Needed, moment: int) -> Iterator[tuple[CaseFacts, Sequence[str]]]:
        """Yields what is known of the unchanged files of the archive, for a report at a moment.

        Of a case that falls in no period, only receipt and closing are given. Rows of files that changed are removed.
        """
        file = self._index.file
        paths = self._archive()
        if not paths or file.fact("judged_under") != self._judged_under:
            return
        opened = {path.stem for path in open_case_files(self._index.casebook)}
        decode = msgspec.msgpack.Decoder(CaseFacts).decode
        decode_texts = msgspec.msgpack.Decoder(tuple[str, ...]).decode
        stale: list[tuple[str]] = []
        values = (needed.column, needed.start, needed.end, moment)
        root = self._index.casebook.root
        for blob, size, owner, received, closed, texts, texts_sum, facts_sum, facts in file.query(
            _SELECT, values
        ):
            path = paths.get(blob)
            if path is None:
                stale.append((blob,))
                continue
            if owner in opened or not self._is_file_of(f"{root}/{path}", blob, size, owner):
                continue
            if _sum(texts, received, closed) != texts_sum or (facts and zlib.crc32(facts) != facts_sum):
                file.discard()
                return
            self.served.add(path)
            yield decode(facts) if facts else flow_facts(received, closed), decode_texts(texts)
        if stale:
            file.write(
                [("delete from settled where blob = ?", stale), ("delete from cases where blob = ?", stale)]
            )

    def _is_file_of(self, path: str, blob: str, size: int, owner: str) -> bool:
        """Whether a file is as git says, has this size and is named after the case.

        Git may convert a file on its way to the disk (line ends); then the size differs from that of the blob.
        """
        try:
            return (
                os.lstat(path).st_size == size
                and path.rpartition("/")[2].rpartition(".")[0] == owner
                and self._index.is_vouched(path, blob)
            )
        except OSError:
            return False

    def _archive(self) -> dict[str, str]:
        """Returns the path of each unchanged file of the archive by its blob; of two with one content only the first."""
        paths: dict[str, str] = {}
        for path, blob in self._index.clean_files().items():
            if path.startswith(_CLOSED):
                paths.setdefault(blob, path)
        return paths

    def remember(self, case: SettledCase, moment: int) -> None:
        """Keeps a case that was judged at the moment, if its file is the one that the index read last.

        A case with a sealed customer is not kept: it is opened each time, because that may fail.
        """
        content, facts, customer = self._index.last, case.facts, case.case.customer
        is_sealed = customer is not None and customer.sealed is not None
        if content is None or content.path != case.path or is_sealed or not self._index.may_keep(case.case):
            return
        closing = closing_of(facts)
        is_simple = len(facts.closures) == 1 and not facts.is_duplicate
        closed = closing if is_simple else None
        try:
            texts, encoded = msgspec.msgpack.encode(case.texts), msgspec.msgpack.encode(facts)
        except UnicodeEncodeError:
            return
        self._new.append(
            (
                *(content.blob, content.size, case.case.id, moment, facts.received, closed),
                *(texts, _sum(texts, facts.received, closed), encoded, zlib.crc32(encoded)),
            )
        )
        if len(self._new) >= _ROWS_AT_ONCE:
            self.save()

    def save(self) -> None:
        """Writes what is to be remembered, and closes the file."""
        file = self._index.file
        if not self._new:
            file.close()
            return
        changes: list[tuple[str, Collection[tuple[Any, ...]]]] = [(_INSERT, self._new)]
        if file.fact("judged_under") != self._judged_under:
            row = [(self._judged_under,)]
            changes = [
                ("delete from settled", [()]),
                ("insert or replace into facts values ('judged_under', ?)", row),
                *changes,
            ]
        file.write(changes)
        file.close()
        self._new = []


def _sum(texts: bytes, received: int, closed: int | None) -> int:
    return zlib.crc32(texts, (received ^ (closed or 0)) & 0xFFFFFFFF)
