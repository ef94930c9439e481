r"""The name that git gives to an object: the hash of `KIND SIZE\0CONTENT` (gitrepository-layout(5))."""

import hashlib
from typing import Final

# Hexadecimal digits of a name, by the format of the repository's objects.
SHA1_LENGTH: Final = 40
SHA256_LENGTH: Final = 64


def object_head(kind: str, content: bytes) -> bytes:
    """Returns what git writes before the content of an object, without the zero byte."""
    return f"{kind} {len(content)}".encode()


def object_name(kind: str, content: bytes, length: int) -> str:
    """Returns the name of an object; `length` is that of the names in its repository."""
    digest = hashlib.sha256() if length == SHA256_LENGTH else hashlib.sha1(usedforsecurity=False)
    digest.update(object_head(kind, content) + b"\0")
    digest.update(content)
    return digest.hexdigest()
