"""One case's timeline: its events beside the commits that carry them."""

from complaintctl.commands import desk, options
from complaintctl.render import cases, tables, wording
from complaintctl.render.language import _
from complaintctl.storage import casebook, git


def log(case: options.Case, form: options.Format = "table", as_json: options.Json = False) -> int:
    """Show what happened and which commit says so; commits without an event are shown too."""
    form = tables.check_format("json" if as_json else form, tables.FORMATS)
    here = desk.sit_down()
    one = desk.one_case(here, case, desk.as_of(here, None))
    case_id = one.judged.case.id
    commits = _commits(here, case_id)
    carried = {event: commit for commit in commits for event in commit.events}
    entries = []
    for event in one.judged.progress.events:
        commit = carried.get(event.id)
        entries.append(
            {
                "at": wording.iso(event.at),
                "event": event.id,
                "by": event.by,
                "did": event.did,
                "what": cases.event_line(event, here.rules.zone).split(event.did, 1)[-1].strip(),
                "commit": commit.hash if commit else None,
                "author": commit.author if commit else None,
            }
        )
    told = {event.id for event in one.judged.progress.events}
    entries += [
        {
            "at": commit.at,
            "event": None,
            "by": commit.author,
            "did": "commit",
            "what": commit.subject,
            "commit": commit.hash,
            "author": commit.author,
        }
        for commit in commits
        if not told & set(commit.events)
    ]
    entries.sort(key=_moment)
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
        desk.show(tables.rows(columns, entries, form))
    if here.book.repository is not None and git.is_shallow(here.book.repository):
        desk.say(_("This clone holds only a part of git's history; older commits are missing here."))
    desk.say_problems(one.problems, here.book.root)
    return one.exit_code


def _commits(here: desk.Desk, case_id: str) -> tuple[git.Commit, ...]:
    if here.book.repository is None:
        return ()
    places = (casebook.open_path(here.book, case_id), casebook.closed_path(here.book, case_id))
    return git.history_of(here.book.repository, places)


def _moment(entry: dict[str, str | None]) -> float:
    from datetime import datetime

    return datetime.fromisoformat(entry["at"] or "").timestamp()
