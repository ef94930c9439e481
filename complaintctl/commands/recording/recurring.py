"""Recurrence: when a case gets a cause, the actions of earlier cases with that cause are opened again."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from complaintctl.commands.case_reading import counted_files
from complaintctl.commands.session import Session, print_message, print_problems
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.earlier_cases import RECURRENCE_LINK
from complaintctl.domain.lifecycle import lifecycle, recurring_actions
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.problems import Problem
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import all_case_files
from complaintctl.storage.case.fault_boundary import contain_case_faults

# The file of a case, and a decision about the case.
CaseDecision = tuple[Path, Decision]
# By file, the cases that the same command has changed and not written yet.
ChangedCases = Mapping[Path, Case]
NO_CASES: Final[ChangedCases] = MappingProxyType({})


# D-056: event and link go into one commit.
def decide_recurrences(
    session: Session, path: Path, decision: Decision, act: Attribution, changed: ChangedCases = NO_CASES
) -> list[CaseDecision]:
    """Returns the decisions that reopen actions of earlier cases, then those that link this case to them.

    Empty if the decision does not set cause or product. `changed`: cases that count as they are there.
    """
    case = decision.case
    if not recurring_actions.identifies_cause(case, decision.changed):
        return []
    reopenings = list(_reopening_decisions(session, case, act, changed))
    link_decisions = []
    for _path, reopening in reopenings:
        link = {RECURRENCE_LINK: reopening.case.id}
        if link not in case.links:
            linked = lifecycle.decide_request(case, session.rules, Request(did="link", link=link), act)
            link_decisions.append((path, linked))
            case = linked.case
    return [*reopenings, *link_decisions]


def _reopening_decisions(
    session: Session, later: Case, act: Attribution, changed: ChangedCases
) -> Iterator[CaseDecision]:
    """Yields the decision for each other case, open or closed, whose actions the later case reopens.

    Prints the problems of faulty files and skips them.
    """
    found: list[Problem] = []
    with counted_files(all_case_files(session.casebook)) as paths:
        for path in paths:
            # D-056: files without actions are not parsed.
            if path.stem == later.id or not (path in changed or prefilter.may_contain_field(path, "actions")):
                continue
            made: list[CaseDecision] = []
            with contain_case_faults(path, found):
                loaded, problems = casefile.read_case(path)
                if loaded is None or not loaded.whole:
                    found += problems
                else:
                    current = casefile.with_current_names(loaded, session.rules.old_names).case
                    made += _reopening_decision(session, path, changed.get(path, current), later, act)
            yield from made
    print_problems(found, session.casebook.root)


def _reopening_decision(
    session: Session, path: Path, earlier: Case, later: Case, act: Attribution
) -> Iterator[CaseDecision]:
    if not recurring_actions.is_recurrence(earlier, later):
        return
    at = recurring_actions.time_after_actions(earlier, act.at)
    left = recurring_actions.reopen_actions(earlier, later, session.rules, at)
    if left != earlier.actions:
        link = {recurring_actions.RECURRED_LINK: later.id}
        request = Request(did=recurring_actions.RECURRED_EVENT, fields={"actions": left}, link=link)
        act = dataclasses.replace(act, at=at)
        yield path, lifecycle.decide_request(earlier, session.rules, request, act)


def recurrences_json(more: Sequence[CaseDecision]) -> dict[str, Any]:
    """Returns the reopened actions as JSON; empty if there are none."""
    reopened = _reopened_actions(more)
    return {"opened_again": reopened} if reopened else {}


def _reopened_actions(more: Sequence[CaseDecision]) -> list[dict[str, Any]]:
    return [
        {
            "case": decision.case.id,
            "number": number,
            "what": action.what,
            "who": action.who,
            "due": action.due.isoformat(),
            "check": action.check.isoformat() if action.check else None,
        }
        for _path, decision in more
        if decision.event.did == recurring_actions.RECURRED_EVENT
        for number, action in recurring_actions.reopened_actions(decision.case, str(decision.event.link))
    ]


def print_recurrences(more: Sequence[CaseDecision]) -> None:
    """Print each reopened action on a line."""
    template = _("The problem recurred: action {number} of {case} is open again, due {due}: {what} ({who})")
    for entry in _reopened_actions(more):
        print_message(template.format(**entry))
