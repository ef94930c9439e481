"""The baseline of a check: which findings the team accepts for a time; writes the ones that fail now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.session import Session, current_person, print_message, print_problems
from complaintctl.domain.case.one_line import join_lines
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.overview.baseline import AcceptedFinding, Baseline
from complaintctl.domain.overview.overview import Finding
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.text.language import ngettext
from complaintctl.storage.policy.acceptedfile import place_faults
from complaintctl.storage.policy.baselinefile import extend_baseline, read_baseline


@dataclass(frozen=True, slots=True)
class BaselineOptions:
    """What was typed: the file to read or the file to extend, and for the latter the reason and the last day."""

    read: Path | None
    write: Path | None
    reason: str | None
    until: str | None


class CheckBaseline:
    """The baseline of one run; `make_entry` makes an entry for a finding that fails, if a file is to be extended."""

    def __init__(
        self, baseline: Baseline, file: Path | None, make_entry: Callable[[Finding], AcceptedFinding | None]
    ) -> None:
        self._baseline = baseline
        self._file = file
        self._make_entry = make_entry
        self._added: list[AcceptedFinding] = []

    def accept(self, finding: Finding) -> tuple[AcceptedFinding | None, AcceptedFinding | None]:
        """Returns the entry that accepts a finding, or None; and if none does, one that did but has ended."""
        entry, ended = self._baseline.accept(finding.case.id, finding.clock.step)
        new = None if entry is not None else self._make_entry(finding)
        if new is None:
            return entry, ended
        self._added.append(new)
        self._baseline.add(new)
        return new, None

    def finish(self) -> list[Problem]:
        """Writes the new entries; returns warnings of entries that have ended or match nothing."""
        if self._file is None:
            return []
        if self._added:
            extend_baseline(self._file, self._added)
            count = len(self._added)
            words = ngettext(
                "Accepted {count} finding: added to {file}.",
                "Accepted {count} findings: added to {file}.",
                count,
            )
            print_message(words.format(count=count, file=self._file))
        return place_faults(self._file, self._baseline.faults())


def open_baseline(reader: CaseReader, options: BaselineOptions, failing: frozenset[str]) -> CheckBaseline:
    """Reads the baseline that was asked for, if any; raises InvalidInput or Broken if it cannot be used."""
    _check_options(options)
    day = to_policy_zone(reader.session.rules, reader.moment).date()
    if options.write is not None:
        entries = _read_entries(reader.session, options.write) if options.write.exists() else ()
        maker = _entry_maker(reader.session, options, failing, day)
        return CheckBaseline(Baseline(entries, day), options.write.absolute(), maker)
    entries = _read_entries(reader.session, options.read) if options.read is not None else ()
    file = options.read.absolute() if options.read is not None else None
    return CheckBaseline(Baseline(entries, day), file, _make_none)


def _check_options(options: BaselineOptions) -> None:
    if options.read is not None and options.write is not None:
        raise InvalidInput("baseline-twice")
    if options.write is not None and not (options.reason and options.reason.strip() and options.until):
        raise InvalidInput("baseline-incomplete")
    if options.write is None and (options.reason is not None or options.until is not None):
        raise InvalidInput("baseline-not-written")


def _read_entries(session: Session, path: Path) -> tuple[AcceptedFinding, ...]:
    entries, problems = read_baseline(path.absolute())
    if problems:
        print_problems(problems, session.casebook.root)
        raise Broken("baseline-faulty", file=str(path))
    return entries


def _entry_maker(
    session: Session, options: BaselineOptions, failing: frozenset[str], day: date
) -> Callable[[Finding], AcceptedFinding | None]:
    last = typed_times.parse_last_moment(options.until or "", session.now, session.rules.zone)
    until = to_policy_zone(session.rules, last).date()
    if until < day:
        raise InvalidInput("baseline-until-past", until=until, day=day)
    who, reason = current_person(session), join_lines(options.reason or "")

    def make_entry(finding: Finding) -> AcceptedFinding | None:
        if finding.kind not in failing:
            return None
        return AcceptedFinding(
            case=finding.case.id, step=finding.clock.step, reason=reason, until=until, who=who
        )

    return make_entry


def _make_none(_finding: Finding) -> None:
    """Without a file to extend, nothing is accepted."""
