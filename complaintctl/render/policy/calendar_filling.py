"""The result of filling a calendar with published holidays, for people and programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.worktime.calendar_year import count_working_days, year_days
from complaintctl.domain.worktime.published_holidays import CalendarFilling, DayDifference, DayMeaning
from complaintctl.render.text import values
from complaintctl.render.text.language import N_, _, ngettext

_MEANT: Final[Mapping[DayMeaning, str]] = {
    "holiday": N_("holiday"),
    "make-up": N_("make-up working day"),
    "ordinary": N_("a normal day of the week"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FillingResult:
    """The calendar, the year and what was filled in; `changed` is True if the policy file changes."""

    name: str
    year: int
    filling: CalendarFilling
    replace: bool
    changed: bool


def filling_text(result: FillingResult) -> str:
    """Returns one line: what was written, or that nothing changed."""
    if not result.changed:
        template = _("{name} {year}: already filled, nothing changed. {count}.")
    else:
        template = _("{name} {year}: {holidays} and {workdays} written, published until {until}. {count}.")
    calendar = result.filling.calendar
    holidays, workdays = len(result.filling.holidays), len(result.filling.workdays)
    count = count_working_days(year_days(calendar, result.year))
    return (
        template.format(
            name=result.name,
            year=result.year,
            holidays=ngettext("{count} holiday", "{count} holidays", holidays).format(count=holidays),
            workdays=ngettext("{count} make-up working day", "{count} make-up working days", workdays).format(
                count=workdays
            ),
            until=calendar.known_until,
            count=ngettext("{count} working day", "{count} working days", count).format(count=count),
        )
        + "\n"
    )


def filling_notes(result: FillingResult, *, dry_run: bool) -> Iterator[str]:
    """Yields where calendar and source differ, which years are missing, and that a dry run wrote nothing."""
    for difference in result.filling.differing:
        yield _difference_text(difference, replace=result.replace)
    if result.filling.differing and not result.replace:
        yield _("To use the days of the source: --replace. Keep your own days in special_hours.")
    if result.filling.gap:
        years = _(", ").join(map(str, result.filling.gap))
        template = _("{years} is missing, so known_until stays {until}. Fill it, then {year} again.")
        yield template.format(years=years, until=result.filling.calendar.known_until, year=result.year)
    if dry_run:
        yield _("Nothing was written.") if result.changed else _("Nothing would change.")


def _difference_text(difference: DayDifference, *, replace: bool) -> str:
    template = (
        _("{day}{name}: changed from {ours} to {theirs}, as in the source.")
        if replace
        else _("{day}{name}: kept as {ours}; in the source: {theirs}.")
    )
    name = values.localised_text(difference.name) if difference.name else ""
    return template.format(
        day=difference.when,
        name=f" {name}" if name else "",
        ours=_(_MEANT[difference.ours]),
        theirs=_(_MEANT[difference.theirs]),
    )


def filling_json(result: FillingResult, *, dry_run: bool) -> dict[str, Any]:
    """Returns the result for programs."""
    filling = result.filling
    return {
        "calendar": result.name,
        "year": result.year,
        "changed": result.changed,
        "dry_run": dry_run,
        "holidays": [when.isoformat() for when in filling.holidays],
        "workdays": [when.isoformat() for when in filling.workdays],
        "differing": [
            {
                "date": difference.when.isoformat(),
                "ours": difference.ours,
                "source": difference.theirs,
                "replaced": result.replace,
            }
            for difference in filling.differing
        ],
        "missing_years": list(filling.gap),
        "known_until": filling.calendar.known_until.isoformat() if filling.calendar.known_until else None,
        "source": filling.calendar.source,
        "working_days": count_working_days(year_days(filling.calendar, result.year)),
    }
