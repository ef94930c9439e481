"""What only the figures of a whole period have: steps, outcomes, remedies, surveys, customers, people, actions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.deadlines.clocks import ACTION, ACTION_CHECK, CONTACT, DATED_CLOCKS, PROMISE, TASK
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.reports.case_facts import CaseFacts
from complaintctl.domain.reports.counters import BasicCounter, StepCounter, count_groups, figure, share
from complaintctl.domain.reports.customers import CustomerCounter
from complaintctl.domain.reports.dimensions import Spellings
from complaintctl.domain.reports.figures import Figure

_ACTION_STATES: Final = ("open", "done", "effective", "ineffective")
# Sections with a row for each value of a field.
_PEOPLE: Final = {"people": "owner", "departments": "department"}
_STEP_PARTS: Final = attrgetter("steps", "states", "waiting", "flags")


class DetailCounter:
    """The sections of a whole period beside those of BasicCounter."""

    def __init__(self, rules: Rulebook) -> None:
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

    def count(self, facts: Sequence[CaseFacts]) -> None:
        """Counts cases of the period."""
        self._count_steps(facts)
        self.outcomes.update(one.outcome for one in facts if "closed" in one.flags)
        self.remedies.update(map(attrgetter("remedy"), facts))
        # D-123: answers of customers who were not asked do not count; they would raise the response rate.
        self.asked += sum(map(attrgetter("asked"), facts))
        self.answers.update(one.mark for one in facts if one.mark is not None)
        self.customers.count(map(attrgetter("contacts"), facts))
        self.actions.update(chain.from_iterable(map(attrgetter("actions"), facts)))
        for section, field in _PEOPLE.items():
            keys = self.spellings[section].fold_all(list(map(attrgetter(field), facts)))
            counters = self.people[section]
            for key in {*keys} - counters.keys():
                counters[key] = BasicCounter()
            count_groups(counters, keys, facts)

    def _count_steps(self, facts: Sequence[CaseFacts]) -> None:
        for (steps, states, waiting, flags), cases in Counter(map(_STEP_PARTS, facts)).items():
            seen = {*steps}
            for step, state in zip(steps, states, strict=True):
                self.steps[step].states[state] += cases
            for step, state, _due in waiting:
                # A clock whose starting point has not been reached is none yet.
                if state != "ahead":
                    seen.add(step)
                    self.steps[step].states[state] += cases
            for step in self.steps.keys() - seen:
                if "closed" in flags:
                    self.steps[step].none_closed += cases
                else:
                    self.steps[step].none_open += cases
        durations = {step: counter.durations.values for step, counter in self.steps.items()}
        for one in facts:
            for step, seconds in zip(one.steps, one.seconds, strict=True):
                if seconds is not None:
                    durations[step].append(seconds)

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
