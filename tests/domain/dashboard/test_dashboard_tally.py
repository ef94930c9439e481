"""What a dashboard shows besides the figures: rows, today's steps, hot spots; each computed by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from complaintctl.domain.case.case import Case, Customer, Event
from complaintctl.domain.dashboard.dashboard import CaseRow, DashboardContent, FigureIndex, table_order
from complaintctl.domain.dashboard.dashboard_tally import DashboardTally
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.reports.figures import Figure, Figures, Period
from complaintctl.domain.reports.measures import MEASURES
from tests.browser.dashboardpages import electronics

# A Monday.
AS_OF = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
NOTHING = Figures(as_of=AS_OF, basis="received", periods=(Period(),))


def judged(number: int, received: datetime, category: str = "quality") -> JudgedCase:
    """A new case that was registered, assessed and classified at once: it waits for the investigation."""
    history = tuple(
        Event(at=received, by="li.wei", did=did, id=f"E-{number}-{did}")
        for did in ("open", "assess", "classify")
    )
    case = Case(
        id=f"C-{received:%Y%m%d}-{number:05}",
        title="t",
        received=received,
        status="open",
        category=category,
        customer=Customer(name="Wang Fang"),
        history=history,
    )
    return deadlines.judge_case(case, electronics(), AS_OF)


def content(cases: list[JudgedCase], *, with_customers: bool = False) -> DashboardContent:
    tally = DashboardTally(electronics(), AS_OF, with_customers=with_customers)
    for case in cases:
        tally.add(case, is_counted=True)
    return tally.content(NOTHING, ())


def test_todays_steps_are_those_due_by_midnight_the_most_late_first() -> None:
    # The investigation is due after 24 hours: yesterday, an hour ago, at 23:50 of today in Shanghai, and at 00:10 tomorrow.
    minutes = (-1500, -60, 710, 730)
    cases = [judged(number, AS_OF + timedelta(minutes=left - 1440)) for number, left in enumerate(minutes)]
    steps = content(cases[::-1]).due_steps
    assert [(step.case[-1], step.late, step.step) for step in steps] == [
        ("0", 1500 * 60, "investigate"),
        ("1", 60 * 60, "investigate"),
        ("2", -710 * 60, "investigate"),
    ]
    assert content(cases).due_count == 3


def test_customers_are_in_the_rows_only_if_asked_for() -> None:
    (row,) = content([judged(1, AS_OF)]).cases
    assert (row.title, row.customer, row.step, row.category) == (None, None, "investigate", "quality")
    (row,) = content([judged(1, AS_OF)], with_customers=True).cases
    assert (row.title, row.customer) == ("t", "Wang Fang")


def test_a_value_with_ten_times_its_usual_cases_is_found_with_its_cases() -> None:
    cases: list[JudgedCase] = []
    for week in range(1, 31):
        monday = AS_OF - timedelta(days=7 * week, hours=4)
        for category, count in (("quality", 40 if week == 1 else 4), ("logistics", 5)):
            cases += [
                judged(len(cases) + place, monday + timedelta(hours=place), category)
                for place in range(count)
            ]
    found = content(cases).findings
    assert found is not None
    assert [(spot.field, spot.value, spot.spot.judgement.count) for spot in found] == [
        ("category", "quality", 40)
    ]
    (spot,) = found
    assert spot.recent == (4,) * 12 + (40,)
    assert len(spot.cases) == 40
    assert spot.since.astimezone(electronics().zone).date().isoformat() == "2026-11-16"
    assert content(cases).week[1].astimezone(electronics().zone).date().isoformat() == "2026-11-23"


def test_a_short_past_is_no_past() -> None:
    assert content([judged(1, AS_OF - timedelta(days=9))]).findings is None


def test_rows_are_ordered_by_urgency_and_closed_ones_by_receipt() -> None:
    def row(name: str, status: str, due: int | None, received: int = 0) -> CaseRow:
        moment = AS_OF + timedelta(hours=received)
        return CaseRow(
            id=name, received=moment, status=status, level=None, category=None, owner=None, department=None, step=None,
            due=None if due is None else AS_OF + timedelta(hours=due), is_overdue=False, outcome=None, title=None, customer=None,
        )  # fmt: skip

    rows = [
        row("old", "closed", None, -9),
        row("new", "closed", None, -1),
        row("free", "open", None),
        row("b", "open", 2),
        row("a", "open", 1),
    ]
    assert [one.id for one in table_order(rows)] == ["a", "b", "free", "new", "old"]


@pytest.mark.parametrize(("period", "value"), [("report", 3), ("year", 0)])
def test_figures_are_those_of_the_reported_period(period: str, value: int) -> None:
    figure = Figure(measure=MEASURES["flow", "received"], value=3, period=period)
    grouped = Figure(
        measure=MEASURES["punctuality", "met"], value=2, period=period, by=("month",), group=("2026-10",)
    )
    figures = Figures(
        as_of=AS_OF, basis="received", periods=(Period(), Period(key="year")), rows=(figure, grouped)
    )
    index = FigureIndex(figures)
    assert index.count("flow", "received") == value
    assert index.groups("month") == (["2026-10"] if value else [])
    assert index.in_group("punctuality", "met", "month", "2026-10") == (2 if value else 0)
