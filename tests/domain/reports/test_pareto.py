"""The order, shares and vital few of a Pareto table, by hand and by properties."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.folding import is_unknown_value
from complaintctl.domain.policy.policy import ClassEntry, CustomField
from complaintctl.domain.reports.pareto import Pareto, ParetoTally, parse_grouping
from complaintctl.errors import InvalidInput
from tests.domain.building import a_policy

POLICY = a_policy(
    causes={"none": None, "material": ClassEntry(sub={"foil": ClassEntry(), "jaw": ClassEntry()})},
    fields={"warehouse": CustomField(), "line": CustomField(label={"en": "production line", "zh": "产线"})},
)


def ranked(texts: list[str], field: str = "product.batch", depth: int | None = None) -> Pareto:
    tally = ParetoTally(POLICY, field, depth)
    for text in texts:
        tally.add(text, Fraction(1))
    return tally.result()


def counted(pareto: Pareto) -> list[tuple[str, int, bool]]:
    return [(row.value, row.cases, row.is_vital) for row in pareto.rows]


def test_the_vital_few_are_the_fewest_values_that_reach_four_fifths() -> None:
    # 10 cases: 5, 8, 9, 10; two values make exactly 80 %.
    pareto = ranked(["A"] * 5 + ["B"] * 3 + ["C", "D"])
    assert counted(pareto) == [("A", 5, True), ("B", 3, True), ("C", 1, False), ("D", 1, False)]
    assert [row.share for row in pareto.rows] == [Fraction(n, 10) for n in (5, 3, 1, 1)]
    assert [row.cumulative for row in pareto.rows] == [Fraction(n, 10) for n in (5, 8, 9, 10)]
    assert (pareto.vital, pareto.tied) == (2, 0)


def test_values_as_large_as_the_last_of_the_vital_few_are_said() -> None:
    # 9 cases; 80 % are 7.2: 3, 5, 6, 7, 8 are reached after five values, with one more of 1 case.
    pareto = ranked(["A"] * 3 + ["B"] * 2 + ["F", "E", "D", "C"])
    assert counted(pareto)[3:] == [("D", 1, True), ("E", 1, True), ("F", 1, False)]
    assert (pareto.vital, pareto.tied) == (5, 1)


def test_spellings_of_a_batch_are_one_value_shown_as_most_people_write_it() -> None:
    (row,) = ranked(["b-7", "B-7", "Ｂ－７", "B-7 ", "B - 7"]).rows
    assert (row.value, row.cases) == ("B-7", 5)
    assert row.spellings == (("B-7", 2), ("B - 7", 1), ("b-7", 1), ("Ｂ－７", 1))


def test_what_is_not_known_stands_apart_and_is_never_vital() -> None:
    pareto = ranked(["", "NI", "NI", "unknown", "-", "A"])
    assert counted(pareto) == [("A", 1, True)]
    assert pareto.unknown is not None
    assert pareto.unknown.spellings == (("NI", 2), ("", 1), ("-", 1), ("unknown", 1))
    assert (pareto.unknown.cases, pareto.unknown.share, pareto.unknown.is_vital) == (5, None, False)
    assert pareto.cases == 1


def test_a_key_of_the_policy_is_a_value_whatever_it_says() -> None:
    pareto = ranked(["none", "none", "unknown"], "cause.class")
    assert counted(pareto) == [("none", 2, True)]
    assert pareto.unknown is not None


def test_classes_are_folded_to_the_depth() -> None:
    texts = ["material/foil", "material/jaw", "material", "design/case/lid"]
    assert counted(ranked(texts, "cause.class", 1)) == [("material", 3, True), ("design", 1, True)]
    assert [value for value, *_rest in counted(ranked(texts, "cause.class", 2))] == [
        *("design/case", "material", "material/foil", "material/jaw")
    ]
    assert len(ranked(texts, "cause.class").rows) == 4


def test_costs_rank_and_not_cases() -> None:
    tally = ParetoTally(POLICY, "product.batch", None)
    for text, cost in (("A", "10"), ("A", "10"), ("B", "99.50"), ("C", "0")):
        tally.add(text, Fraction(cost))
    pareto = tally.result()
    assert counted(pareto) == [("B", 1, True), ("A", 2, False), ("C", 1, False)]
    assert pareto.amount == Fraction("119.5")


def test_nothing_has_no_share() -> None:
    assert ranked([]) == Pareto(field="product.batch", rows=(), unknown=None, tied=0)
    tally = ParetoTally(POLICY, "product.batch", None)
    tally.add("A", Fraction(0))
    (row,) = tally.result().rows
    assert (row.share, row.cumulative, row.is_vital) == (None, None, False)


@given(st.lists(st.sampled_from(["A", "a", "B", "Ｂ", "C", "D", "E", "", "NI", "?"]), max_size=60))
def test_shares_add_up_and_one_value_less_does_not_reach_four_fifths(texts: list[str]) -> None:
    pareto = ranked(texts)
    known = Counter(text for text in texts if not is_unknown_value(text))
    assert pareto.cases == known.total()
    assert pareto.cases + (pareto.unknown.cases if pareto.unknown else 0) == len(texts)
    if pareto.rows:
        assert sum(row.share or 0 for row in pareto.rows) == 1
        vital = [row for row in pareto.rows if row.is_vital]
        assert sum(row.cases for row in vital) * 5 >= pareto.cases * 4
        assert sum(row.cases for row in vital[:-1]) * 5 < pareto.cases * 4
        assert list(pareto.rows[: len(vital)]) == vital


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *(("cause", "cause.class"), ("Cause", "cause.class"), ("batch", "product.batch")),
        *(("product", "product.model"), ("model", "product.model"), ("批号", "product.batch")),
        *(("warehouse", "x.warehouse"), ("x.warehouse", "x.warehouse"), ("产线", "x.line")),
        *(("production line", "x.line"), ("category", "category"), ("step", "step"), ("owner", "owner")),
    ],
)
def test_a_field_is_named_as_people_name_it(typed: str, name: str) -> None:
    assert parse_grouping(POLICY, typed) == name


@pytest.mark.parametrize(
    ("typed", "key"), [("wharehouse", "unknown-field"), ("watchers", "field-of-many-values")]
)
def test_a_field_that_cannot_rank_is_refused(typed: str, key: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_grouping(POLICY, typed)
    assert refusal.value.key == key
