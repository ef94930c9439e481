"""The options for reading a file of holidays: year, subdivision, text of make-up working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from complaintctl.domain.worktime.time_range import is_in_range
from complaintctl.errors import Broken, InvalidInput, Refused


@dataclass(frozen=True, kw_only=True, slots=True)
class HolidayRequest:
    """Year, subdivision, and the text that marks make-up working days; None if not given."""

    year: int | None
    subdivision: str | None
    workdays_matching: str | None


def choose_year(name: str, days: Iterable[date], wanted: int | None) -> int:
    """Returns the wanted year, or the only year of the days in a file.

    Raises Refused if the file has no day in the wanted year, InvalidInput if it has several years and none was given,
    Broken if it has no day.
    """
    known = sorted({when.year for when in days if is_in_range(when)})
    if wanted is not None and wanted not in known:
        raise Refused("calendar-file-no-such-year", file=name, year=wanted, choices=known)
    if wanted is None and not known:
        raise Broken("calendar-file-empty", file=name)
    if wanted is None and len(known) > 1:
        raise InvalidInput("calendar-year-missing", file=name, choices=known)
    return wanted or known[0]


def one_line_name(value: object) -> str:
    """A value as one line of valid UTF-8 text; empty for None."""
    return " ".join(str(value or "").encode(errors="replace").decode().split())
