"""Writing one decided event into each of many cases, and one commit for all."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.lifecycle.lifecycle import Decision
from complaintctl.errors import Declined
from complaintctl.storage.case import edited_text
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.write import bulk


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedCase:
    """A case in which something is to be recorded: where it lies, how it was, and what was decided."""

    path: Path
    before: Case
    decision: Decision


def write_decisions(
    casebook: Casebook, found: Sequence[DecidedCase], subject: str, actor: str, *, commit: bool
) -> None:
    """Write every decision and commit them together; raises Broken where disk or git refuses.

    What was written when somebody stops it is completed by the next command: raises Declined.
    """
    events = [one.decision.event for one in found]
    trailers = (*(f"Event: {event.did} {event.id}" for event in events), f"Actor: {actor}")
    batch = bulk.BulkChange(casebook=casebook, subject=subject, trailers=trailers, commit=commit)
    try:
        for one in found:
            bulk.write_bulk_file(batch, one.path, _decided_text(one))
        bulk.finish_bulk_change(batch, f"{subject}: {len(found)}")
    except KeyboardInterrupt as error:
        raise Declined("stopped-halfway", subject=subject) from error


def _decided_text(one: DecidedCase) -> bytes:
    after, event = one.decision.case, one.decision.event
    changes = {name: fields.value_at(after, name) for name in one.decision.changed}
    return edited_text.rewrite_case_text(one.path.read_bytes(), one.before, after, changes, [event])
