"""Reads e-mails from files, mailboxes, Maildir folders and a pipe, and keeps them until they are recorded."""

import os
import shutil
import stat
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from complaintctl.errors import InvalidInput
from complaintctl.exchange.mail.mailbox import is_mailbox, split_mailbox
from complaintctl.exchange.mail.message import MailLimits

# Forges refuse files of more than 100 MB, and mail servers send at most 50 MB.
LIMITS: Final = MailLimits(mail_bytes=50 << 20)
PIPE: Final = "-"
_PEEKED: Final = 4096
_KEPT_IN_MEMORY: Final = 32 << 20
_MAILDIR_FOLDERS: Final = ("new", "cur")
_MAIL_SUFFIXES: Final = (".eml", ".mbox", ".mbx")
# Draft and trashed. https://cr.yp.to/proto/maildir.html
_LEFT_OUT_FLAGS: Final = frozenset("DT")


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceMail:
    """The bytes of one e-mail and its place: the name of its file, and its number if that is a mailbox.

    `fault` is the key of the reason why it cannot be read, with `detail`.
    """

    place: str
    raw: bytes
    fault: str | None = None
    detail: str = ""


def read_mails(paths: Iterable[Path], open_pipe: Callable[[], BinaryIO]) -> Iterator[SourceMail]:
    """Yields the mails of all paths; `open_pipe` gives the stream that is read for `-`.

    Raises InvalidInput if a path does not exist, or if a folder is neither a Maildir nor has files with mails.
    """
    files = [entry for path in paths for entry in _find_files(path)]
    for path, is_named in files:
        if str(path) == PIPE:
            yield from _read_pipe(open_pipe())
        else:
            yield from _read_file(path, is_named=is_named)


def _find_files(path: Path) -> Iterator[tuple[Path, bool]]:
    """Yields the files of a path, and whether it was named itself."""
    if str(path) == PIPE or path.is_file():
        yield path, True
    elif path.is_dir():
        yield from ((file, False) for file in _folder_files(path))
    else:
        raise InvalidInput("no-such-file", path=str(path))


def _folder_files(folder: Path) -> Iterator[Path]:
    if (folder / "cur").is_dir() or (folder / "new").is_dir():
        for name in _MAILDIR_FOLDERS:
            yield from (file for file in _list_files(folder / name) if not _is_left_out(file.name))
        return
    files = [file for file in _list_files(folder) if file.suffix.casefold() in _MAIL_SUFFIXES]
    if not files:
        raise InvalidInput("mail-no-files", folder=str(folder))
    yield from files


def _list_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if not file.name.startswith("."))


def _is_left_out(name: str) -> bool:
    _name, sign, flags = name.rpartition(":2,")
    return bool(sign) and not _LEFT_OUT_FLAGS.isdisjoint(flags)


def _read_file(path: Path, *, is_named: bool) -> Iterator[SourceMail]:
    """Yields the mails of a file; in a folder, a link could lead anywhere, so it is not followed."""
    place = str(path)
    try:
        if not is_named and not stat.S_ISREG(path.lstat().st_mode):
            yield SourceMail(place=place, raw=b"", fault="mail-no-file")
            return
        with path.open("rb") as stream:
            yield from _split_stream(stream, place)
    except OSError as error:
        yield SourceMail(place=place, raw=b"", fault="mail-unreadable", detail=error.strerror or "")


def _read_pipe(pipe: BinaryIO) -> Iterator[SourceMail]:
    """Yields the mails of a pipe, which cannot be rewound, from a temporary file without a name."""
    with SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY) as stream:
        shutil.copyfileobj(pipe, stream)
        stream.seek(0)
        yield from _split_stream(cast("BinaryIO", stream), PIPE)


def _split_stream(stream: BinaryIO, place: str) -> Iterator[SourceMail]:
    is_several = is_mailbox(stream.read(_PEEKED))
    stream.seek(0)
    if is_several:
        for number, raw in enumerate(split_mailbox(stream, LIMITS), 1):
            yield _sized_mail(f"{place}:{number}", raw)
    else:
        yield _sized_mail(place, stream.read(LIMITS.mail_bytes + 1))


def _sized_mail(place: str, raw: bytes) -> SourceMail:
    if len(raw) > LIMITS.mail_bytes:
        return SourceMail(place=place, raw=b"", fault="mail-too-large", detail=str(LIMITS.mail_bytes >> 20))
    return SourceMail(place=place, raw=raw)


class MailSpool:
    """The bytes of many mails, in memory or in a temporary file without a name that is gone with the process."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed with its last use
        weakref.finalize(self, self._file.close)
        self._places: list[tuple[int, int]] = []

    def add(self, raw: bytes) -> int:
        """Keeps a mail; returns its number."""
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(raw)
        self._places.append((start, len(raw)))
        return len(self._places) - 1

    def read(self, number: int) -> bytes:
        """Returns the bytes of a mail."""
        start, size = self._places[number]
        self._file.seek(start)
        return self._file.read(size)


def spool_mails(mails: Iterable[SourceMail]) -> tuple[MailSpool, list[SourceMail]]:
    """Keeps the bytes of all mails aside; returns them, and the mails without their bytes in the same order."""
    spool, heads = MailSpool(), list[SourceMail]()
    for mail in mails:
        spool.add(mail.raw)
        heads.append(SourceMail(place=mail.place, raw=b"", fault=mail.fault, detail=mail.detail))
    return spool, heads
