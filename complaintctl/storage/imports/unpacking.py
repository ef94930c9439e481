"""Bounds what a packed file may unpack to: a zip bomb of some kilobytes would fill the disk or the memory."""

import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final

from complaintctl.errors import Broken

# Tables of text shrink to a tenth, very regular ones to a fiftieth; DEFLATE can reach 1032.
_MAX_RATIO: Final = 200
# Below this no ratio is too much.
_HARMLESS_BYTES: Final = 1 << 24
# A workbook is unpacked into memory.
_MAX_WORKBOOK_BYTES: Final = 1 << 28
# The library makes a cell of every place between the first and the last one.
_MAX_WORKBOOK_CELLS: Final = 50_000_000
_BLOCK: Final = 1 << 16
# The local header of a member: its length, and where the lengths of its name and of its extra field are (APPNOTE 4.3.7).
_LOCAL_HEADER: Final = 30
_LENGTHS: Final = 26
_CELL: Final = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_LONGEST_REFERENCE: Final = 32


class BoundedStream(io.RawIOBase):
    """A stream that is unpacked while it is read; raises Broken once it is far longer than its packed size allows."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, name: str, packed: int) -> None:
        super().__init__()
        self._inner, self._name, self._packed = inner, name, max(packed, 1)

    def readable(self) -> bool:
        """Returns True."""
        return True

    def seekable(self) -> bool:
        """Returns True: it is unpacked again."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Goes to a place in the unpacked file."""
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        """Returns the place in the unpacked file."""
        return self._inner.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Reads into a buffer."""
        content = self._inner.read(len(buffer))
        buffer[: len(content)] = content
        done = self._inner.tell()
        if done > _HARMLESS_BYTES and done > _MAX_RATIO * self._packed:
            raise Broken("import-bomb", file=self._name, ratio=done // self._packed)
        return len(content)


def check_workbook_size(stream: IO[bytes], archive: zipfile.ZipFile, name: str) -> None:
    """Raises Broken if a workbook needs more memory than any register; its own word for its size does not count."""
    total = columns = rows = 0
    for entry in archive.infolist():
        tail = b""
        for block in _unpack_member(stream, entry):
            total += len(block)
            places = _CELL.findall(tail + block)
            columns = max([columns, *map(_column_number, {letters for letters, _row in places})])
            rows = max([rows, *(int(row) for _letters, row in places)])
            tail = block[-_LONGEST_REFERENCE:]
            if total > _MAX_WORKBOOK_BYTES or columns * rows > _MAX_WORKBOOK_CELLS:
                raise Broken("import-workbook-too-large", file=name)


def _unpack_member(stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yields the blocks of a packed member, to its real end."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER:
        return
    name, extra = struct.unpack_from("<HH", header, _LENGTHS)
    stream.seek(name + extra, io.SEEK_CUR)
    unpacker, left = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail
        if not packed:
            packed = stream.read(min(_BLOCK, left))
            left -= len(packed)
        block = unpacker.decompress(packed, _BLOCK)
        if not packed and not block:
            return
        yield block


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
