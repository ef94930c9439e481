"""One case's timeline: its events beside the commits that carry them."""

from datetime import datetime

from complaintctl.commands import desk, options
from complaintctl.domain.case import Event
from complaintctl.domain.deadlines import Judged
from complaintctl.render import cases, labels, tables, wording
from complaintctl.render.language import _
from complaintctl.storage import casebook, git


def log(case: options.Case, form: options.Format = "table", as_json: options.Json = False) -> int:
    """Show what happened and which commit says so; commits without an event are shown too."""
    form = tables.check_format("json" if as_json else form, tables.FORMATS)
    here = desk.sit_down()
    one = desk.one_case(here, case, desk.as_of(here, None))
    entries = _entries(here, one.judged)
    if form == "json":
        desk.show(tables.document("log", entries))
    else:
        columns = {
            "at": _("when"),
            "by": _("who"),
            "did": _("did"),
            "what": _("what"),
            "event": _("event"),
            "commit": _("commit"),
        }
        shown = [_readable(here, entry) for entry in entries] if form == "table" else entries
        desk.show(tables.rows(columns, shown, form))
    if here.book.repository is not None and git.is_shallow(here.book.repository):
        desk.say(_("This clone holds only a part of git's history; older commits are missing here."))
    desk.say_problems(one.problems, here.book.root)
    return one.exit_code


def _entries(here: desk.Desk, judged: Judged) -> list[dict[str, str | None]]:
    """Events with the commit that carries each, and the commits that carry none, in order of time."""
    commits = _commits(here, judged.case.id)
    carried = {event: commit for commit in commits for event in commit.events}
    told = {event.id for event in judged.case.history}
    events = [_event_entry(here, event, carried.get(event.id)) for event in judged.case.history]
    others = [_commit_entry(commit) for commit in commits if not told & set(commit.events)]
    return sorted([*events, *others], key=_moment)


def _event_entry(here: desk.Desk, event: Event, commit: git.Commit | None) -> dict[str, str | None]:
    return {
        "at": wording.iso(event.at),
        "event": event.id,
        "by": event.by,
        "did": event.did,
        "what": cases.event_words(event, here.rules.zone),
        "commit": commit.hash if commit else None,
        "author": commit.author if commit else None,
    }


def _commit_entry(commit: git.Commit) -> dict[str, str | None]:
    return {
        "at": commit.at,
        "event": None,
        "by": commit.author,
        "did": "commit",
        "what": commit.subject,
        "commit": commit.hash,
        "author": commit.author,
    }


def _commits(here: desk.Desk, case_id: str) -> tuple[git.Commit, ...]:
    if here.book.repository is None:
        return ()
    places = (casebook.open_path(here.book, case_id), casebook.closed_path(here.book, case_id))
    return git.history_of(here.book.repository, places)


def _moment(entry: dict[str, str | None]) -> float:
    return datetime.fromisoformat(entry["at"] or "").timestamp()


def _readable(here: desk.Desk, entry: dict[str, str | None]) -> dict[str, str | None]:
    """Times and events as people read them."""
    at = wording.moment(datetime.fromisoformat(entry["at"] or ""), here.rules.zone)
    return {**entry, "at": at, "did": labels.event(here.rules.policy, entry["did"] or "")}
