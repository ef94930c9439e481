"""The map of a rewritten history: which commit stands for which old one, by whom and for which cases.

It is a text file of the casebook, `history-rewrites/*.map`, so that its own commit says who vouches for it:

    # complaintctl history-rewrite 1
    # at: 2026-11-21T09:14:00+08:00
    # by: li.wei
    # cases: C-20261121-7K3FQ
    <old commit> <new commit>
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

MAP_FOLDER: Final = "history-rewrites"
MAP_SUFFIX: Final = ".map"
_HEAD: Final = "# complaintctl history-rewrite 1"
_PAIR: Final = re.compile(r"([0-9a-f]{40,64}) ([0-9a-f]{40,64})")


@dataclass(frozen=True, kw_only=True, slots=True)
class RewriteMap:
    """A rewriting of the history: when, by whom, for which erased cases, and the new commit of each old one."""

    at: datetime
    by: str
    cases: tuple[str, ...]
    commits: Mapping[str, str]


def write_rewrite_map(rewrite: RewriteMap) -> str:
    """Returns the text of a map, sorted by the old commits."""
    lines = [
        _HEAD,
        f"# at: {rewrite.at.isoformat(timespec='seconds')}",
        f"# by: {rewrite.by}",
        f"# cases: {' '.join(rewrite.cases)}",
        *(f"{old} {new}" for old, new in sorted(rewrite.commits.items())),
    ]
    return "\n".join(lines) + "\n"


def parse_rewrite_map(text: str) -> RewriteMap | None:
    """Returns the map in a text, or None if it is not one."""
    lines = text.splitlines()
    heads = dict(line[2:].split(": ", 1) for line in lines[1:4] if line.startswith("# ") and ": " in line)
    pairs = [_PAIR.fullmatch(line) for line in lines[4:] if line]
    if lines[:1] != [_HEAD] or heads.keys() != {"at", "by", "cases"} or None in pairs:
        return None
    try:
        at = datetime.fromisoformat(heads["at"])
    except ValueError:
        return None
    commits = {pair[1]: pair[2] for pair in pairs if pair is not None}
    return RewriteMap(at=at, by=heads["by"], cases=tuple(heads["cases"].split()), commits=commits)
