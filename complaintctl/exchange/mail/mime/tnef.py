"""Reads winmail.dat, the wrapping of Outlook and Exchange (MS-OXTNEF).

Not by the library tnefparse 1.4: a count of four thousand million in the file keeps it busy for hours.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from complaintctl.exchange.mail.mime.charsets import decode_text

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
CONTENT_TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
MAX_ATTRIBUTES: Final = 20_000
# Attributes of the stream: https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxtnef/
_BODY: Final = 0x800C
_FILE_DATA: Final = 0x800F
_FILE_TITLE: Final = 0x8010
_FILE_BEGIN: Final = 0x9002
_MAIL_PROPERTIES: Final = 0x9003
_FILE_PROPERTIES: Final = 0x9005
_CODE_PAGE: Final = 0x9007
# Properties (MS-OXPROPS).
_TEXT: Final = 0x1000
_RTF: Final = 0x1009
_PAGE: Final = 0x1013
_FILE_OBJECT: Final = 0x3701
_FILE_NAMES: Final = (0x3707, 0x3704, 0x3001)
_MIME_TYPE: Final = 0x370E
_PAGE_CODE: Final = 0x3FDE
_NAMED: Final = 0x8000
_MULTIPLE: Final = 0x1000
_SIZES: Final = {
    0x02: 2,
    0x03: 4,
    0x04: 4,
    0x05: 8,
    0x06: 8,
    0x07: 8,
    0x0A: 4,
    0x0B: 2,
    0x14: 8,
    0x40: 8,
    0x48: 16,
}
_UNICODE: Final = 0x1F
_VARIABLE: Final = frozenset({0x0D, 0x1E, _UNICODE, 0x102})
_HEAD: Final = struct.Struct("<BHHI")
_HEAD_BYTES: Final = 9
_IID_BYTES: Final = 16


@dataclass(slots=True)
class WrappedFile:
    """A file in a winmail.dat; the name and the type may be empty."""

    name: str = ""
    content_type: str = ""
    content: bytes = b""


@dataclass(slots=True)
class WrappedMail:
    """The texts and files in a winmail.dat; not `is_whole` if some of it is not read, such as text in RTF."""

    text: str = ""
    page: str = ""
    files: list[WrappedFile] = field(default_factory=list)
    is_whole: bool = True


def unwrap_tnef(content: bytes) -> WrappedMail | None:
    """Returns what is in a winmail.dat, or None if there is nothing that can be read."""
    if not content.startswith(SIGNATURE):
        return None
    mail = WrappedMail()
    charset: str | None = None
    try:
        for name, value in _read_attributes(content):
            if name == _CODE_PAGE:
                charset = f"cp{struct.unpack_from('<I', value)[0]}"
            _take_attribute(mail, name, value, charset)
    except (struct.error, ValueError):
        mail.is_whole = False
    return mail if mail.files or mail.text or mail.page else None


def _read_attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    position = len(SIGNATURE) + 2
    for _number in range(MAX_ATTRIBUTES):
        if position + _HEAD_BYTES > len(content):
            return
        _level, name, _type, length = _HEAD.unpack_from(content, position)
        position += _HEAD_BYTES
        if position + length > len(content):
            # The file was cut here.
            yield name, content[position:]
            raise ValueError(length)
        yield name, content[position : position + length]
        position += length + 2
    raise ValueError(MAX_ATTRIBUTES)


def _take_attribute(mail: WrappedMail, name: int, value: bytes, charset: str | None) -> None:
    if name == _FILE_BEGIN:
        mail.files.append(WrappedFile())
    elif name == _BODY:
        mail.text = mail.text or _read_text(value, charset)
    elif name == _MAIL_PROPERTIES:
        _take_mail_properties(mail, value, charset)
    elif name in {_FILE_DATA, _FILE_TITLE, _FILE_PROPERTIES}:
        if not mail.files:
            mail.files.append(WrappedFile())
        file = mail.files[-1]
        if name == _FILE_DATA:
            file.content = value
        elif name == _FILE_TITLE:
            file.name = file.name or _read_text(value, charset)
        else:
            _take_file_properties(file, value, charset)


def _take_mail_properties(mail: WrappedMail, value: bytes, charset: str | None) -> None:
    properties = dict(_read_properties(value))
    page_charset = charset
    if len(code := properties.get(_PAGE_CODE, (0, b""))[1]) == 4:  # noqa: PLR2004 - an integer
        number = struct.unpack("<I", code)[0]
        page_charset = {65001: "utf-8", 28591: "cp1252", 20127: "ascii", 54936: "gb18030"}.get(
            number, f"cp{number}"
        )
    mail.text = mail.text or _property_text(properties, _TEXT, charset)
    mail.page = mail.page or _property_text(properties, _PAGE, page_charset)
    mail.is_whole = mail.is_whole and (_RTF not in properties or bool(mail.text or mail.page))


def _take_file_properties(file: WrappedFile, value: bytes, charset: str | None) -> None:
    properties = dict(_read_properties(value))
    for key in reversed(_FILE_NAMES):
        file.name = _property_text(properties, key, charset) or file.name
    file.content_type = _property_text(properties, _MIME_TYPE, charset) or file.content_type
    if not file.content and _FILE_OBJECT in properties:
        file.content = properties[_FILE_OBJECT][1][_IID_BYTES:]


def _read_properties(value: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yields id, type and first value of each property, up to what cannot be read."""
    (count,) = struct.unpack_from("<I", value)
    position = 4
    for _number in range(min(count, MAX_ATTRIBUTES)):
        if position + 4 > len(value):
            return
        kind, name = struct.unpack_from("<HH", value, position)
        position += 4
        if name >= _NAMED:
            position = _skip_name(value, position)
        base = kind & ~_MULTIPLE
        values = 1
        if kind & _MULTIPLE or base in _VARIABLE:
            (values,) = struct.unpack_from("<I", value, position)
            position += 4
        if base not in _VARIABLE and base not in _SIZES:
            return
        first = b""
        for index in range(min(values, MAX_ATTRIBUTES)):
            length = _SIZES.get(base, 0)
            if base in _VARIABLE:
                (length,) = struct.unpack_from("<I", value, position)
                position += 4
            first = value[position : position + length] if index == 0 else first
            position += length + -length % 4
        yield name, (base, first)


def _skip_name(value: bytes, position: int) -> int:
    """The position after the name of a named property: a GUID, and a number or a text."""
    kind, length = struct.unpack_from("<II", value, position + 16)
    return int(position + 24 + (length + -length % 4 if kind else 0))


def _property_text(properties: dict[int, tuple[int, bytes]], name: int, charset: str | None) -> str:
    kind, content = properties.get(name, (0, b""))
    if kind == _UNICODE:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return _read_text(content, charset)


def _read_text(value: bytes, charset: str | None) -> str:
    return decode_text(value.rstrip(b"\0"), charset).text.strip("\0")
