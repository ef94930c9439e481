"""The rows of a case in the tables of `export parquet`: what a report counts of it, without any text or contact."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.actions import action_status
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, Clock, JudgedCase
from complaintctl.domain.deadlines.progress import Interval
from complaintctl.domain.deadlines.rulebook import Rulebook, step_timetable
from complaintctl.domain.exports.customer_numbers import CustomerNumbers
from complaintctl.domain.exports.fact_tables import DIMENSIONS, FACTS_VERSION, MOST_SECONDS
from complaintctl.domain.exports.masking import Masking
from complaintctl.domain.lifecycle import survey
from complaintctl.domain.reports.case_facts import CaseFacts, CaseTime, gather_facts
from complaintctl.domain.reports.measures import MARKS
from complaintctl.domain.reports.takings import Taking, list_takings
from complaintctl.domain.worktime.worktime import working_seconds

FactRow = dict[str, Any]
# The flags of a report and their columns; `closed` is the opposite of `open`.
_FLAGS: Final[Mapping[str, str]] = {
    "open": "is_open",
    "overdue": "is_overdue",
    "reopened": "was_reopened",
    "escalated": "was_escalated",
    "recurring": "is_recurring",
    "forced": "was_forced",
}
_ACTION_STATES: Final = ("open", "done", "effective", "ineffective")
# DECIMAL(38, 4) holds no more; such a text is no cost.
_MOST_MONEY: Final = Decimal(10) ** 33
# Clocks that were taken have a row each, and one whose starting point has not been reached is none yet.
_NOT_WAITING: Final = frozenset({"met", "late", "unjudged", "ahead"})


@dataclass(kw_only=True, slots=True)
class FactWriter:
    """Makes the rows of the cases of one casebook. Keeps a number for each customer, and hashes of contacts.

    `masking` hides the values of dimensions that are no keys of the policy and no products.
    """

    casebook: str
    rules: Rulebook
    masking: Masking
    cases: int = 0
    customers: CustomerNumbers = field(default_factory=CustomerNumbers)

    def rows(self, judged: JudgedCase) -> Iterator[tuple[str, FactRow]]:
        """Yields table and row of everything that is exported of a case; `customers.joined` says which numbers change."""
        case, facts = judged.case, gather_facts(judged)
        self.cases += 1
        key = {
            "casebook": self.casebook,
            "year": self._local_day(case.received).year,
            "case_no": self.cases,
        }
        fixed = {"received": case.received, "is_duplicate": facts.is_duplicate}
        is_open = "open" in facts.flags
        closures = judged.progress.closures
        closed = None if is_open or not closures else closures[-1][0]
        yield "cases", {**key, **fixed, **self._case_cells(judged, facts, closed), **_counted_cells(facts)}
        for row in self._clock_rows(judged):
            yield "clocks", {**key, **fixed, "closed": closed, "is_open": is_open, **row}
        for begin, reopened in closures:
            times = {**self._moment("closed", begin), **self._moment("reopened", reopened)}
            yield "closures", {**key, **fixed, **times, "is_of_reopened": "reopened" in facts.flags}
        for number, action in enumerate(case.actions, 1):
            entry = {"due": action.due, "done": action.done, "verified": action.verified}
            yield "actions", {**key, "action": number, "status": action_status(action), **entry}

    def _case_cells(self, judged: JudgedCase, facts: CaseFacts, closed: datetime | None) -> FactRow:
        case, closures = judged.case, judged.progress.closures
        record = {name: fields.text_at(case, name) for name in DIMENSIONS if name != "casebook"}
        contacts = sorted(survey.customer_contacts(case, self.rules.policy.country_code))
        if facts.is_duplicate:
            # A report does not look at the contacts of a duplicate, so that it shows no two customers to be one.
            contacts = contacts[:1]
        return {
            "id": case.id,
            **self._moment("received", case.received),
            **self._moment("closed", closed),
            "first_closed": closures[0][0] if closures else None,
            **{column: flag in facts.flags for flag, column in _FLAGS.items()},
            **self._moment("answered", judged.progress.first_word),
            **{DIMENSIONS[name]: self.masking.shown_text(name, text) for name, text in record.items()},
            "customer_no": self.customers.number(contacts),
        }

    def _clock_rows(self, judged: JudgedCase) -> Iterator[FactRow]:
        seen: set[str] = set()
        clocks = [self._taking_cells(judged, taking) for taking in list_takings(judged)]
        clocks += [self._waiting_cells(clock) for clock in judged.clocks if clock.state not in _NOT_WAITING]
        for row in clocks:
            yield {**row, "is_first": row["step"] not in seen}
            seen.add(row["step"])

    def _taking_cells(self, judged: JudgedCase, taking: Taking) -> FactRow:
        return {
            "step": taking.step,
            "state": taking.state,
            **self._moment("happened", taking.at),
            "seconds": _seconds(taking.seconds),
            "working_seconds": _seconds(self._working_time(judged, taking)),
        }

    def _waiting_cells(self, clock: Clock) -> FactRow:
        due = clock.due if clock.state == "overdue" else None
        return {"step": clock.step, "state": clock.state, **self._moment("happened", due)}

    def _working_time(self, judged: JudgedCase, taking: Taking) -> int | None:
        """Returns the seconds of `seconds` that lie in the opening times of the step's calendar."""
        step = self.rules.steps.get(taking.step)
        if taking.start is None or taking.start > taking.at:
            return None if taking.start is None else 0
        table = step_timetable(self.rules, step, judged.case)
        closures: tuple[Interval, ...] = () if taking.step in DATED_CLOCKS else judged.progress.closures
        pauses = [(max(begin, taking.start), min(end or taking.at, taking.at)) for begin, end in closures]
        without = sum(working_seconds(table, begin, end) for begin, end in pauses if begin < end)
        return working_seconds(table, taking.start, taking.at) - without

    def _moment(self, name: str, moment: datetime | None) -> FactRow:
        """Returns a moment and its day in the zone of the casebook."""
        return {name: moment, f"{name}_day": None if moment is None else self._local_day(moment)}

    def _local_day(self, moment: datetime) -> date:
        return moment.astimezone(self.rules.zone).date()

    def whole_rows(self, as_of: datetime, version: str) -> Iterator[tuple[str, FactRow]]:
        """Yields the rows of the tables that an export has once; `rows` was called for every case."""
        for position, step in enumerate(self.rules.order):
            yield "steps", {"casebook": self.casebook, "position": position, "step": step}
        yield (
            "manifest",
            {
                "casebook": self.casebook,
                "schema": FACTS_VERSION,
                "as_of": as_of,
                "zone": self.rules.zone.key,
                "cases": self.cases,
                "version": version,
            },
        )


def _counted_cells(facts: CaseFacts) -> FactRow:
    states = [*facts.states, *(state for _step, state, _due in facts.waiting)]
    marks = dict(facts.marks)
    return {
        **{f"clocks_{state}": states.count(state) for state in ("met", "late", "overdue")},
        **_time_cells("answer", facts.answer),
        **_time_cells("resolution", facts.resolution),
        **_cost_cells(facts.cost),
        **{f"mark_{name}": marks.get(name) for name in MARKS},
        "survey_asked": facts.asked,
        "survey_mark": facts.mark,
        **{f"actions_{state}": facts.actions.count(state) for state in _ACTION_STATES},
    }


def _time_cells(name: str, time: CaseTime | None) -> FactRow:
    gross, net = (None, None) if time is None else time[1:]
    return {f"{name}_seconds": _seconds(gross), f"{name}_net_seconds": _seconds(net)}


def _cost_cells(cost: tuple[str, str] | None) -> FactRow:
    if cost is None or Decimal(cost[1]) >= _MOST_MONEY:
        return {}
    return {"cost_currency": cost[0], "cost_amount": round(Decimal(cost[1]), 4)}


def _seconds(value: int | None) -> int | None:
    return None if value is None else min(value, MOST_SECONDS)
