"""The board of open cases: on a terminal as many columns side by side as fit, the rest below them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from complaintctl.domain.case import fixed_labels
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.board import most_urgent_clock
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


def board_text(board: Mapping[str, Sequence[JudgedCase]], rules: Rulebook, room: int) -> str:
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


def _stack(name: str, cases: Sequence[JudgedCase], rules: Rulebook, each: int) -> Iterator[ColouredLine]:
    yield from ((line, None) for line in wrap_text(board_heading(name, len(cases), rules), each))
    yield "-" * each, None
    for index, judged in enumerate(cases):
        if index:
            yield "", None
        yield from _card(judged, rules, each)


def board_heading(name: str, count: int, rules: Rulebook) -> str:
    """Returns the heading of a column: its step and the number of its cases."""
    label = (
        labels.clock_name_label(rules.policy, name)
        if name in fixed_labels.DATE_LABELS
        else labels.event_label(rules.policy, name)
    )
    return f"{label} ({count})"


def _card(judged: JudgedCase, rules: Rulebook, each: int) -> Iterator[ColouredLine]:
    case, (standing, colour) = judged.case, case_standing(judged)
    yield from ((line, colour) for line in wrap_text(f"{case.id[-_TAIL:]} {standing}", each))
    details = (labels.word_label(rules.policy, "level", case.level), case.owner)
    if text := _(", ").join(detail for detail in details if detail):
        yield from ((line, "dim") for line in wrap_text(text, each))
    yield from ((line, None) for line in wrap_text(case.title, each))


def case_standing(judged: JudgedCase) -> tuple[str, colours.Colour | None]:
    """Returns the time left of the most urgent clock as text (marked with `!` if overdue) and its colour."""
    clock = most_urgent_clock(judged.clocks)
    waiting = _("waiting") if judged.progress.status == "waiting" else ""
    if clock is None or clock.due is None:
        return waiting, "dim"
    seconds = _seconds_left(judged.as_of, clock.due)
    length = values.duration_text(seconds)
    text = "! " + _("{length} late").format(length=length) if seconds < 0 else length
    colour = "yellow" if clock.warned and seconds >= 0 else colours.time_left_colour(seconds)
    return _(", ").join(part for part in (text, waiting) if part), colour


def _seconds_left(as_of: datetime, due: datetime) -> int:
    return int((due - as_of).total_seconds())


def board_markdown(board: Mapping[str, Sequence[JudgedCase]], rules: Rulebook) -> str:
    """Returns the board in Markdown: a list of cases under each step."""
    blocks = []
    for name, cases in board.items():
        lines = [f"### {tables.markdown_line(board_heading(name, len(cases), rules))}", ""]
        for judged in cases:
            parts = (
                judged.case.id,
                case_standing(judged)[0],
                judged.case.owner,
                judged.case.title,
            )
            lines.append("- " + tables.markdown_line(" · ".join(part for part in parts if part)))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def board_entry(judged: JudgedCase, rules: Rulebook) -> dict[str, Any]:
    """Returns a case of the board for programs."""
    case, clock = judged.case, most_urgent_clock(judged.clocks)
    due = clock.due.astimezone(rules.zone) if clock and clock.due else None
    return {
        "case": case.id,
        "status": judged.progress.status,
        "due": values.iso_time(due),
        "left": _seconds_left(judged.as_of, due) if due else None,
        "overdue": clock is not None and clock.state == "overdue",
        "warned": clock is not None and clock.warned,
        "level": case.level,
        "owner": case.owner,
        "title": case.title,
    }
