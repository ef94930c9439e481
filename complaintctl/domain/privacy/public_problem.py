"""What may be told of a problem in the file of a case to readers who must not see customer data."""

import dataclasses
import re
from datetime import date
from typing import Final

from complaintctl.domain.problems import Problem

# Values of problems that never hold what somebody wrote into a case: names of fields and steps, limits, choices.
_PUBLIC_VALUES: Final = frozenset(
    {
        "case",
        "choices",
        "depth",
        "detail",
        "expected",
        "field",
        "first",
        "kind",
        "last",
        "near",
        "other",
        "step",
    }
)
_SEPARATOR: Final = re.compile(r"[/\\]")
_FIELD: Final = re.compile(r"[a-z0-9_.\-\[\]]+")


def public_problem(problem: Problem) -> Problem:
    """Returns the problem; of one in the file of a case, an ellipsis stands for what somebody wrote there."""
    if not {"cases", "attachments"} & set(_SEPARATOR.split(problem.file)):
        return problem
    shown = {
        name: value
        for name, value in problem.values.items()
        if isinstance(value, date | int | float)
        or (name in _PUBLIC_VALUES and not _is_typed_name(problem, name, value))
    }
    return dataclasses.replace(problem, values=shown)


def _is_typed_name(problem: Problem, name: str, value: object) -> bool:
    """Whether a value is a name of a field that somebody made up."""
    return name == "field" and (problem.key == "unknown-key" or not _FIELD.fullmatch(str(value)))
