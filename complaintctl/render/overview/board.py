"""The board of open cases: on a terminal as many columns side by side as fit, the rest below them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final, Protocol

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


class Column(Protocol):
    """The rows (`board_row`) of a column of the board, in order; they can be iterated more than once."""

    def __len__(self) -> int:
        """The number of cases."""

    def __iter__(self) -> Iterator[tables.TableRow]:
        """Yields the rows."""


def board_row(card: Card, rules: Rulebook) -> dict[str, Any]:
    """Returns a case of the board for people."""
    case, (standing, colour) = card.judged.case, card_standing(card, rules)
    return {
        "case": case.id,
        "standing": standing,
        "colour": colour,
        "level": labels.word_label(rules.policy, "level", case.level),
        "owner": case.owner,
        "title": case.title,
    }


def board_texts(board: Mapping[str, Column], rules: Rulebook, room: int) -> Iterator[str]:
    """Yields the board in lines of at most `room` terminal columns; nothing without cases."""
    if not board:
        return
    fitting = max(1, (room + len(_GAP)) // (MIN_COLUMN_WIDTH + len(_GAP)))
    side_by_side = min(fitting, len(board))
    each = min(MAX_COLUMN_WIDTH, (room + len(_GAP)) // side_by_side - len(_GAP))
    each = max(each, 1)
    stacks = [_stack(name, rows, rules, each) for name, rows in board.items()]
    for first in range(0, len(stacks), side_by_side):
        yield "\n" if first else ""
        yield from _band(stacks[first : first + side_by_side], each)


def _band(stacks: list[Iterator[ColouredLine]], each: int) -> Iterator[str]:
    for row in zip_longest(*stacks, fillvalue=("", None)):
        cells = [colours.paint_text(text, colour) + " " * (each - text_width(text)) for text, colour in row]
        yield _GAP.join(cells).rstrip() + "\n"


def _stack(name: str, rows: Column, rules: Rulebook, each: int) -> Iterator[ColouredLine]:
    yield from ((line, None) for line in wrap_text(board_heading(name, len(rows), rules), each))
    yield "-" * each, None
    for index, row in enumerate(rows):
        if index:
            yield "", None
        yield from _card_lines(row, each)


def board_heading(name: str, count: int, rules: Rulebook) -> str:
    """Returns the heading of a column: its step and the number of its cases."""
    label = (
        labels.clock_name_label(rules.policy, name)
        if name in fixed_labels.DATE_LABELS
        else labels.event_label(rules.policy, name)
    )
    return f"{label} ({count})"


def _card_lines(row: tables.TableRow, each: int) -> Iterator[ColouredLine]:
    first = f"{row['case'][-_TAIL:]} {row['standing']}"
    yield from ((line, row["colour"]) for line in wrap_text(first, each))
    details = (row["level"], row["owner"])
    if text := _(", ").join(detail for detail in details if detail):
        yield from ((line, "dim") for line in wrap_text(text, each))
    yield from ((line, None) for line in wrap_text(row["title"], each))


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


def board_markdown(board: Mapping[str, Column], rules: Rulebook) -> Iterator[str]:
    """Yields the board in Markdown: a list of cases under each step."""
    for index, (name, rows) in enumerate(board.items()):
        before = "\n" if index else ""
        yield f"{before}### {tables.markdown_line(board_heading(name, len(rows), rules))}\n\n"
        for row in rows:
            parts = (row["case"], row["standing"], row["owner"], row["title"])
            yield "- " + tables.markdown_line(" · ".join(part for part in parts if part)) + "\n"


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
