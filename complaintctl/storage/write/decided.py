"""Writes one decided event into each of many cases, with one commit for all.

Not part of `bulk`: `check` imports that through `journal`, and a reading command must not load ruamel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.lifecycle import Decision
from complaintctl.storage.case import edited_text
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.write import bulk


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedCase:
    """A case file, the case in it, and the decision to record there."""

    path: Path
    before: Case
    decision: Decision


def write_decisions(
    casebook: Casebook, found: Sequence[DecidedCase], subject: str, actor: str, *, commit: bool
) -> None:
    """Write every decision and commit them together; raises Broken if the disk or git fails.

    Raises Declined if interrupted (Ctrl-C). Both say how many cases were written.
    """
    events = [decided.decision.event for decided in found]
    trailers = (*(f"Event: {event.did} {event.id}" for event in events), f"Actor: {actor}")
    batch = bulk.BulkChange(casebook=casebook, subject=subject, trailers=trailers, commit=commit)
    with bulk.settle_bulk_failure(batch):
        for decided in found:
            bulk.write_bulk_file(batch, decided.path, _decided_text(decided))
        bulk.finish_bulk_change(batch, f"{subject}: {len(found)}")


def _decided_text(decided: DecidedCase) -> bytes:
    after, event = decided.decision.case, decided.decision.event
    changes = {name: fields.value_at(after, name) for name in decided.decision.changed}
    return edited_text.rewrite_case_text(decided.path.read_bytes(), decided.before, after, changes, [event])
