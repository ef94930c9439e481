"""Figures that were wrong before: each test is one of them."""

from datetime import timedelta
from typing import Any, Final

import pytest

from complaintctl.domain.case.case import Product
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy.policy import Step
from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from tests.domain.building import a_book, a_case, at, did
from tests.domain.reports.twelve import AS_OF, DAY, HOUR, RULES, Story, rows, section, value


def counted(rules: Rulebook, judged: list[JudgedCase], **scope: object) -> Figures:
    tally = ReportTally(rules, AS_OF, ReportScope(**scope))  # type: ignore[arg-type]
    for case in judged:
        tally.add(case)
    return tally.figures()


def judged(story: Story, rules: Rulebook = RULES) -> JudgedCase:
    return deadlines.judge_case(story.case(), rules, AS_OF)


def test_each_verdict_has_the_duration_of_its_own_taking() -> None:
    """Answered in 3 h, closed, reopened after 60 days, answered in 30 min: the median was 61 days of 4 verdicts."""
    stories = [
        Story(number, "2026-09-01 09:00")
        .do("respond", hours=3, met=True)
        .do("close", hours=4)
        .do("reopen", days=60, to="respond")
        .do("respond", days=60, minutes=30, met=True)
        .do("close", days=60, hours=1)
        for number in (1, 2)
    ]
    told = section(counted(RULES, [judged(story) for story in stories]), "steps", "respond")
    assert (told["met"], told["taken"]) == (4, 4)
    assert (told["median"], told["p90"]) == (HOUR // 2, 3 * HOUR)


def test_a_recurring_step_has_the_durations_of_all_its_takings() -> None:
    """Seven kept updates had no median, because the clock that runs now was not taken."""
    rules = a_book(Step(step="ack", within="4h", first_answer=True), Step(step="update", every="24h"))
    story = Story(1, "2026-11-20 09:00").do("ack", hours=1, via="phone", met=True)
    for day in range(1, 8):
        # Each is told an hour earlier on its day: 22 h or 23 h after the last word.
        story.do("update", days=day, hours=-(day % 2), via="phone", met=True)
    told = section(counted(rules, [judged(story, rules)]), "steps", "update")
    # Word at 1 h, then at 23, 48, 71, 96, 119, 144, 167 h: 22 25 23 25 23 25 23, sorted 22 23 23 [23] 25 25 25.
    assert (told["met"], told["taken"], told["median"]) == (7, 7, 23 * HOUR)


def test_time_while_closed_is_not_handling() -> None:
    """A case closed after 2 days and reopened for an hour a year later took two days, not a year."""
    story = (
        Story(1, "2025-06-01 09:00")
        .do("close", days=2)
        .do("reopen", days=400, to="respond")
        .do("close", days=400, hours=1)
    )
    told = section(counted(RULES, [judged(story)]), "times", "resolution")
    assert told["median"] == 2 * DAY + HOUR


def test_duplicates_are_in_no_class_and_no_total() -> None:
    stories = [
        Story(1, "2026-11-01 09:00", category="quality"),
        Story(2, "2026-11-01 09:00", category="quality", outcome="duplicate").do("close", hours=1),
    ]
    told = counted(RULES, [judged(story) for story in stories], counted=("category",))
    place: dict[str, Any] = {"by": ("category",), "group": ("quality",)}
    assert (value(told, "cases", "cases"), value(told, "cases", "duplicates")) == (1, 1)
    assert value(told, "cases", "cases", **place) == 1
    assert value(told, "flow", "received") == 1
    assert rows(told, "outcomes", "cases") == {}


SPELLINGS: Final = ("B-7", "b-7", "Ｂ－７", " B-7  ", "B-7")


def test_spellings_of_one_value_are_one_group_under_the_most_frequent_one() -> None:
    stories = [
        Story(number, "2026-11-01 09:00", product=Product(batch=batch))
        for number, batch in enumerate(SPELLINGS)
    ]
    told = counted(RULES, [judged(story) for story in stories], counted=("product.batch",))
    groups = [(entry.group, entry.value) for entry in told.rows if entry.by]
    assert groups == [(("B-7",), 5)]


@pytest.mark.parametrize("kind", ["note", "heard"])
def test_what_is_no_step_takes_nothing(kind: str) -> None:
    case = a_case(did(kind, "2026-11-16 10:00", via="phone"))
    told = counted(RULES, [deadlines.judge_case(case, RULES, AS_OF)])
    assert value(told, "steps", "taken", "ack") == 0


def test_a_second_message_is_no_second_taking() -> None:
    case = a_case(did("ack", "2026-11-16 10:00", met=True), did("ack", "2026-11-17 10:00"))
    told = counted(RULES, [deadlines.judge_case(case, RULES, AS_OF)])
    assert section(told, "steps", "ack")["unjudged"] == 0
    assert value(told, "steps", "taken", "ack") == 1


def test_an_event_before_the_receipt_took_no_time() -> None:
    case = a_case(did("ack", "2026-11-16 10:00", met=True), received=at("2026-11-16 11:00"))
    told = counted(RULES, [deadlines.judge_case(case, RULES, AS_OF + timedelta(days=1))])
    assert value(told, "steps", "median", "ack") == 0
