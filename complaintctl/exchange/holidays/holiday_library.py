"""Reads public holidays of a country from the library `holidays`; refuses years that it only estimates.

The library has make-up working days (`weekend_workdays`) from tables of published years. For a year without a table
it only computes the festivals, without the days that will be moved.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import holidays

from complaintctl.domain.worktime.published_holidays import PublishedYear
from complaintctl.errors import InvalidInput, Refused

# The attributes with the library's tables of published years.
_TABLES: Final = ("special_public_holidays", "special_public_holidays_observed", "special_holidays")
_LIBRARY_VERSION: Final = f"holidays {version('holidays')}"
_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {"zh": ("zh_CN",), "en": ("en_US", "en_GB")}
_ESTIMATED_FORMAT: Final = "%s (estimated)"


def known_countries() -> tuple[str, ...]:
    """The two-letter codes of the countries in the library."""
    return tuple(sorted(holidays.list_supported_countries(include_aliases=False)))


def holidays_from_library(country: str, subdivision: str | None, year: int, language: str) -> PublishedYear:
    """Returns the public holidays of a country or subdivision, named in `language`, else in the country's language.

    Raises InvalidInput for an unknown country or subdivision, Refused if the library has no exact data for the year.
    """
    code = country.upper()
    if code not in known_countries():
        raise InvalidInput("calendar-country-unknown", value=country, library=_LIBRARY_VERSION)
    part = _subdivision_code(code, subdivision)
    days_off = _library_year(code, part, year, language)
    _refuse_unpublished(days_off, code, year)
    _refuse_estimated(_library_year(code, part, year, "en"), code, year)
    name = f"{code} {part}" if part else code
    method = "published" if days_off.has_substituted_holidays else "computed"
    return PublishedYear(
        year=year,
        days_off=dict(sorted(days_off.items())),
        workdays={when: "" for when in sorted(days_off.weekend_workdays) if when.year == year},
        source=f"{_LIBRARY_VERSION}, {name} ({method})",
    )


def _subdivision_code(code: str, subdivision: str | None) -> str | None:
    """Returns the library's code of a subdivision, also for input such as `DE-BY` or `england`."""
    if subdivision is None:
        return None
    calendar_class = type(holidays.country_holidays(code))
    known = {name.upper(): name for name in calendar_class.subdivisions}
    known |= {name.upper(): part for name, part in calendar_class.subdivisions_aliases.items()}
    typed = subdivision.upper().removeprefix(f"{code}-")
    if typed not in known:
        choices = list(calendar_class.subdivisions)
        raise InvalidInput("calendar-part-unknown", value=subdivision, country=code, choices=choices)
    return known[typed]


def _library_year(code: str, part: str | None, year: int, language: str) -> Any:
    supported = type(holidays.country_holidays(code)).supported_languages
    chosen = next((name for name in _LANGUAGES.get(language, ()) if name in supported), None)
    return holidays.country_holidays(code, subdiv=part, years=year, language=chosen, expand=False)


def _refuse_unpublished(days_off: Any, code: str, year: int) -> None:
    """Raise Refused for a year without holidays, or after the last table of a country that moves working days."""
    tables = [getattr(days_off, name, None) for name in _TABLES]
    known = [int(entry) for table in tables if isinstance(table, dict) for entry in table]
    # D-021: a notice would move days.
    if days_off.has_substituted_holidays and year > max(known, default=year):
        raise Refused(
            "calendar-library-until", library=_LIBRARY_VERSION, country=code, year=year, until=max(known)
        )
    if not days_off:
        raise Refused("calendar-library-empty", library=_LIBRARY_VERSION, country=code, year=year)


def _refuse_estimated(days_off: Any, code: str, year: int) -> None:
    """Raise Refused if dates are estimated, because they depend on a sighting of the moon."""
    mark = days_off.tr(_ESTIMATED_FORMAT).replace("%s", "").strip()
    estimated = [when for when, name in sorted(days_off.items()) if mark in name or "estimated" in name]
    if estimated:
        raise Refused(
            "calendar-library-estimated", library=_LIBRARY_VERSION, country=code, year=year, days=estimated
        )
