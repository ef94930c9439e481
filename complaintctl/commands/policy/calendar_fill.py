"""Writes public holidays from a library or a file into a calendar of the policy, keeping all other lines.

Deadlines use only the calendar in the policy, never the library.
"""

import dataclasses
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.policy import calendar, policy_completion
from complaintctl.commands.recording.recording import find_actor, print_completed, should_commit
from complaintctl.commands.session import Session, open_session, print_message, print_output, print_problems
from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime.published_holidays import CalendarFilling, PublishedYear, fill_calendar
from complaintctl.errors import Broken, InvalidInput
from complaintctl.exchange.holidays.request import HolidayRequest
from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.storage.policy import policyfile

# The libraries of the extra `calendars` (D-138), which the modules that read holidays import.
HOLIDAY_LIBRARIES = ("holidays", "icalendar", "dateutil")


@dataclass(frozen=True, kw_only=True, slots=True)
class HolidaySource:
    """The source of the holidays, as typed."""

    country: str | None
    file: Path | None
    year: int | None
    subdivision: str | None
    workdays_matching: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyChange:
    """The text of the policy before and after, and the changes of the calendar `name`."""

    name: str
    before: bytes
    after: bytes
    filling: CalendarFilling


def fill(
    ctx: typer.Context,
    name: calendar.CalendarName = None,
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            metavar="CODE",
            help=_("From the library holidays: CN, GB, DE …"),
            autocompletion=policy_completion.complete_countries,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="FILE", help=_("From a file: holiday-cn, GOV.UK bank holidays, iCalendar.")
        ),
    ] = None,
    year: Annotated[
        int | None,
        calendar.year_option(_("The year; optional if the file covers only one year.")),
    ] = None,
    subdivision: Annotated[
        str | None,
        typer.Option(
            "--subdivision",
            metavar="PART",
            help=_("A state or region of the country: BY, ENG, england-and-wales."),
        ),
    ] = None,
    workdays_matching: Annotated[
        str | None,
        typer.Option(
            "--workdays-matching",
            metavar="TEXT",
            help=_("iCalendar: events with this text in their summary are make-up working days."),
        ),
    ] = None,
    replace: Annotated[
        bool,
        typer.Option(
            "--replace",
            help=_(
                "Overwrite the days of your calendar that differ from the source. Without this option they "
                "are kept and listed."
            ),
            show_default=False,
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help=_("Dry run: write nothing, only show what would change."), show_default=False
        ),
    ] = False,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Write the holidays and make-up working days of a year into a calendar; every other line stays as it is."""
    session = open_session(casebook_dir(ctx))
    chosen = calendar.choose_calendar(session.rules.policy, name)
    source = HolidaySource(
        country=country,
        file=file,
        year=year,
        subdivision=subdivision,
        workdays_matching=workdays_matching,
    )
    published = _read_holidays(source)
    if dry_run:
        changed = _fill_calendar(session, chosen, published, replace=replace)
    else:
        changed = _write_policy(session, chosen, published, replace=replace, no_commit=no_commit)
    _print_result(changed, published, replace=replace, dry_run=dry_run, as_json=as_json)


def _read_holidays(source: HolidaySource) -> PublishedYear:
    """Returns the holidays from the given source.

    Raises InvalidInput unless exactly one source is given, Broken if a library is not installed; and InvalidInput,
    Refused or Broken if the source cannot be read.
    """
    if (source.country is None) == (source.file is None):
        raise InvalidInput("calendar-from-where")
    try:
        published = _read_from_file(source, source.file) if source.file else _read_from_library(source)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in HOLIDAY_LIBRARIES:
            raise
        raise Broken("calendar-extra-missing", library=error.name) from error
    default_label = _("make-up working day")
    return dataclasses.replace(
        published, workdays={day: label or default_label for day, label in published.workdays.items()}
    )


def _read_from_library(source: HolidaySource) -> PublishedYear:
    if source.year is None:
        raise InvalidInput("calendar-year-needed")
    from complaintctl.exchange.holidays import holiday_library

    return holiday_library.holidays_from_library(
        str(source.country), source.subdivision, source.year, language.current_language()
    )


def _read_from_file(source: HolidaySource, file: Path) -> PublishedYear:
    from complaintctl.exchange.holidays import holidays

    if not file.is_file():
        raise InvalidInput("no-such-file", path=str(file))
    request = HolidayRequest(
        year=source.year, subdivision=source.subdivision, workdays_matching=source.workdays_matching
    )
    text = holidays.decode_holiday_file(file.read_bytes(), file.name)
    if holidays.is_icalendar(text):
        from complaintctl.exchange.holidays import icalendars

        return icalendars.holidays_from_icalendar(text, file.name, request)
    return holidays.holidays_from_json(text, file.name, request)


def _fill_calendar(session: Session, name: str, published: PublishedYear, *, replace: bool) -> PolicyChange:
    """Returns the current policy text and the text with the holidays.

    Raises Broken if the policy has faults, or if its text cannot be changed without changing anything else.
    """
    from complaintctl.storage.policy import policytext

    before = session.casebook.policy_path.read_bytes()
    current, problems = policyfile.parse_policy(before, session.casebook.policy_path)
    if current is None or name not in current.policy.calendars:
        print_problems(problems, session.casebook.root)
        raise Broken("policy-faulty", count=len(problems))
    old_calendar: Calendar = current.policy.calendars[name]
    filling = fill_calendar(old_calendar, published, replace=replace)
    after = policytext.update_calendar(before, name, old_calendar, filling.calendar)
    reparsed, _problems = policyfile.parse_policy(after, session.casebook.policy_path)
    calendars = {**current.policy.calendars, name: filling.calendar}
    # Parse the new text: if the policy differs from the intended one in any key, nothing is written.
    if reparsed is None or reparsed.policy != dataclasses.replace(current.policy, calendars=calendars):
        raise Broken("calendar-unwritable", calendar=name)
    return PolicyChange(name=name, before=before, after=after, filling=filling)


def _write_policy(
    session: Session, name: str, published: PublishedYear, *, replace: bool, no_commit: bool
) -> PolicyChange:
    """Change the policy under the casebook's lock with its own commit; writes nothing if nothing changes."""
    from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

    commit = should_commit(session, no_commit=no_commit)
    actor, _recorder = find_actor(session, None)
    with open_transaction(session.casebook, commit=commit) as transaction:
        print_completed(transaction)
        changed = _fill_calendar(session, name, published, replace=replace)
        if changed.after != changed.before:
            source = published.source.partition(" (")[0]
            change = CasebookChange(
                files={session.casebook.policy_path: changed.after},
                subject=f"Fill calendar {name} for {published.year} from {source}",
                actor=actor,
                commit=commit,
            )
            save_in_transaction(transaction, change)
    return changed


def _print_result(
    changed: PolicyChange, published: PublishedYear, *, replace: bool, dry_run: bool, as_json: bool
) -> None:
    from complaintctl.render.policy import calendar_filling
    from complaintctl.render.text import tables

    is_new = changed.after != changed.before
    result = calendar_filling.FillingResult(
        name=changed.name, year=published.year, filling=changed.filling, replace=replace, changed=is_new
    )
    if as_json:
        print_output(tables.json_document("filling", calendar_filling.filling_json(result, dry_run=dry_run)))
    elif dry_run and is_new:
        print_output(_text_diff(changed))
    elif not dry_run:
        print_output(calendar_filling.filling_text(result), "text")
    for words in calendar_filling.filling_notes(result, dry_run=dry_run):
        print_message(words)


def _text_diff(changed: PolicyChange) -> str:
    """Returns a unified diff of the policy with one line of context."""
    before, after = (text.decode().splitlines(keepends=True) for text in (changed.before, changed.after))
    lines = difflib.unified_diff(before, after, "complaintctl.yaml", "complaintctl.yaml", n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
