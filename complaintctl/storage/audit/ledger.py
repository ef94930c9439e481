"""What the walk through the history has learnt: the commit of each event, what was lost, what contradicts it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.storage.audit.case_text import FoundEvent, RawEvent

_MOVED: Final = frozenset({"audit-events-reordered", "audit-event-inserted"})
# Cases and commits that recorded an event of this id, as an earlier run knows them.
KnownEvents = Callable[[str], Iterable[tuple[str, str]]]


@dataclass(slots=True)
class LostEvent:
    """An event that was taken away or changed: as it was, and the place of its finding."""

    raw: RawEvent
    finding: int


@dataclass(frozen=True, slots=True)
class Twin:
    """A further event of one id: its commit, its text, and whether the commit put it beside the other one."""

    commit: str
    text: str | None
    added: bool


def _nothing_known(_event: str) -> Iterable[tuple[str, str]]:
    return ()


@dataclass(slots=True)
class Ledger:
    """Grows with each commit. `first` maps an event id to its case and the commit that recorded it.

    `others` has the same for an id that two cases share. `twins` has by case and id what later commits recorded with the
    same id: two notes of one second in two clones have one id. `lost` and `gone` (cases, attachments: with their blob) are
    taken out again when a later commit restores them.
    """

    known: KnownEvents = _nothing_known
    first: dict[str, tuple[str, str]] = field(default_factory=dict)
    others: dict[tuple[str, str], str] = field(default_factory=dict)
    twins: dict[tuple[str, str], list[Twin]] = field(default_factory=dict)
    findings: list[AuditFinding] = field(default_factory=list)
    lost: dict[tuple[str, str], LostEvent] = field(default_factory=dict)
    gone: dict[str, tuple[str, int]] = field(default_factory=dict)

    def record(self, event: str, case_id: str, commit: str) -> str | None:
        """Notes that a commit has an event; returns another case that has one of the same id, None if none has."""
        if event not in self.first:
            for case, earlier in self.known(event):
                self._note(event, case, earlier)
        return self._note(event, case_id, commit)

    def _note(self, event: str, case_id: str, commit: str) -> str | None:
        owner, _commit = self.first.setdefault(event, (case_id, commit))
        if owner == case_id:
            return next((case for case, name in self.others if name == event), None) if self.others else None
        self.others.setdefault((case_id, event), commit)
        return owner

    def commit_of(self, case_id: str, event: str) -> str | None:
        """Returns the commit that recorded an event of a case."""
        owner, commit = self.first.get(event, ("", ""))
        if owner == case_id:
            return commit
        earlier = next((commit for case, commit in self.known(event) if case == case_id), None)
        return self.others.get((case_id, event)) or earlier

    def twin(self, case_id: str, event: str, text: str | None) -> Twin | None:
        """Returns the record of this text for an id which had been recorded before; None for the first event of the id."""
        return next((twin for twin in self.twins.get((case_id, event), ()) if twin.text == text), None)

    def disturbed_cases(self) -> frozenset[str]:
        """Returns the cases of which recorded events are lost, changed, or in another order."""
        moved = {
            finding.case_id
            for finding in self.findings
            if finding.key in _MOVED and finding.case_id and not finding.warning
        }
        return frozenset(case for case, _event in self.lost) | moved

    def add(self, finding: AuditFinding) -> int:
        """Adds a finding; returns its place."""
        self.findings.append(finding)
        return len(self.findings) - 1

    def lose(self, event: FoundEvent, finding: AuditFinding) -> None:
        """Adds the finding that an event was taken away or changed, unless it was lost before."""
        key = (finding.case_id or "", event.id)
        if key not in self.lost:
            self.lost[key] = LostEvent(raw=event.raw, finding=self.add(finding))

    def restore(self, case_id: str, events: Mapping[str, RawEvent], commit: str) -> None:
        """Makes warnings of the findings about lost events that are back as they were."""
        for event, raw in events.items():
            lost = self.lost.get((case_id, event))
            if lost is not None and lost.raw == raw:
                del self.lost[case_id, event]
                self.mend(lost.finding, commit)

    def mend(self, place: int, commit: str) -> None:
        """Makes a warning of a finding, with the commit that restored what it is about."""
        finding = self.findings[place]
        values: dict[str, Any] = {**finding.values, "restored": commit}
        self.findings[place] = replace(finding, values=values, warning=True)
