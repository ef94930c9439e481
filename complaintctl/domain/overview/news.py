"""What came in from other clones or went out to them: the new events of each case, and other files."""

from dataclasses import dataclass

from complaintctl.domain.case.case import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseNews:
    """What happened to one case: the events that are new in it, in the order of its history.

    `gone`: the case is no longer there. `readable` is False if its file could not be read as a case.
    """

    case_id: str
    events: tuple[Event, ...]
    gone: bool = False
    readable: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """What differs between two commits: cases by id, and the other files (paths from the top of the repository)."""

    cases: tuple[CaseNews, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def event_count(self) -> int:
        """The number of new events."""
        return sum(len(case.events) for case in self.cases)
