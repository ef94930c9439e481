"""Taking in the records of another system: new cases written, changed ones revised, everything counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.import_results import ImportSummary, KeptFields, RejectedRecord
from complaintctl.errors import Broken, InvalidInput
from complaintctl.exchange.imports import rows, rows_again
from complaintctl.exchange.imports.rows import ImportedRow, RowLayout
from complaintctl.exchange.imports.rows_again import CaseRevision
from complaintctl.storage.case import casefile, edited_text, new_text
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.imports.lookup import CaseLookup, LookupResult
from complaintctl.storage.imports.rejects import RejectsFile
from complaintctl.storage.write import bulk
from complaintctl.storage.write.bulk import BulkChange

# What is wrong with one record; everything else (disk, git) ends the import.
REJECTION_KEYS: Final = frozenset({"case-faulty", "import-no-id-left", "unknown-word"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportJob:
    """What every row of an import needs. `batch` None writes nothing: a trial."""

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
    """Take in every record: bad ones are set aside, none stops the rest; then one sync and one commit.

    Raises Broken where disk or git refuses; importing again completes what is left.
    """
    done = ImportSummary()
    shelf = CaseLookup(job.casebook)
    for arrival in arrivals:
        done.rows += 1
        found = arrival if isinstance(arrival, RejectedRecord) else _import_row(job, shelf, arrival, done)
        if found is not None:
            done.reject(found)
            if rejects is not None:
                rejects.add(found)
    if job.batch is not None:
        bulk.finish_bulk_change(job.batch, f"{job.batch.subject}: {done.new} new, {done.changed} changed")
    return done


def _import_row(
    job: ImportJob, shelf: CaseLookup, arrival: ImportedRow, done: ImportSummary
) -> RejectedRecord | None:
    """Take in one record; one whose case cannot be read is rejected."""
    try:
        found = shelf.find(arrival)
        if found.same:
            done.unchanged += 1
        elif found.path is None:
            _write_new_case(job, shelf, arrival, found, done)
        else:
            _revise_case(job, arrival, found.path, found.content or b"", done)
    except (Broken, InvalidInput) as error:
        if error.key not in REJECTION_KEYS:
            raise
        return RejectedRecord(line=arrival.line, key=error.key, values=error.values, cells=arrival.cells)
    return None


def _write_new_case(
    job: ImportJob, shelf: CaseLookup, arrival: ImportedRow, found: LookupResult, done: ImportSummary
) -> None:
    case = rows.case_from_row(arrival, job.ready, found.case_id)
    check_policy_words(job, case, None)
    shelf.since.add(case.id)
    done.new += 1
    done.irregular += any(event.irregular for event in case.history)
    if job.batch is not None:
        bulk.write_bulk_file(
            job.batch, case_path_by_status(job.casebook, case), new_text.case_yaml(case).encode()
        )


def _revise_case(
    job: ImportJob, arrival: ImportedRow, path: Path, content: bytes, done: ImportSummary
) -> None:
    case = casefile.read_faultless_case(path)
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=path.stem)
    revision = rows_again.revise_from_row(case, arrival, job.ready, job.rules, job.now)
    check_policy_words(job, revision.case, revision.taken)
    done.changed += 1
    done.irregular += any(event.irregular for event in revision.events)
    done.columns_changed += revision.columns_changed
    if revision.kept:
        done.kept.append(KeptFields(case_id=case.id, line=arrival.line, fields=revision.kept))
    if job.batch is not None:
        target = case_path_by_status(job.casebook, revision.case)
        bulk.write_bulk_file(job.batch, target, revised_case_text(case, content, revision))
        if target != path:
            bulk.remove_bulk_file(job.batch, path)


def check_policy_words(job: ImportJob, case: Case, taken: tuple[str, ...] | None) -> None:
    """Raise InvalidInput where the row brings a word that the team's policy does not know: check would fault it."""
    for fault in history.unknown_word_faults(case, job.rules):
        if taken is None or ".".join(map(str, fault.path)) in taken:
            raise InvalidInput(fault.key, **fault.values)


def revised_case_text(case: Case, content: bytes, revision: CaseRevision) -> bytes:
    """The file of a case with what an import found new."""
    return edited_text.rewrite_case_text(content, case, revision.case, revision.fields, revision.events)


def case_path_by_status(casebook: Casebook, case: Case) -> Path:
    """Where a case is to lie, by its state."""
    place = closed_case_path if case.status == "closed" else open_case_path
    return place(casebook, case.id)
