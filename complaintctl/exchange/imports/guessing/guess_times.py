"""Which time formats read the texts of a column; where day and month could be exchanged, both formats are returned."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from complaintctl.domain.lifecycle.guessed_mapping import GuessedTimes

# A column holds times if its formats read at least this share of its texts; the rest may be typing errors.
_SHARE: Final = 0.9
# A layout that reads none of so many texts is not tried on the others.
_FIRST: Final = 50
_CLOCKS: Final = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_UNMISTAKABLE: Final = (
    *(f"{day}{clock}" for day in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日") for clock in _CLOCKS),
    *(f"%Y-%m-%dT{clock}{zone}" for clock in ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f") for zone in ("", "%z")),
    *(f"%Y-%m-%d {clock}%z" for clock in ("%H:%M:%S", "%H:%M:%S.%f")),
    "%Y年%m月%d日%H时%M分",
    "%Y%m%d",
    "%Y%m%d%H%M%S",
    *(
        f"{day}{clock}"
        for day in ("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y")
        for clock in _CLOCKS
    ),
)
# Day and month, and month and day: each layout with the one that it could be confused with.
_TWINS: Final[Mapping[str, str]] = {
    first: second
    for sign in "/-."
    for year in ("%Y", "%y")
    for clock in _CLOCKS
    for day, month in ((f"%d{sign}%m{sign}{year}{clock}", f"%m{sign}%d{sign}{year}{clock}"),)
    for first, second in ((day, month), (month, day))
}


def guess_times(texts: Iterable[str]) -> GuessedTimes | None:
    """Returns the formats that read the texts; None if they are not times."""
    wanted = list(dict.fromkeys(text for text in texts if text))
    read = {layout: found for layout in (*_UNMISTAKABLE, *_TWINS) if (found := _readable(layout, wanted))}
    chosen = list(_fewest_layouts(read))
    covered = set().union(*(read[layout] for layout in chosen))
    if not covered or len(covered) < _SHARE * len(wanted):
        return None
    both = [
        twin for layout in chosen if (twin := _TWINS.get(layout)) and read.get(twin, set()) >= read[layout]
    ]
    layouts = tuple(dict.fromkeys([*chosen, *both]))
    ambiguous = any(_TWINS.get(layout) in layouts for layout in layouts)
    return GuessedTimes(layouts=layouts, ambiguous=ambiguous)


def _fewest_layouts(read: Mapping[str, set[str]]) -> Iterator[str]:
    """Yields the layout that reads most texts, then the one that reads most of the others, and so on."""
    left = dict(read)
    while left:
        best = max(left, key=lambda layout: len(left[layout]))
        yield best
        left = {layout: rest for layout, texts in left.items() if (rest := texts - read[best])}


def _readable(layout: str, texts: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for place, text in enumerate(texts):
        if place == _FIRST and not found:
            return found
        try:
            datetime.strptime(text, layout)  # noqa: DTZ007 - only whether it can be read
        except ValueError:
            continue
        found.add(text)
    return found
