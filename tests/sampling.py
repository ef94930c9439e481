"""Which rows of a long table of examples the normal run tests; `make nightly` tests the others too."""

from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def sample(rows: Iterable[Any], count: int, *, single: bool = False) -> list[Any]:
    """The rows for `pytest.mark.parametrize`: `count` of them, evenly spread, run always, the others are `nightly`.

    The rows keep their order and their ids, and a row is chosen by its place alone, so that every run tests the same
    ones. A row is a value, a tuple with one value for each name, or a `pytest.param`; with `single`, a tuple is one
    value for one name. A row that is marked `nightly` already stays so and does not count.
    """
    marked = [row if isinstance(row, ParameterSet) else _param(row, single=single) for row in rows]
    free = [place for place, row in enumerate(marked) if not _is_nightly(row)]
    chosen = {free[number * len(free) // count] for number in range(count)}
    return [row if place in chosen else _nightly(row) for place, row in enumerate(marked)]


def _param(row: Any, *, single: bool) -> ParameterSet:
    values = row if isinstance(row, tuple) and not single else (row,)
    return pytest.param(*values)


def _is_nightly(row: ParameterSet) -> bool:
    return any(getattr(mark, "name", None) == "nightly" for mark in row.marks)


def _nightly(row: ParameterSet) -> ParameterSet:
    if _is_nightly(row):
        return row
    return pytest.param(*row.values, marks=[*row.marks, pytest.mark.nightly], id=row.id)
