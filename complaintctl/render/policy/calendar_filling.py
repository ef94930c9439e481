"""What filling a calendar with published holidays did, as people and machines read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.worktime.calendar_year import count_working_days, year_days
from complaintctl.domain.worktime.published_holidays import CalendarFilling, DayDifference, DayMeaning
from complaintctl.render.text import values
from complaintctl.render.text.language import N_, _

_MEANT: Final[Mapping[DayMeaning, str]] = {
    "holiday": N_("holiday"),
    "make-up": N_("make-up working day"),
    "ordinary": N_("a normal day of the week"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FillingResult:
    """What there is to tell: the calendar, the year, what was done, and whether the file is another one now."""

    name: str
    year: int
    filling: CalendarFilling
    replace: bool
    changed: bool


def filling_text(told: FillingResult) -> str:
    """One line: what was written, or that nothing had to be."""
    if not told.changed:
        words = _("{name} {year}: already filled, nothing changed. {count} working days.")
    else:
        words = _(
            "{name} {year}: {holidays} holidays and {workdays} make-up working days written, published until "
            "{until}. {count} working days."
        )
    calendar = told.filling.calendar
    return (
        words.format(
            name=told.name,
            year=told.year,
            holidays=len(told.filling.holidays),
            workdays=len(told.filling.workdays),
            until=calendar.known_until,
            count=count_working_days(year_days(calendar, told.year)),
        )
        + "\n"
    )


def filling_notes(told: FillingResult, *, dry_run: bool) -> Iterator[str]:
    """Where calendar and source differ, which years are missing, and that a trial wrote nothing."""
    for found in told.filling.differing:
        yield _difference_text(found, replace=told.replace)
    if told.filling.differing and not told.replace:
        yield _("To use the days of the source: --replace. Keep your own days in special_hours.")
    if told.filling.gap:
        years = _(", ").join(map(str, told.filling.gap))
        words = _("{years} is missing, so known_until stays {until}. Fill it, then {year} again.")
        yield words.format(years=years, until=told.filling.calendar.known_until, year=told.year)
    if dry_run:
        yield _("Nothing was written.") if told.changed else _("Nothing would change.")


def _difference_text(found: DayDifference, *, replace: bool) -> str:
    words = (
        _("{day}{name}: changed from {ours} to {theirs}, as in the source.")
        if replace
        else _("{day}{name}: kept as {ours}; in the source: {theirs}.")
    )
    name = values.localised_text(found.name) if found.name else ""
    said = f" {name}" if name else ""
    return words.format(day=found.when, name=said, ours=_(_MEANT[found.ours]), theirs=_(_MEANT[found.theirs]))


def filling_json(told: FillingResult, *, dry_run: bool) -> dict[str, Any]:
    """The same for machines."""
    filling = told.filling
    return {
        "calendar": told.name,
        "year": told.year,
        "changed": told.changed,
        "dry_run": dry_run,
        "holidays": [when.isoformat() for when in filling.holidays],
        "workdays": [when.isoformat() for when in filling.workdays],
        "differing": [
            {
                "date": found.when.isoformat(),
                "ours": found.ours,
                "source": found.theirs,
                "replaced": told.replace,
            }
            for found in filling.differing
        ],
        "missing_years": list(filling.gap),
        "known_until": filling.calendar.known_until.isoformat() if filling.calendar.known_until else None,
        "source": filling.calendar.source,
        "working_days": count_working_days(year_days(filling.calendar, told.year)),
    }
