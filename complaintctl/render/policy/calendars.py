"""A year of a calendar: twelve months with a mark on every day that is not an ordinary working day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from complaintctl.domain.deadlines import explanation
from complaintctl.domain.policy.policy import Calendar, CountRule
from complaintctl.domain.worktime import worktime
from complaintctl.domain.worktime.calendar_year import CalendarDay, count_working_days, month_days
from complaintctl.domain.worktime.calendars import MIDNIGHT_MINUTE, HourSpans
from complaintctl.domain.worktime.published_holidays import source_for_year
from complaintctl.render.sentences import sentences
from complaintctl.render.text import colours, tables, values
from complaintctl.render.text.colours import Colour
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.render.text.wrapping import screen_width, text_width, wrap_text

DayMark = Literal["open", "closed", "holiday", "make-up", "special", "break", "unknown"]
# One ASCII character each, the same in both languages: the grid needs no colour and no special font.
_SIGNS: Final[Mapping[DayMark, str]] = {
    "open": " ",
    "closed": "-",
    "holiday": "*",
    "make-up": "+",
    "special": "~",
    "break": "/",
    "unknown": "?",
}
_WORDS: Final[Mapping[DayMark, str]] = {
    "open": N_("working day"),
    "closed": N_("day off"),
    "holiday": N_("holiday"),
    "make-up": N_("make-up working day"),
    "special": N_("special hours"),
    "break": N_("with a break"),
    "unknown": N_("not published yet"),
}
_COLOURS: Final[Mapping[DayMark, Colour]] = {
    "closed": "dim",
    "holiday": "red",
    "make-up": "green",
    "special": "yellow",
    "break": "yellow",
    "unknown": "dim",
}
# Two terminal columns each.
_WEEKDAYS: Final = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))
_ABREAST: Final = 3
_CELL: Final = 3
_BETWEEN: Final = "    "
_WEEKS: Final = 6
_COLUMNS: Final = 80


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarYear:
    """A year of a calendar with its name, its time zone and its days."""

    name: str
    number: int
    calendar: Calendar
    zone: str
    days: tuple[CalendarDay, ...]


def day_mark(day: CalendarDay) -> DayMark:
    """Returns the mark of a day: `unknown` after the published days unless the calendar lists the day itself."""
    if day.breaks:
        return "break"
    if not day.known and day.kind in {"open", "closed"}:
        return "unknown"
    return day.kind


def calendar_text(year: CalendarYear, output_format: str) -> str:
    """Returns the year as `table` or `md`."""
    heading = _("{name} {year} ({zone}): {count}").format(
        name=year.name, year=year.number, zone=year.zone, count=_count(year)
    )
    week = [_("hours: {days} {spans}").format(days=d, spans=", ".join(s)) for d, s in _week(year.calendar)]
    grid = "\n".join([*_grid(year), "", *_legend(year)])
    columns = {
        "date": _("day"),
        "weekday": _("weekday"),
        "what": _("what"),
        "name": _("name"),
        "hours": _("hours"),
    }
    reasons = tables.format_rows(columns, list(_reasons(year)), output_format)
    notes = [line for note in _footnotes(year) for line in wrap_text(note, _columns())]
    if output_format == "md":
        heading, grid = f"# {tables.markdown_line(heading)}", f"```\n{grid}\n```"
        week, notes = (
            [f"- {tables.markdown_line(line)}" for line in part] for part in (week, _footnotes(year))
        )
    parts = (heading, "\n".join(week), grid, reasons.rstrip("\n"), "\n".join(notes))
    return "\n\n".join(part for part in parts if part) + "\n"


def _count(year: CalendarYear) -> str:
    count = count_working_days(year.days)
    text = ngettext("{count} working day", "{count} working days", count).format(count=count)
    if year.days[-1].known:
        return text
    template = _("{count}; this may change: published only until {until}")
    return template.format(count=text, until=year.calendar.known_until)


def _week(calendar: Calendar) -> Iterator[tuple[str, tuple[str, ...]]]:
    for days, spans in calendar.hours.items():
        yield days, spans or ("–",)


def _grid(year: CalendarYear) -> Iterator[str]:
    abreast = max(1, min(_ABREAST, (_columns() + len(_BETWEEN)) // (_CELL * len(_WEEKDAYS) + len(_BETWEEN))))
    for first in range(1, len(values.MONTH_NAMES) + 1, abreast):
        months = [_month(year, number) for number in range(first, first + abreast)]
        if first > 1:
            yield ""
        for lines in zip(*months, strict=True):
            line = _BETWEEN.join(lines).rstrip()
            if line.strip():
                yield line


def _month(year: CalendarYear, number: int) -> list[str]:
    """Returns a month as eight lines of equal width: its name with its working days, the weekdays, six weeks."""
    days = month_days(year.days, number)
    name, count = _(values.MONTH_NAMES[number - 1]), str(count_working_days(days))
    width = _CELL * len(_WEEKDAYS)
    head = f" {name}{' ' * (width - 2 - text_width(name) - len(count))}{count} "
    names = "".join(f"{_padded(_(day), _CELL - 1)} " for day in _WEEKDAYS)
    cells = [" " * _CELL] * days[0].when.weekday() + [_cell(day) for day in days]
    cells += [" " * _CELL] * (_WEEKS * len(_WEEKDAYS) - len(cells))
    weeks = ["".join(cells[start : start + 7]) for start in range(0, len(cells), 7)]
    return [head, names, *weeks]


def _cell(day: CalendarDay) -> str:
    mark = day_mark(day)
    return colours.paint_text(f"{day.when.day:2}{_SIGNS[mark]}", _COLOURS.get(mark))


def _columns() -> int:
    return min(screen_width(_COLUMNS), _COLUMNS)


def _padded(text: str, columns: int) -> str:
    return " " * (columns - text_width(text)) + text


def _legend(year: CalendarYear) -> Iterator[str]:
    """Yields the marks of this year and the meaning of the number beside a month, wrapped to the terminal."""
    used = {day_mark(day) for day in year.days}
    marks = [f"{_SIGNS[mark]} {_(_WORDS[mark])}" for mark in _SIGNS if mark in used and mark != "open"]
    yield from wrap_text(_(", ").join([*marks, _("number next to a month: its working days")]), _columns())


def _reasons(year: CalendarYear) -> Iterator[dict[str, str]]:
    """Yields every day that differs from its weekday."""
    for day in year.days:
        if day.kind in {"holiday", "make-up", "special"} or day.breaks:
            mark: DayMark = "break" if day.breaks and day.kind == "open" else day.kind
            yield {
                "date": day.when.isoformat(),
                "weekday": _(_WEEKDAYS[day.when.weekday()]),
                "what": _(_WORDS[mark]),
                "name": values.localised_text(day.name),
                "hours": ", ".join(_spans(day.hours)),
            }


def _spans(hours: HourSpans) -> list[str]:
    return [f"{_clock(start)}-{_clock(end)}" for start, end in hours]


def _clock(minute: int) -> str:
    if minute > MIDNIGHT_MINUTE:
        minute -= MIDNIGHT_MINUTE
    return f"{minute // 60:02}:{minute % 60:02}"


def _footnotes(year: CalendarYear) -> Iterator[str]:
    """Yields the rules of counting that differ from the default, the source of the days, and its last day."""
    rules = list(_counting(year.calendar.count))
    if rules:
        yield _("counting: {rules}").format(rules=_(", ").join(rules))
    source = source_for_year(year.calendar.source or "", year.number)
    if source:
        yield _("source: {source}").format(source=source)
    until = year.calendar.known_until
    if until is not None:
        yield _("published until {until}").format(until=until.isoformat())


def _counting(count: CountRule) -> Iterator[str]:
    if count == CountRule():
        return
    lines = explanation.counting_lines(worktime.build_counting(count))
    yield from (sentences.fill_sentence(line.key, line.values, None) for line in lines)


def calendar_json(year: CalendarYear) -> dict[str, Any]:
    """Returns the year for programs, with every day."""
    calendar = year.calendar
    months = {f"{number:02}": count_working_days(month_days(year.days, number)) for number in range(1, 13)}
    return {
        "name": year.name,
        "year": year.number,
        "timezone": year.zone,
        "working_days": count_working_days(year.days),
        "published": year.days[-1].known,
        "months": months,
        "hours": {days: list(spans) for days, spans in calendar.hours.items()},
        "known_until": calendar.known_until.isoformat() if calendar.known_until else None,
        "source": calendar.source,
        "days": [_day_json(day) for day in year.days],
    }


def _day_json(day: CalendarDay) -> dict[str, Any]:
    return {
        "date": day.when.isoformat(),
        "kind": day.kind,
        "working": day.is_worked,
        "name": day.name or None,
        "hours": _spans(day.hours),
        "breaks": _spans(day.breaks),
        "published": day.known,
    }
