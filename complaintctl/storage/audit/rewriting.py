"""Notices that commits which were verified are not a part of the history any more."""

from typing import Final

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.audit.ledger import Ledger
from complaintctl.storage.audit.state import Verified, VerifiedState
from complaintctl.storage.checkpoints import rewritten_commits
from complaintctl.storage.git import revisions

# So many commits and events are named; the others are counted.
NAMED: Final = 10


def find_rewriting(
    layout: Layout,
    state: VerifiedState,
    before: Verified | None,
    ledger: Ledger,
    branch: str | None,
    last: str,
) -> list[AuditFinding]:
    """Returns a finding if commits of this branch that were verified are gone, with the events that went with them.

    A rebase that kept every event gives a warning, and so does a rewriting that a committed map explains. `ledger` knows the events of the present history.
    """
    if before is None or branch is None:
        return []
    gone = revisions.list_commits(layout.repository, before.last, f"^{last}") or [before.last]
    events = state.events_of(gone)
    lost = [(case, event) for case, event, _commit in events if ledger.commit_of(case, event) is None]
    values = {
        "count": len(gone),
        "commits": [name[:10] for name in gone[:NAMED]],
        "events": [f"{case} {event}" for case, event in lost[:NAMED]],
        "lost": len(lost),
        "last": before.last,
    }
    is_explained = (
        rewritten_commits.find_rewritten(layout.casebook, layout.repository, last, before.last) is not None
    )
    if not lost and (len(events) > 0 or is_explained):
        return [AuditFinding(key="audit-rebased", values=values, commit=last, warning=True)]
    cases = {case for case, _event in lost}
    return [
        AuditFinding(
            key="audit-rewritten",
            values=values,
            case_id=cases.pop() if len(cases) == 1 else None,
            commit=before.last,
        )
    ]
