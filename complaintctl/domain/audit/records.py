"""What git recorded of an event, and what `verify` finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from complaintctl.domain.case.case import Event
from complaintctl.domain.deadlines.rulebook import Rulebook


@dataclass(frozen=True, kw_only=True, slots=True)
class CommitRecord:
    """One commit: its full hash and those of its parents, who wrote and committed it, and when.

    `events` are the activities and ids of its `Event:` trailers, `actor` the value of its `Actor:` trailer.
    `signer` is the person of the policy whose valid signature the commit carries, None without one.
    """

    hash: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    committer_email: str
    authored: datetime
    committed: datetime
    subject: str
    events: tuple[tuple[str, str], ...] = ()
    actor: str | None = None
    signer: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedEvent:
    """An event, the commit that added it to its case (None: not committed yet), and the policy of that commit.

    `ids_before` gives the ids of the events that the case had before the commit, None if that cannot be read. It is
    asked only where several clones recorded events.
    """

    event: Event
    commit: CommitRecord | None
    rules: Rulebook
    ids_before: Callable[[], frozenset[str] | None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyVersion:
    """A policy and the commit that wrote it; the policy of the work tree has none if it is not committed.

    `before` are the policies of the parents of the commit, empty if it began the history or none can be read.
    """

    commit: CommitRecord | None
    rules: Rulebook
    before: tuple[Rulebook, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditFinding:
    """Something that contradicts the recorded history: `key` names the sentence, `values` fill it.

    `file` is the path from the casebook's root, `line` starts at 1 (0: unknown), `commit` the full hash of the commit
    that shows it. A warning does not make the run fail.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    case_id: str | None = None
    file: str = ""
    line: int = 0
    commit: str | None = None
    warning: bool = False
