"""Text that a Word document may hold."""

import re
from typing import Final

# XML knows no such characters.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text with a sign of replacement for every character that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", text)
