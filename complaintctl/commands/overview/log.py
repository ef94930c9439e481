"""Shows the timeline of a case: its events and the commits that contain them."""

from datetime import datetime
from typing import Any

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
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
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.render.case import cases, events
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import closed_case_path, open_case_path
from complaintctl.storage.git import git

# An event and the commit that contains it; one of them may be missing.
TimelineEntry = tuple[Event | None, git.Commit | None]
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
)


def log(
    ctx: typer.Context,
    case: options.Case,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show what happened and which commit says so; commits without an event are shown too."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    view = view_case(session, case, parse_as_of(session, None))
    entries = _timeline_entries(session, view.judged)
    if output_format == "json":
        print_output(tables.json_document("log", [_entry_json(*pair) for pair in entries]))
    elif output_format == "jsonl":
        print_output(tables.format_rows({}, [_entry_json(*pair) for pair in entries], output_format))
    elif output_format not in tables.READABLE_FORMATS:
        print_output(tables.format_raw_rows(COLUMNS, [_raw(*pair) for pair in entries], output_format))
    else:
        columns = {
            "at": _("when"),
            "by": _("who"),
            "did": _("did"),
            "what": _("what"),
            "event": _("event"),
            "commit": _("commit"),
        }
        print_output(
            tables.format_rows(columns, [_entry_row(session, pair) for pair in entries], output_format)
        )
    print_git_refusal(session.casebook)
    if session.casebook.repository is not None and git.is_shallow(session.casebook.repository):
        print_message(_("This clone has only part of the git history; older commits are missing here."))
    print_problems(view.problems, session.casebook.root)
    return view.exit_code


def _timeline_entries(session: Session, judged: JudgedCase) -> list[TimelineEntry]:
    """Returns the events with their commits, and the commits without an event of this case, in order of time."""
    commits = _case_commits(session, judged.case.id)
    commit_by_event = {event: commit for commit in commits for event in commit.events}
    event_ids = {event.id for event in judged.case.history}
    events: list[TimelineEntry] = [(event, commit_by_event.get(event.id)) for event in judged.case.history]
    others: list[TimelineEntry] = [(None, commit) for commit in commits if not event_ids & set(commit.events)]
    return sorted([*events, *others], key=_entry_time)


def _case_commits(session: Session, case_id: str) -> tuple[git.Commit, ...]:
    if session.casebook.repository is None:
        return ()
    paths = (open_case_path(session.casebook, case_id), closed_case_path(session.casebook, case_id))
    return git.commit_history(session.casebook.repository, paths)


def _entry_time(pair: TimelineEntry) -> datetime:
    event, commit = pair
    return event.at if event else datetime.fromisoformat(commit.at if commit else "")


def _entry_json(event: Event | None, commit: git.Commit | None) -> dict[str, Any]:
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
    }


def _raw(event: Event | None, commit: git.Commit | None) -> dict[str, Any]:
    """Returns a row of raw values; the changed fields are only in the JSON output."""
    if event is None:
        known = {"at": commit.at, "by": commit.author, "text": commit.subject} if commit else {}
        return {**known, "did": "commit", "commit": commit.hash if commit else None}
    known = cases.event_json(event)
    forced = ", ".join(event.forced) or None
    return {**known, "forced": forced, "event": event.id, "commit": commit.hash if commit else None}


def _entry_row(session: Session, pair: TimelineEntry) -> dict[str, str | None]:
    event, commit = pair
    by, did, what = _entry_words(session, event, commit)
    return {
        "at": values.moment_text(_entry_time(pair), session.rules.zone),
        "by": by,
        "did": labels.event_label(session.rules.policy, did),
        "what": what,
        "event": event.id if event else None,
        "commit": commit.hash if commit else None,
    }


def _entry_words(session: Session, event: Event | None, commit: git.Commit | None) -> tuple[str, str, str]:
    """Returns who acted, what was done, and a text about it."""
    if event is not None:
        return (
            events.actor_text(event.by, event.recorded_by),
            event.did,
            events.event_text(event, session.rules),
        )
    return (commit.author, "commit", commit.subject) if commit else ("", "", "")
