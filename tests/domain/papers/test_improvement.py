"""Complaints before and after an action, over times of equal length; the boundaries and the choice of the window."""

import dataclasses
from datetime import date

import pytest

from complaintctl.domain.case.case import Action, Case, Cause, Product
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.overview.filters import field_condition
from complaintctl.domain.papers.improvement import (
    ActionWindow,
    ImprovementTally,
    choose_window,
    compared_fields,
    last_done,
)
from complaintctl.errors import InvalidInput, Refused
from tests.domain.building import a_book, a_case, at, did

RULES = a_book()
DONE = at("2026-03-01 12:00")
ACTION = Action(
    what="Thicker foil", kind="corrective", who="li.wei", due=date(2026, 3, 1), given=at("2026-02-01 09:00")
)


def received(*texts: str, model: str = "X100") -> list[Case]:
    return [
        a_case(
            did("open", text),
            id=f"C-{index}",
            received=at(text),
            cause=Cause(class_="material"),
            product=Product(model=model),
        )
        for index, text in enumerate(texts)
    ]


def test_the_days_before_and_after_are_counted_to_the_minute() -> None:
    window = choose_window(DONE, 10, 0, at("2026-05-01 00:00"))
    condition = field_condition(RULES, DONE, "product.model", "=", "X100")
    tally = ImprovementTally(window, [condition])
    cases = received(
        "2026-02-19 11:59",  # a minute too early
        "2026-02-19 12:00",  # the first moment before
        "2026-03-01 11:59",  # the last moment before
        "2026-03-01 12:00",  # the first moment after
        "2026-03-11 11:59",  # the last moment after
        "2026-03-11 12:00",  # a minute too late
    )
    cases += received("2026-02-25 12:00", "2026-03-05 12:00", model="B7")
    for case in cases:
        tally.add(deadlines.judge_case(case, RULES, at("2026-05-01 00:00")))
    result = tally.result()
    assert (result.rates.before.count, result.rates.after.count) == (2, 2)
    assert (result.rates.before.exposure, result.rates.after.exposure) == (10, 10)
    assert (result.rates.ratio, result.rates.changed) == (1, 0)
    # Ten days in parts of two days.
    assert [count for _start, count in result.pieces_before] == [1, 0, 0, 0, 1]
    assert [count for _start, count in result.pieces_after] == [1, 0, 0, 0, 1]
    assert result.pieces_before[0][0] == at("2026-02-19 12:00")


@pytest.mark.parametrize(
    ("days", "lag", "as_of", "wanted"),
    [
        (None, 0, "2026-03-31 12:00", (30, 30)),
        (None, 14, "2026-03-31 12:00", (16, 16)),
        (None, 0, "2028-03-01 12:00", (365, 365)),
        (90, 0, "2026-03-31 12:00", (90, 30)),
        (10, 0, "2026-03-31 12:00", (10, 10)),
    ],
)
def test_the_window_is_as_long_before_as_after_unless_days_are_given(
    days: int | None, lag: int, as_of: str, wanted: tuple[int, int]
) -> None:
    window = choose_window(DONE, days, lag, at(as_of))
    assert (window.before, window.after) == wanted


def test_days_that_are_left_over_are_compared_and_in_no_part_of_the_chart() -> None:
    # 20 days before in parts of four days; 7 days after hold one whole part.
    window = ActionWindow(done=DONE, start=DONE, before=20, after=7)
    tally = ImprovementTally(window, [])
    for case in received("2026-03-02 12:00", "2026-03-07 12:00"):
        tally.add(deadlines.judge_case(case, RULES, at("2026-05-01 00:00")))
    result = tally.result()
    assert result.rates.after.count == 2
    assert [count for _start, count in result.pieces_after] == [1]
    assert len(result.pieces_before) == 5


def test_an_action_done_today_has_nothing_to_compare_yet() -> None:
    with pytest.raises(Refused, match="action-too-new"):
        choose_window(DONE, None, 0, at("2026-03-02 11:59"))


def test_by_default_the_cause_and_the_model_or_else_the_batch_are_compared() -> None:
    (case,) = received("2026-02-19 12:00")
    batch = dataclasses.replace(case, product=Product(batch="B7"))
    bare = dataclasses.replace(case, product=None)
    assert compared_fields(case, []) == {"cause.class": "material", "product.model": "X100"}
    assert compared_fields(batch, []) == {"cause.class": "material", "product.batch": "B7"}
    assert compared_fields(bare, []) == {"cause.class": "material"}
    assert compared_fields(case, ["product.model"]) == {"product.model": "X100"}
    with pytest.raises(InvalidInput, match="improvement-field"):
        compared_fields(dataclasses.replace(case, cause=None), [])


def test_an_action_that_is_open_again_was_done_when_the_history_says() -> None:
    done = {
        "what": "Thicker foil",
        "kind": "corrective",
        "who": "li.wei",
        "due": "2026-03-01",
        "given": "2026-02-01T09:00:00+08:00",
        "done": "2026-03-01T12:00:00+08:00",
        "done_by": "li.wei",
    }
    again = a_case(
        did("action-done", "2026-03-01 12:00", set={"actions": [[], [done]]}),
        did("action-recurred", "2026-04-01 12:00", set={"actions": [[done], []]}),
        actions=(dataclasses.replace(ACTION, recurred=("C-1",)),),
    )
    assert last_done(again, 1) == DONE
    assert last_done(a_case(actions=(ACTION,)), 1) is None
    assert last_done(a_case(actions=(dataclasses.replace(ACTION, done=DONE),)), 1) == DONE
    with pytest.raises(InvalidInput, match="no-such-action"):
        last_done(a_case(actions=(ACTION,)), 2)
