"""Records requests: each becomes an event, is written and committed, and the result is printed."""

import dataclasses
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from complaintctl.commands.recording import duplicates, earlier_search, grading_notes, recurring, revealing
from complaintctl.commands.recording.recurring import NO_CASES, CaseDecision, ChangedCases
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import (
    Session,
    current_person,
    current_time,
    open_session,
    parse_person,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.case import fields, old_names, vocabulary
from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, CROCKFORD
from complaintctl.domain.deadlines import deadlines, history, rulebook
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.overview import board
from complaintctl.domain.overview.next_step import NextStep, next_step
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.privacy import commit_words
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.case import signatures
from complaintctl.render.case.cases import event_json
from complaintctl.render.overview.next_step import next_line, next_step_json
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile, edited_text
from complaintctl.storage.case.casebook import (
    attachment_path,
    closed_case_path,
    find_case_file,
    open_case_path,
)
from complaintctl.storage.git import git
from complaintctl.storage.write.settling import explain_stop
from complaintctl.storage.write.transaction import (
    CasebookChange,
    Transaction,
    open_transaction,
    save_in_transaction,
)


def find_actor(session: Session, by: str | None) -> tuple[str, str | None]:
    """Returns who acts, and who records it if that is another person: whom git would name as author."""
    user = current_person(session)
    by = parse_person(session, by)
    return (by, user if by != user else None) if by else (user, None)


def parse_attribution(session: Session, at: str | None, by: str | None) -> Attribution:
    """Returns person and time of an event from --at and --by as typed; raises InvalidInput if either is invalid."""
    now = rulebook.to_policy_zone(session.rules, session.now)
    actor, recorder = find_actor(session, by)
    moment = typed_times.parse_time(at, session.now, session.rules.zone) if at else now
    return Attribution(at=moment, now=now, by=actor, given=at is not None, recorder=recorder)


def commit_actor(session: Session, actor: str) -> str:
    """Returns the person for the `Actor:` trailer: the actor if the policy lists them, otherwise who records it.

    A name after --by may be that of a customer, and a commit message can never be erased.
    """
    return actor if commit_words.is_known_person(session.rules.policy, actor) else current_person(session)


def separate_author(session: Session) -> str | None:
    """Returns the address that git would record, if the policy wants a commit for each command, else None."""
    policy = session.rules.policy
    is_wanted = policy.git.commit == "on" and policy.trust.squash == "refused"
    return (session.author().address or "") if is_wanted else None


def should_commit(session: Session, *, no_commit: bool) -> bool:
    """Whether the command makes a commit; raises Broken if git has no user.name or user.email."""
    wanted = (
        not no_commit and session.rules.policy.git.commit == "on" and session.casebook.repository is not None
    )
    if wanted and session.casebook.repository is not None:
        git.check_identity(session.author())
    return wanted


def parse_promises(
    session: Session, write_options: WriteOptions, by: str | None, what: str | None
) -> tuple[Promise, ...]:
    """Returns the promise to the customer, if any; raises InvalidInput if it has no date, a past date or an unknown step."""
    if by is None:
        if what is not None:
            raise InvalidInput("promise-without-date")
        return ()
    step = vocabulary.parse_step(session.rules.policy, what or "respond")
    known = (*BUILT_IN_STEPS, *session.rules.steps, "close")
    if step not in known:
        raise vocabulary.unknown_step_error(session.rules.policy, step, known)
    made = parse_attribution(session, write_options.at, write_options.by).at
    due = typed_times.parse_future_time(by, made, session.rules.zone)
    if due <= made:
        raise InvalidInput("promise-in-past", time=due, at=made)
    return (Promise(by=due, what=step, made=made),)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedCase:
    """A case after a command, and the policy that applied."""

    case: Case
    policy: Policy


# Another request to record on a case before the one that was typed, or None.
FirstRequest = Callable[[Session, Case], Request | None]


def record_event(
    part: str,
    write_options: WriteOptions,
    make: Callable[[Session], Request],
    *,
    files: Mapping[str, bytes] | None = None,
    quiet: bool = False,
    first: FirstRequest | None = None,
) -> RecordedCase:
    """Record a request on a case as one event with one commit, then print what was recorded.

    `part` is part of a case id; `files` are attachments by name; `quiet` prints to stderr only, so that the caller
    can print to stdout. `first` returns another request to record before, in the same commit, or None.
    """
    session = open_session(write_options.casebook_dir)
    make(session)
    parse_attribution(session, write_options.at, write_options.by)
    commit = should_commit(session, no_commit=write_options.no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        print_completed(transaction)
        # Others may have recorded events while we waited for the lock, so read the clock again.
        # This one time is used for everything that is recorded and printed (D-085).
        session = dataclasses.replace(session, now=current_time())
        request, doing = make(session), parse_attribution(session, write_options.at, write_options.by)
        path = find_case_file(session.casebook, part)
        before = read_whole_case(session, path)
        leading, decision = decide_both(session, before, request, doing, first)
        duplicates.check_original(session, before, decision)
        attached = {
            attachment_path(session.casebook, decision.case.id, name): data
            for name, data in (files or {}).items()
        }
        more = recurring.decide_recurrences(session, path, decision, doing)
        saved = (leading, [(path, decision), *more]) if leading else (decision, more)
        target = save_decision(session, transaction, path, saved[0], attached, commit=commit, more=saved[1])
    with explain_stop(committed=commit):
        if leading:
            print_message(commit_subject(session.rules.policy, leading.case.id, leading.event))
        if quiet:
            print_message(commit_subject(session.rules.policy, decision.case.id, decision.event))
            print_verdict(session, decision.case, decision.event, write_options, more)
        else:
            print_recorded(session, decision.case, decision.event, target, write_options, more)
    return RecordedCase(case=decision.case, policy=session.rules.policy)


def decide_both(
    session: Session,
    before: Case,
    request: Request,
    act: Attribution,
    first: FirstRequest | None,
    changed: ChangedCases = NO_CASES,
) -> tuple[Decision | None, Decision]:
    """Returns the decision about the request that `first` wants before it, if it wants one, and about the request.

    `changed`: cases that count as they are there.
    """
    earlier = first(session, before) if first else None
    if earlier is None:
        return None, earlier_search.decide_request(session, before, request, act, changed)
    before = revealing.open_for_change(session, before, {**earlier.fields, **request.fields})
    leading = lifecycle.decide_request(before, session.rules, earlier, act)
    return leading, earlier_search.decide_request(session, leading.case, request, act, changed)


def save_decision(
    session: Session,
    transaction: Transaction,
    path: Path,
    decision: Decision,
    attached: Mapping[Path, bytes],
    *,
    commit: bool,
    more: Sequence[CaseDecision] = (),
) -> Path:
    """Write and commit a decision and `more` decisions that follow from it; returns the new path of the case."""
    event, ids = decision.event, dict.fromkeys(decided.case.id for _path, decided in more)
    change = CasebookChange(
        files=attached,
        subject=commit_subject(session.rules.policy, decision.case.id, event),
        case_id=decision.case.id,
        others=tuple(case_id for case_id in ids if case_id != decision.case.id),
        actor=commit_actor(session, event.by),
        commit=commit,
    )
    return save_decisions(session, transaction, [(path, decision), *more], change)[path]


def save_decisions(
    session: Session, transaction: Transaction, decisions: Sequence[CaseDecision], change: CasebookChange
) -> dict[Path, Path]:
    """Write the decisions with the rest of `change` and commit all; returns the new path of each case by its old one."""
    targets = {path: _target_path(session, decided.case) for path, decided in decisions}
    contents = {target: _changed_content(session, path, decisions) for path, target in targets.items()}
    change = dataclasses.replace(
        change,
        files={**change.files, **contents},
        removed=tuple(path for path, target in targets.items() if target != path),
        events=tuple((decided.event.did, decided.event.id) for _path, decided in decisions),
        author=separate_author(session),
    )
    save_in_transaction(transaction, change)
    for subject in transaction.separate:
        print_message(_("Committed first, on its own: {subject}").format(subject=subject))
    return targets


def _target_path(session: Session, case: Case) -> Path:
    path_of = closed_case_path if case.status == "closed" else open_case_path
    return path_of(session.casebook, case.id)


def _changed_content(session: Session, path: Path, made: Sequence[CaseDecision]) -> bytes:
    """Returns the new content of a case file, with all decisions about its case applied in order."""
    of_case = [decision for case_path, decision in made if case_path == path]
    names = [name for decision in of_case for name in decision.changed]
    after, events = of_case[-1].case, [decision.event for decision in of_case]
    new_values = {name: fields.value_at(after, name) for name in names}
    return edited_text.rewrite_case_text(
        path.read_bytes(), read_whole_case(session, path), after, new_values, events
    )


def free_case_ids(session: Session, received: datetime) -> Iterator[str]:
    """Yields unused case ids of a day. They are random, so that two clones do not assign the same id."""
    while True:
        letters = "".join(secrets.choice(CROCKFORD) for _place in range(history.CASE_ID_LENGTH))
        # Digits alone could also be a part of a day, so they would not name the case in short.
        if letters.isdecimal():
            continue
        case_id = f"C-{received:%Y%m%d}-{letters}"
        paths = (open_case_path(session.casebook, case_id), closed_case_path(session.casebook, case_id))
        if not any(path.exists() for path in paths):
            yield case_id


def opening_change(session: Session, case: Case, path: Path, text: str, *, commit: bool) -> CasebookChange:
    """Returns the change that writes the file of a new case."""
    event = case.history[0]
    return CasebookChange(
        files={path: text.encode()},
        subject=commit_subject(session.rules.policy, case.id, event),
        case_id=case.id,
        events=((event.did, event.id),),
        actor=commit_actor(session, event.by),
        commit=commit,
        author=separate_author(session),
    )


def read_whole_case(session: Session, path: Path) -> Case:
    """Returns the case of a file; raises Broken, after printing its problems, if the file has faults."""
    case_or_problems = casefile.read_faultless_case(path)
    if isinstance(case_or_problems, Case):
        return old_names.with_current_names(case_or_problems, session.rules.old_names)
    print_problems(case_or_problems, session.casebook.root)
    raise Broken("case-faulty", case=path.stem)


def commit_subject(policy: Policy, case_id: str, event: Event) -> str:
    """Returns the subject of a commit (up to 72 characters): case id, event, and the policy keys that it set.

    Contains nothing that was typed freely: personal data can be erased from a file, but not from a commit.
    """
    keys_text = " ".join(commit_words.subject_keys(policy, event))
    limit = 72 - len(case_id) - len(event.did) - 3
    keys_text = keys_text if len(keys_text) <= limit else f"{keys_text[: limit - 1]}…"
    return f"{case_id} {event.did}: {keys_text}" if keys_text else f"{case_id} {event.did}"


def print_completed(transaction: Transaction) -> None:
    """Print what interrupted commands had left, and what became of it."""
    for subject in transaction.completed:
        print_message(_("Completed an interrupted command: {subject}").format(subject=subject))
    for subject in transaction.dropped:
        print_message(
            _("Interrupted before it was written, so NOT recorded: {subject}").format(subject=subject)
        )
    for subject in transaction.left:
        print_message(_("Not committed, commit it yourself with git: {subject}").format(subject=subject))


def print_recorded(
    session: Session,
    case: Case,
    event: Event,
    path: Path,
    write_options: WriteOptions,
    more: Sequence[CaseDecision] = (),
    more_json: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Print what was recorded, whether it was in time, and what is due next; `more_json` is added to the JSON."""
    if write_options.as_json:
        content = recorded_json(session, case, event, path, more) | dict(more_json)
        print_output(tables.flat_json_document(content))
        return
    print_output(
        f"{case.id}\n"
        if event.did == "open"
        else f"{commit_subject(session.rules.policy, case.id, event)}\n",
        "text",
    )
    print_verdict(session, case, event, write_options, more)


def recorded_json(
    session: Session, case: Case, event: Event, path: Path, more: Sequence[CaseDecision]
) -> dict[str, Any]:
    """Returns what was recorded on a case and what is due next as JSON."""
    return {
        "id": case.id,
        "status": case.status,
        "event": session.display.event_record(event_json(event)),
        "next": next_step_json(_awaited_step(session, case), session.rules),
        "file": path.relative_to(session.casebook.root).as_posix(),
        **grading_notes.grading_json(session, case, event),
        **recurring.recurrences_json(more),
    }


def print_verdict(
    session: Session, case: Case, event: Event, write_options: WriteOptions, more: Sequence[CaseDecision]
) -> None:
    """Print whether the event was in time, which due times it moved, and what is due next."""
    if verdict := verdict_text(session, event):
        print_message(verdict)
    grading_notes.print_grading(session, case, event)
    for step, (old, new) in event.moved.items():
        template = _("{step} moves from {old} to {new}")
        name = labels.event_label(session.rules.policy, step)
        print_message(
            template.format(step=name, old=_time_or_dash(session, old), new=_time_or_dash(session, new))
        )
    print_void_approvals(session, case, event)
    recurring.print_recurrences(more)
    if (awaited := _awaited_step(session, case)) is not None:
        print_message(next_line(awaited, session.rules.policy, session.rules.zone))
    print_missing_history(session, write_options)


def verdict_text(session: Session, event: Event) -> str:
    """Returns whether the event was in time; "" without a due time."""
    if event.due is None:
        return ""
    verdict = _("{step}: in time, due {due}") if event.met else _("{step}: late, it was due {due}")
    name = labels.event_label(session.rules.policy, event.did)
    return verdict.format(step=name, due=values.moment_text(event.due, session.rules.zone))


def print_missing_history(session: Session, write_options: WriteOptions) -> None:
    """Print that a change is in no history, if the casebook is outside git."""
    if session.casebook.repository is None and not write_options.no_commit:
        print_message(_("This folder is not a git repository: the change is in the file, but in no history."))


def print_void_approvals(session: Session, case: Case, event: Event) -> None:
    """Print the approvals that the event made void: the steps wait for them again."""
    judged = deadlines.judge_case(case, session.rules, session.now)
    for step, void in board.void_approvals(judged, session.rules).items():
        if any(one.change.id == event.id for one in void):
            print_message(signatures.void_text(step, void, case, session.rules))


def _awaited_step(session: Session, case: Case) -> NextStep | None:
    now = rulebook.to_policy_zone(session.rules, session.now)
    return next_step(deadlines.judge_case(case, session.rules, now), session.rules)


def _time_or_dash(session: Session, value: datetime | None) -> str:
    return values.moment_text(value, session.rules.zone) if value else "–"
