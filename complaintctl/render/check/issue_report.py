"""Findings as CI services list them, whichever command found them; each has an identity that lasts."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from complaintctl.render.text import tables


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """A finding or a problem. `name` is unique within its file; `row` is the row of a clock, else `position` is known.

    `name` and `fingerprint` stay the same from one run to the next, whatever else changes in the file.
    """

    rule: str
    name: str
    title: str
    message: str
    file: str
    fails: bool
    fingerprint: str
    row: tables.TableRow | None = None
    position: tuple[int, int] = (1, 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class IssueReport:
    """What a command found, for the formats of CI services.

    `command` is how it is typed. `list_issues` yields the issues, the worst first; `find_position` returns line and
    column of one. `rules` has a heading and an explanation for the names of rules, `other_rule` for all others.
    `accepted` has rows with `name`, `file` and `until`, `files` (for JUnit) a row with `file` and `case` for each case.
    `whole_file` is the file of what belongs to no other, `scope` tells the results of several commands apart.
    """

    command: str
    scope: str
    list_issues: Callable[[], Iterator[Issue]]
    find_position: Callable[[Issue], tuple[int, int]]
    rules: Mapping[str, tuple[str, str]]
    other_rule: tuple[str, str]
    accepted: tables.Rows
    accepted_count: int
    files: tables.Rows
    as_of: datetime
    whole_file: str


def fingerprint(*parts: str) -> str:
    """Returns the identity of an issue, as 64 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def numbered(name: str, count: int) -> str:
    """Returns a name, with a number if it was given before."""
    return name if count <= 1 else f"{name} ({count})"
