"""Names of clocks, by which a calendar or a reminder recognises a clock again."""

from complaintctl.domain.case.case import Task
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.policy.policy import Step
from complaintctl.domain.sending.calendar_entries import months_to_search
from complaintctl.domain.sending.clock_names import name_clocks
from tests.domain.building import a_book, a_case, at, did

RULES = a_book(Step(step="ack", within="4h"), Step(step="plan", within="8h", from_="ack"))


def names(*events: object, **values: object) -> list[str]:
    case = a_case(*events, **values)  # type: ignore[arg-type]
    return list(name_clocks(deadlines.judge_case(case, RULES, at("2026-11-20 09:00"))))


def test_a_clock_from_receipt_keeps_its_name_and_others_are_named_by_their_start() -> None:
    assert names() == ["ack/receipt"]
    assert names(did("ack", "10:00")) == ["plan/20261116T020000Z"]
    # Due again after a reopening: another clock.
    again = names(did("ack", "10:00"), did("reopen", "11:00", to="ack", reason="wrong"))
    assert again == ["ack/20261116T030000Z"]


def test_a_task_is_named_without_its_text_and_two_of_one_moment_differ() -> None:
    tasks = tuple(
        Task(to="quality", what=f"call Mr Wang {n}", given=at("09:00"), due=at("18:00")) for n in "ab"
    )
    assert names(tasks=tasks)[1:] == ["task/quality/20261116T010000Z", "task/quality/20261116T010000Z/2"]


def test_the_months_of_an_archive_that_may_hold_what_ended_lately() -> None:
    assert months_to_search(RULES, at("2026-11-16 09:00"), at("2027-01-02 09:00")) == (
        "2026-11",
        "2026-12",
        "2027-01",
    )
    # Midnight in Shanghai is the day before in UTC.
    assert months_to_search(RULES, at("2026-12-01 00:30"), at("2026-12-01 00:30")) == ("2026-12",)
