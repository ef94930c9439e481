"""The twelve months of a paper, and which open cases it names."""

import pytest

from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.overview.filters import Filter
from complaintctl.domain.papers.period_paper import MOST_CASES, PeriodPaperTally, trend_period
from complaintctl.domain.policy.policy import Step
from complaintctl.domain.reports.figures import Period
from tests.domain.building import a_book, a_case, at, did

RULES = a_book(Step(step="respond", within="1d"))
AS_OF = at("2026-11-21 12:00")


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        ("2026-07-01", "2026-10-01", ("2025-10-01", "2026-10-01 00:00")),
        ("2026-01-01", "2027-01-01", ("2025-12-01", "2026-11-21 12:00")),
        ("2025-12-01", "2026-01-01", ("2025-01-01", "2026-01-01 00:00")),
    ],
)
def test_the_course_is_twelve_months_up_to_the_end_of_the_period_or_today(
    start: str, end: str, wanted: tuple[str, str]
) -> None:
    period = Period(start=at(f"{start} 00:00"), end=at(f"{end} 00:00"))
    found = trend_period(period, RULES, AS_OF)
    assert (found.start, found.end) == (at(f"{wanted[0]} 00:00"), at(wanted[1]))


def test_of_many_open_cases_those_due_first_are_named_and_all_are_counted() -> None:
    period = Period(start=at("2026-11-01 00:00"), end=at("2026-12-01 00:00"))
    tally = PeriodPaperTally(RULES, AS_OF, (period,), None, Filter(), Filter(), "li.wei")
    count = 3 * MOST_CASES
    for number in range(count):
        # The later the number, the earlier it was received, and due.
        received = f"2026-11-{20 - number % 19:02} {number // 19:02}:00"
        case = a_case(did("open", received), id=f"C-{number:03}", received=at(received))
        tally.add(deadlines.judge_case(case, RULES, AS_OF))
    paper = tally.result()
    dues = [case.due for case in paper.open_cases]
    assert paper.open_count == count
    assert len(dues) == MOST_CASES
    assert dues == sorted(dues, key=str)
    assert dues[0] == at("2026-11-03 00:00")
    assert all(case.overdue for case in paper.open_cases)
