"""Decodes header values: encoded words (RFC 2047), parameters (RFC 2231) and raw bytes of any charset."""

import re
import unicodedata
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from complaintctl.exchange.mail.mime.charsets import decode_text
from complaintctl.exchange.mail.mime.transfer import decode_transfer

# Wider than RFC 2047: programs write blanks and question marks inside of the encoded text, or leave the end off.
_WORD: Final = re.compile(
    rb"=\?([\w.:+'\"-]{0,60}?)(?:\*[\w-]{0,20})?\?([BbQq])\?([^\r\n]*?)(?:\?=|$)(?![A-Za-z0-9]{1,2}[?]|=)"
)
_PIECE: Final = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")
_MAX_PIECES: Final = 500
# Bidirectional controls could show `photo[RLO]gpj.exe` as `photoexe.jpg`.
_DIRECTION: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class DecodedHeader:
    """The text of a header on one line; `is_repaired` if a charset was missing, unknown or wrong."""

    text: str
    is_repaired: bool = False


def decode_header(value: bytes, hint: str | None = None) -> DecodedHeader:
    """Decodes a raw header value; `hint` is the charset of the text of the e-mail."""
    decoded = [
        decode_text(content, charset, hint) if charset or content else None
        for content, charset in _join_words(_split_words(value))
    ]
    texts = [part for part in decoded if part is not None]
    is_repaired = any(part.is_repaired or part.damaged for part in texts)
    # Bytes outside ASCII may only be in a header if they are UTF-8 (RFC 6532).
    is_repaired = is_repaired or (not value.isascii() and not _is_utf8(value))
    return DecodedHeader(clean_line("".join(part.text for part in texts)), is_repaired)


def clean_line(text: str) -> str:
    """The text on one line, without control and bidirectional characters and surrogates."""
    plain = _DIRECTION.sub("", text)
    if not plain.isprintable():
        plain = "".join(_clean_character(character) for character in plain)
    return " ".join(plain.split())


def _clean_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs":
            return "\ufffd"
        case _:
            return character


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _split_words(value: bytes) -> Iterator[tuple[bytes, str | None]]:
    """Yields decoded bytes with their charset, None for what is no encoded word; blanks between words are dropped."""
    position = 0
    is_after_word = False
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        if between.strip() or (between and not is_after_word):
            yield between, None
        charset = match[1].decode("latin-1").strip("'\"") or "unknown"
        yield _decode_word(match[2].lower(), match[3]), charset.lower()
        position, is_after_word = match.end(), True
    if position < len(value):
        yield value[position:], None


def _decode_word(encoding: bytes, text: bytes) -> bytes:
    if encoding == b"b":
        return decode_transfer(text.rstrip(b"?"), "base64").content
    return decode_transfer(text.replace(b"_", b"=20").replace(b" ", b"=20"), "quoted-printable").content


def _join_words(words: Iterator[tuple[bytes, str | None]]) -> Iterator[tuple[bytes, str | None]]:
    """Joins neighbours of one charset: programs split a character between two encoded words."""
    pending: tuple[bytes, str | None] | None = None
    for content, charset in words:
        if pending and charset is not None and charset == pending[1] and not charset.startswith("iso-2022"):
            pending = pending[0] + content, charset
            continue
        if pending:
            yield pending
        pending = content, charset
    if pending:
        yield pending


def decode_parameter(parameters: Mapping[str, bytes], name: str, hint: str | None = None) -> str | None:
    """A parameter of a header as text, joined of its pieces (`name*0*=`, RFC 2231), or None."""
    pieces: list[tuple[int, bool, bytes]] = []
    for key, value in parameters.items():
        match = _PIECE.fullmatch(key)
        if match and match[1] == name and (match[2] or match[3]):
            pieces.append((int(match[2] or 0), bool(match[3]), value))
    if pieces:
        return _join_pieces(sorted(pieces[:_MAX_PIECES], key=lambda piece: piece[0]), hint)
    if name not in parameters:
        return None
    return decode_header(parameters[name], hint).text


def _join_pieces(pieces: list[tuple[int, bool, bytes]], hint: str | None) -> str:
    charset: str | None = None
    content = b""
    for index, (_number, is_encoded, value) in enumerate(pieces):
        text = value
        if is_encoded and index == 0 and value.count(b"'") >= 2:  # noqa: PLR2004 - charset'language'text
            named, _language, text = value.split(b"'", 2)
            charset = named.decode("latin-1") or None
        content += urllib.parse.unquote_to_bytes(text) if is_encoded else text
    if charset is None and b"=?" in content:
        return decode_header(content, hint).text
    return clean_line(decode_text(content, charset, hint).text)
