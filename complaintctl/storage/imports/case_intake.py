"""Writes the cases of an export into a casebook, each as it was, with its id and its history."""

from collections.abc import Iterable
from pathlib import Path

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.lifecycle.import_results import ImportSummary, RejectedRecord
from complaintctl.errors import Failure
from complaintctl.exchange.exports.exported_cases import ExportedCase, case_fault, case_texts
from complaintctl.storage.case import casefile, new_text, schema
from complaintctl.storage.case.casebook import (
    CASE_ID_PATTERN,
    Casebook,
    closed_case_path,
    open_case_path,
)
from complaintctl.storage.case.fault_boundary import unforeseen_problem
from complaintctl.storage.imports.intake import case_path_by_status
from complaintctl.storage.write import bulk
from complaintctl.storage.write.bulk import BulkChange


def import_exported_cases(
    casebook: Casebook,
    rules: Rulebook,
    arrivals: Iterable[ExportedCase | RejectedRecord],
    batch: BulkChange | None,
) -> ImportSummary:
    """Writes every case that is not here yet; then syncs and commits once. Without a `batch` nothing is written.

    A case that is here is compared: it is unchanged, or rejected. Raises Broken if the disk or git fails.
    """
    summary, seen = ImportSummary(), set[str]()
    for arrival in arrivals:
        summary.rows += 1
        rejected = (
            arrival
            if isinstance(arrival, RejectedRecord)
            else _import_case(casebook, rules, arrival, batch, seen, summary)
        )
        if rejected is not None:
            summary.reject(rejected)
    if batch is not None:
        bulk.finish_bulk_change(batch, f"{batch.subject}: {summary.new} new")
    return summary


def _import_case(
    casebook: Casebook,
    rules: Rulebook,
    arrival: ExportedCase,
    batch: BulkChange | None,
    seen: set[str],
    summary: ImportSummary,
) -> RejectedRecord | None:
    """Writes one case; returns it as rejected if it is not whole, or fails in a way nobody foresaw."""
    try:
        case = _read_case(arrival, rules)
        if isinstance(case, RejectedRecord):
            return case
        if case.id in seen:
            return _rejected(arrival, "import-id-twice", id=case.id)
        seen.add(case.id)
        return _write_case(casebook, case, arrival, batch, summary)
    except (Failure, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - one case must not stop the import of the others
        problem = unforeseen_problem(None, error)
        summary.problems.append(problem)
        return _rejected(arrival, problem.key, **problem.values)


def _rejected(arrival: ExportedCase, key: str, **values: object) -> RejectedRecord:
    return RejectedRecord(line=arrival.line, key=key, values=values, cells=())


def _read_case(arrival: ExportedCase, rules: Rulebook) -> Case | RejectedRecord:
    if fault := case_fault(arrival):
        return _rejected(arrival, fault[0], **fault[1])
    case_id = arrival.cells.get("id")
    # It becomes the name of a file.
    if not isinstance(case_id, str) or not CASE_ID_PATTERN.fullmatch(case_id):
        return _rejected(arrival, "export-id", value=case_id or "")
    try:
        texts = case_texts(arrival)
    except ValueError as error:
        return _rejected(arrival, "export-cell", field=str(error))
    case, faults = schema.case_from_texts(texts)
    faults = [fault for fault in faults if not fault.warning]
    if case is not None:
        faults += history.unknown_word_faults(case, rules)
    if case is None or faults:
        return _rejected(arrival, faults[0].key, **faults[0].values)
    loaded, _problems = casefile.parse_case(Path(f"{case.id}.yaml"), new_text.case_yaml(case).encode())
    if loaded is None or not loaded.whole or loaded.case != case:
        return _rejected(arrival, "export-unwritable")
    return case


def _write_case(
    casebook: Casebook, case: Case, arrival: ExportedCase, batch: BulkChange | None, summary: ImportSummary
) -> RejectedRecord | None:
    for path in (open_case_path(casebook, case.id), closed_case_path(casebook, case.id)):
        if path.exists():
            if casefile.read_faultless_case(path) != case:
                return _rejected(arrival, "export-differs", id=case.id)
            summary.unchanged += 1
            return None
    if batch is not None:
        bulk.write_bulk_file(batch, case_path_by_status(casebook, case), new_text.case_yaml(case).encode())
    summary.new += 1
    summary.events += len(case.history)
    return None
