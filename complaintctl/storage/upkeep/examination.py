"""One examination of a casebook: what is wrong, and all that mending it would write."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.ailments import Ailment
from complaintctl.storage.case.casebook import Casebook


@dataclass(slots=True)
class Examination:
    """What is found grows while the casebook is examined; nothing is written before `files` and `acts` are carried out.

    `files` are new contents and `removed` the files to remove, all for one commit; `events` are the activities and ids
    of events that record mends, `mended` the ids of the cases. `acts` mend what is in no commit: modes,
    settings; `locks` come before all else. `cases` are the readable cases by file. `only`: nothing but this case is examined.
    """

    casebook: Casebook
    rules: Rulebook
    now: datetime
    by: str
    only: str | None = None
    ailments: list[Ailment] = field(default_factory=list)
    files: dict[Path, bytes] = field(default_factory=dict)
    removed: set[Path] = field(default_factory=set)
    events: list[tuple[str, str]] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    acts: list[Callable[[], None]] = field(default_factory=list)
    locks: list[Callable[[], None]] = field(default_factory=list)
    cases: dict[Path, Case] = field(default_factory=dict)

    def find(
        self,
        key: str,
        path: Path | None,
        *,
        mend: str | None = None,
        unreadable: bool = False,
        case_id: str | None = None,
        **values: object,
    ) -> None:
        """Note that something is wrong; `mend` says how it will be mended, None that a person must decide."""
        file = "" if path is None else self.name(path)
        if self.only is None or self.only in {case_id, path.stem if path is not None else None}:
            self.ailments.append(
                Ailment(key=key, values=values, file=file, case_id=case_id, mend=mend, unreadable=unreadable)
            )

    def name(self, path: Path) -> str:
        """The path of a file from the casebook's folder, or the whole path of one outside of it."""
        root = self.casebook.root
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    @property
    def curable(self) -> bool:
        """Whether anything would be mended."""
        return any(ailment.mend is not None for ailment in self.ailments)
