"""Decodes what was encoded for the transfer (RFC 2045): base64, quoted-printable and uuencode, also damaged."""

import binascii
import re
from dataclasses import dataclass
from typing import Final

_BASE64_LINE: Final = re.compile(rb"[A-Za-z0-9+/=\s]*")
_BLANKS: Final = b" \t\r\n\v\f"
_NOT_BASE64: Final = bytes(
    sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
)
_UU_BEGIN: Final = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)
# A quarter of base64 that is one character long has no byte.
_QUANTUM: Final = 4


@dataclass(frozen=True, slots=True)
class DecodedContent:
    """`rest` is plain text found after the encoded lines, such as the footer of a mailing list."""

    content: bytes
    rest: bytes = b""
    is_damaged: bool = False


def decode_transfer(body: bytes, encoding: str) -> DecodedContent:
    """Returns the content of a part; an unknown encoding means that it was not encoded."""
    match encoding:
        case "base64" | "b" | "base-64":
            return decode_base64(body)
        case "quoted-printable" | "q" | "quoted_printable" | "quotedprintable":
            return DecodedContent(binascii.a2b_qp(body))
        case "x-uuencode" | "uuencode" | "uue" | "x-uue":
            return _decode_uu(body)
        case _:
            return DecodedContent(body)


def decode_base64(body: bytes) -> DecodedContent:
    """Decodes base64 that may be cut, lack its padding, be joined of several pieces or be followed by plain text."""
    encoded, rest = _split_rest(body)
    whole = encoded.translate(None, _BLANKS)
    pieces = [piece.translate(None, _NOT_BASE64) for piece in whole.split(b"=") if piece]
    content = bytearray()
    is_damaged = False
    for piece in pieces:
        is_damaged = is_damaged or len(piece) % _QUANTUM == 1
        usable = piece[:-1] if len(piece) % _QUANTUM == 1 else piece
        content += binascii.a2b_base64(usable + b"=" * (-len(usable) % _QUANTUM))
    # The last piece is short, or not padded: the e-mail was cut.
    return DecodedContent(bytes(content), rest, is_damaged or len(whole) % _QUANTUM != 0)


def _split_rest(body: bytes) -> tuple[bytes, bytes]:
    """Separates the encoded lines from plain text after them; without encoded lines there is no rest."""
    end = _BASE64_LINE.match(body)
    position = end.end() if end else 0
    if position == len(body):
        return body, b""
    start = body.rfind(b"\n", 0, position) + 1
    if not body[:start].strip():
        return body, b""
    following = body[start : start + 4000].split(b"\n", 4)[:3]
    # Damaged base64 goes on after the strange byte; plain text has blanks between its words.
    is_text = any(b" " in line.strip() for line in following) or body[start : start + 2] in {b"--", b"__"}
    return (body[:start], body[start:]) if is_text else (body, b"")


def _decode_uu(body: bytes) -> DecodedContent:
    begin = _UU_BEGIN.search(body)
    content = bytearray()
    is_damaged = begin is None
    lines = body[begin.end() if begin else 0 :].splitlines()
    for number, line in enumerate(lines):
        if line.strip() == b"end":
            rest = b"\n".join(lines[number + 1 :]).strip()
            return DecodedContent(bytes(content), rest, is_damaged)
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            is_damaged = True
    return DecodedContent(bytes(content), is_damaged=True)
