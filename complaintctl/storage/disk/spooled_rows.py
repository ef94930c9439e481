"""Rows of a list that may be as long as the archive: only what they are sorted by stays in memory."""

import io
import json
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any, Final, Generic, TypeVar

# Bytes of rows that are kept in memory; a list with more goes to a temporary file.
_KEPT_IN_MEMORY: Final = 1 << 20

Key = TypeVar("Key")


def _itself(key: Any) -> Any:
    return key


class SpooledRows(Generic[Key]):
    """Rows of JSON values (a tuple comes back as a list), each with its sort key; iterated in order, as often as wanted.

    The file has no name, only its owner can read it, and it is gone with the process.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = io.BytesIO()
        self._entries: list[tuple[Key, int]] = []
        self._end = 0

    def add(self, key: Key, row: Mapping[str, Any]) -> None:
        """Adds a row at the end."""
        # ASCII, so that a lone surrogate is written too; and one line a row.
        line = json.dumps(row).encode() + b"\n"
        if self._end > _KEPT_IN_MEMORY and isinstance(self._file, io.BytesIO):
            self._move_to_disk(self._file.getbuffer())
        self._file.write(line)
        self._entries.append((key, self._end))
        self._end += len(line)

    def _move_to_disk(self, rows: memoryview) -> None:
        # Loading tempfile takes a while, and most lists are short.
        import tempfile  # noqa: PLC0415

        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last use of the rows
        weakref.finalize(self, self._file.close)
        self._file.write(rows)

    def sort(self, order: Callable[[Key], Any] = _itself, *, reverse: bool = False) -> None:
        """Sorts the rows by their keys, or by what `order` makes of these; rows that are equal stay in their order."""
        self._entries.sort(key=lambda entry: order(entry[0]), reverse=reverse)

    def keep_first(self, count: int | None) -> None:
        """Drops the rows after the first `count`; None keeps all."""
        del self._entries[len(self) if count is None else count :]

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._entries)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yields the rows in their order."""
        for _key, place in self._entries:
            self._file.seek(place)
            yield json.loads(self._file.readline())
