"""Splits a mailbox in the format mbox (RFC 4155) into its mails, without loading it into memory."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from complaintctl.exchange.mail.mime.mail_values import MailLimits

# `From sender Sat Nov 21 09:14:00 2026`: a line of text that begins with "From " rarely has a time and a year.
_FROM_LINE: Final = re.compile(rb"From [^\r\n]*\d\d:\d\d[^\r\n]*\d{4}[^\r\n]*\r?\n?", re.ASCII)
_HEADER: Final = re.compile(rb">?From |[!-9;-~]{1,100}[ \t]*:")
# mboxrd: the writer put one more `>` before each line that begins with any number of them and "From ".
# https://www.loc.gov/preservation/digital/formats/fdd/fdd000385.shtml
_ESCAPED: Final = re.compile(rb">+From ")
_MAX_LINE: Final = 64 * 1024


def is_mailbox(first_bytes: bytes) -> bool:
    """Whether a file with these first bytes is a mailbox: its first line is a "From " line before a header."""
    lines = first_bytes.lstrip(b"\r\n").splitlines(keepends=True)[:2]
    return (
        bool(lines) and lines[0].startswith(b"From ") and (len(lines) == 1 or bool(_HEADER.match(lines[1])))
    )


def split_mailbox(stream: BinaryIO, limits: MailLimits | None = None) -> Iterator[bytes]:
    """Yields the mails of a mailbox one by one, without the "From " lines and with escaped lines restored.

    A mail begins at a "From " line with a time that is followed by a header. Of a mail that is longer than the limit,
    one byte more than the limit is yielded, so that the reader of the mail sees that it was cut.
    """
    most = (limits or MailLimits()).mail_bytes + 1
    mail = bytearray()
    has_content = False
    for line, following, starts_line in _read_lines(stream):
        if starts_line and _is_start(line, following, is_first=not has_content):
            if has_content:
                yield _finish_mail(mail)
            mail, has_content = bytearray(), True
        elif has_content or line.strip():
            has_content = True
            if len(mail) < most:
                mail += (line[1:] if starts_line and _ESCAPED.match(line) else line)[: most - len(mail)]
    if has_content:
        yield bytes(mail)


def _read_lines(stream: BinaryIO) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yields each line, or piece of a long line, with the next one and whether it starts a line."""
    line = stream.readline(_MAX_LINE)
    starts_line = True
    while line:
        following = stream.readline(_MAX_LINE)
        yield line, following, starts_line
        starts_line = line.endswith(b"\n")
        line = following


def _is_start(line: bytes, following: bytes, *, is_first: bool) -> bool:
    if not line.startswith(b"From "):
        return False
    return is_first or bool(_FROM_LINE.match(line) and _HEADER.match(following))


def _finish_mail(mail: bytearray) -> bytes:
    """Without the empty line that precedes the next "From " line."""
    for ending in (b"\r\n\r\n", b"\n\n"):
        if mail.endswith(ending):
            return bytes(mail[: -len(ending) // 2])
    return bytes(mail)
