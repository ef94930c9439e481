"""Text that a Word document may hold."""

import re
from typing import Any, Final

# XML knows no such characters.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def replace_forbidden_characters(text: str) -> str:
    """The text with a sign of replacement for every character that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", text)


def set_document_properties(properties: Any, title: str, author: str, language: str) -> None:
    """What a document says of itself beside its text; the library would say its own name."""
    properties.title, properties.author = (
        replace_forbidden_characters(title)[:255],
        replace_forbidden_characters(author)[:255],
    )
    properties.language, properties.comments = language, ""
