"""Records a shortcut of the policy: several steps of one case at one moment, each its own event, with one commit."""

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from complaintctl.commands.input import case_choice, step_questions
from complaintctl.commands.input.event_options import EventOptions
from complaintctl.commands.input.step_questions import Answers
from complaintctl.commands.recording import duplicates, earlier_search, recording, recurring
from complaintctl.commands.recording.recurring import CaseDecision
from complaintctl.commands.session import (
    Session,
    add_department,
    current_time,
    open_session,
    print_message,
    print_output,
)
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.lifecycle.missing_facts import values_by_step
from complaintctl.domain.policy.policy import Shortcut
from complaintctl.errors import InvalidInput
from complaintctl.render.case.cases import event_json
from complaintctl.storage.case.casebook import find_case_file
from complaintctl.storage.write.settling import explain_stop
from complaintctl.storage.write.transaction import CasebookChange, open_transaction

MOST_SUBJECT: Final = 72
# Makes the request of one of the steps with everything that was typed.
MakeRequest = Callable[[Session, str], Request]


def record_shortcut(
    words: Sequence[str] | None, options: EventOptions, shortcut: Shortcut, make: MakeRequest
) -> None:
    """Record the steps of a shortcut; every rule of each step counts, and if one is refused, none is recorded.

    What was typed goes to the step that needs it; other values, the text and the channel to the first step, a promise
    to the last one before the closing. On a terminal, asks for what the steps lack.
    """
    words = words or ()
    if options.where or not case_choice.is_single(words, options):
        raise InvalidInput("shortcut-one-case")
    session = open_session(options.casebook_dir)
    answers = [Answers() for _step in shortcut.steps]
    if options.may_ask:
        case = recording.read_whole_case(session, find_case_file(session.casebook, words[0]))
        act = recording.parse_attribution(session, options.at, options.by)
        requests = _requests(session, case, shortcut, make)
        answers = _ask_for_all(session, case, act, requests)
    commit = recording.should_commit(session, no_commit=options.no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        # Others may have recorded events while we waited for the lock, so read the clock again.
        session = dataclasses.replace(session, now=current_time())
        path = find_case_file(session.casebook, words[0])
        case = recording.read_whole_case(session, path)
        act = recording.parse_attribution(session, options.at, options.by)
        requests = [
            known.complete(session, request)
            for known, request in zip(answers, _requests(session, case, shortcut, make), strict=True)
        ]
        own, decisions = _decide_all(session, path, case, requests, act)
        ids = dict.fromkeys(decision.case.id for _path, decision in decisions)
        change = CasebookChange(
            files={},
            subject=_commit_subject(own),
            case_id=case.id,
            others=tuple(case_id for case_id in ids if case_id != case.id),
            actor=recording.commit_actor(session, act.by),
            commit=commit,
        )
        target = recording.save_decisions(session, transaction, decisions, change)[path]
    with explain_stop(committed=commit):
        _print_recorded(session, own, decisions, target, options)


def _requests(session: Session, case: Case, shortcut: Shortcut, make: MakeRequest) -> list[Request]:
    """Returns a request for each step, with what it needs of what was typed."""
    typed = [make(session, did) for did in shortcut.steps]
    values = values_by_step(session.rules, case, shortcut.steps, typed[0].fields)
    last = max(index for index, did in enumerate(shortcut.steps) if did != "close" or len(typed) == 1)
    return [
        dataclasses.replace(
            request,
            fields=add_department(session, own) if request.did == "classify" else own,
            via=request.via if index == 0 else None,
            text=request.text if index == 0 else None,
            promises=request.promises if index == last else (),
        )
        for index, (request, own) in enumerate(zip(typed, values, strict=True))
    ]


def _ask_for_all(
    session: Session, case: Case, act: Attribution, requests: Sequence[Request]
) -> list[Answers]:
    """Ask for what each step lacks after the steps before it; raises the refusal of a step that no answer can change."""
    answers = []
    for request in requests:
        known = step_questions.ask_for_request(session, case, act, request, {})
        completed = known.complete(session, request)
        case = earlier_search.decide_request(session, case, completed, act).case
        answers.append(known)
    return answers


def _decide_all(
    session: Session, path: Path, case: Case, requests: Sequence[Request], act: Attribution
) -> tuple[list[Decision], list[CaseDecision]]:
    """Returns the decisions about the steps, and these with everything that follows from them, in order."""
    own: list[Decision] = []
    decisions: list[CaseDecision] = []
    for request in requests:
        decision = earlier_search.decide_request(session, case, request, act, dict(_changed(decisions)))
        duplicates.check_original(session, case, decision)
        more = recurring.decide_recurrences(session, path, decision, act, dict(_changed(decisions)))
        own.append(decision)
        decisions += [(path, decision), *more]
        case = dict(_changed(decisions))[path]
    return own, decisions


def _changed(decisions: Sequence[CaseDecision]) -> list[tuple[Path, Case]]:
    return [(path, decision.case) for path, decision in decisions]


def _commit_subject(own: Sequence[Decision]) -> str:
    """Returns the subject of the commit: case and steps, without any value."""
    subject = f"{own[0].case.id} {', '.join(decision.event.did for decision in own)}"
    return subject if len(subject) <= MOST_SUBJECT else f"{subject[: MOST_SUBJECT - 1]}…"


def _print_recorded(
    session: Session,
    own: Sequence[Decision],
    decisions: Sequence[CaseDecision],
    target: Path,
    options: EventOptions,
) -> None:
    """Print each step that was recorded, whether it was in time, and what is due next."""
    *before, last = own
    case = [decision.case for _path, decision in decisions if decision.case.id == last.case.id][-1]
    if options.as_json:
        events = {"events": session.display.event_records([event_json(decision.event) for decision in own])}
        recording.print_recorded(session, case, last.event, target, options, decisions, events)
        return
    for decision in before:
        print_output(f"{recording.commit_subject(session.rules.policy, case.id, decision.event)}\n", "text")
        if verdict := recording.verdict_text(session, decision.event):
            print_message(verdict)
    recording.print_recorded(session, case, last.event, target, options, decisions)
