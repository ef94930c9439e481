"""Shows the timeline of a case: its events and the commits that contain them."""

from datetime import datetime
from typing import Any

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    CaseView,
    Session,
    open_session,
    parse_as_of,
    print_git_refusal,
    print_message,
    print_output,
    print_problems,
    view_case,
)
from complaintctl.domain.case.case import Event
from complaintctl.render.case import cases, events
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.audit.altered_events import find_altered_events
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.case.casebook import closed_case_path, open_case_path
from complaintctl.storage.git import git, revisions
from complaintctl.storage.git.revisions import Commit

# An event, the commit that contains it, and whether it differs from that; event or commit may be missing.
TimelineEntry = tuple[Event | None, Commit | None, bool]
# The columns of the formats for programs; these are keys of an event, but for its id and its commit.
COLUMNS = (
    "at",
    "by",
    "did",
    "via",
    "to",
    "due",
    "met",
    "text",
    "reason",
    "forced",
    "event",
    "commit",
    "recorded_by",
    "altered",
)


def log(
    ctx: typer.Context,
    case: options.Case,
    reveal: options.Reveal = False,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show what happened and which commit says so; commits without an event are shown too."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), reveal=reveal)
    view = view_case(session, case, parse_as_of(session, None))
    entries = _timeline_entries(session, view)
    if output_format in tables.JSON_FORMATS:
        rows = _entries_json(session, entries)
        is_json = output_format == "json"
        print_output(
            tables.json_document("log", rows) if is_json else tables.format_rows({}, rows, output_format)
        )
    elif output_format not in tables.READABLE_FORMATS:
        print_output(tables.format_raw_rows(COLUMNS, [_raw(*entry) for entry in entries], output_format))
    else:
        columns = {
            "at": _("when"),
            "by": _("who"),
            "did": _("did"),
            "what": _("what"),
            "event": _("event"),
            "commit": _("commit"),
        }
        if any(altered for _event, _commit, altered in entries):
            columns["altered"] = _("altered")
        print_output(
            tables.format_rows(columns, [_entry_row(session, entry) for entry in entries], output_format)
        )
        _print_altered(entries)
    print_git_refusal(session.casebook)
    if session.casebook.repository is not None and git.is_shallow(session.casebook.repository):
        print_message(_("This clone has only part of the git history; older commits are missing here."))
    print_problems(view.problems, session.casebook.root)
    return view.exit_code


def _print_altered(entries: list[TimelineEntry]) -> None:
    """Say how many events differ from their commit, if any."""
    count = sum(altered for _event, _commit, altered in entries)
    if count:
        words = ngettext(
            "{count} event is not as it was recorded. See what contradicts the history: complaintctl verify",
            "{count} events are not as they were recorded. See what contradicts the history: complaintctl verify",
            count,
        )
        print_message(words.format(count=count))


def _timeline_entries(session: Session, view: CaseView) -> list[TimelineEntry]:
    """Returns the events with their commits, and the commits without an event of this case, in order of time."""
    judged = view.judged
    commits = _case_commits(session, judged.case.id)
    altered = _altered_events(session, view, commits)
    commit_by_event = {event: commit for commit in commits for event in commit.events}
    event_ids = {event.id for event in judged.case.history}
    events: list[TimelineEntry] = [
        (event, commit_by_event.get(event.id), event.id in altered) for event in judged.case.history
    ]
    others: list[TimelineEntry] = [
        (None, commit, False) for commit in commits if not event_ids & set(commit.events)
    ]
    return sorted([*events, *others], key=_entry_time)


def _altered_events(session: Session, view: CaseView, commits: tuple[Commit, ...]) -> frozenset[str]:
    """Returns the events in the file that are not as their commit has them."""
    casebook = session.casebook
    if casebook.repository is None or not commits:
        return frozenset()
    layout = Layout(casebook=casebook, repository=casebook.repository)
    names = [commit.hash for commit in commits]
    return find_altered_events(layout, view.judged.case.id, view.path.read_bytes(), names)


def _case_commits(session: Session, case_id: str) -> tuple[Commit, ...]:
    if session.casebook.repository is None:
        return ()
    paths = (open_case_path(session.casebook, case_id), closed_case_path(session.casebook, case_id))
    return revisions.commit_history(session.casebook.repository, paths)


def _entry_time(entry: TimelineEntry) -> datetime:
    event, commit, _altered = entry
    return event.at if event else datetime.fromisoformat(commit.at if commit else "")


def _entries_json(session: Session, entries: list[TimelineEntry]) -> list[dict[str, Any]]:
    rows = [_entry_json(*entry) for entry in entries]
    shown = iter(session.display.event_records([row["event"] for row in rows if row["event"]]))
    return [{**row, "event": next(shown) if row["event"] else None} for row in rows]


def _entry_json(event: Event | None, commit: Commit | None, altered: bool) -> dict[str, Any]:
    return {
        "did": event.did if event else "commit",
        "event": cases.event_json(event) if event else None,
        "commit": {
            "hash": commit.hash,
            "author": commit.author,
            "at": commit.at,
            "subject": commit.subject,
        }
        if commit
        else None,
        "altered": altered,
    }


def _raw(event: Event | None, commit: Commit | None, altered: bool) -> dict[str, Any]:
    """Returns a row of raw values; the changed fields are only in the JSON output."""
    if event is None:
        known = {"at": commit.at, "by": commit.author, "text": commit.subject} if commit else {}
        return {**known, "did": "commit", "commit": commit.hash if commit else None}
    known = cases.event_json(event)
    forced = ", ".join(event.forced) or None
    return {
        **known,
        "forced": forced,
        "event": event.id,
        "commit": commit.hash if commit else None,
        "altered": altered,
    }


def _entry_row(session: Session, entry: TimelineEntry) -> dict[str, str | None]:
    event, commit, altered = entry
    by, did, what = _entry_words(session, event, commit)
    return {
        "at": values.moment_text(_entry_time(entry), session.rules.zone),
        "by": by,
        "did": labels.event_label(session.rules.policy, did),
        "what": what,
        "event": event.id if event else None,
        "commit": commit.hash if commit else None,
        "altered": _("altered") if altered else None,
    }


def _entry_words(session: Session, event: Event | None, commit: Commit | None) -> tuple[str, str, str]:
    """Returns who acted, what was done, and a text about it."""
    if event is not None:
        return (
            events.actor_text(event.by, event.recorded_by),
            event.did,
            events.event_text(event, session.rules),
        )
    return (commit.author, "commit", commit.subject) if commit else ("", "", "")
