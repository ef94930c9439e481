"""What an engine is asked about exported tables, and in what form it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, Protocol

from complaintctl.domain.reports.figures import Basis, Period

# The cases of the period; those counted apart as duplicates in it; or all that are exported.
Cases = Literal["part", "apart", "all"]
# One for each file in exchange/analytics/sql/.
Question = Literal[
    "basic", "people", "counts", "costs", "classes", "customers", "steps", "step_times", "flow", "ages"
]
# Columns whose values are counted in one pass over the cases.
VALUE_COLUMNS: Final = (
    "casebook",
    "status",
    "level",
    "category",
    "owner",
    "channel",
    "department",
    "outcome",
    "remedy_kind",
    "survey_mark",
)
# Both groups of a question about all cases.
NO_GROUPS: Final = ("", "")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ValueCount:
    """A value of a column ("" is none), the number of its cases, and of the open ones among them."""

    value: str
    cases: int
    open: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """The moment at which the backlog of a casebook is counted: what comes before `bound` has come by then."""

    casebook: str
    moment: datetime
    bound: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PartScope:
    """Which cases of the tables a part of a report counts.

    `unit` divides the period into days, weeks, months, quarters or years, whose first day is then the column `bucket`.
    """

    period: Period
    basis: Basis
    with_duplicates: bool
    unit: str | None
    moments: tuple[Moment, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Grouping:
    """Columns of `cases`, or `bucket`, as first and second group; "" for none.

    For `people` they are two groupings, each by itself. `spellings` are texts of a column that stand for another spelling.
    """

    groups: tuple[str, str]
    cases: Cases
    spellings: Mapping[str, Mapping[str, str]]


class Engine(Protocol):
    """Counts the exported cases. The columns of the answers are those of the files in exchange/analytics/sql/."""

    def begin(self, scope: PartScope) -> None:
        """Says which cases the questions after this are about."""

    def answer(self, question: Question, grouping: Grouping) -> Rows:
        """Returns the rows of an answer, in any order; a column of two percentiles is a pair."""

    def count_values(self, cases: Cases) -> Mapping[str, Sequence[ValueCount]]:
        """Returns the values of each of VALUE_COLUMNS."""


def group_of_all(cases: Cases) -> Grouping:
    """Returns the grouping that leaves all these cases together."""
    return Grouping(groups=NO_GROUPS, cases=cases, spellings={})
