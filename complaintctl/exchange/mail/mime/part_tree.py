"""Splits an e-mail into its parts (MIME, RFC 2046), also if boundaries are missing or wrong.

Not by Python's `email`: its parser raises RecursionError on deep nesting, and compares each line with the boundary of
every level above it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from complaintctl.exchange.mail.mime.header_block import HeaderBlock, split_headers, split_parameters
from complaintctl.exchange.mail.mime.header_words import decode_parameter
from complaintctl.exchange.mail.mime.mail_values import MailLimits

_MAX_BOUNDARY: Final = 300
# A line that could be a boundary, followed by the header of a part.
_GUESS: Final = re.compile(
    rb"^--([^\s][^\r\n]{0,200}?)[ \t]{0,20}\r{0,3}\n(?=content-[a-z-]{2,40}[ \t]{0,5}:)",
    re.IGNORECASE | re.MULTILINE,
)
_TYPE: Final = re.compile(r"[!-.0-~]+/[!-.0-~]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailPart:
    """A part with its type in lower case, its parameters, its body as transferred, and the parts inside of it.

    `surplus` is text before the first part and after the last one. `repairs` are keys of notes.
    """

    headers: HeaderBlock
    content_type: str
    parameters: dict[str, bytes]
    body: bytes
    children: tuple["MailPart", ...] = ()
    surplus: tuple[bytes, ...] = ()
    repairs: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        """The transfer encoding, in lower case."""
        value = self.headers.first("content-transfer-encoding") or b""
        return split_parameters(value)[0]


@dataclass(slots=True)
class _Reader:
    """The bytes of an e-mail and the number of parts so far; parts are positions in it, so that nesting copies nothing."""

    content: bytes
    limits: MailLimits
    parts: int = 0


def parse_parts(content: bytes, limits: MailLimits) -> MailPart:
    """Returns the tree of an e-mail. Parts beyond the limits of number and depth are left unsplit, with a repair key."""
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    reader = _Reader(content, limits)
    headers, start = split_headers(content, 0, len(content), is_part=False)
    return _parse_body(reader, headers, (start, len(content)), "text/plain", 0)


def _parse_body(
    reader: _Reader, headers: HeaderBlock, place: tuple[int, int], default: str, depth: int
) -> MailPart:
    content_type, parameters = _read_type(headers, default)
    reader.parts += 1
    children: tuple[MailPart, ...] = ()
    surplus: tuple[bytes, ...] = ()
    repairs = headers.repairs
    if content_type.startswith("multipart/"):
        boundary, repair = _find_boundary(parameters, reader.content, place)
        repairs = (*repairs, repair) if repair else repairs
        if depth >= reader.limits.depth or reader.parts >= reader.limits.parts:
            repairs = (*repairs, "mail-parts-left-out")
        elif boundary is not None:
            pieces = _split_at(reader.content, place, boundary, reader.limits.parts)
            inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
            children = tuple(_parse_children(reader, pieces[1:-1], inner, depth))
            repairs = (*repairs, "mail-parts-left-out") if len(pieces) > reader.limits.parts else repairs
            surplus = tuple(reader.content[begin:end] for begin, end in (pieces[0], pieces[-1]))
    return MailPart(
        headers=headers,
        content_type=content_type,
        parameters=parameters,
        body=b"" if children else reader.content[place[0] : place[1]],
        children=children,
        surplus=surplus if children else (),
        repairs=repairs,
    )


def _parse_children(
    reader: _Reader, places: list[tuple[int, int]], default: str, depth: int
) -> Iterator[MailPart]:
    for begin, end in places:
        headers, start = split_headers(reader.content, begin, end, is_part=True)
        yield _parse_body(reader, headers, (start, end), default, depth + 1)


def _read_type(headers: HeaderBlock, default: str) -> tuple[str, dict[str, bytes]]:
    """The content type; `text` alone and the like is plain text, as RFC 2045 says for types that are no types."""
    value = headers.first("content-type")
    if value is None:
        return default, {}
    content_type, parameters = split_parameters(value)
    if _TYPE.fullmatch(content_type):
        return content_type, dict(parameters)
    by_name = {"html": "text/html", "multipart": "multipart/mixed", "text": "text/plain", "": default}
    return by_name.get(content_type, "text/plain"), dict(parameters)


def _find_boundary(
    parameters: dict[str, bytes], content: bytes, place: tuple[int, int]
) -> tuple[bytes | None, str | None]:
    """The boundary that is really in the body, and the key of a note if it is not the declared one."""
    declared = parameters.get("boundary") or (decode_parameter(parameters, "boundary") or "").encode()
    declared = declared[:_MAX_BOUNDARY].rstrip()
    if declared and _delimiter(declared).search(content, *place):
        return declared, None
    if match := _GUESS.search(content, *place):
        return match[1], "mail-boundary-guessed"
    return None, "mail-boundary-missing"


def _delimiter(boundary: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]{0,20}\r{0,3}(?:\n|\Z)", re.MULTILINE)


def _split_at(content: bytes, place: tuple[int, int], boundary: bytes, most: int) -> list[tuple[int, int]]:
    """Positions of the text before the first part, the parts, and the text after the last one (empty without an end).

    What exceeds the number of parts stays in the last one.
    """
    pieces: list[tuple[int, int]] = []
    position, end = place
    is_closed = False
    for match in _delimiter(boundary).finditer(content, position, end):
        # The line break before a boundary belongs to the boundary.
        stop = max(match.start() - 1, position)
        stop -= stop > position and content[stop - 1 : stop] == b"\r"
        # Some servers append to an ended e-mail; what stands between an end and a boundary is no part.
        if not is_closed or content[position:stop].strip():
            pieces.append((position, stop))
        position, is_closed = match.end(), match[1] is not None
        if len(pieces) > most:
            break
    return [*pieces, (position, end)] if is_closed else [*pieces, (position, end), (end, end)]


def walk_parts(part: MailPart) -> Iterator[MailPart]:
    """Yields a part and all parts inside of it, in order."""
    yield part
    for child in part.children:
        yield from walk_parts(child)
