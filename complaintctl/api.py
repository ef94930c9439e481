"""Reading a casebook from Python: for notebooks and scripts. Nothing is written, printed or translated."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.session import Session, current_time, read_session
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.explanation import ClockExplanation, explain_clocks
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.overview.overview import Finding, case_findings
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import find_casebook

__all__ = ["ClockExplanation", "Finding", "JudgedCase", "OpenCasebook", "Problem", "open_casebook"]


@dataclass(frozen=True, slots=True)
class OpenCasebook:
    """A casebook for reading. `problems` names the faults of the policy and of the case files read so far."""

    session: Session
    problems: list[Problem] = field(default_factory=list)

    def cases(self, *, as_of: datetime | None = None, closed: bool = False) -> Iterator[JudgedCase]:
        """Yield every open case, judged as of a moment (default: now), and with `closed` the closed ones as well.

        Raises ValueError if `as_of` has no time zone. A faulty file is judged by what can be read of it and named in
        `problems`.
        """
        session = dataclasses.replace(self.session, now=current_time())
        moment = to_policy_zone(session.rules, session.now if as_of is None else as_of)
        if as_of is not None and as_of.tzinfo is None:
            raise ValueError("as_of needs a time zone")
        reader = CaseReader(session=session, moment=moment, archive=closed)
        for _path, judged in reader.cases():
            if closed or judged.progress.status != "closed":
                yield judged
        self.problems.extend(problem for problem in reader.problems if problem not in self.problems)

    def overdue(self, *, as_of: datetime | None = None) -> list[Finding]:
        """Every clock that is past its due time at a moment, the earliest first; `late` is in seconds."""
        findings = (finding for judged in self.cases(as_of=as_of) for finding in case_findings(judged, None))
        return sorted(
            (finding for finding in findings if finding.kind == "overdue"), key=lambda finding: finding.due
        )

    def explain(self, case: JudgedCase) -> tuple[ClockExplanation, ...]:
        """How each due time of a case comes about: the lines of `complaintctl explain`, as keys and values."""
        return explain_clocks(case, self.session.rules)


def open_casebook(path: str | Path = ".", *, reveal: bool = False) -> OpenCasebook:
    """Open the casebook that a folder lies in. With `reveal`, customer data are as they are, not masked.

    Raises InvalidInput if there is none, Broken if its policy has faults: `values["problems"]` names them.
    """
    session, problems = read_session(find_casebook(Path(path)), reveal=reveal)
    if session is None:
        raise Broken("policy-faulty", count=len(problems), problems=problems)
    return OpenCasebook(session, problems)
