"""Reads template files with a head: YAML between two lines `---`, then the text."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Generic, TypeVar

from complaintctl.domain.problems import Problem
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.documents import templatefile
from complaintctl.storage.yaml import yamltext

T = TypeVar("T")

_HEAD_AND_BODY: Final = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*\n(.*)", re.DOTALL)
# Accepted in the head: a full-width colon after a key, and unquoted texts with gaps or colons (D-078).
_FULLWIDTH_COLON: Final = re.compile(r"^([a-z]+)：[ \t]*", re.MULTILINE)
_UNQUOTED_VALUE: Final = re.compile(r"^(title|subject):[ \t]+(?![\"'|>\[&*!])(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadedFile(Generic[T]):
    """The head of a file, and its text with the line numbers of the file."""

    head: T
    body: str


def read_headed_file(path: Path, owner: type[T]) -> tuple[HeadedFile[T] | None, list[Problem]]:
    """Returns a file whose head is an object of `owner`, or None, with all faults of the head and their positions."""
    text, problems = templatefile.read_template(path)
    if text is None:
        return None, problems
    match = _HEAD_AND_BODY.fullmatch(text)
    if match is None:
        return None, [Problem(key="letter-without-head", values={}, file=str(path))]
    # An empty line in place of `---`, so that line numbers are those of the file.
    head_text = _UNQUOTED_VALUE.sub(_quote_head_value, _FULLWIDTH_COLON.sub(r"\1: ", match[1]))
    reading = yamltext.parse_yaml(f"\n{head_text}".encode(), with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    head, faults = schema.object_from_texts(owner, reading.root if isinstance(reading.root, dict) else {})
    problems += [problem_at_fault(path, reading, fault, None) for fault in faults]
    if problems or head is None:
        return None, problems
    return HeadedFile(head=head, body="\n" * (match[1].count("\n") + 2) + match[2]), []


def _quote_head_value(match: re.Match[str]) -> str:
    text = match[2].strip().replace("'", "''")
    return f"{match[1]}: '{text}'"


def head_line_number(path: Path, key: str) -> int:
    """Returns the line number of a key in the head of a file, or 1."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith((f"{key}:", f"{key}："))), 1
    )
