"""What the library `holidays` knows of a country's year, and what it only computes or does not know.

It tells make-up working days as `weekend_workdays`, from tables of what was published; for a year without a table
it computes the festivals and says nothing of the days that will be moved.
"""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import holidays

from complaintctl.domain.worktime.published_holidays import PublishedYear
from complaintctl.errors import InvalidInput, Refused

# The tables in which the library keeps what was published for single years.
_TABLES: Final = ("special_public_holidays", "special_public_holidays_observed", "special_holidays")
_LIBRARY_VERSION: Final = f"holidays {version('holidays')}"
_LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {"zh": ("zh_CN",), "en": ("en_US", "en_GB")}
_ESTIMATED_FORMAT: Final = "%s (estimated)"


def known_countries() -> tuple[str, ...]:
    """The two-letter codes of the countries that the library knows."""
    return tuple(sorted(holidays.list_supported_countries(include_aliases=False)))


def holidays_from_library(country: str, subdivision: str | None, year: int, language: str) -> PublishedYear:
    """The public holidays of a country or one of its parts, named in the language, else as the country does.

    Raises InvalidInput for a country or part that the library does not know, Refused where it does not know the year.
    """
    code = country.upper()
    if code not in known_countries():
        raise InvalidInput("calendar-country-unknown", value=country, library=_LIBRARY_VERSION)
    part = _subdivision_code(code, subdivision)
    found = _library_year(code, part, year, language)
    _refuse_unpublished(found, code, year)
    _refuse_estimated(_library_year(code, part, year, "en"), code, year)
    name = f"{code} {part}" if part else code
    how = "published" if found.has_substituted_holidays else "computed"
    return PublishedYear(
        year=year,
        days_off=dict(sorted(found.items())),
        workdays={when: "" for when in sorted(found.weekend_workdays) if when.year == year},
        source=f"{_LIBRARY_VERSION}, {name} ({how})",
    )


def _subdivision_code(code: str, subdivision: str | None) -> str | None:
    """The library's code of a part of the country; `DE-BY` and `england` are understood, too."""
    if subdivision is None:
        return None
    kind = type(holidays.country_holidays(code))
    known = {name.upper(): name for name in kind.subdivisions}
    known |= {name.upper(): part for name, part in kind.subdivisions_aliases.items()}
    typed = subdivision.upper().removeprefix(f"{code}-")
    if typed not in known:
        choices = list(kind.subdivisions)
        raise InvalidInput("calendar-part-unknown", value=subdivision, country=code, choices=choices)
    return known[typed]


def _library_year(code: str, part: str | None, year: int, language: str) -> Any:
    spoken = type(holidays.country_holidays(code)).supported_languages
    chosen = next((name for name in _LANGUAGES.get(language, ()) if name in spoken), None)
    return holidays.country_holidays(code, subdiv=part, years=year, language=chosen, expand=False)


def _refuse_unpublished(found: Any, code: str, year: int) -> None:
    """Refuse a year without holidays, and one after the last table of a country that moves working days."""
    tables = [getattr(found, name, None) for name in _TABLES]
    known = [int(entry) for table in tables if isinstance(table, dict) for entry in table]
    if found.has_substituted_holidays and year > max(known, default=year):
        raise Refused(
            "calendar-library-until", library=_LIBRARY_VERSION, country=code, year=year, until=max(known)
        )
    if not found:
        raise Refused("calendar-library-empty", library=_LIBRARY_VERSION, country=code, year=year)


def _refuse_estimated(found: Any, code: str, year: int) -> None:
    """Refuse days that follow the moon as somebody will see it: the library guesses them."""
    said = found.tr(_ESTIMATED_FORMAT).replace("%s", "").strip()
    guessed = [when for when, name in sorted(found.items()) if said in name or "estimated" in name]
    if guessed:
        raise Refused(
            "calendar-library-estimated", library=_LIBRARY_VERSION, country=code, year=year, days=guessed
        )
