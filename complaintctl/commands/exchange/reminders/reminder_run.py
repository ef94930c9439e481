"""One run of `notify --due`: reads the cases, sends one message to each receiver, records what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.exchange.reminders.message_delivery import check_extra, deliver_text
from complaintctl.commands.exchange.reminders.reminder_output import ReminderRun, print_run
from complaintctl.commands.recording import recording
from complaintctl.commands.session import (
    Session,
    parse_as_of,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.sending.reminders import (
    Reminder,
    SentKey,
    channel_variable,
    list_reminders,
)
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.sending import messages
from complaintctl.render.text import language
from complaintctl.render.text.language import _
from complaintctl.storage.git import git
from complaintctl.storage.sending import sent_log
from complaintctl.storage.sending.sent_log import SentRecord
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

_SUBJECT = "notify --due"


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """The options of a run as typed."""

    as_of: str | None
    dry_run: bool
    no_commit: bool
    as_json: bool


def send_due_reminders(session: Session, run_options: RunOptions) -> int:
    """Send what has come and print it; returns 4 if a file could not be read, 1 if a message failed, otherwise 0."""
    moment = to_policy_zone(session.rules, parse_as_of(session, run_options.as_of))
    run = ReminderRun(session=session, moment=moment)
    if run_options.dry_run:
        reader = _plan(run)
    else:
        now = to_policy_zone(session.rules, session.now)
        if moment > now:
            raise InvalidInput("future-time", time=moment, now=now)
        check_extra()
        commit = recording.should_commit(session, no_commit=run_options.no_commit)
        with sent_log.hold_sending_lock(session.casebook):
            # Before anything is sent: what was sent could not be committed during a merge.
            with open_transaction(session.casebook, commit=commit) as transaction:
                recording.print_completed(transaction)
            _settle_unsure(run)
            reader = _plan(run)
            try:
                _send_all(run)
            finally:
                _commit_log(session, commit=commit)
    print_run(run, as_json=run_options.as_json, dry_run=run_options.dry_run)
    print_problems(reader.problems, session.casebook.root)
    return problems_exit_code(reader.problems) or int(bool(run.failures))


def _settle_unsure(run: ReminderRun) -> None:
    """Record a message that was on its way when a run was killed, so that it is not sent twice, and say so."""
    casebook = run.session.casebook
    waiting = sent_log.read_unsure(casebook)
    known = {key for record in _read_log(run.session) for key in record.keys}
    run.unsure = [record for record in waiting if not known.issuperset(record.keys)]
    if run.unsure:
        sent_log.append_sent(casebook, [_as_unsure(record) for record in run.unsure])
        for receiver in dict.fromkeys(record.to for record in run.unsure):
            cases = [record.case for record in run.unsure if record.to == receiver]
            run.failures.append(
                _(
                    "A run was killed while it sent a message to {receiver}; it may not have arrived: {cases}"
                ).format(receiver=receiver, cases=_(", ").join(dict.fromkeys(cases)))
            )
    if waiting:
        sent_log.end_message(casebook)


def _as_unsure(record: SentRecord) -> SentRecord:
    return SentRecord(
        at=record.at, case=record.case, clock=record.clock, points=record.points, to=record.to, unsure=True
    )


def _read_log(session: Session) -> list[SentRecord]:
    """Returns what was sent; raises Broken if a line cannot be read, because that might be sent again."""
    records, problems = sent_log.read_sent(session.casebook)
    if problems:
        print_problems(problems, session.casebook.root)
        raise Broken("sent-faulty", folder=sent_log.FOLDER)
    return records


def _plan(run: ReminderRun) -> CaseReader:
    """Fill the rows of the run with what is due now, and with what waits for the next opening."""
    session, policy = run.session, run.session.rules.policy
    new_names = {old: key for key, person in policy.people.items() if person for old in person.also}
    sent: frozenset[SentKey] = frozenset(
        (case, clock, point, new_names.get(to, to))
        for record in (*_read_log(session), *sent_log.read_unsure(session.casebook))
        for case, clock, point, to in record.keys
    )

    def list_all(_path: Path, judged: JudgedCase) -> list[Reminder]:
        return list(list_reminders(judged, sent)) if judged.progress.status != "closed" else []

    reader = CaseReader(session=session, moment=run.moment, archive=False)
    for found in reader.results(list_all):
        for reminder in found:
            has_address = channel_variable(policy, reminder.receiver) is not None
            waits = reminder.opens > run.moment
            run.add([reminder], "no-address" if not has_address else "waits" if waits else "due")
    run.rows.sort(key=_row_order)
    return reader


def _row_order(row: tuple[Reminder, str]) -> tuple[str, float, str, str]:
    reminder, due = row[0], row[0].clock.due
    return reminder.receiver, due.timestamp() if due else 0.0, reminder.case.id, reminder.name


def _send_all(run: ReminderRun) -> None:
    """Send one message to each receiver; one that fails stops no other, and the next run tries it again."""
    due: dict[str, list[Reminder]] = {}
    for reminder, state in run.rows:
        if state == "due":
            due.setdefault(reminder.receiver, []).append(reminder)
    run.rows = [row for row in run.rows if row[1] != "due"]
    for receiver, reminders in due.items():
        failure = _send_to(run, receiver, reminders)
        run.add(reminders, "failed" if failure else "sent")
        if failure:
            run.failures.append(failure)


def _send_to(run: ReminderRun, receiver: str, reminders: Sequence[Reminder]) -> str | None:
    """Send a message and record it; returns why it failed, or None."""
    casebook, rules = run.session.casebook, run.session.rules
    records = [
        SentRecord(
            at=run.moment,
            case=reminder.case.id,
            clock=reminder.name,
            points=reminder.points,
            to=receiver,
        )
        for reminder in reminders
    ]
    sent_log.begin_message(casebook, records)
    # Of the reader, not of who runs the command.
    with language.speaking(rules.policy.language):
        title = messages.message_title(reminders, rules.policy)
        body = messages.message_body(reminders, rules)
    failure = deliver_text(rules.policy, receiver, title, body)
    if failure is None:
        sent_log.append_sent(casebook, records)
    sent_log.end_message(casebook)
    return failure


def _commit_log(session: Session, *, commit: bool) -> None:
    """Commit what was recorded, also by a run that was killed before its commit."""
    casebook = session.casebook
    files = sent_log.log_files(casebook)
    if not files:
        return
    with open_transaction(casebook, commit=commit) as transaction:
        files = _changed_files(session, files)
        if files:
            actor = recording.find_actor(session, None)[0]
            change = CasebookChange(files=files, subject=_SUBJECT, actor=actor, commit=commit)
            save_in_transaction(transaction, change)


def _changed_files(session: Session, files: Mapping[Path, bytes]) -> dict[Path, bytes]:
    """Returns the files that git does not have as they are; without git, those that are not on disk like this."""
    repository = session.casebook.repository
    if repository is None:
        return {path: data for path, data in files.items() if not path.is_file() or path.read_bytes() != data}
    changed = {repository.top / name for name in git.changed_paths(repository, files)}
    return {
        path: data
        for path, data in files.items()
        if path in changed or not path.is_file() or path.read_bytes() != data
    }
