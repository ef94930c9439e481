"""Public holidays into a calendar of the policy: from a library or a file, gently, never at run time."""

import dataclasses
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options, session
from complaintctl.commands import recording as recorder
from complaintctl.commands.policy import calendar, policy_completion
from complaintctl.commands.session import Desk
from complaintctl.domain.policy.policy import Calendar
from complaintctl.domain.worktime.published_holidays import Filling, Published, filled
from complaintctl.errors import Broken, Misspelt
from complaintctl.exchange.holidays.request import Wanted
from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.storage.policy import policyfile

# The libraries of the extra `calendars`: without one of them the reading modules cannot be loaded.
LIBRARIES = ("holidays", "icalendar", "dateutil")


@dataclass(frozen=True, kw_only=True, slots=True)
class From:
    """Where the days come from, as typed."""

    country: str | None
    file: Path | None
    year: int | None
    subdivision: str | None
    workdays_matching: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """The policy's text before and after, and what the filling did to the calendar."""

    name: str
    before: bytes
    after: bytes
    filling: Filling


def fill(
    name: calendar.Name = None,
    country: Annotated[
        str | None,
        typer.Option(
            "--country",
            metavar="CODE",
            help=_("From the library holidays: CN, GB, DE …"),
            autocompletion=policy_completion.countries,
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
    here = session.sit_down()
    chosen = calendar.named(here.rules.policy, name)
    origin = From(
        country=country,
        file=file,
        year=year,
        subdivision=subdivision,
        workdays_matching=workdays_matching,
    )
    published = _published(origin)
    if dry_run:
        changed = _changed(here, chosen, published, replace=replace)
    else:
        changed = _written(here, chosen, published, replace=replace, no_commit=no_commit)
    _say(changed, published, replace=replace, dry_run=dry_run, as_json=as_json)


def _published(origin: From) -> Published:
    """The days, from the one source that was named; raises Misspelt, Refused or Broken."""
    if (origin.country is None) == (origin.file is None):
        raise Misspelt("calendar-from-where")
    try:
        found = _from_file(origin, origin.file) if origin.file else _from_library(origin)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in LIBRARIES:
            raise
        raise Broken("calendar-extra-missing", library=error.name) from error
    name = _("make-up working day")
    return dataclasses.replace(found, workdays={day: said or name for day, said in found.workdays.items()})


def _from_library(origin: From) -> Published:
    if origin.year is None:
        raise Misspelt("calendar-year-needed")
    from complaintctl.exchange.holidays import holiday_library

    return holiday_library.published(str(origin.country), origin.subdivision, origin.year, language.current())


def _from_file(origin: From, file: Path) -> Published:
    from complaintctl.exchange.holidays import holidays

    if not file.is_file():
        raise Misspelt("no-such-file", path=str(file))
    wanted = Wanted(
        year=origin.year, subdivision=origin.subdivision, workdays_matching=origin.workdays_matching
    )
    text = holidays.text_of(file.read_bytes(), file.name)
    if holidays.is_icalendar(text):
        from complaintctl.exchange.holidays import icalendars

        return icalendars.published(text, file.name, wanted)
    return holidays.published(text, file.name, wanted)


def _changed(here: Desk, name: str, published: Published, *, replace: bool) -> Changed:
    """The policy as it stands now and as it would stand; raises Broken where it cannot be changed gently."""
    from complaintctl.storage.policy import policytext

    before = here.book.policy_path.read_bytes()
    found, problems = policyfile.parse(before, here.book.policy_path)
    if found is None or name not in found.policy.calendars:
        session.say_problems(problems, here.book.root)
        raise Broken("policy-faulty", count=len(problems))
    entry: Calendar = found.policy.calendars[name]
    filling = filled(entry, published, replace=replace)
    after = policytext.with_calendar(before, name, entry, filling.calendar)
    read_again, _problems = policyfile.parse(after, here.book.policy_path)
    calendars = {**found.policy.calendars, name: filling.calendar}
    # What is read again must be what was meant, to the last key; else nothing is written.
    if read_again is None or read_again.policy != dataclasses.replace(found.policy, calendars=calendars):
        raise Broken("calendar-unwritable", calendar=name)
    return Changed(name=name, before=before, after=after, filling=filling)


def _written(here: Desk, name: str, published: Published, *, replace: bool, no_commit: bool) -> Changed:
    """Change the policy under the casebook's lock, in a commit of its own; nothing where nothing changes."""
    from complaintctl.storage.write import transaction

    plain = recorder.How(at=None, by=None, no_commit=no_commit, as_json=False)
    commit = recorder.commits(here, plain)
    actor, _recorder = recorder.actor(here, None)
    with transaction.writing(here.book) as session:
        recorder.say_completed(session.completed)
        changed = _changed(here, name, published, replace=replace)
        if changed.after != changed.before:
            origin = published.source.partition(" (")[0]
            change = transaction.Change(
                files={here.book.policy_path: changed.after},
                subject=f"Fill calendar {name} for {published.year} from {origin}",
                actor=actor,
                commit=commit,
            )
            transaction.save(session, change)
    return changed


def _say(changed: Changed, published: Published, *, replace: bool, dry_run: bool, as_json: bool) -> None:
    from complaintctl.render.policy import calendar_filling
    from complaintctl.render.text import tables

    is_new = changed.after != changed.before
    told = calendar_filling.Told(
        name=changed.name, year=published.year, filling=changed.filling, replace=replace, changed=is_new
    )
    if as_json:
        session.show(tables.document("filling", calendar_filling.machine(told, dry_run=dry_run)))
    elif dry_run and is_new:
        session.show(_difference(changed))
    elif not dry_run:
        session.show(calendar_filling.text(told), "text")
    for words in calendar_filling.talk(told, dry_run=dry_run):
        session.say(words)


def _difference(changed: Changed) -> str:
    """The lines that would change, with those around them."""
    before, after = (text.decode().splitlines(keepends=True) for text in (changed.before, changed.after))
    lines = difflib.unified_diff(before, after, "complaintctl.yaml", "complaintctl.yaml", n=1)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
