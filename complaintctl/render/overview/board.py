"""The board on a terminal: columns side by side, as many as fit, the rest below them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final

from complaintctl.domain.case import fixed_labels
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.board import pressing
from complaintctl.render.text import colours, labels, values
from complaintctl.render.text.language import _
from complaintctl.render.text.wrapping import width, wrapped

# A column narrower than this tears titles apart; a wider one is hard to overlook.
NARROWEST: Final = 22
WIDEST: Final = 36
_GAP: Final = "  "
# The letters of an id that no other case of the day has.
_TAIL: Final = 5
Line = tuple[str, colours.Colour | None]


def drawn(board: Mapping[str, Sequence[Judged]], rules: Rulebook, room: int) -> str:
    """The board in lines of at most `room` terminal columns, as far as one column of it fits."""
    if not board:
        return ""
    fitting = max(1, (room + len(_GAP)) // (NARROWEST + len(_GAP)))
    side_by_side = min(fitting, len(board))
    each = min(WIDEST, (room + len(_GAP)) // side_by_side - len(_GAP))
    each = max(each, 1)
    stacks = [list(_stack(name, cases, rules, each)) for name, cases in board.items()]
    bands = [stacks[first : first + side_by_side] for first in range(0, len(stacks), side_by_side)]
    return "\n".join("".join(_band(band, each)) for band in bands)


def _band(stacks: list[list[Line]], each: int) -> Iterator[str]:
    for row in zip_longest(*stacks, fillvalue=("", None)):
        cells = [colours.painted(text, colour) + " " * (each - width(text)) for text, colour in row]
        yield _GAP.join(cells).rstrip() + "\n"


def _stack(name: str, cases: Sequence[Judged], rules: Rulebook, each: int) -> Iterator[Line]:
    yield from ((line, None) for line in wrapped(heading(name, len(cases), rules), each))
    yield "-" * each, None
    for place, judged in enumerate(cases):
        if place:
            yield "", None
        yield from _card(judged, rules, each)


def heading(name: str, count: int, rules: Rulebook) -> str:
    """The step of a column with the number of its cases."""
    said = (
        labels.clock_of(rules.policy, name)
        if name in fixed_labels.DATES
        else labels.event(rules.policy, name)
    )
    return f"{said} ({count})"


def _card(judged: Judged, rules: Rulebook, each: int) -> Iterator[Line]:
    case, (told, colour) = judged.case, standing(judged)
    yield from ((line, colour) for line in wrapped(f"{case.id[-_TAIL:]} {told}", each))
    known = (labels.word(rules.policy, "level", case.level), case.owner)
    if about := _(", ").join(word for word in known if word):
        yield from ((line, "dim") for line in wrapped(about, each))
    yield from ((line, None) for line in wrapped(case.title, each))


def standing(judged: Judged) -> tuple[str, colours.Colour | None]:
    """How a case stands, in words, and the colour of that: its most pressing clock, an overdue one marked."""
    clock = pressing(judged.clocks)
    waits = _("waiting") if judged.progress.status == "waiting" else ""
    if clock is None or clock.due is None:
        return waits, "dim"
    seconds = _left(judged.as_of, clock.due)
    length = values.duration(seconds)
    words = "! " + _("{length} late").format(length=length) if seconds < 0 else length
    colour = "yellow" if clock.warned and seconds >= 0 else colours.of_time_left(seconds)
    return _(", ").join(part for part in (words, waits) if part), colour


def _left(as_of: datetime, due: datetime) -> int:
    return int((due - as_of).total_seconds())


def markdown(board: Mapping[str, Sequence[Judged]], rules: Rulebook) -> str:
    """The board as a list under each step."""
    blocks = []
    for name, cases in board.items():
        lines = [f"### {heading(name, len(cases), rules)}", ""]
        for judged in cases:
            known = (
                judged.case.id,
                standing(judged)[0],
                judged.case.owner,
                " ".join(judged.case.title.split()),
            )
            lines.append("- " + " · ".join(word for word in known if word))
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def entry(judged: Judged, rules: Rulebook) -> dict[str, Any]:
    """A case of the board for machines."""
    case, clock = judged.case, pressing(judged.clocks)
    due = clock.due.astimezone(rules.zone) if clock and clock.due else None
    return {
        "case": case.id,
        "status": judged.progress.status,
        "due": values.iso(due),
        "left": _left(judged.as_of, due) if due else None,
        "overdue": clock is not None and clock.state == "overdue",
        "warned": clock is not None and clock.warned,
        "level": case.level,
        "owner": case.owner,
        "title": case.title,
    }
