"""Collects what a dashboard shows besides the figures of a report, one case after the other."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Final

from complaintctl.domain.case import data_state, fields, vocabulary
from complaintctl.domain.case.case import Case
from complaintctl.domain.dashboard.dashboard import CaseRow, DashboardContent, DueStep, FoundSpot
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, JudgedCase
from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.domain.overview.next_step import NextStep, clock_urgency, next_step
from complaintctl.domain.reports.case_facts import is_counted_apart
from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.reports.pareto import ParetoTally
from complaintctl.domain.trends.counts import CountTally, Values
from complaintctl.domain.trends.hot_spots import find_hot_spots
from complaintctl.domain.trends.periods import Periods
from complaintctl.domain.zones import resolve_local_time

# More rows make a page that nobody reads; the number of all is said beside them.
MOST_STEPS: Final = 40
PARETO_FIELDS: Final = ("category", "cause.class")
SPOT_FIELDS: Final = ("category", "product.model", "product.batch")
RECENT_WEEKS: Final = 13
_DAYS: Final = 7


class DashboardTally:
    """Counts cases one by one; keeps a short row of each."""

    def __init__(self, rules: Rulebook, as_of: datetime, *, with_customers: bool) -> None:
        self.rules = rules
        self.with_customers = with_customers
        self.rows: list[CaseRow] = []
        self.due_steps: list[tuple[tuple[int, datetime], DueStep]] = []
        self.day_end = _end_of_day(as_of, rules)
        self.weeks = Periods(kind="week", days=_DAYS, as_of=as_of, zone=rules.zone)
        self.paretos = [ParetoTally(rules.policy, name, None) for name in PARETO_FIELDS]
        self.spots = {name: _SpotTally(name, rules, self.weeks) for name in SPOT_FIELDS}

    def add(self, judged: JudgedCase, *, is_counted: bool) -> None:
        """Adds a case to today's steps and to the table, and if it `is_counted` in the report to the figures."""
        if is_counted:
            for pareto in self.paretos:
                pareto.add(overview.column_text(judged, pareto.field), Fraction(1))
        # The customer's complaint is counted with the original.
        if not is_counted_apart(judged.case):
            for spot in self.spots.values():
                spot.add(judged)
        awaited = next_step(judged, self.rules) if judged.progress.status != "closed" else None
        self.rows.append(self._row(judged, awaited))
        if awaited and awaited.clock and awaited.due and awaited.due <= self.day_end:
            urgency = clock_urgency(awaited.clock)
            self.due_steps.append((urgency, self._due_step(judged, awaited, awaited.due)))

    def _row(self, judged: JudgedCase, awaited: NextStep | None) -> CaseRow:
        case = judged.case
        return CaseRow(
            id=case.id,
            received=case.received,
            status=judged.progress.status,
            level=case.level,
            category=case.category,
            owner=case.owner,
            department=case.department,
            step=awaited.step if awaited else None,
            due=awaited.due if awaited else None,
            is_overdue=overview.is_overdue(judged),
            outcome=case.outcome,
            title=case.title if self._shows_customer(case) else None,
            customer=fields.text_at(case, "customer.name") if self._shows_customer(case) else None,
        )

    def _due_step(self, judged: JudgedCase, awaited: NextStep, due: datetime) -> DueStep:
        case = judged.case
        # What a task or action is called is free text.
        is_free_text = awaited.step in DATED_CLOCKS and not self._shows_customer(case)
        return DueStep(
            case=case.id,
            step=awaited.step,
            what="" if is_free_text else awaited.what,
            due=due,
            late=int((judged.as_of - due).total_seconds()),
            level=case.level,
            owner=case.owner,
            title=case.title if self._shows_customer(case) else None,
        )

    def _shows_customer(self, case: Case) -> bool:
        return self.with_customers and data_state.restriction_of(case) is None

    def content(self, figures: Figures, duties: tuple[JudgedDuty, ...]) -> DashboardContent:
        """Returns the content of the page with the figures of a report on the same cases."""
        ordered = sorted(self.due_steps, key=lambda pair: (pair[0], pair[1].case))
        found = [spot.findings() for spot in self.spots.values()]
        known = [spot for findings in found for spot in findings or ()]
        known.sort(key=lambda spot: (spot.spot.false_share, spot.spot.judgement.chance))
        return DashboardContent(
            figures=figures,
            due_count=len(self.due_steps),
            due_steps=tuple(step for _urgency, step in ordered[:MOST_STEPS]),
            duties=duties,
            paretos=tuple(pareto.result() for pareto in self.paretos),
            findings=None if all(findings is None for findings in found) else tuple(known),
            week=self.weeks.bounds(0),
            cases=tuple(self.rows),
        )


class _SpotTally:
    """Looks for hot spots among the values of one field."""

    def __init__(self, field: str, rules: Rulebook, weeks: Periods) -> None:
        self.field = field
        self.weeks = weeks
        keys = frozenset(vocabulary.field_choices(rules.policy, field))
        self.counts = CountTally(periods=weeks, listed=(keys,))
        self.last: dict[Values, list[str]] = defaultdict(list)

    def add(self, judged: JudgedCase) -> None:
        """Counts a case in the week of its receipt."""
        case = judged.case
        key = self.counts.add((overview.column_text(judged, self.field),), case.received)
        if key is not None and self.weeks.number(case.received) == 0:
            self.last[key].append(case.id)

    def findings(self) -> list[FoundSpot] | None:
        """Returns the values that stand out in the last complete week; None if the past is too short."""
        table = self.counts.table()
        found = find_hot_spots(table, self.weeks.per_year, 0)
        if found is None:
            return None
        return [
            FoundSpot(
                field=self.field,
                value=table.spelled[spot.values][0],
                spot=spot,
                since=self.weeks.bounds(table.first + spot.judgement.since)[0],
                recent=tuple(table.series[spot.values][-RECENT_WEEKS:]),
                cases=tuple(self.last[spot.values]),
            )
            for spot in found.findings
        ]


def _end_of_day(moment: datetime, rules: Rulebook) -> datetime:
    """Returns the end of the day of a moment in the policy's time zone."""
    day = moment.astimezone(rules.zone).date() + timedelta(days=1)
    return resolve_local_time(rules.zone, datetime.combine(day, time()))
