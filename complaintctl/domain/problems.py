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


def bug_place(error: Exception) -> dict[str, str | int]:
    """Returns kind and place of an unforeseen error, to fill a sentence; its message may hold what a customer said."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    path = trace.tb_frame.f_code.co_filename if trace else ""
    return {
        "kind": type(error).__name__,
        "file": path.replace("\\", "/").rpartition("/")[2],
        "line": trace.tb_lineno if trace else 0,
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A problem without file and line: `path` is the path of keys and indexes to the faulty value."""

    key: str
    path: tuple[str | int, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False
