"""Leaving files unread: a case that cannot say anything about a field needs no reading."""

import re
from pathlib import Path

from complaintctl.storage.disk import untrusted_file


def may_contain_field(path: Path, *names: str) -> bool:
    """Whether a case file may hold a value of one of the fields; True where that is not certain.

    Only a file that does not name them, or names them in nothing but our own empty placeholder, says nothing.
    """
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return data is None or any(name.encode() in _placeholder_pattern(name).sub(b"", data) for name in names)


def _placeholder_pattern(name: str) -> re.Pattern[bytes]:
    """The line of an empty field: what follows stands in the first column, so it is no value, and no comment."""
    return re.compile(rb"^%b:[ \t]*(?:\r?\n)+(?=[^\s#]|\Z)" % re.escape(name.encode()), re.MULTILINE)
