"""The board of open cases: on a terminal as many columns side by side as fit, the rest below them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from complaintctl.domain.case import fixed_labels
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.board import Card
from complaintctl.domain.overview.step_search import APPROVE_STEP
from complaintctl.render.overview.next_step import CRISIS_MARK, next_step_json
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _
from complaintctl.render.text.wrapping import text_width, wrap_text

# A narrower column breaks titles apart; a wider one is hard to scan.
MIN_COLUMN_WIDTH: Final = 22
MAX_COLUMN_WIDTH: Final = 36
_GAP: Final = "  "
# The last characters of a case id, unique among the cases of a day.
_TAIL: Final = 5
ColouredLine = tuple[str, colours.Colour | None]


def board_text(board: Mapping[str, Sequence[Card]], rules: Rulebook, room: int) -> str:
    """Returns the board in lines of at most `room` terminal columns; empty without cases."""
    if not board:
        return ""
    fitting = max(1, (room + len(_GAP)) // (MIN_COLUMN_WIDTH + len(_GAP)))
    side_by_side = min(fitting, len(board))
    each = min(MAX_COLUMN_WIDTH, (room + len(_GAP)) // side_by_side - len(_GAP))
    each = max(each, 1)
    stacks = [list(_stack(name, cases, rules, each)) for name, cases in board.items()]
    bands = [stacks[first : first + side_by_side] for first in range(0, len(stacks), side_by_side)]
    return "\n".join("".join(_band(band, each)) for band in bands)


def _band(stacks: list[list[ColouredLine]], each: int) -> Iterator[str]:
    for row in zip_longest(*stacks, fillvalue=("", None)):
        cells = [colours.paint_text(text, colour) + " " * (each - text_width(text)) for text, colour in row]
        yield _GAP.join(cells).rstrip() + "\n"


def _stack(name: str, cases: Sequence[Card], rules: Rulebook, each: int) -> Iterator[ColouredLine]:
    yield from ((line, None) for line in wrap_text(board_heading(name, len(cases), rules), each))
    yield "-" * each, None
    for index, card in enumerate(cases):
        if index:
            yield "", None
        yield from _card_lines(card, rules, each)


def board_heading(name: str, count: int, rules: Rulebook) -> str:
    """Returns the heading of a column: its step and the number of its cases."""
    label = (
        labels.clock_name_label(rules.policy, name)
        if name in fixed_labels.DATE_LABELS
        else labels.event_label(rules.policy, name)
    )
    return f"{label} ({count})"


def _card_lines(card: Card, rules: Rulebook, each: int) -> Iterator[ColouredLine]:
    case, (standing, colour) = card.judged.case, card_standing(card, rules)
    yield from ((line, colour) for line in wrap_text(f"{case.id[-_TAIL:]} {standing}", each))
    details = (labels.word_label(rules.policy, "level", case.level), case.owner)
    if text := _(", ").join(detail for detail in details if detail):
        yield from ((line, "dim") for line in wrap_text(text, each))
    yield from ((line, None) for line in wrap_text(case.title, each))


def card_standing(card: Card, rules: Rulebook) -> tuple[str, colours.Colour | None]:
    """Returns the time left as text and its colour: `!` if overdue, with the clock if it is not that of the column.

    Before it the mark of a crisis and what is to be signed, behind it that the case waits for the customer.
    """
    judged, awaited, clock = card.judged, card.awaited, card.awaited.clock
    waiting = _("waiting") if judged.progress.status == "waiting" else ""
    crisis = _(CRISIS_MARK) if awaited.crisis else ""
    signing = _("to be signed") if awaited.step == APPROVE_STEP else ""
    time_left = ""
    colour: colours.Colour | None = "dim"
    if clock is not None and clock.due is not None:
        seconds = _seconds_left(judged.as_of, clock.due)
        time_left = values.duration_text(seconds)
        if seconds < 0:
            time_left = _("{length} late").format(length=time_left)
        if not awaited.is_own_limit:
            other = labels.clock_label(rules.policy, clock)
            time_left = _("{what}: {which}").format(what=other, which=time_left)
        time_left = f"! {time_left}" if seconds < 0 else time_left
        colour = "yellow" if clock.warned and seconds >= 0 else colours.time_left_colour(seconds)
    text = _(", ").join(part for part in (crisis, signing, time_left, waiting) if part)
    return text, "red" if awaited.crisis else colour


def _seconds_left(as_of: datetime, due: datetime) -> int:
    return int((due - as_of).total_seconds())


def board_markdown(board: Mapping[str, Sequence[Card]], rules: Rulebook) -> str:
    """Returns the board in Markdown: a list of cases under each step."""
    blocks = []
    for name, cases in board.items():
        lines = [f"### {tables.markdown_line(board_heading(name, len(cases), rules))}", ""]
        for card in cases:
            case = card.judged.case
            parts = (case.id, card_standing(card, rules)[0], case.owner, case.title)
            lines.append("- " + tables.markdown_line(" · ".join(part for part in parts if part)))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def board_entry(card: Card, rules: Rulebook) -> dict[str, Any]:
    """Returns a case of the board for programs."""
    judged, awaited = card.judged, card.awaited
    due = awaited.due.astimezone(rules.zone) if awaited.due else None
    return {
        "case": judged.case.id,
        "status": judged.progress.status,
        "due": values.iso_time(due),
        "left": _seconds_left(judged.as_of, due) if due else None,
        "overdue": awaited.is_overdue,
        "warned": awaited.is_warned,
        "crisis": awaited.crisis,
        "level": judged.case.level,
        "owner": judged.case.owner,
        "title": judged.case.title,
        "next": next_step_json(awaited, rules),
    }
