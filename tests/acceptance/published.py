"""Records that others published: where they are, and that a test needs them."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

_MEGABYTE = 1 << 10


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
    cost = Cost()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield cost
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    # The largest child so far: no smaller than the largest one inside.
    cost.megabytes = after.ru_maxrss / _MEGABYTE
