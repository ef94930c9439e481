"""Twelve cases of which every figure can be computed by hand; October and November 2026, judged on 30 November, noon."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from complaintctl.domain.case.case import Action, Case, Customer, Remedy, Satisfaction
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.policy.policy import Step
from complaintctl.domain.reports.figures import Figure, Figures
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from tests.domain.building import a_book, a_case, at, did

RULES: Final = a_book(
    Step(step="ack", within="4h", first_answer=True),
    Step(step="respond", within="5d"),
)
AS_OF: Final = at("2026-11-30 12:00")
HOUR: Final = 3600
DAY: Final = 24 * HOUR


class Story:
    """A case whose events are told by the time since its receipt."""

    def __init__(self, number: int, received: str, **values: Any) -> None:
        self.received = received
        self.values = {"id": f"C-{number}", "received": at(received), **values}
        self.events: list[Any] = []

    def do(self, what: str, days: int = 0, hours: int = 0, minutes: int = 0, **rest: Any) -> "Story":
        moment = at(self.received) + timedelta(days=days, hours=hours, minutes=minutes)
        self.events.append(did(what, f"{moment:%Y-%m-%d %H:%M}", **rest))
        return self

    def case(self) -> Case:
        """The case with its history; its status as the history says."""
        last = [event.did for event in self.events if event.did in {"close", "reopen", "wait"}][-1:]
        status = {"close": "closed", "wait": "waiting"}.get(*last) if last else None
        return a_case(*self.events, status=status or "open", **self.values)


def marks(overall: int, attitude: int | None = None) -> Satisfaction:
    return Satisfaction(overall=overall, attitude=attitude)


def phone(number: str) -> Customer:
    return Customer(phone=number)


def moment(text: str) -> datetime:
    return at(text)


ACTIONS: Final = (
    # Done after five days, in time, and found effective.
    Action(
        what="Train the line",
        kind="corrective",
        who="ma.li",
        due=date(2026, 10, 10),
        given=at("2026-10-03 09:00"),
        done=at("2026-10-08 09:00"),
        done_by="ma.li",
        verified=at("2026-10-20 09:00"),
        verified_by="li.wei",
        effective=True,
    ),
    Action(
        what="New supplier",
        kind="preventive",
        who="ma.li",
        due=date(2026, 12, 10),
        given=at("2026-10-03 09:00"),
    ),
)
ALICE, BOB = "13800138001", "13800138002"


def stories() -> list[Story]:
    """The twelve cases in the order of their receipt."""
    return [
        Story(
            1,
            "2026-10-01 09:00",
            owner="li.wei",
            category="quality/battery",
            outcome="upheld",
            remedy=Remedy(kind="refund", cost="100.00 CNY"),
            satisfaction=marks(5, 4),
            customer=phone(ALICE),
            actions=ACTIONS,
        )
        .do("ack", hours=1, met=True)
        .do("respond", days=2, met=True)
        .do("close", days=3)
        .do("survey-asked", days=5)
        .do("survey-answered", days=6),
        # The same customer, with another spelling of the number.
        Story(
            2,
            "2026-10-05 09:00",
            owner="li.wei",
            category="Quality/Battery",
            outcome="partly-upheld",
            remedy=Remedy(kind="repair", cost="50.50 CNY"),
            satisfaction=marks(3),
            customer=phone("138-0013-8001"),
        )
        .do("ack", hours=2, met=True)
        .do("respond", days=6, met=False)
        .do("close", days=6),
        # Three of its five days are a wait for the customer.
        Story(
            3,
            "2026-10-10 09:00",
            owner="ma.li",
            category="delivery",
            outcome="not-upheld",
            customer=phone(BOB),
        )
        .do("ack", hours=5, met=False)
        .do("wait", days=1)
        .do("resume", days=4)
        .do("respond", days=5, met=True)
        .do("close", days=5)
        .do("survey-asked", days=7),
        # Closed for ten days, then reopened for one.
        Story(
            4,
            "2026-10-20 09:00",
            owner="ma.li",
            category="quality/battery",
            outcome="upheld",
            remedy=Remedy(kind="replace", cost="CNY 200"),
            satisfaction=marks(4),
            customer=Customer(email="c@example.com"),
        )
        .do("ack", hours=1, met=True)
        .do("respond", days=1, met=True)
        .do("close", days=1)
        .do("reopen", days=11, to="respond")
        .do("respond", days=12, met=True)
        .do("close", days=12),
        Story(5, "2026-10-31 23:00", owner="li.wei", category="delivery", outcome="duplicate")
        .do("ack", minutes=30, met=True)
        .do("respond", days=4, met=True)
        .do("close", days=4),
        Story(6, "2026-11-02 09:00", owner="li.wei", category="delivery")
        .do("ack", hours=1, met=True)
        .do("escalate", days=6),
        Story(7, "2026-11-10 09:00", owner="ma.li", category="quality/battery").do("ack", hours=4, met=True),
        Story(8, "2026-11-15 10:00", category="delivery"),
        Story(9, "2026-11-20 09:00", owner="ma.li", category="delivery", outcome="withdrawn")
        .do("ack", hours=3, met=True)
        .do("close", days=1, forced=("respond",)),
        Story(10, "2026-11-26 09:00", owner="li.wei", category="delivery").do("ack", hours=2, met=True),
        Story(
            11,
            "2026-11-27 09:00",
            owner="ma.li",
            category="quality/battery",
            links=({"recurrence_of": "C-1"},),
        )
        .do("ack", hours=1, met=True)
        .do("wait", days=1),
        Story(12, "2026-11-30 11:00", owner="li.wei", category="delivery"),
    ]


def judged_cases(as_of: datetime = AS_OF) -> list[JudgedCase]:
    return [deadlines.judge_case(story.case(), RULES, as_of) for story in stories()]


def count(scope: ReportScope | None = None, cases: list[JudgedCase] | None = None) -> Figures:
    """The figures of cases, of the twelve without any named."""
    tally = ReportTally(RULES, AS_OF, scope or ReportScope())
    for judged in judged_cases() if cases is None else cases:
        tally.add(judged)
    return tally.figures()


def found(figures: Figures, section: str, key: str, row: str = "", **place: Any) -> Figure:
    """The one figure of a measure."""
    wanted = {"period": "report", "by": (), "group": (), **place}
    (entry,) = (
        entry
        for entry in figures.rows
        if (entry.measure.section, entry.measure.key, entry.key) == (section, key, row)
        and all(getattr(entry, name) == value for name, value in wanted.items())
    )
    return entry


def value(figures: Figures, section: str, key: str, row: str = "", **place: Any) -> float | None:
    return found(figures, section, key, row, **place).value


def section(figures: Figures, name: str, row: str = "", **place: Any) -> dict[str, float | None]:
    """The values of a section by measure."""
    wanted = {"period": "report", "by": (), "group": (), **place}
    return {
        entry.measure.key: entry.value
        for entry in figures.rows
        if (entry.measure.section, entry.key) == (name, row)
        and all(getattr(entry, part) == value for part, value in wanted.items())
    }


def rows(figures: Figures, name: str, key: str, **place: Any) -> dict[str, float | None]:
    """The values of one measure of a section by row."""
    wanted = {"period": "report", "by": (), "group": (), **place}
    return {
        entry.key: entry.value
        for entry in figures.rows
        if (entry.measure.section, entry.measure.key) == (name, key)
        and all(getattr(entry, part) == value for part, value in wanted.items())
    }
