"""Recording: a request becomes an event, a write and a commit; then the command says what was recorded."""

import dataclasses
import getpass
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.commands import grading_notes, recurring
from complaintctl.commands.recurring import CaseDecision
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    parse_person,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.commands.write_options import WriteOptions
from complaintctl.domain.case import fields, vocabulary
from complaintctl.domain.case.case import Case, Event, Promise
from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS, CROCKFORD
from complaintctl.domain.deadlines import deadlines, history, rulebook
from complaintctl.domain.deadlines.clocks import Clock, next_due_clock
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.lifecycle import Attribution, Decision, Request
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.case.cases import event_json
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

SUBJECT_FIELDS: Final = (
    "level",
    "category",
    "owner",
    "department",
    "cause.class",
    "plan.remedy",
    "remedy.kind",
    "outcome",
)


def find_actor(session: Session, by: str | None) -> tuple[str, str | None]:
    """Who acts, and who records it if that is somebody else: people are known by their git address."""
    address = git.configured_email(session.casebook.root) or ""
    people = session.rules.policy.people
    named = next(
        (name for name, person in people.items() if person and address and person.email == address), None
    )
    own = named or address.partition("@")[0] or getpass.getuser()
    by = parse_person(session, by)
    return (by, own if by != own else None) if by else (own, None)


def parse_attribution(session: Session, at: str | None, by: str | None) -> Attribution:
    """Who does it, and when: --at and --by as typed; raises InvalidInput if either cannot be understood."""
    now = rulebook.to_policy_zone(session.rules, session.now)
    actor, recorder = find_actor(session, by)
    moment = typed_times.parse_time(at, session.now, session.rules.zone) if at else now
    return Attribution(at=moment, now=now, by=actor, given=at is not None, recorder=recorder)


def should_commit(session: Session, *, no_commit: bool) -> bool:
    """Whether the command makes a commit; raises Broken if git does not know who commits."""
    wanted = (
        not no_commit and session.rules.policy.git.commit == "on" and session.casebook.repository is not None
    )
    if wanted and session.casebook.repository is not None:
        git.commit_identity(session.casebook.root)
    return wanted


def parse_promises(
    session: Session, write_options: WriteOptions, by: str | None, what: str | None
) -> tuple[Promise, ...]:
    """What the customer is told to expect; raises InvalidInput for a promise without a date or an unknown step."""
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
    """A case after a command, and the policy it was judged by."""

    case: Case
    policy: Policy


def record_event(
    part: str,
    write_options: WriteOptions,
    make: Callable[[Session], Request],
    *,
    files: Mapping[str, bytes] | None = None,
    quiet: bool = False,
) -> RecordedCase:
    """Record a request on a case: one event, one write, one commit; then say what was recorded.

    `quiet` leaves stdout to the caller, who prints something else there.
    """
    session = open_session(write_options.casebook_dir)
    make(session)
    parse_attribution(session, write_options.at, write_options.by)
    commit = should_commit(session, no_commit=write_options.no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        print_completed(transaction)
        # While we waited for the lock, others recorded: what happens now comes after it.
        # All that is told and recorded is of this one moment.
        session = dataclasses.replace(session, now=current_time())
        request, doing = make(session), parse_attribution(session, write_options.at, write_options.by)
        path = find_case_file(session.casebook, part)
        decision = lifecycle.decide_request(_read_whole_case(session, path), session.rules, request, doing)
        attached = {
            attachment_path(session.casebook, decision.case.id, name): data
            for name, data in (files or {}).items()
        }
        more = recurring.decide_recurrences(session, path, decision, doing)
        target = save_decision(session, transaction, path, decision, attached, commit=commit, more=more)
    with explain_stop(committed=commit):
        if quiet:
            print_message(commit_subject(decision.case.id, decision.event))
            print_verdict(session, decision.case, decision.event, write_options, more)
        else:
            print_recorded(session, decision.case, decision.event, target, write_options, more)
    return RecordedCase(case=decision.case, policy=session.rules.policy)


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
    """Write a decision, and what `more` it brought, into the files and commit all; gives where the case lies now."""
    made = [(path, decision), *more]
    targets = {one: _target_path(session, decided.case) for one, decided in made}
    event, ids = decision.event, dict.fromkeys(decided.case.id for _path, decided in more)
    change = CasebookChange(
        files={**attached, **{targets[one]: _changed_content(session, one, made) for one in targets}},
        removed=tuple(one for one, target in targets.items() if target != one),
        subject=commit_subject(decision.case.id, event),
        case_id=decision.case.id,
        others=tuple(one for one in ids if one != decision.case.id),
        events=tuple((decided.event.did, decided.event.id) for _path, decided in made),
        actor=event.by,
        commit=commit,
    )
    save_in_transaction(transaction, change)
    return targets[path]


def _target_path(session: Session, case: Case) -> Path:
    place = closed_case_path if case.status == "closed" else open_case_path
    return place(session.casebook, case.id)


def _changed_content(session: Session, path: Path, made: Sequence[CaseDecision]) -> bytes:
    """The file with all that was decided about its case, in order."""
    mine = [decision for one, decision in made if one == path]
    names = [name for decision in mine for name in decision.changed]
    after, events = mine[-1].case, [decision.event for decision in mine]
    facts = {name: fields.value_at(after, name) for name in names}
    return edited_text.rewrite_case_text(
        path.read_bytes(), _read_whole_case(session, path), after, facts, events
    )


def free_case_ids(session: Session, received: datetime) -> Iterator[str]:
    """Ids of the day at random that no case has: two clones never hand out the same by design."""
    while True:
        letters = "".join(secrets.choice(CROCKFORD) for _place in range(history.CASE_ID_LENGTH))
        case_id = f"C-{received:%Y%m%d}-{letters}"
        places = (open_case_path(session.casebook, case_id), closed_case_path(session.casebook, case_id))
        if not any(path.exists() for path in places):
            yield case_id


def opening_change(case: Case, path: Path, text: str, *, commit: bool) -> CasebookChange:
    """What opening a case writes."""
    event = case.history[0]
    return CasebookChange(
        files={path: text.encode()},
        subject=commit_subject(case.id, event),
        case_id=case.id,
        events=((event.did, event.id),),
        actor=event.by,
        commit=commit,
    )


def _read_whole_case(session: Session, path: Path) -> Case:
    found = casefile.read_faultless_case(path)
    if isinstance(found, Case):
        return found
    print_problems(found, session.casebook.root)
    raise Broken("case-faulty", case=path.stem)


def commit_subject(case_id: str, event: Event) -> str:
    """The first line of a commit: the case, what was done, the words of the policy it set.

    Free text stays in the file, where it can be erased; a commit cannot forget.
    """
    words = [event.set[name][1] for name in SUBJECT_FIELDS if name in event.set]
    told = " ".join(word for word in words if isinstance(word, str))
    room = 72 - len(case_id) - len(event.did) - 3
    told = told if len(told) <= room else f"{told[: room - 1]}…"
    return f"{case_id} {event.did}: {told}" if told else f"{case_id} {event.did}"


def print_completed(transaction: Transaction) -> None:
    """What interrupted commands had left, and what became of it."""
    for words in transaction.completed:
        print_message(_("Completed what was interrupted: {subject}").format(subject=words))
    for words in transaction.dropped:
        print_message(
            _("Interrupted before it was written, so NOT recorded: {subject}").format(subject=words)
        )
    for words in transaction.left:
        print_message(_("Not committed, commit it yourself with git: {subject}").format(subject=words))


def print_recorded(
    session: Session,
    case: Case,
    event: Event,
    path: Path,
    write_options: WriteOptions,
    more: Sequence[CaseDecision] = (),
) -> None:
    """What was recorded, its verdict, and what is due next."""
    if write_options.as_json:
        due = _next_clock(session, case)
        content = {
            "id": case.id,
            "status": case.status,
            "event": event_json(event),
            "next": {"step": due.step, "due": values.iso_time(due.due)} if due else None,
            "file": path.relative_to(session.casebook.root).as_posix(),
            **grading_notes.grading_json(session, case, event),
            **recurring.recurrences_json(more),
        }
        print_output(tables.flat_json_document(content))
        return
    print_output(f"{case.id}\n" if event.did == "open" else f"{commit_subject(case.id, event)}\n", "text")
    print_verdict(session, case, event, write_options, more)


def print_verdict(
    session: Session, case: Case, event: Event, write_options: WriteOptions, more: Sequence[CaseDecision]
) -> None:
    """The verdict on what was recorded, what it moved, and what is due next."""
    if event.due is not None:
        said = _("{step}: in time, due {due}") if event.met else _("{step}: late, it was due {due}")
        name = labels.event_label(session.rules.policy, event.did)
        print_message(said.format(step=name, due=values.moment_text(event.due, session.rules.zone)))
    grading_notes.print_grading(session, case, event)
    for step, (old, new) in event.moved.items():
        words = _("{step} moves from {old} to {new}")
        name = labels.event_label(session.rules.policy, step)
        print_message(
            words.format(step=name, old=_time_or_dash(session, old), new=_time_or_dash(session, new))
        )
    recurring.print_recurrences(more)
    due = _next_clock(session, case)
    if due is not None and due.due is not None:
        said = _("next: {step}, due {due}")
        name = labels.clock_label(session.rules.policy, due)
        print_message(said.format(step=name, due=values.moment_text(due.due, session.rules.zone)))
    if session.casebook.repository is None and not write_options.no_commit:
        print_message(_("This folder is no git repository: the change is in the file, not in a history."))


def _next_clock(session: Session, case: Case) -> Clock | None:
    return next_due_clock(
        deadlines.judge_case(case, session.rules, rulebook.to_policy_zone(session.rules, session.now)).clocks
    )


def _time_or_dash(session: Session, value: datetime | None) -> str:
    return values.moment_text(value, session.rules.zone) if value else "–"
