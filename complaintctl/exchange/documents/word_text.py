"""Makes text and properties valid for Word documents."""

import re
from typing import Any, Final

# Characters that XML 1.0 forbids.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def replace_forbidden_characters(text: str) -> str:
    """Replaces each character that XML forbids with U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def set_document_properties(properties: Any, title: str, author: str, language: str) -> None:
    """Set the properties of a document; python-docx would put in its own name."""
    properties.title, properties.author = (
        replace_forbidden_characters(title)[:255],
        replace_forbidden_characters(author)[:255],
    )
    properties.language, properties.comments = language, ""
