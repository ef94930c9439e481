"""Records an event: in one case, or one event in each of several cases with one commit, all or nothing."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, NoReturn

from complaintctl.commands.input import case_choice, step_questions
from complaintctl.commands.input.event_options import EventOptions
from complaintctl.commands.input.step_questions import Answers, MakeRequest, Required
from complaintctl.commands.recording import duplicates, recording, recurring
from complaintctl.commands.recording.recording import FirstRequest, RecordedCase
from complaintctl.commands.recording.recurring import CaseDecision
from complaintctl.commands.session import Session, current_time, open_session, print_message, print_output
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.errors import Broken, Failure, InvalidInput, NotFound, Refused
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case.casebook import find_case_file
from complaintctl.storage.write.settling import explain_stop
from complaintctl.storage.write.transaction import CasebookChange, open_transaction

_NOTHING: Final[Required] = MappingProxyType({})
# Of several refusals, the kind that the exit code tells: the first of these that is among them.
_SEVERITY: Final[tuple[type[Failure], ...]] = (Broken, Refused, NotFound, InvalidInput)


@dataclass(slots=True)
class _Batch:
    """The decisions about several cases, in order. `changed` has each case as it is after them, by its file."""

    decisions: list[CaseDecision] = field(default_factory=list)
    changed: dict[Path, Case] = field(default_factory=dict)
    # For each case that was named: its file, its own decision, and what followed from it.
    own: list[tuple[Path, Decision, list[CaseDecision]]] = field(default_factory=list)

    def add(self, decisions: Sequence[CaseDecision]) -> None:
        self.decisions += decisions
        self.changed |= {path: decision.case for path, decision in decisions}


def record_event(
    words: Sequence[str] | None,
    options: EventOptions,
    make: Callable[[Session], Request],
    *,
    required: Required = _NOTHING,
    archive: bool = False,
    first: FirstRequest | None = None,
) -> list[RecordedCase]:
    """Record a request that is the same for every case; see `record_case_event`."""
    return record_case_event(
        words,
        options,
        lambda session, _part: make(session),
        required=required,
        archive=archive,
        first=first,
    )


def record_case_event(
    words: Sequence[str] | None,
    options: EventOptions,
    make: MakeRequest,
    *,
    required: Required = _NOTHING,
    archive: bool = False,
    first: FirstRequest | None = None,
) -> list[RecordedCase]:
    """Record the request that `make` makes for each case that is named, and print what was recorded.

    On a terminal, asks for what one case needs, and for the `required` parts that are missing. Several cases are
    changed together: if one refuses the event, none is changed, and every refusal is printed. With `archive`,
    --where also finds closed cases. `first` returns another request to record before it in a case, or None.
    """
    words = words or ()
    if case_choice.is_single(words, options):
        return [_record_in_one(words[0], options, make, required, first)]
    session = open_session(options.casebook_dir)
    if options.where:
        found = case_choice.find_matching_cases(session, options.where, archive=archive)
        case_ids: Sequence[str] = [case.id for case in found]
        case_choice.confirm_cases(session, found, make(session, case_ids[0]).did, options)
    else:
        case_ids, unknown = case_choice.find_named_cases(session, words)
        if unknown:
            _raise_refusals([("", error) for error in unknown], len(case_ids) + len(unknown))
    answers = Answers()
    if options.may_ask and case_choice.FROM_STDIN not in words:
        answers = step_questions.ask_required(session, make(session, case_ids[0]), required)
    return _record_in_several(session, case_ids, options, _completed(make, answers, required), first)


def _completed(make: MakeRequest, answers: Answers, required: Required) -> MakeRequest:
    """Returns `make` with the answers; it raises InvalidInput if a required part is missing all the same."""
    return lambda session, part: step_questions.check_required(
        answers.complete(session, make(session, part)), required
    )


def _record_in_one(
    part: str, options: EventOptions, make: MakeRequest, required: Required, first: FirstRequest | None
) -> RecordedCase:
    answers = Answers()
    if options.may_ask:
        session = open_session(options.casebook_dir)
        answers = step_questions.ask_missing(session, part, options, make, required)
    complete = _completed(make, answers, required)
    return recording.record_event(part, options, lambda session: complete(session, part), first=first)


def _record_in_several(
    session: Session,
    case_ids: Sequence[str],
    options: EventOptions,
    make: MakeRequest,
    first: FirstRequest | None,
) -> list[RecordedCase]:
    make(session, case_ids[0])
    recording.parse_attribution(session, options.at, options.by)
    commit = recording.should_commit(session, no_commit=options.no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        # Others may have recorded events while we waited for the lock, so read the clock again.
        session = dataclasses.replace(session, now=current_time())
        act = recording.parse_attribution(session, options.at, options.by)
        batch = _decide(session, case_ids, make, act, first)
        change = CasebookChange(
            files={},
            subject=_commit_subject(session, [decision for _path, decision, _more in batch.own]),
            case_id=case_ids[0],
            others=tuple(dict.fromkeys(case.id for case in batch.changed.values() if case.id != case_ids[0])),
            actor=recording.commit_actor(session, act.by),
            commit=commit,
        )
        targets = recording.save_decisions(session, transaction, batch.decisions, change)
    with explain_stop(committed=commit):
        _print_recorded(session, batch, targets, options)
    return [
        RecordedCase(case=batch.changed[path], policy=session.rules.policy)
        for path, _decision, _more in batch.own
    ]


def _decide(
    session: Session,
    case_ids: Sequence[str],
    make: MakeRequest,
    act: Attribution,
    first: FirstRequest | None,
) -> _Batch:
    """Returns the decisions about all cases; raises a failure if there is one about any of them."""
    batch, refusals = _Batch(), []
    for case_id in case_ids:
        try:
            path = find_case_file(session.casebook, case_id)
            before = batch.changed.get(path) or recording.read_whole_case(session, path)
            leading, decision = recording.decide_both(
                session, before, make(session, case_id), act, first, batch.changed
            )
            duplicates.check_original(session, before, decision, batch.changed)
            more = recurring.decide_recurrences(session, path, decision, act, batch.changed)
        except Failure as failure:
            refusals.append((case_id, failure))
        else:
            earlier = [(path, leading)] if leading else []
            batch.add([*earlier, (path, decision), *more])
            batch.own.append((path, decision, more))
    if refusals:
        _raise_refusals(refusals, len(case_ids))
    return batch


def _raise_refusals(refusals: Sequence[tuple[str, Failure]], count: int) -> NoReturn:
    """Print every refusal with its case and raise a failure of the most severe kind; a common one is raised itself."""
    texts = [(case_id, sentences.failure_text(failure, None)) for case_id, failure in refusals]
    if len({text for _case_id, text in texts}) == 1 and len(refusals) == count:
        raise refusals[0][1]
    for case_id, text in texts:
        print_message(text if case_id in text else _("{what}: {which}").format(what=case_id, which=text))
    kind = next(kind for kind in _SEVERITY if any(isinstance(failure, kind) for _id, failure in refusals))
    raise kind("cases-refused", refused=len(refusals), count=count)


def _commit_subject(session: Session, decisions: Sequence[Decision]) -> str:
    """Returns the subject of the commit for several cases: the event, their number, and the keys that all of them set."""
    subjects = [
        recording.commit_subject(session.rules.policy, decision.case.id, decision.event).partition(" ")[2]
        for decision in decisions
    ]
    if len(decisions) == 1:
        return recording.commit_subject(session.rules.policy, decisions[0].case.id, decisions[0].event)
    keys = subjects[0].partition(": ")[2] if len(set(subjects)) == 1 else ""
    subject = f"{decisions[0].event.did} {len(decisions)} cases"
    return f"{subject}: {keys}" if keys else subject


def _print_recorded(
    session: Session, batch: _Batch, targets: Mapping[Path, Path], options: EventOptions
) -> None:
    """Print what was recorded: a JSON list, or a line for each case and what became late, void or open again by it."""
    if options.as_json:
        entries = [
            {"version": tables.JSON_VERSION}
            | recording.recorded_json(session, batch.changed[path], decision.event, targets[path], more)
            for path, decision, more in batch.own
        ]
        print_output(json.dumps(entries, ensure_ascii=False, indent=2) + "\n")
        return
    for _path, decision, _more in batch.own:
        print_output(
            f"{recording.commit_subject(session.rules.policy, decision.case.id, decision.event)}\n", "text"
        )
    count = len(batch.own)
    print_message(
        ngettext("Recorded in {count} case.", "Recorded in {count} cases.", count).format(count=count)
    )
    recording.print_missing_history(session, options)
