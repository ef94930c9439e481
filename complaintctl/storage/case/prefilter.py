"""A fast check of raw bytes that saves parsing files without certain fields."""

import re
from pathlib import Path

from complaintctl.storage.disk import untrusted_file


def may_contain_field(path: Path, *names: str) -> bool:
    """False only if the raw bytes prove that the file sets none of these fields.

    That is: no field name occurs, except in our empty placeholder line. True for unreadable files (D-114).
    """
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return data is None or any(name.encode() in _placeholder_pattern(name).sub(b"", data) for name in names)


def may_contain_text(path: Path, text: str) -> bool:
    """False only if the raw bytes of a file do not contain the text. True for unreadable files."""
    data, _problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return data is None or text.encode() in data


def _placeholder_pattern(name: str) -> re.Pattern[bytes]:
    """Matches the line of an empty field: the next line starts in the first column, so it is not its value."""
    return re.compile(rb"^%b:[ \t]*(?:\r?\n)+(?=[^\s#]|\Z)" % re.escape(name.encode()), re.MULTILINE)
