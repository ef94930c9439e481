"""Imports an event log: all rows with one id are one case; new events are added to known cases."""

from collections.abc import Iterable
from pathlib import Path

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.import_results import (
    EventOddity,
    ImportSummary,
    KeptFields,
    RejectedRecord,
)
from complaintctl.errors import Broken
from complaintctl.exchange.imports import events, events_again
from complaintctl.exchange.imports.events import CaseLog, LoggedEvent
from complaintctl.exchange.imports.rows import RowLayout
from complaintctl.storage.case import casefile, new_text, sealed_text
from complaintctl.storage.imports import intake
from complaintctl.storage.imports.intake import ImportJob
from complaintctl.storage.imports.lookup import CaseLookup, LookupResult
from complaintctl.storage.imports.rejects import RejectsFile
from complaintctl.storage.write import bulk


def import_event_logs(
    job: ImportJob, logs: Iterable[CaseLog | tuple[RejectedRecord, ...]], rejects: RejectsFile | None
) -> ImportSummary:
    """Import every case of a log; a bad case is rejected with all its rows. Then sync and commit once.

    Raises Broken if the disk or git fails; importing again completes the rest.
    """
    summary = ImportSummary()
    lookup = CaseLookup(job.casebook)
    layout = events.case_layout(job.ready)
    for log in logs:
        summary.rows += len(log.rows) if isinstance(log, CaseLog) else len(log)
        for rejected in (
            _import_case_log(job, layout, lookup, log, summary) if isinstance(log, CaseLog) else log
        ):
            summary.reject(rejected)
            if rejects is not None:
                rejects.add(rejected)
    if job.batch is not None:
        bulk.finish_bulk_change(
            job.batch, f"{job.batch.subject}: {summary.new} new, {summary.changed} changed"
        )
    return summary


def _import_case_log(
    job: ImportJob, layout: RowLayout, lookup: CaseLookup, log: CaseLog, summary: ImportSummary
) -> tuple[RejectedRecord, ...]:
    """Import one case; returns its rows as rejected if its file is faulty or the policy does not know a value.

    The same if it fails in a way nobody foresaw.
    """
    path: Path | None = None
    try:
        result = lookup.find(log.arrival)
        path = result.path
        if result.same:
            summary.unchanged += 1
        elif result.path is None:
            _write_new_case(job, layout, lookup, log, result, summary)
        else:
            _revise_case(job, layout, log, result.path, result.content or b"", summary)
        summary.warned += () if result.same else log.arrival.warnings
    except Exception as error:  # noqa: BLE001 - one case must not stop the import of the others
        return events.reject_case_log(log, *intake.rejection_reason(error, path, summary))
    return ()


def _write_new_case(
    job: ImportJob,
    layout: RowLayout,
    lookup: CaseLookup,
    log: CaseLog,
    result: LookupResult,
    summary: ImportSummary,
) -> None:
    replayed = events.case_from_log(log, layout, result.case_id, job.rules)
    intake.check_policy_words(job, replayed.case, None)
    if job.batch is not None:
        target = intake.case_path_by_status(job.casebook, replayed.case)
        bulk.write_bulk_file(job.batch, target, new_text.case_yaml(replayed.case).encode())
    lookup.since.add(replayed.case.id)
    summary.new += 1
    _count_events(summary, replayed.case, log.happenings, log.happenings, replayed.irregular)


def _revise_case(
    job: ImportJob, layout: RowLayout, log: CaseLog, path: Path, content: bytes, summary: ImportSummary
) -> None:
    case = casefile.read_faultless_case(path)
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=path.stem)
    if case.is_erased:
        summary.erased.append(case.id)
        return
    known, added = events_again.split_known_rows(case, log, job.ready)
    if known is not None and added and _is_untouched(job, layout, known, case.id, content):
        _rewrite_case(job, layout, log, case, path, added, summary)
        return
    case = sealed_text.open_case(job.casebook, case)
    grown = events_again.revise_from_log(case, log, layout, job.rules, job.now)
    revision = grown.revision
    intake.check_policy_words(job, revision.case, revision.taken)
    changed = revision.events or revision.case.source != case.source
    if job.batch is not None and changed:
        target = intake.case_path_by_status(job.casebook, revision.case)
        bulk.write_bulk_file(job.batch, target, intake.revised_case_text(case, content, revision), path)
    summary.changed += bool(changed)
    summary.unchanged += not changed
    summary.columns_changed += revision.columns_changed
    _count_events(summary, case, log.happenings if grown.added else (), grown.added, grown.irregular)
    if grown.gone:
        summary.odd.append(_make_oddity(case, "not-in-table", ()))
    if revision.kept:
        summary.kept.append(KeptFields(case_id=case.id, line=log.arrival.line, fields=revision.kept))


def _is_untouched(job: ImportJob, layout: RowLayout, known: CaseLog, case_id: str, content: bytes) -> bool:
    """Whether nobody but earlier imports has written the file: it is what an import of their rows writes."""
    before = events.case_from_log(known, layout, case_id, job.rules).case
    return new_text.case_yaml(before).encode() == content


def _rewrite_case(
    job: ImportJob,
    layout: RowLayout,
    log: CaseLog,
    case: Case,
    path: Path,
    added: tuple[LoggedEvent, ...],
    summary: ImportSummary,
) -> None:
    """Write the case as if the whole log had been imported at once."""
    replayed = events.case_from_log(log, layout, case.id, job.rules)
    after = replayed.case
    words = job.rules.words
    changed = (name for name in words if fields.value_at(case, name) != fields.value_at(after, name))
    intake.check_policy_words(job, after, tuple(changed))
    if job.batch is not None:
        target = intake.case_path_by_status(job.casebook, after)
        bulk.write_bulk_file(job.batch, target, new_text.case_yaml(after).encode(), path)
    summary.changed += 1
    _count_events(summary, after, log.happenings, added, _limit_to_lines(replayed.irregular, added))


def _limit_to_lines(irregular: dict[str, list[int]], added: tuple[LoggedEvent, ...]) -> dict[str, list[int]]:
    """The irregular lines of the added events; the others were listed when they were imported."""
    lines = {happening.line for happening in added}
    kept = {what: [line for line in places if line in lines] for what, places in irregular.items()}
    return {what: places for what, places in kept.items() if places}


def _count_events(
    summary: ImportSummary,
    case: Case,
    seen: tuple[LoggedEvent, ...],
    added: tuple[LoggedEvent, ...],
    irregular: dict[str, list[int]],
) -> None:
    """Count the imported events, and note a case whose events break a rule or have the same time."""
    summary.events += sum(happening.line is not None for happening in added)
    summary.irregular += bool(irregular)
    summary.odd += [_make_oddity(case, what, tuple(lines)) for what, lines in irregular.items()]
    if lines := events.simultaneous_lines(seen):
        summary.odd.append(_make_oddity(case, "same-time", tuple(lines)))


def _make_oddity(case: Case, what: str, lines: tuple[int, ...]) -> EventOddity:
    record = case.source.id if case.source else ""
    return EventOddity(case_id=case.id, record=record, what=what, lines=lines)
