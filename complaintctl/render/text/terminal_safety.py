"""Signs that steer a terminal, or turn the direction of what is written: a customer's text may hold them, ours never."""

import re
from typing import Final

from complaintctl.render.text import colours

_STEERING: Final = "[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)"
_ANY: Final = re.compile(rf"{_STEERING}|\x1b")
_NOT_OURS: Final = re.compile(rf"{_STEERING}|\x1b(?!\[(?:{'|'.join(colours.COLOUR_CODES)})m)")


def escape_controls(text: str) -> str:
    """The text with each of them as its number, which JSON reads back; our colours stay where there are any."""
    signs = _NOT_OURS if colours.colours_enabled() else _ANY
    return signs.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def replace_controls(text: str) -> str:
    """The text of a document, with a sign of replacement for each of them."""
    return _ANY.sub("\ufffd", text)
