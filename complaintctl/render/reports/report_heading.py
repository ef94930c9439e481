"""The heading of a report: its moment, its periods and its conditions."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from complaintctl.domain.reports.figures import Figures, Period
from complaintctl.render.reports import definitions
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text import values
from complaintctl.render.text.language import N_, _, ngettext

# By what a case belongs to a period.
_BASIS: Final[Mapping[str, str]] = {
    "received": N_("Cases received: {period}"),
    "closed": N_("Cases closed: {period}"),
    "taken": N_("Steps taken: {period}"),
}


def heading_lines(figures: Figures, words: ReportWords) -> list[str]:
    """Returns the lines of the heading; the first is the title."""
    return list(_heading(figures, words))


def _heading(figures: Figures, words: ReportWords) -> Iterator[str]:
    yield _title(figures, values.moment_text(figures.as_of, words.zone))
    now, *others = figures.periods
    yield _(_BASIS[figures.basis]).format(period=period_text(now, words.zone))
    if now.start is not None and now.end is not None and now.start <= figures.as_of < now.end:
        yield _("The period is not over yet.")
    for period in others:
        yield _("Compared with {name}: {period}").format(
            name=definitions.period_label(period.key), period=period_text(period, words.zone)
        )
    if figures.conditions:
        yield _("Only: {conditions}").format(conditions=_(", ").join(figures.conditions))
    if figures.either:
        yield _("Or: {conditions}").format(conditions=_(", ").join(figures.either))
    if figures.with_duplicates:
        yield _("Cases closed as duplicates count, too.")


def _title(figures: Figures, as_of: str) -> str:
    """Returns the chief figures of all cases in a sentence; a title without figures if the report has none of them."""
    counts = {
        figure.measure.key: figure.value
        for figure in figures.rows
        if figure.measure.section == "cases" and not figure.by and figure.period == figures.periods[0].key
    }
    if not counts.keys() >= {"cases", "open", "overdue", "closed", "reopened"}:
        return _("Report at {as_of}").format(as_of=as_of)
    title = ngettext(
        "{cases} case at {as_of}: {open} open ({overdue} overdue), {closed} closed, {reopened} reopened",
        "{cases} cases at {as_of}: {open} open ({overdue} overdue), {closed} closed, {reopened} reopened",
        int(counts["cases"] or 0),
    )
    return title.format(as_of=as_of, **counts)


def period_text(period: Period, zone: ZoneInfo) -> str:
    """Returns a time in words: `2026-10-01 to 2026-10-31` if it is whole days, the last one included."""
    if period.start is None and period.end is None:
        return _("at any time")
    ends = [value.astimezone(zone) for value in (period.start, period.end) if value is not None]
    is_days = all(value.time() == time() for value in ends)
    start = period.start and values.moment_text(period.start, zone)
    end = period.end and values.end_text(period.end, zone)
    if is_days:
        start, end = start and start.partition(" ")[0], end and end.partition(" ")[0]
    if start and end:
        return start if is_days and start == end else _("{start} to {end}").format(start=start, end=end)
    return _("from {start}").format(start=start) if start else _("until {end}").format(end=end)
