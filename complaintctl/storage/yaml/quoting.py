"""Quotes YAML texts: plain if every YAML parser reads a string, else in double quotes."""

import re
from typing import Final

# Texts that some YAML parser reads as a boolean, null, number, date or merge key.
_READ_AS_OTHER_TYPE: Final = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|nan|inf)|[-+.]?[0-9.][-+0-9a-fA-F_.,:xXoOtTzZ ]*|0[xXoO].*"
)
# Letters, digits, safe punctuation, Chinese punctuation and full-width forms; a few more in block style.
_SAFE_CHARACTERS: Final = r"\w\-./+@%()'\"!?;&*$=~^|<> \u3001-\u303f\uff01-\uffef\u2010-\u2027"
_SAFE_IN_FLOW: Final = re.compile(f"[{_SAFE_CHARACTERS}]*")
_SAFE_IN_BLOCK: Final = re.compile(rf"[{_SAFE_CHARACTERS}:#,\[\]{{}}]*")
_BYTE_ORDER_MARK: Final = "\ufeff"
# Characters that PyYAML's emitter does not escape in double quotes.
_UNESCAPED_RANGES: Final = (
    (" ", "~"),
    ("\xa0", "\ud7ff"),
    ("\ue000", "\ufffd"),
    ("\U00010000", "\U0010ffff"),
)
_ESCAPES: Final = {
    "\0": "0",
    "\x07": "a",
    "\x08": "b",
    "\x09": "t",
    "\x0a": "n",
    "\x0b": "v",
    "\x0c": "f",
    "\x0d": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\u2028": "L",
    "\u2029": "P",
}


def is_plain_scalar(text: str, *, in_flow: bool) -> bool:
    """Whether the text needs no quotes in block or flow style."""
    if not text or not text[0].isalnum() or text[-1] in " :" or _READ_AS_OTHER_TYPE.fullmatch(text):
        return False
    if ": " in text or " #" in text or (in_flow and ":" in text):
        return False
    return (_SAFE_IN_FLOW if in_flow else _SAFE_IN_BLOCK).fullmatch(text) is not None


def quote_text(text: str) -> str:
    """The text in double quotes, with the escapes of PyYAML's emitter."""
    return '"' + "".join(map(_escape_character, text)) + '"'


def _escape_character(letter: str) -> str:
    if letter in _ESCAPES:
        return "\\" + _ESCAPES[letter]
    if letter != _BYTE_ORDER_MARK and any(first <= letter <= last for first, last in _UNESCAPED_RANGES):
        return letter
    return _numeric_escape(ord(letter))


def _numeric_escape(code: int) -> str:
    for mark, digits in (("x", 2), ("u", 4)):
        if code < 16**digits:
            return f"\\{mark}{code:0{digits}X}"
    return f"\\U{code:08X}"


def scalar_text(text: str, *, in_flow: bool) -> str:
    """The text as a YAML scalar, plain or quoted."""
    return text if is_plain_scalar(text, in_flow=in_flow) else quote_text(text)


def fits_literal_block(text: str) -> bool:
    """Whether a text has several lines and can be a literal block (`|`) without any change."""
    lines = text.split("\n")
    if len(lines) == 1 or text.endswith("\n\n") or not lines[0] or lines[0][0] in " \t":
        return False
    return all(
        not line.endswith((" ", "\t")) and not line.startswith("\t") and all(map(_is_printable, line))
        for line in lines
    )


def _is_printable(letter: str) -> bool:
    return _escape_character(letter) in {letter, '\\"', "\\\\"}
