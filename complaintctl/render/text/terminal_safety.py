"""Control and bidirectional characters: a customer's text may contain them, our own only colour codes."""

import re
from typing import Final

from complaintctl.render.text import colours

_STEERING: Final = "[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)"
_ANY: Final = re.compile(rf"{_STEERING}|\x1b")
_NOT_OURS: Final = re.compile(rf"{_STEERING}|\x1b(?!\[(?:{'|'.join(colours.COLOUR_CODES)})m)")


def escape_controls(text: str) -> str:
    r"""Returns the text with each of them as an escape (`\u001b`), valid in JSON; our colours stay if they are on."""
    controls = _NOT_OURS if colours.colours_enabled() else _ANY
    return controls.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def replace_controls(text: str) -> str:
    """Returns the text of a document with U+FFFD for each of them (D-110)."""
    return _ANY.sub("\ufffd", text)
