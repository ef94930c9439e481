"""Public holidays into a calendar of the policy: from a library or a file, gently, never at run time."""

import dataclasses
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.policy import calendar, policy_completion
from complaintctl.commands.recording import find_actor, print_completed, should_commit
from complaintctl.commands.session import Session, open_session, print_message, print_output, print_problems
from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime.published_holidays import CalendarFilling, PublishedYear, fill_calendar
from complaintctl.errors import Broken, InvalidInput
from complaintctl.exchange.holidays.request import HolidayRequest
from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.storage.policy import policyfile

# The libraries of the extra `calendars`: without one of them the reading modules cannot be loaded.
HOLIDAY_LIBRARIES = ("holidays", "icalendar", "dateutil")


@dataclass(frozen=True, kw_only=True, slots=True)
class HolidaySource:
    """Where the days come from, as typed."""

    country: str | None
    file: Path | None
    year: int | None
    subdivision: str | None
    workdays_matching: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyChange:
    """The policy's text before and after, and what the filling did to the calendar."""

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
        calendar.year_option(_("The year; may be left out where the file is about one year.")),
    ] = None,
    subdivision: Annotated[
        str | None,
        typer.Option(
            "--subdivision", metavar="PART", help=_("A part of the country: BY, ENG, england-and-wales.")
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
            help=_("Change the days that your calendar has otherwise; else they stay and are named."),
            show_default=False,
        ),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help=_("Write nothing; show what would change."), show_default=False),
    ] = False,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Write the holidays and make-up working days of a year into a calendar; every other line stays as it is."""
    session = open_session(casebook_dir(ctx))
    chosen = calendar.choose_calendar(session.rules.policy, name)
    origin = HolidaySource(
        country=country,
        file=file,
        year=year,
        subdivision=subdivision,
        workdays_matching=workdays_matching,
    )
    published = _read_holidays(origin)
    if dry_run:
        changed = _fill_calendar(session, chosen, published, replace=replace)
    else:
        changed = _write_policy(session, chosen, published, replace=replace, no_commit=no_commit)
    _print_result(changed, published, replace=replace, dry_run=dry_run, as_json=as_json)


def _read_holidays(origin: HolidaySource) -> PublishedYear:
    """The days, from the one source that was named; raises InvalidInput, Refused or Broken."""
    if (origin.country is None) == (origin.file is None):
        raise InvalidInput("calendar-from-where")
    try:
        found = _read_from_file(origin, origin.file) if origin.file else _read_from_library(origin)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in HOLIDAY_LIBRARIES:
            raise
        raise Broken("calendar-extra-missing", library=error.name) from error
    name = _("make-up working day")
    return dataclasses.replace(found, workdays={day: said or name for day, said in found.workdays.items()})


def _read_from_library(origin: HolidaySource) -> PublishedYear:
    if origin.year is None:
        raise InvalidInput("calendar-year-needed")
    from complaintctl.exchange.holidays import holiday_library

    return holiday_library.holidays_from_library(
        str(origin.country), origin.subdivision, origin.year, language.current_language()
    )


def _read_from_file(origin: HolidaySource, file: Path) -> PublishedYear:
    from complaintctl.exchange.holidays import holidays

    if not file.is_file():
        raise InvalidInput("no-such-file", path=str(file))
    wanted = HolidayRequest(
        year=origin.year, subdivision=origin.subdivision, workdays_matching=origin.workdays_matching
    )
    text = holidays.decode_holiday_file(file.read_bytes(), file.name)
    if holidays.is_icalendar(text):
        from complaintctl.exchange.holidays import icalendars

        return icalendars.holidays_from_icalendar(text, file.name, wanted)
    return holidays.holidays_from_json(text, file.name, wanted)


def _fill_calendar(session: Session, name: str, published: PublishedYear, *, replace: bool) -> PolicyChange:
    """The policy as it stands now and as it would stand; raises Broken where it cannot be changed gently."""
    from complaintctl.storage.policy import policytext

    before = session.casebook.policy_path.read_bytes()
    found, problems = policyfile.parse_policy(before, session.casebook.policy_path)
    if found is None or name not in found.policy.calendars:
        print_problems(problems, session.casebook.root)
        raise Broken("policy-faulty", count=len(problems))
    entry: Calendar = found.policy.calendars[name]
    filling = fill_calendar(entry, published, replace=replace)
    after = policytext.update_calendar(before, name, entry, filling.calendar)
    read_again, _problems = policyfile.parse_policy(after, session.casebook.policy_path)
    calendars = {**found.policy.calendars, name: filling.calendar}
    # What is read again must be what was meant, to the last key; else nothing is written.
    if read_again is None or read_again.policy != dataclasses.replace(found.policy, calendars=calendars):
        raise Broken("calendar-unwritable", calendar=name)
    return PolicyChange(name=name, before=before, after=after, filling=filling)


def _write_policy(
    session: Session, name: str, published: PublishedYear, *, replace: bool, no_commit: bool
) -> PolicyChange:
    """Change the policy under the casebook's lock, in a commit of its own; nothing where nothing changes."""
    from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

    commit = should_commit(session, no_commit=no_commit)
    actor, _recorder = find_actor(session, None)
    with open_transaction(session.casebook, commit=commit) as transaction:
        print_completed(transaction)
        changed = _fill_calendar(session, name, published, replace=replace)
        if changed.after != changed.before:
            origin = published.source.partition(" (")[0]
            change = CasebookChange(
                files={session.casebook.policy_path: changed.after},
                subject=f"Fill calendar {name} for {published.year} from {origin}",
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
    told = calendar_filling.FillingResult(
        name=changed.name, year=published.year, filling=changed.filling, replace=replace, changed=is_new
    )
    if as_json:
        print_output(tables.json_document("filling", calendar_filling.filling_json(told, dry_run=dry_run)))
    elif dry_run and is_new:
        print_output(_text_diff(changed))
    elif not dry_run:
        print_output(calendar_filling.filling_text(told), "text")
    for words in calendar_filling.filling_notes(told, dry_run=dry_run):
        print_message(words)


def _text_diff(changed: PolicyChange) -> str:
    """The lines that would change, with those around them."""
    before, after = (text.decode().splitlines(keepends=True) for text in (changed.before, changed.after))
    lines = difflib.unified_diff(before, after, "complaintctl.yaml", "complaintctl.yaml", n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
