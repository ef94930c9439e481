"""What only the figures of a whole period have: steps, outcomes, remedies, surveys, customers, people, actions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.actions import action_status
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, CONTACT, DATED_CLOCKS, PROMISE, TASK
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle import survey
from complaintctl.domain.reports.case_facts import CaseFacts
from complaintctl.domain.reports.counters import BasicCounter, StepCounter, figure, share
from complaintctl.domain.reports.customers import CustomerCounter
from complaintctl.domain.reports.dimensions import Spellings
from complaintctl.domain.reports.figures import Figure

_ACTION_STATES: Final = ("open", "done", "effective", "ineffective")
# Sections with a row for each value of a field.
_PEOPLE: Final = {"people": "owner", "departments": "department"}


class DetailCounter:
    """The sections of a whole period beside those of BasicCounter."""

    def __init__(self, rules: Rulebook) -> None:
        self.country_code = rules.policy.country_code
        self.order = [*rules.order, PROMISE, CONTACT, TASK, ACTION, ACTION_CHECK]
        self.steps: dict[str, StepCounter] = {step: StepCounter() for step in self.order}
        self.outcomes: Counter[str] = Counter()
        self.remedies: Counter[str] = Counter()
        self.asked = 0
        self.answers: Counter[int] = Counter()
        self.customers = CustomerCounter()
        self.people: dict[str, dict[str, BasicCounter]] = {section: {} for section in _PEOPLE}
        self.spellings = {section: Spellings() for section in _PEOPLE}
        self.actions: Counter[str] = Counter()

    def add(self, facts: CaseFacts) -> None:
        """Counts one case of the period."""
        case = facts.case
        self._add_steps(facts)
        if "closed" in facts.flags:
            self.outcomes[case.outcome or ""] += 1
        self.remedies[(case.remedy.kind if case.remedy else None) or ""] += 1
        asking = survey.survey_status(case)
        # D-123: answers of customers who were not asked do not count; they would raise the response rate.
        if asking is not None:
            self.asked += 1
            if asking.mark is not None:
                self.answers[asking.mark] += 1
        self.customers.add(survey.customer_contacts(case, self.country_code))
        for section, field in _PEOPLE.items():
            key = self.spellings[section].fold(fields.text_at(case, field) or "")
            self.people[section].setdefault(key, BasicCounter()).add(facts)
        self.actions.update(action_status(action) for action in case.actions)

    def _add_steps(self, facts: CaseFacts) -> None:
        seen = set()
        for taking in facts.takings:
            seen.add(taking.step)
            counter = self.steps[taking.step]
            counter.states[taking.state] += 1
            if taking.seconds is not None:
                counter.durations.values.append(taking.seconds)
        for clock in facts.waiting:
            # A clock whose starting point has not been reached is none yet.
            if clock.state != "ahead":
                seen.add(clock.step)
                self.steps[clock.step].states[clock.state] += 1
        is_closed = "closed" in facts.flags
        for step in self.steps.keys() - seen:
            self.steps[step].none_closed += is_closed
            self.steps[step].none_open += not is_closed

    def step_figures(self) -> Iterator[Figure]:
        """Yields the section `steps`: every step of the policy, and the clocks of fixed dates that cases have."""
        for step in self.order:
            if step not in DATED_CLOCKS or self.steps[step].states:
                yield from self.steps[step].figures(step)

    def result_figures(self, cases: int, closed: int) -> Iterator[Figure]:
        """Yields the sections `outcomes` and `remedies`, the most frequent values first."""
        for section, counts, whole in (
            ("outcomes", self.outcomes, closed),
            ("remedies", self.remedies, cases),
        ):
            for value, count in _by_frequency(counts):
                yield figure(section, "cases", count, row=value, of=whole)

    def survey_figures(self, cases: int) -> Iterator[Figure]:
        """Yields the section `survey`."""
        answered = self.answers.total()
        total = sum(mark * count for mark, count in self.answers.items())
        yield figure("survey", "asked", self.asked, of=cases)
        yield figure("survey", "answered", answered, of=self.asked)
        yield figure("survey", "response_rate", share(answered, self.asked), of=self.asked)
        yield figure("survey", "mean", share(total, answered), of=answered)
        for mark in fields.SCORE_RANGE:
            yield figure("survey", "marks", self.answers[mark], row=str(mark), of=answered)

    def people_figures(self) -> Iterator[Figure]:
        """Yields the sections `people` and `departments`, those with most cases first."""
        for section, counters in self.people.items():
            for key in _order(counters):
                yield from counters[key].person_figures(section, self.spellings[section].shown(key))

    def action_figures(self) -> Iterator[Figure]:
        """Yields the section `actions`."""
        total = self.actions.total()
        yield figure("actions", "total", total)
        for state in _ACTION_STATES:
            yield figure("actions", "number", self.actions[state], row=state, of=total)
        verified = self.actions["effective"] + self.actions["ineffective"]
        effective = share(self.actions["effective"], verified)
        yield figure("actions", "effective_share", effective, of=verified)


def _by_frequency(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _order(counters: dict[str, BasicCounter]) -> list[str]:
    return sorted(counters, key=lambda key: (-counters[key].cases, key))
