"""Records that others published: where they are, and that a test needs them."""

import os
import re
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

_MEGABYTE = 1 << 10
# Seconds between two looks at how large the processes are.
_PERIOD = 0.05
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def data(*parts: str) -> Path:
    """A file of the published records; without them the test is skipped, and says so."""
    root = os.environ.get("COMPLAINTCTL_DATA")
    if not root:
        pytest.skip("COMPLAINTCTL_DATA names no folder with the published records", allow_module_level=True)
    return Path(root, *parts)


def register(folder: Path) -> Book:
    """A casebook whose only clock is the date promised to the customer.

    Its processes are not traced for coverage: their figures are to be those of the product.
    """
    made = make_book(folder, "promised-dates", "America/New_York")
    plain = {
        name: value for name, value in made.variables.items() if not name.startswith(("COV_", "COVERAGE_"))
    }
    return Book(root=made.root, variables=plain)


@dataclass(slots=True)
class Cost:
    """What processes took: seconds of processor time, children included, and megabytes of the largest one."""

    seconds: float = 0.0
    megabytes: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure the processes that run inside."""
    cost, over = Cost(), threading.Event()
    watch = threading.Thread(target=_watch, args=(cost, over), daemon=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    watch.start()
    yield cost
    over.set()
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _watch(cost: Cost, over: threading.Event) -> None:
    """Note the largest peak of every process below ours; at its end a process tells that of its parent as its own."""
    ours = _told(os.getpid(), "cmdline")
    while not over.wait(_PERIOD):
        for pid in _below(os.getpid()):
            peak = _PEAK.search(_told(pid, "status"))
            if peak and _told(pid, "cmdline") != ours:
                cost.megabytes = max(cost.megabytes, int(peak[1]) / _MEGABYTE)


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*"):
        for child in map(int, _told(pid, f"task/{task.name}/children").split()):
            yield child
            yield from _below(child)


def _told(pid: int, what: str) -> str:
    """What the kernel tells of a process; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
