"""Opens the file of another system: plain, gzip, or a member of a zip archive."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken, InvalidInput
from complaintctl.storage.imports.unpacking import BoundedStream, check_workbook_size

# The files in the archive that a workbook is: Excel's, and OpenDocument's.
_WORKBOOK_MEMBERS: Final = frozenset({"[Content_Types].xml", "content.xml"})
_MAX_SHOWN_MEMBERS: Final = 10
_GZIP_MAGIC: Final = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """A stream of bytes with its name for messages and its size in bytes (uncompressed)."""

    stream: io.BufferedReader
    name: str
    size: int


@contextmanager
def open_source_file(path: Path, member: str | None) -> Iterator[SourceFile]:
    """Opens a plain file, a gzip file, or the only (or the named) member of a zip archive; ignores the extension.

    A workbook is a plain file, although it is an archive, too.

    Raises InvalidInput if the file or member does not exist or the member is ambiguous, Broken if it cannot be read or
    would unpack to far more than its size.
    """
    if not path.is_file():
        raise InvalidInput("no-such-file", path=str(path))
    try:
        with path.open("rb") as stream:
            if not zipfile.is_zipfile(path):
                if member is not None:
                    raise InvalidInput("import-no-archive", file=path.name)
                yield _open_plain_or_gzip(stream, path)
                return
            with zipfile.ZipFile(stream) as archive:
                if not _WORKBOOK_MEMBERS.isdisjoint(archive.namelist()):
                    check_workbook_size(stream, archive, path.name)
                    stream.seek(0)
                    yield _open_plain_or_gzip(stream, path)
                    return
                entry = _find_zip_member(archive, path, member)
                with archive.open(entry) as content:
                    yield SourceFile(
                        stream=io.BufferedReader(BoundedStream(content, path.name, entry.compress_size)),
                        name=f"{path.name}/{entry.filename}",
                        size=entry.file_size,
                    )
    except (
        zipfile.BadZipFile,
        gzip.BadGzipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Broken("import-archive", file=path.name, detail=str(error)) from error
    except PermissionError as error:
        raise Broken("disk", path=str(path), detail=error.strerror or "") from error


def _open_plain_or_gzip(stream: io.BufferedReader, path: Path) -> SourceFile:
    """Opens a plain or gzip file; the last four bytes of a gzip file are its uncompressed size (RFC 1952)."""
    if stream.peek(len(_GZIP_MAGIC))[: len(_GZIP_MAGIC)] != _GZIP_MAGIC:
        return SourceFile(stream=stream, name=path.name, size=path.stat().st_size)
    stream.seek(-4, io.SEEK_END)
    size = int.from_bytes(stream.read(4), "little")
    stream.seek(0)
    content = gzip.GzipFile(fileobj=stream, mode="rb")
    unpacked = BoundedStream(content, path.name, path.stat().st_size)
    return SourceFile(stream=io.BufferedReader(unpacked), name=path.name, size=size)


def _find_zip_member(archive: zipfile.ZipFile, path: Path, member: str | None) -> zipfile.ZipInfo:
    entries = {entry.filename: entry for entry in archive.infolist() if not entry.is_dir()}
    if member is not None and member in entries:
        return entries[member]
    if member is not None or len(entries) != 1:
        key = "import-no-member" if member is not None else "import-which-member"
        raise InvalidInput(key, file=path.name, member=member, choices=list(entries)[:_MAX_SHOWN_MEMBERS])
    return next(iter(entries.values()))
