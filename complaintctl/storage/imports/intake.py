"""Imports the rows of another system: writes new cases, revises changed ones, and counts both."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.import_results import ImportSummary, KeptFields, RejectedRecord
from complaintctl.errors import Broken, Failure, InvalidInput
from complaintctl.exchange.imports import rows, rows_again
from complaintctl.exchange.imports.rows import ImportedRow, RowLayout
from complaintctl.exchange.imports.rows_again import CaseRevision
from complaintctl.storage.case import casefile, edited_text, new_text, sealed_text
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.case.fault_boundary import unforeseen_problem
from complaintctl.storage.imports.lookup import CaseLookup, LookupResult
from complaintctl.storage.imports.rejects import RejectsFile
from complaintctl.storage.write import bulk
from complaintctl.storage.write.bulk import BulkChange

# Failures that reject one row; all others (disk, git) end the import.
REJECTION_KEYS: Final = frozenset(
    {
        "case-faulty",
        "import-no-id-left",
        "unknown-word",
        "seal-damaged",
        "seal-other-key",
        "seal-of-other-case",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportJob:
    """The settings of an import. If `batch` is None, nothing is written (dry run)."""

    casebook: Casebook
    ready: RowLayout
    rules: Rulebook
    now: datetime
    batch: BulkChange | None


def new_import_change(casebook: Casebook, system: str, actor: str, *, commit: bool) -> BulkChange:
    """The bulk change of an import."""
    trailers = (f"Event: import {system}", f"Actor: {actor}")
    return BulkChange(casebook=casebook, subject=f"import {system}", trailers=trailers, commit=commit)


def import_rows(
    job: ImportJob, arrivals: Iterable[ImportedRow | RejectedRecord], rejects: RejectsFile | None
) -> ImportSummary:
    """Import every row, rejecting bad ones; then sync and commit once.

    Raises Broken if the disk or git fails; importing again completes the rest.
    """
    summary = ImportSummary()
    lookup = CaseLookup(job.casebook)
    for arrival in arrivals:
        summary.rows += 1
        rejected = (
            arrival if isinstance(arrival, RejectedRecord) else _import_row(job, lookup, arrival, summary)
        )
        if rejected is not None:
            summary.reject(rejected)
            if rejects is not None:
                rejects.add(rejected)
    if job.batch is not None:
        bulk.finish_bulk_change(
            job.batch, f"{job.batch.subject}: {summary.new} new, {summary.changed} changed"
        )
    return summary


def _import_row(
    job: ImportJob, lookup: CaseLookup, arrival: ImportedRow, summary: ImportSummary
) -> RejectedRecord | None:
    """Import one row; returns it as rejected if its case cannot be read, or fails in a way nobody foresaw."""
    path: Path | None = None
    try:
        result = lookup.find(arrival)
        path = result.path
        if result.same:
            summary.unchanged += 1
        elif result.path is None:
            _write_new_case(job, lookup, arrival, result, summary)
        else:
            _revise_case(job, arrival, result.path, result.content or b"", summary)
        summary.warned += () if result.same else arrival.warnings
    except Exception as error:  # noqa: BLE001 - one case must not stop the import of the others
        key, values = rejection_reason(error, path, summary)
        return RejectedRecord(line=arrival.line, key=key, values=values, cells=arrival.cells)
    return None


def rejection_reason(
    error: Exception, path: Path | None, summary: ImportSummary
) -> tuple[str, Mapping[str, object]]:
    """Returns the key and values of the reason to reject a case; an unforeseen error is a problem of the import, too.

    Raises the error again if it is one that ends the import, such as that of a disk or of git.
    """
    if isinstance(error, Broken | InvalidInput) and error.key in REJECTION_KEYS:
        return error.key, error.values
    if isinstance(error, Failure | OSError):
        raise error
    problem = unforeseen_problem(path, error)
    summary.problems.append(problem)
    return problem.key, problem.values


def _write_new_case(
    job: ImportJob, lookup: CaseLookup, arrival: ImportedRow, result: LookupResult, summary: ImportSummary
) -> None:
    case = rows.case_from_row(arrival, job.ready, result.case_id)
    check_policy_words(job, case, None)
    if job.batch is not None:
        bulk.write_bulk_file(
            job.batch, case_path_by_status(job.casebook, case), new_text.case_yaml(case).encode()
        )
    lookup.since.add(case.id)
    summary.new += 1
    summary.irregular += any(event.irregular for event in case.history)


def _revise_case(
    job: ImportJob, arrival: ImportedRow, path: Path, content: bytes, summary: ImportSummary
) -> None:
    case = casefile.read_faultless_case(path)
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=path.stem)
    if case.is_erased:
        summary.erased.append(case.id)
        return
    case = sealed_text.open_case(job.casebook, case)
    revision = rows_again.revise_from_row(case, arrival, job.ready, job.rules, job.now)
    check_policy_words(job, revision.case, revision.taken)
    if job.batch is not None:
        target = case_path_by_status(job.casebook, revision.case)
        bulk.write_bulk_file(job.batch, target, revised_case_text(case, content, revision), path)
    summary.changed += 1
    summary.irregular += any(event.irregular for event in revision.events)
    summary.columns_changed += revision.columns_changed
    if revision.kept:
        summary.kept.append(KeptFields(case_id=case.id, line=arrival.line, fields=revision.kept))


def check_policy_words(job: ImportJob, case: Case, taken: tuple[str, ...] | None) -> None:
    """Raise InvalidInput if the row sets a value that the policy does not know, which `check` would report.

    `taken` are the fields that the row changed; None checks all fields.
    """
    for fault in history.unknown_word_faults(case, job.rules):
        if taken is None or ".".join(map(str, fault.path)) in taken:
            raise InvalidInput(fault.key, **fault.values)


def revised_case_text(case: Case, content: bytes, revision: CaseRevision) -> bytes:
    """Returns the file of a case with the changes of a revision."""
    return edited_text.rewrite_case_text(content, case, revision.case, revision.fields, revision.events)


def case_path_by_status(casebook: Casebook, case: Case) -> Path:
    """The path of a case, by its status."""
    path_of = closed_case_path if case.status == "closed" else open_case_path
    return path_of(casebook, case.id)
