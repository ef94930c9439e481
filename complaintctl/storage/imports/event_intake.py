"""Taking in an event log: one case for all rows of one id, new events of known cases added to them."""

from collections.abc import Iterable
from pathlib import Path

from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.import_results import (
    EventOddity,
    ImportSummary,
    KeptFields,
    RejectedRecord,
)
from complaintctl.errors import Broken, InvalidInput
from complaintctl.exchange.imports import events, events_again
from complaintctl.exchange.imports.events import Happening, Log
from complaintctl.exchange.imports.rows import Layout
from complaintctl.storage.case import casefile, new_text
from complaintctl.storage.imports import intake
from complaintctl.storage.imports.intake import Import
from complaintctl.storage.imports.lookup import Found, Shelf
from complaintctl.storage.imports.rejects import Rejects
from complaintctl.storage.write import bulk


def take_in(
    job: Import, logs: Iterable[Log | tuple[RejectedRecord, ...]], rejects: Rejects | None
) -> ImportSummary:
    """Take in every case of a log: one that cannot be read is set aside with all its rows; then one commit.

    Raises Broken where disk or git refuses; importing again completes what is left.
    """
    done = ImportSummary()
    shelf = Shelf(job.book)
    facts = events.of_cases(job.ready)
    for log in logs:
        done.rows += len(log.rows) if isinstance(log, Log) else len(log)
        for rejected in _taken(job, facts, shelf, log, done) if isinstance(log, Log) else log:
            done.reject(rejected)
            if rejects is not None:
                rejects.add(rejected)
    if job.batch is not None:
        bulk.finish(job.batch, f"{job.batch.subject}: {done.new} new, {done.changed} changed")
    return done


def _taken(
    job: Import, facts: Layout, shelf: Shelf, log: Log, done: ImportSummary
) -> tuple[RejectedRecord, ...]:
    """Take in one case; one whose file cannot be read, or whose words the policy does not know, is rejected."""
    try:
        found = shelf.find(log.arrival)
        if found.same:
            done.unchanged += 1
        elif found.path is None:
            _open(job, facts, shelf, log, found, done)
        else:
            _revise(job, facts, log, found.path, found.content or b"", done)
    except (Broken, InvalidInput) as error:
        if error.key not in intake.REJECTING:
            raise
        return events.all_rejected(log, error.key, error.facts)
    return ()


def _open(job: Import, facts: Layout, shelf: Shelf, log: Log, found: Found, done: ImportSummary) -> None:
    told = events.new_case(log, facts, found.case_id, job.rules)
    intake.check_words(job, told.case, None)
    shelf.since.add(told.case.id)
    done.new += 1
    _count(done, told.case, log.happenings, log.happenings, told.irregular)
    if job.batch is not None:
        target = intake.path_of(job.book, told.case)
        bulk.write(job.batch, target, new_text.case_text(told.case).encode())


def _revise(job: Import, facts: Layout, log: Log, path: Path, content: bytes, done: ImportSummary) -> None:
    case = casefile.whole(path)
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=path.stem)
    grown = events_again.revise(case, log, facts, job.rules, job.now)
    revision = grown.revision
    intake.check_words(job, revision.case, revision.taken)
    changed = revision.events or revision.case.source != case.source
    done.changed += bool(changed)
    done.unchanged += not changed
    done.columns_changed += revision.columns_changed
    _count(done, case, log.happenings if grown.added else (), grown.added, grown.irregular)
    if grown.gone:
        done.odd.append(_oddity(case, "not-in-table", ()))
    if revision.kept:
        done.kept.append(KeptFields(case_id=case.id, line=log.arrival.line, fields=revision.kept))
    if job.batch is not None and changed:
        target = intake.path_of(job.book, revision.case)
        bulk.write(job.batch, target, intake.revised_text(case, content, revision))
        if target != path:
            bulk.remove(job.batch, path)


def _count(
    done: ImportSummary,
    case: Case,
    seen: tuple[Happening, ...],
    added: tuple[Happening, ...],
    irregular: dict[str, list[int]],
) -> None:
    """Count the events taken in, and name the case where their order is odd."""
    done.events += sum(happening.line is not None for happening in added)
    done.irregular += bool(irregular)
    done.odd += [_oddity(case, what, tuple(lines)) for what, lines in irregular.items()]
    if lines := events.tied(seen):
        done.odd.append(_oddity(case, "same-time", tuple(lines)))


def _oddity(case: Case, what: str, lines: tuple[int, ...]) -> EventOddity:
    record = case.source.id if case.source else ""
    return EventOddity(case_id=case.id, record=record, what=what, lines=lines)
