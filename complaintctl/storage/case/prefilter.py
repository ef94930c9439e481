"""A fast check of raw bytes that saves parsing files without certain fields."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from complaintctl.domain.case import identity
from complaintctl.storage.disk import untrusted_file

# An escape of a double-quoted YAML text, other than of a quote or a backslash.
_ESCAPE: Final = re.compile(rb'\\[^"\\/]')
# The first bytes of letters that may be another spelling of an ASCII letter or a digit: all but those of U+2000 to
# U+2FFF, U+3000 to U+3FFF, U+4000 to U+9FFF and U+F000 to U+FFFF. Of the last, the patterns below find the others.
_SAFE_BYTES: Final = bytes({*range(0xC0), 0xE2, 0xE3, *range(0xE4, 0xEA), 0xEF})
# Not found: Chinese punctuation (U+2000 to U+203F, U+3000 to U+303F) and full-width signs but letters and digits.
_OTHER_LETTERS: Final = (
    re.compile(rb"\xe2(?!\x80)"),
    re.compile(rb"\xe3(?!\x80[^\xb8-\xba])"),
    re.compile(rb"\xef(?!\xbc[\x81-\x8f\x9a-\xa0\xbb-\xbf])"),
)
# What may stand between a field and its value: blanks, the colon, a quote; then perhaps what YAML reads in another way.
_BEFORE_VALUE: Final = rb"[\"'\s]*:?[\"'\s]*([#!&*|>?]?)"
_LOWER_CASE: Final = bytes(range(256)).lower()
_NO_LETTERS: Final = bytes(sign for sign in range(256) if sign > ord("z") or not chr(sign).isalnum())


def may_contain_field(path: Path, *names: str) -> bool:
    """False only if the raw bytes prove that the file sets none of these fields.

    That is: no field name occurs, except in our empty placeholder line. True for unreadable files (D-114).
    """
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return data is None or any(name.encode() in _placeholder_pattern(name).sub(b"", data) for name in names)


def may_contain_text(path: Path, *texts: str) -> bool:
    """False only if the raw bytes of a file contain none of the texts. True for unreadable files."""
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return data is None or any(text.encode() in data for text in texts)


def may_contain_squeezed(path: Path, needles: Collection[str]) -> bool:
    """False only if a file, squeezed (`identity.squeeze_text`), contains none of the squeezed texts.

    So a number is found however it is written. True for unreadable files, and where an escape may hide a letter.
    """
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return data is None or _may_hide_letters(data) or _contains_squeezed(data, needles)


def _contains_squeezed(data: bytes, needles: Collection[str]) -> bool:
    if not _may_spell_otherwise(data):
        letters = data.translate(_LOWER_CASE, _NO_LETTERS)
        if not any(_has_parts(data, letters, needle) for needle in needles):
            return False
    try:
        squeezed = identity.squeeze_text(data.decode())
    except UnicodeDecodeError:
        return True
    return any(needle in squeezed for needle in needles)


def may_set_value(path: Path, texts: Mapping[str, str], keys: Mapping[str, str]) -> bool:
    """False only if the raw bytes of a file prove that it sets none of these dotted fields to its value.

    `texts` are squeezed texts, found however they are written; `keys` are keys of the policy, found as they are. True
    for unreadable files, and where an escape may hide a letter.
    """
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    if data is None or _may_hide_letters(data):
        return True
    if any(_may_set_key(data, _last_part(name), key.encode()) for name, key in keys.items()):
        return True
    named = [text for name, text in texts.items() if _last_part(name) in data]
    return bool(named) and _contains_squeezed(data, named)


def _last_part(name: str) -> bytes:
    return name.rpartition(".")[2].encode()


def _may_set_key(data: bytes, name: bytes, key: bytes) -> bool:
    """Whether the key, or something that may stand for it, follows the name anywhere."""
    if any(letter.isspace() or letter in "\"'" for letter in key.decode()):
        return name in data
    return any(
        found[1] or data.startswith(key, found.end())
        for found in re.finditer(re.escape(name) + _BEFORE_VALUE, data)
    )


def _may_hide_letters(data: bytes) -> bool:
    return b"\\" in data and _ESCAPE.search(data) is not None


def _may_spell_otherwise(data: bytes) -> bool:
    """Whether the text has letters that squeezing may turn into ASCII letters or digits."""
    return bool(data.translate(None, _SAFE_BYTES)) or any(
        letters.search(data) is not None for letters in _OTHER_LETTERS
    )


def _has_parts(data: bytes, letters: bytes, needle: str) -> bool:
    """Whether the text has every ASCII part and every other character of a needle, in any place."""
    parts, characters = _needle_parts(needle)
    return all(part in letters for part in parts) and all(character in data for character in characters)


@cache
def _needle_parts(needle: str) -> tuple[list[bytes], list[bytes]]:
    parts = re.findall(r"[\x00-\x7f]+", needle)
    return [part.encode() for part in parts], [sign.encode() for sign in needle if not sign.isascii()]


def _placeholder_pattern(name: str) -> re.Pattern[bytes]:
    """Matches the line of an empty field: the next line starts in the first column, so it is not its value."""
    return re.compile(rb"^%b:[ \t]*(?:\r?\n)+(?=[^\s#]|\Z)" % re.escape(name.encode()), re.MULTILINE)
