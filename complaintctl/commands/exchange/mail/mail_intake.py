"""Turns e-mails into cases: opens one for each conversation, and records every answer on its case."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from complaintctl.commands.exchange.mail import mail_recording
from complaintctl.commands.exchange.mail.mail_recording import MailJob, ReadMail
from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session, current_time, parse_channel
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.intake.mail_ids import hidden_mail_id
from complaintctl.domain.intake.mail_results import MailRemark, MailResult
from complaintctl.domain.intake.mail_threads import MailHead, group_threads
from complaintctl.errors import Broken, Failure, InvalidInput, NotFound, Refused
from complaintctl.exchange.mail.mail_head import JudgedMail, judge_mail
from complaintctl.exchange.mail.mail_kind import OurAddresses
from complaintctl.exchange.mail.message import parse_message
from complaintctl.storage.case.fault_boundary import unforeseen_problem
from complaintctl.storage.mail.mail_index import MailIndex
from complaintctl.storage.mail.mail_source import LIMITS, MailSpool, SourceMail, read_mails, spool_mails
from complaintctl.storage.write.transaction import Transaction, open_transaction

# So many mails are recorded before another command gets the lock; it waits for up to 30 seconds.
_MAILS_PER_LOCK: Final = 50
# Failures that concern one mail; all others of this class (disk, git) end the import.
_REJECTING: Final = frozenset({"case-faulty", "file-outside", "mail-case-full"})


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeOptions:
    """The options of an import of mails, as typed."""

    by: str | None
    channel: str
    dry_run: bool
    no_commit: bool


@dataclass(kw_only=True, slots=True)
class MailIntake:
    """An import in progress; `results` has the mails that are done, by their position."""

    session: Session
    options: IntakeOptions
    channel: str | None
    commit: bool
    spool: MailSpool
    sources: list[SourceMail]
    judged: list[JudgedMail]
    index: MailIndex
    results: dict[int, MailResult] = field(default_factory=dict)

    def ordered_results(self) -> list[MailResult]:
        """The results in the order of the mails."""
        return [self.results[position] for position in sorted(self.results)]


def read_intake(
    session: Session, paths: Sequence[Path], open_pipe: Callable[[], BinaryIO], options: IntakeOptions
) -> MailIntake:
    """Reads and judges all mails; writes nothing. Raises InvalidInput for a path or a channel that does not exist."""
    channel = parse_channel(session, options.channel)
    recording.find_actor(session, options.by)
    commit = not options.dry_run and recording.should_commit(session, no_commit=options.no_commit)
    spool, sources = spool_mails(read_mails(paths, open_pipe))
    ours = _our_addresses(session)
    now = rulebook.to_policy_zone(session.rules, session.now)
    judged = [
        judge_mail(parse_message(spool.read(position), LIMITS), position, ours, now)
        for position in range(len(sources))
    ]
    wanted = {text for mail in judged for text in (mail.head.id, *mail.head.references)}
    wanted |= {mail.sender.address for mail in judged if mail.sender}
    if session.casebook.keyring is not None:
        judged = [dataclasses.replace(mail, head=_with_hidden_ids(mail.head)) for mail in judged]
        wanted |= {text for mail in judged for text in (mail.head.id, *mail.head.references)}
    return MailIntake(
        session=session,
        options=options,
        channel=channel,
        commit=commit,
        spool=spool,
        sources=sources,
        judged=judged,
        index=MailIndex(session.casebook, wanted),
    )


def _with_hidden_ids(head: MailHead) -> MailHead:
    """Returns the head of a mail without ids that may be made of an address."""
    references = tuple(map(hidden_mail_id, head.references))
    return dataclasses.replace(head, id=hidden_mail_id(head.id), references=references)


def _our_addresses(session: Session) -> OurAddresses:
    policy = session.rules.policy
    people = (person.email for person in policy.people.values() if person is not None)
    return OurAddresses(
        desk=frozenset({policy.sender.email.strip().casefold()} if policy.sender.email else ()),
        people=frozenset(email.strip().casefold() for email in people if email),
    )


def import_mails(intake: MailIntake) -> None:
    """Records every mail with a commit of its own; a mail that cannot be recorded stops no other.

    Raises Broken if the disk or git fails; importing again records the rest.
    """
    intake.index.refresh()
    answered = {mail.head.id for mail in intake.judged if mail.kind is None}
    heads = [_linked_head(intake, mail, answered) for mail in intake.judged if not _fault(intake, mail)]
    threads = group_threads(heads)
    # The case of each conversation, once it is known; "" in a dry run.
    cases: dict[int, str] = {}
    works: list[Callable[[MailJob], None]] = [
        _conversation_work(intake, cases, number, head)
        for number, thread in enumerate(threads)
        for head in thread
    ]
    customers = {head.position for thread in threads for head in thread}
    works += [_other_work(intake, mail) for mail in intake.judged if mail.head.position not in customers]
    for start in range(0, len(works), _MAILS_PER_LOCK):
        with _open_job(intake) as job:
            for work in works[start : start + _MAILS_PER_LOCK]:
                work(job)


def _fault(intake: MailIntake, mail: JudgedMail) -> str | None:
    return intake.sources[mail.head.position].fault or mail.fault


def _linked_head(intake: MailIntake, mail: JudgedMail, answered: AbstractSet[str]) -> MailHead:
    """Returns the head of a mail; a mail of a mailing list counts as a customer's if it answers one of a case."""
    if mail.kind != "list":
        return mail.head
    others = mail.head.references
    answers = (
        mail.head.letters or not answered.isdisjoint(others) or any(map(intake.index.find_related, others))
    )
    return dataclasses.replace(mail.head, is_customer=True) if answers else mail.head


@contextmanager
def _open_job(intake: MailIntake) -> Iterator[MailJob]:
    """Holds the lock for some mails; reads what others have recorded meanwhile, and the clock."""
    with _open_transaction(intake) as transaction:
        session = dataclasses.replace(intake.session, now=current_time())
        intake.index.refresh()
        actor, recorder = recording.find_actor(session, intake.options.by)
        yield MailJob(
            session=session,
            transaction=transaction,
            index=intake.index,
            channel=intake.channel,
            commit=intake.commit,
            actor=actor,
            recorder=recorder,
            now=rulebook.to_policy_zone(session.rules, session.now),
        )


@contextmanager
def _open_transaction(intake: MailIntake) -> Iterator[Transaction | None]:
    """Yields None for a dry run, which needs no lock."""
    if intake.options.dry_run:
        yield None
        return
    with open_transaction(intake.session.casebook, commit=intake.commit) as transaction:
        recording.print_completed(transaction)
        yield transaction


def _conversation_work(
    intake: MailIntake, cases: dict[int, str], number: int, head: MailHead
) -> Callable[[MailJob], None]:
    def work(job: MailJob) -> None:
        def record(mail: ReadMail) -> MailResult:
            result = mail_recording.record_customer_mail(job, mail, cases.get(number))
            if result.outcome != "rejected":
                cases.setdefault(number, result.case_id or "")
            return result

        _finish(intake, head.position, record)

    return work


def _other_work(intake: MailIntake, mail: JudgedMail) -> Callable[[MailJob], None]:
    def work(job: MailJob) -> None:
        _finish(intake, mail.head.position, lambda read: mail_recording.record_other_mail(job, read))

    return work


def _finish(intake: MailIntake, position: int, record: Callable[[ReadMail], MailResult]) -> None:
    """Records one mail and keeps its result; a mail that cannot be recorded is rejected."""
    source, judged = intake.sources[position], intake.judged[position]
    try:
        if fault := _fault(intake, judged):
            reason = MailRemark(key=fault, values={"detail": source.detail})
        else:
            message = parse_message(intake.spool.read(position), LIMITS)
            intake.results[position] = record(ReadMail(place=source.place, message=message, judged=judged))
            return
    except Exception as error:  # noqa: BLE001 - one mail must not stop the import of the others
        reason = _rejection_reason(error)
    intake.results[position] = MailResult(
        place=source.place, outcome="rejected", message_id=judged.head.id, reason=reason
    )


def _rejection_reason(error: Exception) -> MailRemark:
    """Returns why a mail is rejected; raises the error again if it ends the import, such as that of a disk or of git."""
    if isinstance(error, InvalidInput | NotFound | Refused) or (
        isinstance(error, Broken) and error.key in _REJECTING
    ):
        return MailRemark(key=error.key, values=error.values)
    if isinstance(error, Failure | OSError):
        raise error
    problem = unforeseen_problem(None, error)
    return MailRemark(key=problem.key, values=problem.values)
