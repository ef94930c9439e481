"""The digest by which a file is known: in the journal, for attachments, between versions."""

import hashlib


def content_digest(content: bytes) -> str:
    """Returns the SHA-256 of the content of a file in hexadecimal, as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()
