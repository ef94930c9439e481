"""Events that an import read in another system: its people did them, and none of our rules applied there."""

from typing import Final

from complaintctl.domain.audit.records import CommitRecord
from complaintctl.domain.case.case import Case, Event

IMPORTING: Final = "import"


def is_source_event(case: Case, event: Event) -> bool:
    """Whether an import recorded the event for the system that the case comes from."""
    system = case.source.system if case.source else None
    return system is not None and system in {event.by, event.recorded_by}


def is_import(commit: CommitRecord) -> bool:
    """Whether the message of a commit says that it is an import of a table or of whole cases."""
    return IMPORTING in [did for did, _system in commit.events]
