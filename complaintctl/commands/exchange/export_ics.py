"""Writes the due times of all cases, or of one person's cases, into a calendar file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    parse_person,
    print_message,
    print_problems,
    problems_exit_code,
    write_output,
)
from complaintctl.domain.case import data_state, vocabulary
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.sending.calendar_entries import (
    CalendarEntry,
    CalendarItem,
    CalendarScope,
    list_entries,
    months_to_search,
)
from complaintctl.errors import Broken
from complaintctl.render.sending.calendar_items import calendar_item
from complaintctl.render.text.language import _, current_language, ngettext
from complaintctl.storage.case import prefilter
from complaintctl.storage.git import git

# What an entry of the calendar is; a to-do can be completed, an event is shown by every program.
_KINDS = ("todo", "event")


def export_ics(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help=_("The calendar file to write. Default: standard output.")),
    ] = None,
    owner: options.Owner = None,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            help=_("What the entries are: todo, or event for programs that do not show to-dos."),
            autocompletion=completion.choice_completer(_KINDS),
        ),
    ] = "todo",
    ended: Annotated[
        int,
        typer.Option(
            "--ended",
            metavar="DAYS",
            min=0,
            max=366,
            help=_("For how many days ended entries stay in the file, completed or cancelled."),
        ),
    ] = 30,
    with_title: Annotated[
        bool,
        typer.Option(
            "--with-title",
            help=_("Show the title of each case, too; it may hold personal data."),
            show_default=False,
        ),
    ] = False,
    as_of: options.AsOf = None,
    no_index: options.NoIndex = False,
) -> int:
    """Write running due times, and those that ended lately, as to-dos or events with alarms at the warnings."""
    vocabulary.parse_choice("--as", {name: {} for name in _KINDS}, kind)
    session = open_session(casebook_dir(ctx), index=not no_index)
    moment = parse_as_of(session, as_of)
    scope = _scope(session, moment - timedelta(days=ended), parse_person(session, owner))
    reader = CaseReader(
        session=session,
        moment=moment,
        archive=True,
        may_match=lambda path: _may_have_entries(session, path, scope.since, moment),
    )
    items = [
        calendar_item(
            entry, session.rules, with_title=with_title and data_state.restriction_of(entry.case) is None
        )
        for entry in _entries(reader, scope)
    ]
    private = session.casebook.private and with_title
    write_output(_calendar_bytes(session, items, kind, scope.owner), file, private=private)
    print_problems(reader.problems, session.casebook.root)
    if file is not None:
        running = sum(item.status in {"open", "paused"} for item in items)
        words = ngettext("{count} running due time", "{count} running due times", running)
        more = _("{file}: {running}, {ended} ended").format(
            file=file, running=words.format(count=running), ended=len(items) - running
        )
        print_message(more)
    return problems_exit_code(reader.problems)


def _scope(session: Session, since: datetime, owner: str | None) -> CalendarScope:
    repository = session.casebook.repository
    versions = git.recorded_versions(repository, session.casebook.policy_path) if repository else ()
    if repository is not None and git.is_shallow(repository):
        print_message(
            _(
                "This clone holds only a part of the history, so a calendar may ignore a changed policy: clone it whole."
            )
        )
    return CalendarScope(
        since=since, owner=owner, versions=len(versions), policy_at=versions[0] if versions else None
    )


def _may_have_entries(session: Session, path: Path, since: datetime, moment: datetime) -> bool:
    """Whether a file may have entries: an open case, an archived one with an action or with an event lately."""
    if path.parent == session.casebook.open_folder:
        return True
    months = months_to_search(session.rules, since, moment)
    return prefilter.may_contain_text(path, *months) or prefilter.may_contain_field(path, "actions")


def _entries(reader: CaseReader, scope: CalendarScope) -> Iterator[CalendarEntry]:
    def list_all(_path: Path, judged: JudgedCase) -> list[CalendarEntry]:
        return list(list_entries(judged, scope))

    found = [entry for entries in reader.results(list_all) for entry in entries]
    return iter(sorted(found, key=_entry_order))


def _entry_order(entry: CalendarEntry) -> tuple[str, str]:
    return entry.case.id, entry.name


def _calendar_bytes(session: Session, items: list[CalendarItem], kind: str, owner: str | None) -> bytes:
    """Returns the file; raises Broken if the library of the extra `calendars` is not installed."""
    try:
        from complaintctl.exchange.sending.icalendar_file import calendar_bytes
    except ModuleNotFoundError as error:
        raise Broken("calendar-extra-missing", library=error.name) from error
    policy = session.rules.policy
    name = policy.label.get(current_language()) or policy.name
    title = _("Due times: {name}").format(name=name)
    return calendar_bytes(
        items, "event" if kind == "event" else "todo", f"{title} ({owner})" if owner else title
    )
