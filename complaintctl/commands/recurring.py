"""What a recorded cause brings besides its own event: actions of earlier cases that did not hold are open again."""

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from complaintctl.commands import session
from complaintctl.commands.session import Desk
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle import lifecycle, recurring_actions
from complaintctl.domain.lifecycle.lifecycle import Act, Decision, Request
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook, casefile, prefilter

# A decision with the file of its case.
Made = tuple[Path, Decision]


def decided(here: Desk, path: Path, decision: Decision, act: Act) -> list[Made]:
    """The events of the earlier cases whose actions are open again, then those that link this case to them."""
    case = decision.case
    if not recurring_actions.is_told(case, decision.changed):
        return []
    again = list(_again(here, case, act))
    links = []
    for _path, made in again:
        link = {recurring_actions.BACK: made.case.id}
        if link not in case.links:
            linked = lifecycle.decide(case, here.rules, Request(did="link", link=link), act)
            links.append((path, linked))
            case = linked.case
    return [*again, *links]


def _again(here: Desk, later: Case, act: Act) -> Iterator[Made]:
    """Every other case, open or closed, that has actions which the later one opens again."""
    for path in (*casebook.open_files(here.book), *casebook.closed_files(here.book)):
        if path.stem == later.id or not prefilter.may_say(path, "actions"):
            continue
        loaded, problems = casefile.read(path)
        if loaded is None or not loaded.whole:
            session.say_problems(problems, here.book.root)
        elif recurring_actions.is_again(loaded.case, later):
            at = recurring_actions.after_all(loaded.case, act.at)
            left = recurring_actions.opened_again(loaded.case, later, here.rules, at)
            if left != loaded.case.actions:
                link = {recurring_actions.AGAIN: later.id}
                request = Request(did=recurring_actions.DID, facts={"actions": left}, link=link)
                made = lifecycle.decide(loaded.case, here.rules, request, dataclasses.replace(act, at=at))
                yield path, made


def machine(more: Sequence[Made]) -> dict[str, Any]:
    """The actions that are open again, where there are any, for machines."""
    again = _opened_again(more)
    return {"opened_again": again} if again else {}


def _opened_again(more: Sequence[Made]) -> list[dict[str, Any]]:
    return [
        {
            "case": made.case.id,
            "number": number,
            "what": action.what,
            "who": action.who,
            "due": action.due.isoformat(),
            "check": action.check.isoformat() if action.check else None,
        }
        for _path, made in more
        if made.event.did == recurring_actions.DID
        for number, action in recurring_actions.numbered(made.case, str(made.event.link))
    ]


def say(more: Sequence[Made]) -> None:
    """The actions that are open again, each on a line."""
    words = _("It came again: action {number} of {case} is open again, due {due}: {what} ({who})")
    for entry in _opened_again(more):
        session.say(words.format(**entry))
