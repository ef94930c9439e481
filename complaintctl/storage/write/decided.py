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
from complaintctl.storage.write import bulk, settling, uncommitted


@dataclass(frozen=True, kw_only=True, slots=True)
class DecidedCase:
    """A case file, the case in it, the decision to record there, and the text of the file with it."""

    path: Path
    before: Case
    decision: Decision
    text: bytes


def decided_case(path: Path, before: Case, decision: Decision) -> DecidedCase:
    """Returns the decision with the new text of the file; raises Broken if the file cannot be changed.

    The texts of all cases are made before the first is written, so that no fault of one ends the change halfway.
    """
    after, event = decision.case, decision.event
    changes = {name: fields.value_at(after, name) for name in decision.changed}
    text = edited_text.rewrite_case_text(path.read_bytes(), before, after, changes, [event])
    return DecidedCase(path=path, before=before, decision=decision, text=text)


def write_decisions(
    casebook: Casebook,
    found: Sequence[DecidedCase],
    subject: str,
    actor: str,
    author: str | None,
    *,
    commit: bool,
) -> None:
    """Write every decision and commit them together; raises Broken if the disk or git fails.

    `author`: as in CasebookChange; raises Refused if what an earlier command left cannot be committed first.

    Raises Declined if interrupted (Ctrl-C). Both say how many cases were written.
    """
    if commit and author is not None:
        with settling.explain_refusal("change-nowhere"):
            uncommitted.commit_earlier(casebook, [decided.path for decided in found], author)
    events = [decided.decision.event for decided in found]
    trailers = (*(f"Event: {event.did} {event.id}" for event in events), f"Actor: {actor}")
    batch = bulk.BulkChange(casebook=casebook, subject=subject, trailers=trailers, commit=commit)
    with bulk.settle_bulk_failure(batch):
        for decided in found:
            bulk.write_bulk_file(batch, decided.path, decided.text)
        bulk.finish_bulk_change(batch, f"{subject}: {len(found)}")
