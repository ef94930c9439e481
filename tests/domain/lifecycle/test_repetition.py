"""Repetition rules, compared with counting one by one; each rule is carried out once."""

import dataclasses
from datetime import timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case.case import Case, Customer, Product
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.lifecycle import escalation, repetition
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.policy.policy import RepetitionRule, Rung, Step
from tests.domain.building import LEVELS, a_book, at, did

DAYS: Final = 3
CASES: Final = 2
BOOK = a_book(
    Step(step="respond", within={"urgent": "1h", "general": "2d"}),
    levels=LEVELS,
    roles=dict.fromkeys(("lead", "quality")),
    escalation=(Rung(late="0h", to="lead"), Rung(late="1d", to="lead", raise_="level")),
    repetition=(
        RepetitionRule(same=("product.batch",), cases=CASES, within=f"{DAYS}d", to="quality", raise_="level"),
    ),
)
FIRST = at("2026-11-02 09:00")
# Hours since the first receipt, batch, and how the case ended; ten days, so that windows overlap.
FACTS = st.tuples(
    st.integers(0, 240),
    st.sampled_from(["B1", "B2", None]),
    st.sampled_from([None, "withdrawn", "duplicate"]),
)


def a_case(number: int, facts: tuple[int, str | None, str | None]) -> Case:
    hours, batch, outcome = facts
    received = FIRST + timedelta(hours=hours)
    return Case(
        id=f"C-20261102-{number:05}",
        title="t",
        received=received,
        status="open",
        level="general",
        product=Product(batch=batch),
        outcome=outcome,  # type: ignore[arg-type]
        history=(did("open", f"{received:%Y-%m-%d %H:%M}"),),
    )


@given(st.lists(FACTS, max_size=8))
def test_a_case_is_repeated_where_counting_one_by_one_says_so(
    facts: list[tuple[int, str | None, str | None]],
) -> None:
    cases = [a_case(number, one) for number, one in enumerate(facts)]
    known = repetition.group_alike_cases(cases, BOOK)
    for case, (hours, batch, outcome) in zip(cases, facts, strict=True):
        alike = [
            place
            for place, (other, its, ended) in enumerate(facts)
            if its == batch and ended != "duplicate" and hours - DAYS * 24 <= other <= hours
        ]
        wanted = batch is not None and outcome != "duplicate" and len(alike) >= CASES
        found = repetition.due_repetitions(
            deadlines.judge_case(case, BOOK, at("2026-11-30 09:00")), BOOK, known
        )
        assert bool(found) == wanted
        assert {one for come in found for one in come.alike} == {
            cases[place].id for place in alike if wanted and cases[place] is not case
        }


@given(st.lists(FACTS, max_size=6), st.integers(0, 400))
def test_a_second_run_at_the_same_moment_finds_nothing(
    facts: list[tuple[int, str | None, str | None]], hours: int
) -> None:
    cases = [a_case(number, one) for number, one in enumerate(facts)]
    moment = FIRST + timedelta(hours=240 + hours)
    act = Attribution(at=moment, now=moment, by="cron", given=False, recorder=None)
    done = [
        escalation.escalate_case(case, BOOK, act, repetition.group_alike_cases(cases, BOOK)) for case in cases
    ]
    after = [one.case if one else case for one, case in zip(done, cases, strict=True)]
    known = repetition.group_alike_cases(after, BOOK)
    assert [escalation.escalate_case(case, BOOK, act, known) for case in after] == [None] * len(after)


def test_numbers_are_alike_however_they_are_written() -> None:
    same = ("customer.phone", "product.serial", "product.batch")
    rules = a_book(
        Step(step="respond"),
        roles={"quality": None},
        country_code="+86",
        repetition=(RepetitionRule(same=same, cases=2, within="3d", to="quality"),),
    )
    writings = [
        ("138-0013-8000", "SN-4411", "B1"),
        ("+86 13800138000", "sn4411", "ｂ1"),
        ("13800138001", "sn4411", "B1"),
    ]
    cases = [
        dataclasses.replace(
            a_case(number, (number, None, None)),
            customer=Customer(phone=phone),
            product=Product(serial=serial, batch=batch),
        )
        for number, (phone, serial, batch) in enumerate(writings)
    ]
    groups = repetition.group_alike_cases(cases, rules)
    assert [list(group) for group in groups.values()] == [[cases[0].id, cases[1].id], [cases[2].id]]
