"""One case's timeline: its events beside the commits that carry them."""

from datetime import datetime
from typing import Any

from complaintctl.commands import options, session
from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.clocks import Judged
from complaintctl.render.case import cases, events
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook
from complaintctl.storage.git import git

# An event with the commit that carries it; either may be missing.
Pair = tuple[Event | None, git.Commit | None]
# The columns of the formats for programs; these are keys of an event, but for its id and its commit.
COLUMNS = ("at", "by", "did", "via", "to", "due", "met", "text", "reason", "event", "commit")


def log(case: options.Case, output_format: options.Format = "table", as_json: options.Json = False) -> int:
    """Show what happened and which commit says so; commits without an event are shown too."""
    output_format = tables.check_format("json" if as_json else output_format, tables.FORMATS)
    here = session.sit_down()
    one = session.one_case(here, case, session.as_of(here, None))
    pairs = _pairs(here, one.judged)
    if output_format == "json":
        session.show(tables.document("log", [_machine(*pair) for pair in pairs]))
    elif output_format == "jsonl":
        session.show(tables.rows({}, [_machine(*pair) for pair in pairs], output_format))
    elif output_format not in tables.FOR_PEOPLE:
        session.show(
            tables.rows({name: name for name in COLUMNS}, [_raw(*pair) for pair in pairs], output_format)
        )
    else:
        columns = {
            "at": _("when"),
            "by": _("who"),
            "did": _("did"),
            "what": _("what"),
            "event": _("event"),
            "commit": _("commit"),
        }
        session.show(tables.rows(columns, [_row(here, pair) for pair in pairs], output_format))
    if here.book.repository is not None and git.is_shallow(here.book.repository):
        session.say(_("This clone holds only a part of git's history; older commits are missing here."))
    session.say_problems(one.problems, here.book.root)
    return one.exit_code


def _pairs(here: session.Desk, judged: Judged) -> list[Pair]:
    """Events with the commit that carries each, and the commits that carry none, in order of time."""
    commits = _commits(here, judged.case.id)
    carried = {event: commit for commit in commits for event in commit.events}
    told = {event.id for event in judged.case.history}
    events: list[Pair] = [(event, carried.get(event.id)) for event in judged.case.history]
    others: list[Pair] = [(None, commit) for commit in commits if not told & set(commit.events)]
    return sorted([*events, *others], key=_moment)


def _commits(here: session.Desk, case_id: str) -> tuple[git.Commit, ...]:
    if here.book.repository is None:
        return ()
    places = (casebook.open_path(here.book, case_id), casebook.closed_path(here.book, case_id))
    return git.history_of(here.book.repository, places)


def _moment(pair: Pair) -> datetime:
    event, commit = pair
    return event.at if event else datetime.fromisoformat(commit.at if commit else "")


def _machine(event: Event | None, commit: git.Commit | None) -> dict[str, Any]:
    return {
        "did": event.did if event else "commit",
        "event": cases.event_machine(event) if event else None,
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
    """A row of keys and raw values; what changed in the case stands in the JSON alone."""
    if event is None:
        known = {"at": commit.at, "by": commit.author, "text": commit.subject} if commit else {}
        return {**known, "did": "commit", "commit": commit.hash if commit else None}
    known = cases.event_machine(event)
    return {**known, "event": event.id, "commit": commit.hash if commit else None}


def _row(here: session.Desk, pair: Pair) -> dict[str, str | None]:
    event, commit = pair
    by, did, what = _words(here, event, commit)
    return {
        "at": values.moment(_moment(pair), here.rules.zone),
        "by": by,
        "did": labels.event(here.rules.policy, did),
        "what": what,
        "event": event.id if event else None,
        "commit": commit.hash if commit else None,
    }


def _words(here: session.Desk, event: Event | None, commit: git.Commit | None) -> tuple[str, str, str]:
    """Who did what, and more about it."""
    if event is not None:
        return event.by, event.did, events.words(event, here.rules)
    return (commit.author, "commit", commit.subject) if commit else ("", "", "")
