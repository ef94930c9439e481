"""Problems of files: what is wrong and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A problem in a file: `key` names the sentence, `values` fill it; `line` and `column` start at 1 (0: unknown).

    A warning does not change the exit code; any other problem makes the answer incomplete (exit code 4).
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    line: int = 0
    column: int = 0
    warning: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A problem without file and line: `path` is the path of keys and indexes to the faulty value."""

    key: str
    path: tuple[str | int, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False
