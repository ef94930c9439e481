"""Compares open cases under two policies: which clocks move, and which cases become overdue."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from complaintctl.domain.case import old_names
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines
from complaintctl.domain.deadlines.clocks import DATED_CLOCKS, Clock, JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy_check import missing_names

# The effects of a policy on a clock, worst first.
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
    """One clock of an open case that the new policy moves; a due time is None if that policy has no such clock.

    `seconds` is how much later the clock is due (negative: earlier); None if it appears or vanishes.
    """

    case_id: str
    level: str | None
    step: str
    old: datetime | None
    new: datetime | None
    seconds: int | None
    effect: Effect


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The changes for the open cases at a moment, with the totals.

    `clocks` is the number of clocks under the old policy; `cases_moved` counts cases with a clock that moves,
    appears or vanishes; `unknown` maps (field, value) to the ids of the open cases with that value, for values
    that the old policy knows and the new one does not.
    """

    as_of: datetime
    cases: int
    clocks: int
    moves: tuple[ClockMove, ...]
    cases_moved: int
    cases_becoming_overdue: int
    cases_no_longer_overdue: int
    unknown: Mapping[tuple[str, str], tuple[str, ...]]

    @property
    def moved(self) -> int:
        """The number of clocks with another due time."""
        return sum(move.seconds is not None for move in self.moves)

    @property
    def appearing(self) -> int:
        """The number of clocks that only the new policy has."""
        return sum(move.old is None for move in self.moves)

    @property
    def vanishing(self) -> int:
        """The number of clocks that only the old policy has."""
        return sum(move.new is None for move in self.moves)

    def count(self, effect: Effect) -> int:
        """Returns the number of clocks with that effect."""
        return sum(move.effect == effect for move in self.moves)


class ComparisonTally:
    """Builds a comparison; open cases are added one by one."""

    def __init__(self, old: Rulebook, new: Rulebook, as_of: datetime) -> None:
        self.old, self.new, self.as_of = old, new, as_of
        self.cases = self.clocks = 0
        self.moves: list[ClockMove] = []
        self.effects: Counter[str] = Counter()
        self.unknown: dict[tuple[str, str], list[str]] = {}

    def add(self, judged: JudgedCase) -> None:
        """Compares one open case, which is judged under the old policy."""
        self.cases += 1
        case = old_names.with_current_names(judged.case, self.new.old_names)
        before = _running_clocks(judged)
        after = _running_clocks(deadlines.judge_case(case, self.new, self.as_of))
        self.clocks += len(before)
        moves = [
            move
            for step in (*before, *(step for step in after if step not in before))
            if (move := _clock_move(judged.case, step, before.get(step), after.get(step)))
        ]
        self.moves += moves
        self.effects.update({move.effect for move in moves})
        self.effects["moved"] += bool(moves)
        unknown_before = set(missing_names.unknown_values(judged.case, self.old))
        for found in missing_names.unknown_values(case, self.new):
            if found not in unknown_before:
                self.unknown.setdefault(found, []).append(case.id)

    def result(self) -> Comparison:
        """Returns the comparison so far; clocks that become overdue come first."""
        return Comparison(
            as_of=self.as_of,
            cases=self.cases,
            clocks=self.clocks,
            moves=tuple(sorted(self.moves, key=_rank)),
            cases_moved=self.effects["moved"],
            cases_becoming_overdue=self.effects["becomes-overdue"],
            cases_no_longer_overdue=self.effects["no-longer-overdue"],
            unknown={found: tuple(ids) for found, ids in self.unknown.items()},
        )


def _running_clocks(judged: JudgedCase) -> dict[str, Clock]:
    """Returns the running, overdue and paused clocks by step; fixed dates do not depend on the policy."""
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
    was_overdue, is_overdue = (clock is not None and clock.state == "overdue" for clock in (old, new))
    effect: Effect
    # D-030: of this clock, whatever the others are.
    if was_overdue != is_overdue:
        effect = "becomes-overdue" if is_overdue else "no-longer-overdue"
    elif seconds is None:
        effect = "appears" if before is None else "vanishes"
    else:
        effect = "earlier" if seconds < 0 else "later"
    return ClockMove(
        case_id=case.id,
        level=case.level,
        step=step,
        old=before,
        new=after,
        seconds=seconds,
        effect=effect,
    )


def _rank(move: ClockMove) -> tuple[int, float, str, str]:
    due = move.new or move.old
    return EFFECTS.index(move.effect), due.timestamp() if due else 0.0, move.case_id, move.step
