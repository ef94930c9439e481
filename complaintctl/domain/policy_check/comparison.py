"""Open cases under two policies: which clocks move, and what becomes overdue by it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, history
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, Clock, JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook

# What a policy does to a clock, the worst first.
Effect = Literal["becomes-overdue", "appears", "earlier", "later", "vanishes", "no-longer-overdue"]
EFFECTS: Final[tuple[Effect, ...]] = (
    "becomes-overdue",
    "appears",
    "earlier",
    "later",
    "vanishes",
    "no-longer-overdue",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockMove:
    """One clock of an open case that the new policy moves; a due time is None where there is no such clock.

    `seconds` is how much later it is due, negative for earlier; None where it appears or vanishes.
    """

    case: Case
    step: str
    old: datetime | None
    new: datetime | None
    seconds: int | None
    effect: Effect


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What changes for the open cases at a moment, with what it is counted of.

    `clocks` run by the old policy; `cases_moved` have a clock that moves, appears or vanishes; `unknown` counts the
    open cases that use a word (field, value) which only the new policy does not know.
    """

    as_of: datetime
    cases: int
    clocks: int
    moves: tuple[ClockMove, ...]
    cases_moved: int
    cases_becoming_overdue: int
    cases_no_longer_overdue: int
    unknown: Mapping[tuple[str, str], int]

    @property
    def moved(self) -> int:
        """Clocks that are due at another time."""
        return sum(move.seconds is not None for move in self.moves)

    @property
    def appearing(self) -> int:
        """Clocks that only the new policy has."""
        return sum(move.old is None for move in self.moves)

    @property
    def vanishing(self) -> int:
        """Clocks that only the old policy has."""
        return sum(move.new is None for move in self.moves)

    def count(self, effect: Effect) -> int:
        """How many clocks are affected so."""
        return sum(move.effect == effect for move in self.moves)


class ComparisonTally:
    """The comparison in the making: open cases are added one by one."""

    def __init__(self, old: Rulebook, new: Rulebook, as_of: datetime) -> None:
        self.old, self.new, self.as_of = old, new, as_of
        self.cases = self.clocks = 0
        self.moves: list[ClockMove] = []
        self.effects: Counter[str] = Counter()
        self.unknown: Counter[tuple[str, str]] = Counter()

    def add(self, judged: JudgedCase) -> None:
        """Compare one open case, judged by the old policy."""
        self.cases += 1
        before = _running_clocks(judged)
        after = _running_clocks(deadlines.judge_case(judged.case, self.new, self.as_of))
        self.clocks += len(before)
        found = [
            move
            for step in (*before, *(step for step in after if step not in before))
            if (move := _clock_move(judged.case, step, before.get(step), after.get(step)))
        ]
        self.moves += found
        self.effects.update({move.effect for move in found})
        self.effects["moved"] += bool(found)
        self.unknown.update(set(_words(judged.case, self.new)) - set(_words(judged.case, self.old)))

    def result(self) -> Comparison:
        """The comparison so far, what becomes overdue first."""
        return Comparison(
            as_of=self.as_of,
            cases=self.cases,
            clocks=self.clocks,
            moves=tuple(sorted(self.moves, key=_rank)),
            cases_moved=self.effects["moved"],
            cases_becoming_overdue=self.effects["becomes-overdue"],
            cases_no_longer_overdue=self.effects["no-longer-overdue"],
            unknown=dict(self.unknown),
        )


def _running_clocks(judged: JudgedCase) -> dict[str, Clock]:
    """The clocks that run or stand still; a date fixed in the case is no clock of the policy."""
    return {
        clock.step: clock
        for clock in judged.clocks
        if clock.step not in DATED_CLOCKS and clock.taken is None and clock.due is not None
    }


def _clock_move(case: Case, step: str, old: Clock | None, new: Clock | None) -> ClockMove | None:
    before, after = (clock.due if clock else None for clock in (old, new))
    if before == after:
        return None
    seconds = int((after - before).total_seconds()) if before and after else None
    was, becomes = (clock is not None and clock.state == "overdue" for clock in (old, new))
    effect: Effect
    if was != becomes:
        effect = "becomes-overdue" if becomes else "no-longer-overdue"
    elif seconds is None:
        effect = "appears" if before is None else "vanishes"
    else:
        effect = "earlier" if seconds < 0 else "later"
    return ClockMove(case=case, step=step, old=before, new=after, seconds=seconds, effect=effect)


def _rank(move: ClockMove) -> tuple[int, float, str, str]:
    due = move.new or move.old
    return EFFECTS.index(move.effect), due.timestamp() if due else 0.0, move.case.id, move.step


def _words(case: Case, rules: Rulebook) -> Iterator[tuple[str, str]]:
    for fault in history.unknown_word_faults(case, rules):
        yield str(fault.values["field"]), str(fault.values["value"])
