"""Replays closed cases under another policy: judges every step again with the case as it was when it was taken."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.case.event_kinds import OTHER_EVENTS
from complaintctl.domain.deadlines import history, verdicts
from complaintctl.domain.deadlines.progress import retracted_ids
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview import overview
from complaintctl.errors import InvalidInput

# `none`: no limit ran; `unjudged`: imported, so the registration has no verdict.
Verdict = Literal["met", "late", "none", "unjudged"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayedStep:
    """One step taken by an event: the recorded verdict and due time, and those under the other policy (`now`, `due`)."""

    case_id: str
    event: str
    step: str
    taken: datetime
    due_then: datetime | None
    then: Verdict
    now: Verdict
    due: datetime | None

    @property
    def changes_sides(self) -> bool:
        """Whether the step was met and would be late, or was late and would be met."""
        return {self.then, self.now} == {"met", "late"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayFigures:
    """How often a step was taken in the cases of one group, and the verdicts recorded then and given now."""

    step: str
    group: str
    taken: int
    then: Mapping[str, int]
    now: Mapping[str, int]
    to_late: int
    to_met: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyReplay:
    """The verdicts of another policy on `cases` closed cases out of `all_closed`.

    `total` is the sum of the figures; `never` lists the steps of the policy that none of these cases took.
    """

    field: str
    cases: int
    all_closed: int
    figures: tuple[ReplayFigures, ...]
    total: ReplayFigures
    never: tuple[str, ...]
    changed: tuple[ReplayedStep, ...]


def replay_steps(case: Case, rules: Rulebook) -> Iterator[ReplayedStep]:
    """Yields the steps of a case, last first, judged again under the rulebook.

    Omits retracted steps, and repetitions of a step that was not due again: no limit ran for them.
    """
    retracted = retracted_ids(case.history)
    for event, before, after in history.rewind_history(case):
        if event.did in OTHER_EVENTS or event.id in retracted:
            continue
        judged = verdicts.judge_step(before, after, rules, event.did, event.at)
        verdict = verdicts.step_verdict(judged, rules)
        # D-029: as recorded, not judged again.
        then: Verdict = "none" if event.met is None else "met" if event.met else "late"
        if case.source is not None and event.did == "open" and event.met is None:
            yield _replayed_step(case, event, "unjudged", "unjudged", None)
        elif verdict is not None:
            now: Verdict = "met" if verdict[1] else "late"
            yield _replayed_step(case, event, then, now, verdict[0])
        elif event.met is not None or event.did not in judged.progress.taken:
            yield _replayed_step(case, event, then, "none", None)


def _replayed_step(
    case: Case, event: Event, then: Verdict, now: Verdict, due: datetime | None
) -> ReplayedStep:
    return ReplayedStep(
        case_id=case.id,
        event=event.id,
        step=event.did,
        taken=event.at,
        due_then=event.due,
        then=then,
        now=now,
        due=due,
    )


def check_grouping_field(name: str) -> str:
    """Returns the name if it is a field; otherwise raises InvalidInput."""
    if not fields.is_field(name):
        raise InvalidInput("unknown-field", field=name, near="")
    return name


class ReplayTally:
    """Builds a replay; closed cases are added one by one, and only counts are kept.

    With `keep`, the steps that change between met and late are kept, too.
    """

    def __init__(self, rules: Rulebook, field: str, *, keep: bool) -> None:
        self.rules, self.field, self.keep = rules, field, keep
        self.cases = self.all_closed = 0
        self.counts: dict[tuple[str, str], Counter[tuple[Verdict, Verdict]]] = {}
        self.changed: list[ReplayedStep] = []

    def add(self, case: Case) -> None:
        """Judges one closed case again."""
        self.cases += 1
        group = overview.field_or_count_text(case, self.field)
        for step in replay_steps(case, self.rules):
            pair = step.then, step.now
            self.counts.setdefault((step.step, group), Counter())[pair] += 1
            if self.keep and step.changes_sides:
                self.changed.append(step)

    def result(self) -> PolicyReplay:
        """Returns the replay so far: steps in the order of the policy, then steps that it does not have."""
        totals: Counter[tuple[Verdict, Verdict]] = Counter()
        for counts in self.counts.values():
            totals.update(counts)
        seen = {step for step, _ in self.counts}
        return PolicyReplay(
            field=self.field,
            cases=self.cases,
            all_closed=self.all_closed,
            figures=tuple(_figures(*row, self.counts[row]) for row in sorted(self.counts, key=self._rank)),
            total=_figures("", "", totals),
            never=tuple(step for step in self.rules.steps if step not in seen),
            changed=tuple(sorted(self.changed, key=_moment)),
        )

    def _rank(self, row: tuple[str, str]) -> tuple[int, str, int, str]:
        step, group = row
        known = list(self.rules.words.get(self.field, ()))
        group_rank = known.index(group) if group in known else len(known) + (not group)
        return self.rules.order.get(step, len(self.rules.order)), step, group_rank, group


def _moment(step: ReplayedStep) -> tuple[datetime, str]:
    return step.taken, step.case_id


def _figures(step: str, group: str, counts: Counter[tuple[Verdict, Verdict]]) -> ReplayFigures:
    then: Counter[str] = Counter()
    now: Counter[str] = Counter()
    for (before, after), count in counts.items():
        then[before] += count
        now[after] += count
    return ReplayFigures(
        step=step,
        group=group,
        taken=counts.total(),
        then=then,
        now=now,
        to_late=counts["met", "late"],
        to_met=counts["late", "met"],
    )
