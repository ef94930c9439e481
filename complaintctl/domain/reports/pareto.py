"""Pareto: the values of a field by how many cases or how much cost they make, and the vital few among them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from complaintctl.domain.case import fields, identity, vocabulary
from complaintctl.domain.overview.overview import CLOCK_COLUMNS
from complaintctl.domain.policy.policy import Policy
from complaintctl.errors import InvalidInput

# J. M. Juran, Quality Control Handbook: few of the causes make 80 % of the effect.
VITAL_SHARE: Final = Fraction(80, 100)
# The field that people mean by the name of a group.
_MAIN_FIELDS: Final = {"cause": "cause.class", "product": "product.model", "customer": "customer.name"}
_MANY_VALUES: Final = frozenset({"group", "texts", "entries"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoRow:
    """A value of the field. `value` is its most frequent spelling, `spellings` has the cases of each.

    `amount` is the number of cases, or the cost. `share` and `cumulative` are of the amount of all known values;
    None if that is 0. `is_vital`: one of the vital few.
    """

    value: str
    spellings: tuple[tuple[str, int], ...]
    cases: int
    amount: Fraction
    share: Fraction | None
    cumulative: Fraction | None
    is_vital: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pareto:
    """The known values, the largest first, and apart from them the cases whose value is not known.

    `tied` is the number of values after the vital few with the same amount as the last of them.
    """

    field: str
    rows: tuple[ParetoRow, ...]
    unknown: ParetoRow | None
    tied: int

    @property
    def cases(self) -> int:
        """The number of cases with a known value."""
        return sum(row.cases for row in self.rows)

    @property
    def amount(self) -> Fraction:
        """The amount of all known values."""
        return sum((row.amount for row in self.rows), Fraction(0))

    @property
    def vital(self) -> int:
        """The number of the vital few."""
        return sum(row.is_vital for row in self.rows)


@dataclass(slots=True)
class _Group:
    spellings: Counter[str] = field(default_factory=Counter)
    amount: Fraction = Fraction(0)


class ParetoTally:
    """Counts values one by one; they are grouped however they are written, paths up to `depth` parts."""

    def __init__(self, policy: Policy, field_name: str, depth: int | None) -> None:
        self.policy = policy
        self.field = field_name
        self.depth = depth
        self._known: dict[str, _Group] = {}
        self._unknown = _Group()

    def add(self, text: str, amount: Fraction) -> None:
        """Adds a case: the text of its field as typed, and its amount, which is 1 or its cost."""
        if not vocabulary.is_known_value(self.policy, self.field, text):
            group, spelling = self._unknown, " ".join(text.split())
        else:
            spelling = "/".join(text.split("/")[: self.depth])
            key = identity.comparable_text(self.field, spelling, self.policy.country_code)
            group = self._known.setdefault(key, _Group())
        group.spellings[spelling.strip()] += 1
        group.amount += amount

    def result(self) -> Pareto:
        """Returns the values of all cases added so far."""
        groups = sorted(self._known.items(), key=lambda pair: (-pair[1].amount, -_cases(pair[1]), pair[0]))
        rows = tuple(_ranked_rows([group for _key, group in groups]))
        vital = [row for row in rows if row.is_vital]
        others = (row for row in rows if not row.is_vital)
        return Pareto(
            field=self.field,
            rows=rows,
            unknown=_row(self._unknown, None, None, is_vital=False) if self._unknown.spellings else None,
            tied=sum(row.amount == vital[-1].amount for row in others) if vital else 0,
        )


def _cases(group: _Group) -> int:
    return group.spellings.total()


def _ranked_rows(groups: list[_Group]) -> Iterable[ParetoRow]:
    """Yields the rows: vital are the fewest first values whose cumulative share reaches 80 %."""
    total = sum((group.amount for group in groups), Fraction(0))
    before = Fraction(0)
    for group in groups:
        share = group.amount / total if total else None
        cumulative = (before + group.amount) / total if total else None
        is_vital = bool(total) and before < VITAL_SHARE * total
        before += group.amount
        yield _row(group, share, cumulative, is_vital=is_vital)


def _row(group: _Group, share: Fraction | None, cumulative: Fraction | None, *, is_vital: bool) -> ParetoRow:
    spellings = sorted(group.spellings.items(), key=lambda pair: (-pair[1], pair[0]))
    return ParetoRow(
        value=spellings[0][0],
        spellings=tuple(spellings),
        cases=_cases(group),
        amount=group.amount,
        share=share,
        cumulative=cumulative,
        is_vital=is_vital,
    )


def parse_grouping(policy: Policy, typed: str) -> str:
    """Returns the field that a word means: a field, its label, or its last part (`batch`, `warehouse` for `x.warehouse`).

    Raises InvalidInput if no field has that name, or if the field has several values in one case.
    """
    word = typed.strip()
    name = vocabulary.parse_field_name(policy, _MAIN_FIELDS.get(word.casefold(), word))
    if name in _MAIN_FIELDS:
        name = _MAIN_FIELDS[name]
    if not (name in CLOCK_COLUMNS or fields.is_field(name)):
        name = f"x.{word}" if word in policy.fields else _field_with_last_part(word) or name
    if not (name in CLOCK_COLUMNS or fields.is_field(name)):
        raise vocabulary.unknown_field_error(policy, name)
    if fields.field_kinds().get(name) in _MANY_VALUES:
        raise InvalidInput("field-of-many-values", field=name)
    return name


def _field_with_last_part(word: str) -> str | None:
    matching = [name for name in fields.field_kinds() if name.rpartition(".")[2] == word.casefold()]
    return matching[0] if len(matching) == 1 else None
