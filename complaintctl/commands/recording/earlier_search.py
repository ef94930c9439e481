"""Decides requests; a closing whose policy asks for it waits for a word about earlier cases that are like the case."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from complaintctl.commands.recording import revealing
from complaintctl.commands.recording.recurring import NO_CASES, ChangedCases
from complaintctl.commands.session import Session, print_problems
from complaintctl.domain.case import earlier_cases, identity, old_names
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.earlier_cases import EarlierCase
from complaintctl.domain.lifecycle import guards, lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.policy.policy import closing_needs
from complaintctl.domain.problems import Problem
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import closed_case_files, open_case_files
from complaintctl.storage.case.fault_boundary import contain_case_faults

_CLOSING = "close"
_CAUSE = "cause.class"


def decide_request(
    session: Session, before: Case, request: Request, act: Attribution, changed: ChangedCases = NO_CASES
) -> Decision:
    """Returns what `lifecycle.decide_request` decides.

    A sealed customer is opened if the request changes one of their fields; raises Broken if nobody here can open it.
    Raises Refused if the case would be closed without a word about earlier cases that the policy asks for.
    """
    before = revealing.open_for_change(session, before, request.fields)
    decision = lifecycle.decide_request(before, session.rules, request, act)
    if not _is_word_needed(session, decision):
        return decision
    found = _earlier_cases(session, decision.case, changed)
    earlier = tuple(sorted(found, key=earlier_cases.order_of_likeness))
    if not earlier:
        return decision
    if request.did != _CLOSING:
        raise guards.recurrence_refusal(decision.case, earlier)
    return lifecycle.decide_request(before, session.rules, dataclasses.replace(request, earlier=earlier), act)


def _is_word_needed(session: Session, decision: Decision) -> bool:
    """Whether the case is closed now, or its outcome changed, and the policy asks for a word that it does not have."""
    case, did = decision.case, decision.event.did
    is_closing = did == _CLOSING or (did == "edit" and "outcome" in decision.changed)
    return (
        is_closing
        and case.status == "closed"
        and earlier_cases.RECURRENCE_NEED in closing_needs(session.rules.policy, str(case.outcome))
        and not earlier_cases.has_recurrence_answer(case)
    )


def _earlier_cases(session: Session, case: Case, changed: ChangedCases) -> Iterator[EarlierCase]:
    """Yields the open and closed cases that are like the case and were received before it.

    Prints the problems of faulty files and skips them.
    """
    values = dict(earlier_cases.compared_values(case))
    # Under an old name of the class the file does not have its key: then every file with a class is read.
    cause = values.pop(_CAUSE, None) if not session.rules.old_names.get(_CAUSE) else None
    texts = {name: "" if name == _CAUSE else identity.squeeze_text(value) for name, value in values.items()}
    keys = {_CAUSE: cause} if cause else {}
    is_known = bool(texts or keys)
    paths = (*open_case_files(session.casebook), *closed_case_files(session.casebook)) if is_known else ()
    for path in paths:
        if path.stem == case.id:
            continue
        other = changed.get(path)
        if other is None and prefilter.may_set_value(path, texts, keys):
            other = _read_case(session, path)
        if other is not None and (earlier := earlier_cases.compare_cases(case, other)):
            yield earlier


def _read_case(session: Session, path: Path) -> Case | None:
    unforeseen: list[Problem] = []
    case = None
    with contain_case_faults(path, unforeseen):
        loaded, problems = casefile.read_case(path)
        if loaded is None or not loaded.whole:
            print_problems(problems, session.casebook.root)
        else:
            case = old_names.with_current_names(loaded.case, session.rules.old_names)
    print_problems(unforeseen, session.casebook.root)
    return case
