"""Separates the headers of an e-mail, or of a part of one, from its body."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*(.*)", re.DOTALL)
_ENVELOPE: Final = re.compile(rb">?From ")
_KNOWN: Final = re.compile(
    rb"(from|to|cc|bcc|subject|date|sender|reply-to|message-id|mime-version|received|return-path|delivered-to"
    rb"|in-reply-to|references|list-[a-z-]+|content-[a-z-]+|x-[!-9;-~]+|dkim-signature|authentication-results"
    rb"|arc-[a-z-]+|auto-submitted|precedence|thread-[a-z-]+|importance|priority|user-agent|resent-[a-z-]+"
    rb"|disposition-notification-to|return-receipt-to|errors-to|envelope-to|feedback-id|organization)",
    re.IGNORECASE,
)
# A broken line of a long header is followed by another header within so many lines.
_LOOK_AHEAD: Final = 3
MAX_FIELDS: Final = 1_000
# Of a longer header the rest is not read: 64 kB hold every header of use.
MAX_FIELD_BYTES: Final = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class HeaderBlock:
    """Header names in lower case and raw values, in order; `repairs` are keys of notes."""

    fields: tuple[tuple[str, bytes], ...]
    repairs: tuple[str, ...] = ()

    def first(self, name: str) -> bytes | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.fields if key == name), None)


def split_headers(content: bytes, start: int, end: int, *, is_part: bool) -> tuple[HeaderBlock, int]:
    """Returns the headers between two positions and the position of the body. Without any usual header everything is body; a part may lack headers.

    Lines that a broken program folded without a blank are joined to their header.
    """
    fields: list[tuple[bytes, list[bytes]]] = []
    repairs: list[str] = []
    # Pipes put empty lines before the first header; in a part an empty line says that it has no headers.
    position = start
    while not is_part and content[position : position + 1] in {b"\r", b"\n"}:
        position += 1
    while position < end:
        line, following = _read_line(content, position, end)
        if not line.strip(b"\r\n"):
            position = following
            break
        if line[:1] in {b" ", b"\t"} and fields:
            fields[-1][1].append(line)
        elif match := _FIELD.match(line):
            fields.append((match[1], [match[2]]))
        elif not fields and _ENVELOPE.match(line):
            pass
        elif fields and _is_header_near(content, following, end):
            fields[-1][1].append(b" " + line)
            repairs.append("mail-header-repaired")
        else:
            repairs.append("mail-header-end")
            break
        position = following
    if not _is_usual((name for name, _lines in fields), is_part=is_part):
        return HeaderBlock(fields=()), start
    return _make_block(fields, repairs), position


def _read_line(content: bytes, position: int, end: int) -> tuple[bytes, int]:
    """The line at a position, and the position of the next one."""
    newline = content.find(b"\n", position, end)
    following = end if newline < 0 else newline + 1
    return content[position : min(following, position + MAX_FIELD_BYTES)], following


def _is_header_near(content: bytes, position: int, end: int) -> bool:
    for _number in range(_LOOK_AHEAD):
        line, position = _read_line(content, position, end)
        if not line.strip():
            return False
        match = _FIELD.match(line)
        if match and _KNOWN.fullmatch(match[1]):
            return True
    return False


def _is_usual(names: Iterable[bytes], *, is_part: bool) -> bool:
    """Text that begins with `Note: …` has no headers."""
    known = [bool(_KNOWN.fullmatch(name)) for name in names]
    return any(known) or (is_part and not known)


def _make_block(fields: list[tuple[bytes, list[bytes]]], repairs: list[str]) -> HeaderBlock:
    cut = [*repairs, *(["mail-headers-left-out"] if len(fields) > MAX_FIELDS else [])]
    return HeaderBlock(
        fields=tuple((name.decode("ascii").lower(), _unfold(lines)) for name, lines in fields[:MAX_FIELDS]),
        repairs=tuple(dict.fromkeys(cut)),
    )


def _unfold(lines: list[bytes]) -> bytes:
    size = 0
    kept: list[bytes] = []
    for line in lines:
        kept.append(line.rstrip(b"\r\n"))
        size += len(line)
        if size > MAX_FIELD_BYTES:
            break
    return b"".join(kept).replace(b"\r", b" ").strip()[:MAX_FIELD_BYTES]


def is_cut(value: bytes) -> bool:
    """Whether a header was longer than what is read of it."""
    return len(value) >= MAX_FIELD_BYTES


def split_parameters(value: bytes) -> tuple[str, Mapping[str, bytes]]:
    """Separates `text/plain; charset="x"` into the value and its parameters, whose names are in lower case.

    The pieces and charsets of RFC 2231 (`name*0*=`) are left as they are.
    """
    pieces = _split_quoted(value[:MAX_FIELD_BYTES])
    parameters: dict[str, bytes] = {}
    for piece in pieces[1:]:
        name, sign, text = piece.partition(b"=")
        key = name.strip().decode("latin-1").lower()
        if sign and key and key not in parameters:
            parameters[key] = _unquote(text.strip())
    first = re.sub(r"\([^()]*\)", "", pieces[0].decode("latin-1")).strip().strip("\"'").lower()
    return re.sub(r"\s+", "", first), parameters


_PIECE: Final = re.compile(rb'(?:[^;"]|"(?:[^"\\]|\\(?:.|$))*(?:"|$))*', re.DOTALL)


def _split_quoted(value: bytes) -> list[bytes]:
    """Splits at semicolons outside quotation marks."""
    pieces: list[bytes] = []
    position = 0
    while position <= len(value):
        match = _PIECE.match(value, position)
        end = match.end() if match else len(value)
        pieces.append(value[position:end])
        position = end + 1
    return pieces


def _unquote(text: bytes) -> bytes:
    if text[:1] != b'"':
        return text
    inner = text[1:].rpartition(b'"')[0] if b'"' in text[1:] else text[1:]
    return re.sub(rb'\\(["\\])', rb"\1", inner)
