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
from complaintctl.exchange.imports.events import CaseLog, LoggedEvent
from complaintctl.exchange.imports.rows import RowLayout
from complaintctl.storage.case import casefile, new_text
from complaintctl.storage.imports import intake
from complaintctl.storage.imports.intake import ImportJob
from complaintctl.storage.imports.lookup import CaseLookup, LookupResult
from complaintctl.storage.imports.rejects import RejectsFile
from complaintctl.storage.write import bulk


def import_event_logs(
    job: ImportJob, logs: Iterable[CaseLog | tuple[RejectedRecord, ...]], rejects: RejectsFile | None
) -> ImportSummary:
    """Take in every case of a log: one that cannot be read is set aside with all its rows; then one commit.

    Raises Broken where disk or git refuses; importing again completes what is left.
    """
    done = ImportSummary()
    shelf = CaseLookup(job.casebook)
    layout = events.case_layout(job.ready)
    for log in logs:
        done.rows += len(log.rows) if isinstance(log, CaseLog) else len(log)
        for rejected in _import_case_log(job, layout, shelf, log, done) if isinstance(log, CaseLog) else log:
            done.reject(rejected)
            if rejects is not None:
                rejects.add(rejected)
    if job.batch is not None:
        bulk.finish_bulk_change(job.batch, f"{job.batch.subject}: {done.new} new, {done.changed} changed")
    return done


def _import_case_log(
    job: ImportJob, layout: RowLayout, shelf: CaseLookup, log: CaseLog, done: ImportSummary
) -> tuple[RejectedRecord, ...]:
    """Take in one case; one whose file cannot be read, or whose words the policy does not know, is rejected."""
    try:
        found = shelf.find(log.arrival)
        if found.same:
            done.unchanged += 1
        elif found.path is None:
            _write_new_case(job, layout, shelf, log, found, done)
        else:
            _revise_case(job, layout, log, found.path, found.content or b"", done)
    except (Broken, InvalidInput) as error:
        if error.key not in intake.REJECTION_KEYS:
            raise
        return events.reject_case_log(log, error.key, error.values)
    return ()


def _write_new_case(
    job: ImportJob,
    layout: RowLayout,
    shelf: CaseLookup,
    log: CaseLog,
    found: LookupResult,
    done: ImportSummary,
) -> None:
    told = events.case_from_log(log, layout, found.case_id, job.rules)
    intake.check_policy_words(job, told.case, None)
    shelf.since.add(told.case.id)
    done.new += 1
    _count_events(done, told.case, log.happenings, log.happenings, told.irregular)
    if job.batch is not None:
        target = intake.case_path_by_status(job.casebook, told.case)
        bulk.write_bulk_file(job.batch, target, new_text.case_yaml(told.case).encode())


def _revise_case(
    job: ImportJob, layout: RowLayout, log: CaseLog, path: Path, content: bytes, done: ImportSummary
) -> None:
    case = casefile.read_faultless_case(path)
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=path.stem)
    grown = events_again.revise_from_log(case, log, layout, job.rules, job.now)
    revision = grown.revision
    intake.check_policy_words(job, revision.case, revision.taken)
    changed = revision.events or revision.case.source != case.source
    done.changed += bool(changed)
    done.unchanged += not changed
    done.columns_changed += revision.columns_changed
    _count_events(done, case, log.happenings if grown.added else (), grown.added, grown.irregular)
    if grown.gone:
        done.odd.append(_make_oddity(case, "not-in-table", ()))
    if revision.kept:
        done.kept.append(KeptFields(case_id=case.id, line=log.arrival.line, fields=revision.kept))
    if job.batch is not None and changed:
        target = intake.case_path_by_status(job.casebook, revision.case)
        bulk.write_bulk_file(job.batch, target, intake.revised_case_text(case, content, revision))
        if target != path:
            bulk.remove_bulk_file(job.batch, path)


def _count_events(
    done: ImportSummary,
    case: Case,
    seen: tuple[LoggedEvent, ...],
    added: tuple[LoggedEvent, ...],
    irregular: dict[str, list[int]],
) -> None:
    """Count the events taken in, and name the case where their order is odd."""
    done.events += sum(happening.line is not None for happening in added)
    done.irregular += bool(irregular)
    done.odd += [_make_oddity(case, what, tuple(lines)) for what, lines in irregular.items()]
    if lines := events.simultaneous_lines(seen):
        done.odd.append(_make_oddity(case, "same-time", tuple(lines)))


def _make_oddity(case: Case, what: str, lines: tuple[int, ...]) -> EventOddity:
    record = case.source.id if case.source else ""
    return EventOddity(case_id=case.id, record=record, what=what, lines=lines)
