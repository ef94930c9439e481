"""The bulk change that an import writes its cases in."""

from collections.abc import Iterator
from contextlib import contextmanager

from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session
from complaintctl.storage.imports.intake import new_import_change
from complaintctl.storage.write import bulk
from complaintctl.storage.write.bulk import BulkChange
from complaintctl.storage.write.transaction import open_transaction


@contextmanager
def open_import_batch(
    session: Session, system: str, *, dry_run: bool, no_commit: bool
) -> Iterator[BulkChange | None]:
    """Locks the casebook and yields the bulk change of this import; yields None for --dry-run, without a lock."""
    if dry_run:
        yield None
        return
    commit = recording.should_commit(session, no_commit=no_commit)
    actor, _recorder = recording.find_actor(session, None)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        batch = new_import_change(session.casebook, system, actor, commit=commit)
        with bulk.settle_bulk_failure(batch, "import-stopped"):
            yield batch
