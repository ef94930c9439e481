"""What is wanted of a file with holidays: which year, which part, which events are make-up working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from complaintctl.errors import Broken, InvalidInput, Refused

# Other years are a slip of somebody's, or a calendar's way to say "ever since".
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999


@dataclass(frozen=True, kw_only=True, slots=True)
class HolidayRequest:
    """A year, a division, and the text that marks make-up working days; None where nothing was said."""

    year: int | None
    subdivision: str | None
    workdays_matching: str | None


def choose_year(name: str, days: Iterable[date], wanted: int | None) -> int:
    """The wanted year, or the only one that the days of a file are in.

    Raises Refused where the file has no day in that year, InvalidInput where one of several must be chosen.
    """
    known = sorted({when.year for when in days if FIRST_YEAR <= when.year <= LAST_YEAR})
    if wanted is not None and wanted not in known:
        raise Refused("calendar-file-no-such-year", file=name, year=wanted, choices=known)
    if wanted is None and not known:
        raise Broken("calendar-file-empty", file=name)
    if wanted is None and len(known) > 1:
        raise InvalidInput("calendar-year-missing", file=name, choices=known)
    return wanted or known[0]


def one_line_name(value: object) -> str:
    """A name as one line of text that every file can hold; nothing for None."""
    return " ".join(str(value or "").encode(errors="replace").decode().split())
