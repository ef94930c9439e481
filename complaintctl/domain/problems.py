"""Something wrong with a file: named with its place, never hiding anything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """`key` names the sentence, `values` fill it; `line` and `column` count from 1, 0 where unknown.

    A warning is said and changes no exit code; everything else makes the answer incomplete (exit 4).
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    column: int = 0
    warning: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A problem before its place is known: `path` leads through keys and indexes to the value at fault."""

    key: str
    path: tuple[str | int, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False
