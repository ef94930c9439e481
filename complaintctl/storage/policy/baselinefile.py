"""Reads and extends a baseline file: findings of a check that the team accepts, each with a reason and an end."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.domain.overview.baseline import AcceptedFinding, BaselineFile
from complaintctl.domain.problems import Fault, Problem
from complaintctl.errors import Broken, InvalidInput
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.atomic_write import write_atomically
from complaintctl.storage.policy import acceptedfile
from complaintctl.storage.yaml.quoting import scalar_text

_HEAD: Final = (
    "# Findings that `complaintctl check --baseline` accepts, each with a reason and its last day.\n"
)
_LIST: Final = "accepted:"
_FIRST_ENTRY: Final = re.compile(r"^( *)- ", re.MULTILINE)
# What a list without an entry looks like.
_EMPTY_LIST: Final = re.compile(r"^accepted:[ \t]*(\[\]|~|null)?[ \t]*(#.*)?$", re.MULTILINE)


def read_baseline(path: Path) -> tuple[tuple[AcceptedFinding, ...], list[Problem]]:
    """Returns the entries of a baseline file and its problems; raises InvalidInput if there is no such file."""
    if not path.is_file():
        raise InvalidInput("no-such-file", path=str(path))
    data, problems = untrusted_file.read_untrusted_file(path, untrusted_file.MAX_YAML_BYTES, may_be_link=True)
    return ((), problems) if data is None else _parse_baseline(path, data)


def _parse_baseline(path: Path, data: bytes) -> tuple[tuple[AcceptedFinding, ...], list[Problem]]:
    parsed = acceptedfile.parse_accepted(path, data, BaselineFile, _empty_faults)
    content, problems = parsed
    return (content.accepted if content is not None else ()), problems


def _empty_faults(content: BaselineFile) -> list[Fault]:
    return [
        Fault(key="baseline-no-reason", path=("accepted", index, "reason"))
        for index, entry in enumerate(content.accepted)
        if not entry.reason.strip()
    ]


def extend_baseline(path: Path, entries: Iterable[AcceptedFinding]) -> None:
    """Writes entries at the end of a baseline file; the lines before them stay as they are, comments too.

    Raises Broken, without writing, if the end of the file is not the list of entries.
    """
    old = path.read_bytes() if path.is_file() else b""
    before, _problems = _parse_baseline(path, old) if old.strip() else ((), [])
    added = tuple(entries)
    content = _extended_text(old.decode(), added).encode()
    after, problems = _parse_baseline(path, content)
    if problems or after != (*before, *added):
        raise Broken("baseline-not-a-list", file=str(path))
    write_atomically(path.resolve(), content)


def _extended_text(text: str, entries: tuple[AcceptedFinding, ...]) -> str:
    text = text or _HEAD
    text = text if text.endswith("\n") else f"{text}\n"
    empty = _EMPTY_LIST.search(text)
    if empty is not None:
        # `accepted: []` opens a list in brackets; without them the entries may follow below.
        text = text[: empty.start(1)].rstrip() + text[empty.end(1) :] if empty.group(1) else text
    else:
        text += f"{_LIST}\n"
    first = _FIRST_ENTRY.search(text)
    indent = first.group(1) if first else "  "
    return text + "".join(f"{indent}- {{{_entry_text(entry)}}}\n" for entry in entries)


def _entry_text(entry: AcceptedFinding) -> str:
    values = {
        "case": scalar_text(entry.case, in_flow=True),
        "step": scalar_text(entry.step, in_flow=True),
        "reason": scalar_text(entry.reason, in_flow=True),
        "until": entry.until.isoformat(),
        "who": scalar_text(entry.who, in_flow=True) if entry.who else "",
    }
    return ", ".join(f"{name}: {value}" for name, value in values.items() if value)
