"""Reads files of public holidays: detects the format, and parses the JSON formats.

holiday-cn (https://github.com/NateScarlet/holiday-cn) gives one year with its make-up working days; GOV.UK gives the
bank holidays of three divisions, as https://www.gov.uk/bank-holidays.json or as the file it is made from.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from complaintctl.domain.worktime.published_holidays import PublishedYear
from complaintctl.domain.worktime.time_range import FIRST_YEAR, LAST_YEAR, is_in_range
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.exchange.holidays.request import (
    HolidayRequest,
    choose_year,
    one_line_name,
)

_BYTE_ORDER_MARK: Final = "\ufeff"
_WEB_PAGE_STARTS: Final = ("<!doctype", "<html", "<head", "<?xml", "<!--")
_DIVISION_NAME: Final = re.compile(r"(?:common\.nations\.)?(?P<name>[a-z-]+?)(?:_slug)?")
# GOV.UK's source file has keys instead of titles; an unlisted key is turned into words.
_HOLIDAY_TITLES: Final[Mapping[str, str]] = {
    "2nd_january": "2nd January",
    "battle_boyne": "Battle of the Boyne (Orangemen’s Day)",
    "boxing_day": "Boxing Day",
    "christmas": "Christmas Day",
    "easter_monday": "Easter Monday",
    "early_may": "Early May bank holiday",
    "early_may_ve": "Early May bank holiday (VE day)",
    "good_friday": "Good Friday",
    "kings_coronation": "Bank holiday for the coronation of King Charles III",
    "late_august": "Summer bank holiday",
    "new_year": "New Year’s Day",
    "queen_platinum": "Platinum Jubilee bank holiday",
    "queens_bank_holiday": "Bank Holiday for the State Funeral of Queen Elizabeth II",
    "spring": "Spring bank holiday",
    "st_andrew": "St Andrew’s Day",
    "st_patrick": "St Patrick’s Day",
    "summer": "Summer bank holiday",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _HolidayFile:
    """Name and text of a file, to find the lines of values for error messages."""

    name: str
    text: str

    def line_of(self, value: object) -> int:
        """The first line, from 1, that contains the value; 1 if none does."""
        index = self.text.find(json.dumps(value, ensure_ascii=False))
        return self.text.count("\n", 0, max(index, 0)) + 1


def decode_holiday_file(data: bytes, name: str) -> str:
    """Decodes a file of holidays; raises Broken if it is not UTF-8, empty, or a web page."""
    try:
        text = data.decode().removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Broken("calendar-file-encoding", file=name, line=line) from error
    head = _first_characters(text)
    if not head:
        raise Broken("calendar-file-empty", file=name)
    if head.startswith(_WEB_PAGE_STARTS):
        raise Broken("calendar-file-web-page", file=name)
    return text


def is_icalendar(text: str) -> bool:
    """Whether a text is an iCalendar file, which `icalendars` reads."""
    return _first_characters(text).startswith("begin:vcalendar")


def _first_characters(text: str) -> str:
    return text.lstrip()[:64].lower()


def holidays_from_json(text: str, name: str, wanted: HolidayRequest) -> PublishedYear:
    """Returns the holidays in a JSON file for the wanted year, or for its only year; `name` is the file name.

    Raises Broken for an unknown format, InvalidInput if a year or division must be chosen, Refused if the file does
    not have the year.
    """
    file = _HolidayFile(name=name, text=text)
    if not _first_characters(text).startswith(("{", "[")):
        raise Broken("calendar-file-unknown", file=name)
    return _from_json(file, wanted)


def _from_json(file: _HolidayFile, wanted: HolidayRequest) -> PublishedYear:
    try:
        content = json.loads(file.text)
    except json.JSONDecodeError as error:
        raise Broken("calendar-file-json", file=file.name, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise Broken("calendar-file-unknown", file=file.name) from error
    if isinstance(content, dict):
        if isinstance(content.get("days"), list):
            return _holiday_cn(file, content, wanted)
        divisions = _divisions(content)
        if divisions:
            return _bank_holidays(file, divisions, wanted)
    raise Broken("calendar-file-unknown", file=file.name)


def _holiday_cn(file: _HolidayFile, content: Mapping[str, Any], wanted: HolidayRequest) -> PublishedYear:
    """Parses one year of holiday-cn, with days of other years: 2019's notice made 29 December 2018 a working day."""
    year = content.get("year")
    if not (isinstance(year, int) and FIRST_YEAR <= year <= LAST_YEAR):
        raise Broken("calendar-file-unknown", file=file.name)
    if wanted.year not in {None, year}:
        raise Refused("calendar-file-other-year", file=file.name, found=year, year=wanted.year)
    if not content["days"]:
        raise Refused("calendar-not-published", file=file.name, year=year)
    found: dict[bool, dict[date, str]] = {True: {}, False: {}}
    for entry in content["days"]:
        if not (isinstance(entry, dict) and isinstance(entry.get("isOffDay"), bool)):
            raise Broken("calendar-file-day", file=file.name, line=file.line_of(entry), value=entry)
        found[entry["isOffDay"]][_parse_day(file, entry.get("date"))] = one_line_name(entry.get("name"))
    papers = content.get("papers")
    notices = ", ".join(map(one_line_name, papers)) if isinstance(papers, list) else ""
    source = f"{file.name} ({notices})" if notices else file.name
    return PublishedYear(year=year, days_off=found[True], workdays=found[False], source=source)


def _divisions(content: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The events of each UK division by its name, from either of GOV.UK's files; empty for another file."""
    entries = content.get("divisions", content)
    events_by_division: dict[str, list[Any]] = {}
    for key, division in entries.items() if isinstance(entries, dict) else ():
        name = _DIVISION_NAME.fullmatch(key)
        if name is None or not isinstance(division, dict):
            continue
        years = [events for events in division.values() if isinstance(events, list)]
        if years:
            events_by_division[name["name"]] = [event for events in years for event in events]
    return events_by_division


def _bank_holidays(
    file: _HolidayFile, divisions: Mapping[str, list[Any]], wanted: HolidayRequest
) -> PublishedYear:
    events = divisions.get(wanted.subdivision or "")
    if events is None:
        key = "calendar-division-missing" if wanted.subdivision is None else "calendar-division-unknown"
        raise InvalidInput(key, file=file.name, value=wanted.subdivision, choices=sorted(divisions))
    days = {}
    for event in events:
        if not isinstance(event, dict):
            raise Broken("calendar-file-day", file=file.name, line=file.line_of(event), value=event)
        days[_parse_day(file, event.get("date"))] = _holiday_title(event)
    year = choose_year(file.name, days, wanted.year)
    return PublishedYear(
        year=year,
        days_off={when: name for when, name in days.items() if when.year == year},
        workdays={},
        source=f"{file.name} ({wanted.subdivision})",
    )


def _holiday_title(event: Mapping[str, Any]) -> str:
    key = one_line_name(event.get("title")).removeprefix("bank_holidays.")
    title = _HOLIDAY_TITLES.get(key, key if " " in key else key.replace("_", " ").capitalize())
    notes = one_line_name(event.get("notes")).removeprefix("common.")
    return f"{title} ({notes.replace('_', ' ').lower()})" if notes else title


def _parse_day(file: _HolidayFile, value: object) -> date:
    """Parses `2026-10-01`, or `01/10/2026` as in GOV.UK's source file; raises Broken for other texts."""
    text = str(value)
    for layout in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            day = datetime.strptime(text, layout).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if is_in_range(day):
            return day
    raise Broken("calendar-file-day", file=file.name, line=file.line_of(value), value=text)
