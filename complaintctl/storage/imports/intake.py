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
from complaintctl.exchange.imports.rows import Arrival, Layout
from complaintctl.exchange.imports.rows_again import Revision
from complaintctl.storage.case import casebook, casefile, new_text, rewriting
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.imports.lookup import Found, Shelf
from complaintctl.storage.imports.rejects import Rejects
from complaintctl.storage.write import bulk
from complaintctl.storage.write.bulk import Batch

# What is wrong with one record; everything else (disk, git) ends the import.
REJECTING: Final = frozenset({"case-faulty", "import-no-id-left", "unknown-word"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """What every row of an import needs. `batch` None writes nothing: a trial."""

    book: Casebook
    ready: Layout
    rules: Rulebook
    now: datetime
    batch: Batch | None


def batch(book: Casebook, system: str, actor: str, *, commit: bool) -> Batch:
    """The bulk change of an import."""
    trailers = (f"Event: import {system}", f"Actor: {actor}")
    return Batch(book=book, subject=f"import {system}", trailers=trailers, commit=commit)


def take_in(
    job: Import, arrivals: Iterable[Arrival | RejectedRecord], rejects: Rejects | None
) -> ImportSummary:
    """Take in every record: bad ones are set aside, none stops the rest; then one sync and one commit.

    Raises Broken where disk or git refuses; importing again completes what is left.
    """
    done = ImportSummary()
    shelf = Shelf(job.book)
    for arrival in arrivals:
        done.rows += 1
        found = arrival if isinstance(arrival, RejectedRecord) else _taken(job, shelf, arrival, done)
        if found is not None:
            done.reject(found)
            if rejects is not None:
                rejects.add(found)
    if job.batch is not None:
        bulk.finish(job.batch, f"{job.batch.subject}: {done.new} new, {done.changed} changed")
    return done


def _taken(job: Import, shelf: Shelf, arrival: Arrival, done: ImportSummary) -> RejectedRecord | None:
    """Take in one record; one whose case cannot be read is rejected."""
    try:
        found = shelf.find(arrival)
        if found.same:
            done.unchanged += 1
        elif found.path is None:
            _open(job, shelf, arrival, found, done)
        else:
            _revise(job, arrival, found.path, found.content or b"", done)
    except (Broken, InvalidInput) as error:
        if error.key not in REJECTING:
            raise
        return RejectedRecord(line=arrival.line, key=error.key, facts=error.facts, cells=arrival.cells)
    return None


def _open(job: Import, shelf: Shelf, arrival: Arrival, found: Found, done: ImportSummary) -> None:
    case = rows.new_case(arrival, job.ready, found.case_id)
    check_words(job, case, None)
    shelf.since.add(case.id)
    done.new += 1
    done.irregular += any(event.irregular for event in case.history)
    if job.batch is not None:
        bulk.write(job.batch, path_of(job.book, case), new_text.case_text(case).encode())


def _revise(job: Import, arrival: Arrival, path: Path, content: bytes, done: ImportSummary) -> None:
    case = casefile.whole(path)
    if not isinstance(case, Case):
        raise Broken("case-faulty", case=path.stem)
    revision = rows_again.revise(case, arrival, job.ready, job.rules, job.now)
    check_words(job, revision.case, revision.taken)
    done.changed += 1
    done.irregular += any(event.irregular for event in revision.events)
    done.columns_changed += revision.columns_changed
    if revision.kept:
        done.kept.append(KeptFields(case_id=case.id, line=arrival.line, fields=revision.kept))
    if job.batch is not None:
        target = path_of(job.book, revision.case)
        bulk.write(job.batch, target, revised_text(case, content, revision))
        if target != path:
            bulk.remove(job.batch, path)


def check_words(job: Import, case: Case, taken: tuple[str, ...] | None) -> None:
    """Raise InvalidInput where the row brings a word that the team's policy does not know: check would fault it."""
    for fault in history.unknown_word_faults(case, job.rules):
        if taken is None or ".".join(map(str, fault.path)) in taken:
            raise InvalidInput(fault.key, **fault.facts)


def revised_text(case: Case, content: bytes, revision: Revision) -> bytes:
    """The file of a case with what an import found new."""
    return rewriting.rewritten(content, case, revision.case, revision.facts, revision.events)


def path_of(book: Casebook, case: Case) -> Path:
    """Where a case is to lie, by its state."""
    place = casebook.closed_path if case.status == "closed" else casebook.open_path
    return place(book, case.id)
