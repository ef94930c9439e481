"""A regulator's return counts what happened in its period, under two versions of the rule, computed by hand."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from complaintctl.domain.case.case import Case, Customer, Remedy
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.papers.preset import (
    Preset,
    PresetRow,
    PresetSource,
    PresetVersion,
    preset_faults,
    versions_in_force,
)
from complaintctl.domain.papers.returns import ReturnTally, RowComparison
from complaintctl.domain.policy.policy import CustomField, Step
from complaintctl.domain.reports.figures import Period
from tests.domain.building import a_book, a_case, at, did

PERIOD = Period(start=at("2026-01-01 00:00"), end=at("2026-07-01 00:00"))
RULES = a_book(Step(step="respond"), calendar="office", fields={"vulnerable": CustomField()})
SOURCE = PresetSource(title="a rule")


def a_row(name: str, count: str, **rest: Any) -> PresetRow:
    return PresetRow(row=name, label=name, count=count, **rest)  # type: ignore[arg-type]


def a_version(day: str, *rows: PresetRow) -> PresetVersion:
    return PresetVersion(
        from_=date.fromisoformat(day), as_of=date(2026, 1, 1), source=SOURCE, verified=False, rows=rows
    )


def closed(name: str, received: str, when: str, outcome: str, **values: Any) -> Case:
    events = (did("open", received), did("respond", when), did("close", when))
    return a_case(*events, id=name, received=at(received), status="closed", outcome=outcome, **values)


# Offices open Monday to Friday; 2 March 2026 is a Monday. A is closed on the 3rd working day, B on the 4th, C on the
# 6th (3, 4, 5, 6, 9, 10 March), D was received in the year before, E is open, F was received after the period.
A = closed("A", "2026-03-02 10:00", "2026-03-05 10:00", "upheld", remedy=Remedy(cost="10.10 GBP"))
B = closed("B", "2026-03-02 10:00", "2026-03-06 10:00", "partly-upheld", remedy=Remedy(cost="0.20 GBP"))
C = closed("C", "2026-03-02 10:00", "2026-03-10 10:00", "not-upheld", remedy=Remedy(cost="a voucher"))
D = closed("D", "2025-12-31 10:00", "2026-01-01 10:00", "upheld", x={"vulnerable": "yes"})
E = a_case(
    did("open", "2026-06-29 10:00"),
    id="E",
    received=at("2026-06-29 10:00"),
    x={"vulnerable": "yes"},
    customer=Customer(name="王芳"),
)
F = a_case(did("open", "2026-07-01 00:00"), id="F", received=at("2026-07-01 00:00"))
CASES = (A, B, C, D, E, F)


def counted(
    this: PresetVersion,
    previous: PresetVersion | None = None,
    *,
    cases: tuple[Case, ...] = CASES,
    as_of: str = "2026-08-01 00:00",
    rules: Rulebook = RULES,
) -> dict[str, RowComparison]:
    tally = ReturnTally(this, previous, PERIOD, rules)
    for case in cases:
        tally.add(deadlines.judge_case(case, rules, at(as_of)))
    return {comparison.row: comparison for comparison in tally.result()}


def value(row: PresetRow, **rest: Any) -> int | None:
    result = counted(a_version("2026-01-01", row), **rest)[row.row].this
    assert result is not None
    return result.value


@pytest.mark.parametrize(
    ("row", "wanted"),
    [
        (a_row("received", "received"), 4),  # A B C E
        (a_row("closed", "closed"), 4),  # A B C D
        (a_row("at start", "open-at-start"), 1),  # D
        (a_row("at end", "open-at-end"), 1),  # E
        (a_row("early", "closed", within="3bd"), 2),  # A D
        (a_row("later", "closed", over="3bd", within="5bd"), 1),  # B
        (a_row("latest", "closed", over="5bd"), 1),  # C
        (a_row("answered", "taken", step="respond"), 4),
        (a_row("upheld", "closed", when={"outcome": ("upheld", "partly-upheld")}), 3),  # A B D
        (a_row("vulnerable", "received", when={"x.vulnerable": "yes"}), 1),  # E; D came before
        (a_row("named", "received", needs=("customer.name",)), 1),  # E
    ],
    ids=lambda part: part.row if isinstance(part, PresetRow) else "",
)
def test_each_row_counts_the_cases_counted_by_hand(row: PresetRow, wanted: int) -> None:
    assert value(row) == wanted


def test_the_same_period_differs_under_the_earlier_rule_by_the_case_that_moved() -> None:
    previous = a_version(
        "2025-01-01", a_row("upheld", "closed", when={"outcome": "upheld"}), a_row("gone", "received")
    )
    both = {"outcome": ("upheld", "partly-upheld")}
    this = a_version("2026-01-01", a_row("upheld", "closed", when=both), a_row("new", "closed"))
    found = counted(this, previous)
    upheld = found["upheld"]
    assert upheld.this is not None
    assert upheld.previous is not None
    # By hand: A, B and D against A and D.
    assert (upheld.this.value, upheld.previous.value, upheld.change) == (3, 2, 1)
    assert (upheld.added, upheld.dropped, upheld.cases) == (1, 0, ("B",))
    assert list(found) == ["upheld", "new", "gone"]
    assert (found["new"].previous, found["gone"].this) == (None, None)
    assert (found["new"].change, found["gone"].change) == (None, None)


def test_a_row_says_how_many_cases_do_not_record_what_it_asks() -> None:
    row = a_row("vulnerable", "received", when={"x.vulnerable": "yes"})
    result = counted(a_version("2026-01-01", row))["vulnerable"].this
    assert result is not None
    assert (result.value, result.unknown) == (1, 3)


def test_amounts_are_added_by_currency_and_what_is_no_amount_is_told() -> None:
    result = counted(a_version("2026-01-01", a_row("paid", "closed", sum="remedy.cost")))["paid"].this
    assert result is not None
    assert (dict(result.amounts), result.unread) == ({"GBP": Decimal("10.30")}, 1)


def test_cases_without_what_a_record_needs_are_named_and_a_share_has_its_whole() -> None:
    rows = (a_row("all", "received"), a_row("named", "received", needs=("customer.name",), of="all"))
    result = counted(a_version("2026-01-01", *rows))["named"].this
    assert result is not None
    assert (result.value, result.whole, result.lacking, result.without) == (1, 4, 3, ("A", "B", "C"))


def test_a_row_is_divided_by_a_field_the_most_frequent_value_first() -> None:
    cases = tuple(
        dataclasses.replace(case, category=name) for case, name in zip(CASES, "qqsqss", strict=True)
    )
    result = counted(a_version("2026-01-01", a_row("closed", "closed", by="category")), cases=cases)
    assert result["closed"].this is not None
    assert list(result["closed"].this.by.items()) == [("q", 3), ("s", 1)]


def test_what_happened_after_the_end_of_the_period_does_not_count() -> None:
    late = dataclasses.replace(
        a_case(
            *A.history,
            did("reopen", "2026-07-05 10:00", to="respond"),
            id="A",
            received=A.received,
        ),
        outcome="upheld",
    )
    after = closed("E", "2026-06-29 10:00", "2026-07-02 10:00", "upheld")
    assert value(a_row("closed", "closed"), cases=(late,)) == 1
    assert value(a_row("closed", "closed"), cases=(after,)) == 0
    assert value(a_row("open", "open-at-end"), cases=(after,)) == 1


def test_what_became_known_after_the_end_of_the_period_counts() -> None:
    told = a_case(
        *E.history,
        did("edit", "2026-07-10 10:00", set={"x.vulnerable": [None, "yes"]}),
        id="E",
        received=E.received,
        x={"vulnerable": "yes"},
    )
    assert value(a_row("vulnerable", "received", when={"x.vulnerable": "yes"}), cases=(told,)) == 1


def test_a_closing_taken_back_after_the_end_of_the_period_never_was() -> None:
    retracted = a_case(
        *A.history, did("retract", "2026-07-05 10:00", event=A.history[-1].id), id="A", received=A.received
    )
    assert value(a_row("closed", "closed"), cases=(retracted,)) == 0


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (a_row("a", "taken", step="acknowledge"), "return-no-step"),
        (a_row("a", "received", when={"x.channel": "yes"}), "return-no-field"),
        (a_row("a", "received", when={"outcome": "won"}), "policy-unknown"),
    ],
)
def test_a_row_that_the_policy_cannot_answer_is_not_counted_as_nought(row: PresetRow, key: str) -> None:
    result = counted(a_version("2026-01-01", row))["a"].this
    assert result is not None
    assert result.fault is not None
    assert (result.value, result.fault.key) == (None, key)


def test_the_rule_in_force_is_the_last_one_that_began_by_then() -> None:
    old, new = a_version("2016-06-30", a_row("a", "received")), a_version("2027-01-01", a_row("a", "closed"))
    preset = Preset(preset="1", label="x", versions=(old, new))
    assert versions_in_force(preset, date(2026, 12, 31)) == (old, None)
    assert versions_in_force(preset, date(2027, 1, 1)) == (new, old)
    assert versions_in_force(preset, date(2000, 1, 1)) == (old, None)


@pytest.mark.parametrize(
    ("row", "key", "last"),
    [
        (a_row("a", "closed", within="3 moons"), "policy-limit", "within"),
        (a_row("a", "received", within="3bd"), "preset-no-end", "within"),
        (a_row("a", "taken"), "preset-step", 0),
        (a_row("a", "closed", step="respond"), "preset-step", 0),
        (a_row("a", "closed", of="b"), "preset-share", "of"),
        (a_row("a", "closed", when={"outcom": "upheld"}), "policy-unknown-field", "outcom"),
        (a_row("a", "closed", needs=("customer.nam",)), "policy-unknown-field", 0),
        (a_row("a", "closed", by="levl"), "policy-unknown-field", "by"),
    ],
)
def test_a_fault_of_a_preset_has_its_place(row: PresetRow, key: str, last: str | int) -> None:
    preset = Preset(preset="1", label="x", versions=(a_version("2026-01-01", row),))
    (fault,) = preset_faults(preset)
    assert (fault.key, fault.path[-1]) == (key, last)


def test_versions_stand_in_the_order_of_their_days_and_rows_have_names_of_their_own() -> None:
    row = a_row("a", "closed")
    preset = Preset(
        preset="1", label="x", versions=(a_version("2026-01-01", row, row), a_version("2025-01-01", row))
    )
    assert [fault.key for fault in preset_faults(preset)] == ["preset-row-twice", "preset-order"]
    empty = Preset(preset="1", label="x", versions=())
    assert [fault.key for fault in preset_faults(empty)] == ["preset-empty"]
