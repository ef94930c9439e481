"""Complaints before and after a corrective action was done, over times of equal length."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Action, Case
from complaintctl.domain.deadlines.actions import find_action
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview.filters import Condition
from complaintctl.domain.reports.rate_ratio import RateRatio, compare_rates
from complaintctl.errors import InvalidInput, Refused

CONFIDENCE: Final = 0.95
LONGEST_DAYS: Final = 365
MOST_PIECES: Final = 6
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionWindow:
    """The times compared: `before` days up to `done`, and `after` days from `start` (`done` and the lag)."""

    done: datetime
    start: datetime
    before: int
    after: int

    @property
    def piece_days(self) -> int:
        """The whole days of a part in the chart, so that at most six parts of equal length are before the action."""
        return -(-self.before // MOST_PIECES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Improvement:
    """Counts before and after an action: `rates` per day, `pieces` as start and count of each part of equal length."""

    window: ActionWindow
    rates: RateRatio
    pieces_before: tuple[tuple[datetime, int], ...]
    pieces_after: tuple[tuple[datetime, int], ...]


def last_done(case: Case, number: int) -> datetime | None:
    """Returns when the action was last done, also if it is open again since; raises InvalidInput for an unknown number."""
    done = find_action(case, number).done
    if done is not None:
        return done
    for event in reversed(case.history):
        if "actions" in event.set:
            entries: tuple[Action, ...] = fields.parse_entries("actions", event.set["actions"][1] or [])
            if len(entries) >= number and entries[number - 1].done is not None:
                return entries[number - 1].done
    return None


def compared_fields(case: Case, chosen: Sequence[str]) -> dict[str, str]:
    """Returns the fields whose values make a complaint count, with the values of the case.

    By default the class of the cause, and the product model or, without one, the batch. Raises InvalidInput if the case has no value
    for a chosen field, or no class of cause.
    """
    names = list(chosen)
    if not names:
        product = next(
            (name for name in ("product.model", "product.batch") if fields.text_at(case, name)), None
        )
        names = ["cause.class", *([product] if product else [])]
    values = {name: fields.text_at(case, name) for name in names}
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise InvalidInput("improvement-field", field=missing[0], case=case.id)
    return {name: value for name, value in values.items() if value}


def choose_window(done: datetime, days: int | None, lag: int, as_of: datetime) -> ActionWindow:
    """Returns the times to compare: as many days before as after, or `days` before and at most as many after.

    Raises Refused if no whole day has passed since the action was done and the lag.
    """
    start = done + lag * _DAY
    passed = (as_of - start) // _DAY
    if passed < 1:
        raise Refused("action-too-new", done=done, lag=lag)
    before = days or min(passed, LONGEST_DAYS)
    return ActionWindow(done=done, start=start, before=before, after=min(before, passed))


class ImprovementTally:
    """Counts cases one by one."""

    def __init__(self, window: ActionWindow, conditions: Sequence[Condition]) -> None:
        self.window, self.conditions = window, conditions
        self.before = self.after = 0
        self.pieces_before = [0] * (window.before // window.piece_days)
        self.pieces_after = [0] * (window.after // window.piece_days)

    def add(self, judged: JudgedCase) -> None:
        """Counts a case that fulfils the conditions and was received in one of the times."""
        received, window = judged.case.received, self.window
        is_before = window.done - window.before * _DAY <= received < window.done
        is_after = window.start <= received < window.start + window.after * _DAY
        if not (is_before or is_after) or not all(accepts(judged) for accepts in self.conditions):
            return
        self.before += is_before
        self.after += is_after
        piece = window.piece_days * _DAY
        if is_before:
            # The last part ends when the action was done; its first moment belongs to it.
            index = len(self.pieces_before) + (received - window.done) // piece
            self._count_piece(self.pieces_before, index)
        else:
            self._count_piece(self.pieces_after, (received - window.start) // piece)

    @staticmethod
    def _count_piece(pieces: list[int], index: int) -> None:
        """Counts in a part; days that are left over when the time is divided are in none."""
        if 0 <= index < len(pieces):
            pieces[index] += 1

    def result(self) -> Improvement:
        """Returns the comparison of all cases added so far."""
        window, piece = self.window, self.window.piece_days * _DAY
        first = window.done - len(self.pieces_before) * piece
        return Improvement(
            window=window,
            rates=compare_rates((self.before, window.before), (self.after, window.after), CONFIDENCE),
            pieces_before=_with_starts(self.pieces_before, first, piece),
            pieces_after=_with_starts(self.pieces_after, window.start, piece),
        )


def _with_starts(
    counts: Sequence[int], first: datetime, length: timedelta
) -> tuple[tuple[datetime, int], ...]:
    return tuple((first + index * length, count) for index, count in enumerate(counts))
