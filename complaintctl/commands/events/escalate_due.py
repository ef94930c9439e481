"""Escalates all open cases by the ladder and the repetition rules of the policy, each rung and rule once per case."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.commands.case_reading import counted_files
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history, rulebook
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle import escalation, repetition
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.case.escalation import escalation_json, escalation_text
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import closed_cases_between, open_case_files
from complaintctl.storage.case.casefile import LoadedCase
from complaintctl.storage.case.fault_boundary import contain_case_faults
from complaintctl.storage.write import decided
from complaintctl.storage.write.decided import DecidedCase
from complaintctl.storage.write.transaction import open_transaction

# The subject of the commit for all cases.
ESCALATION_SUBJECT: Final = "escalate --due"


@dataclass(slots=True)
class _EscalationRun:
    """One run over the open cases; `problems` and `behind` (skipped cases) grow while `escalated` is iterated."""

    session: Session
    doing: Attribution
    problems: list[Problem] = field(default_factory=list)
    behind: int = 0

    def escalated(self) -> Iterator[DecidedCase]:
        """Yields each open case with a due rung or rule and its decision; counts and skips cases with later events."""
        rules = self.session.rules
        cases: Iterable[LoadedCase] = self._whole(open_case_files(self.session.casebook))
        alike: repetition.AlikeCases = {}
        if any(rule.same for rule in rules.policy.repetition):
            cases = list(cases)
            alike = self._alike_cases(cases)
        for loaded in cases:
            made: list[DecidedCase] = []
            with contain_case_faults(loaded.path, self.problems):
                made += self._decide(loaded, alike)
            yield from made

    def _decide(self, loaded: LoadedCase, alike: repetition.AlikeCases) -> Iterator[DecidedCase]:
        case, rules = loaded.case, self.session.rules
        if fold_history(case, rules, self.doing.now).status == "closed":
            return
        if escalation.has_later_records(case, self.doing.at):
            self.behind += 1
        elif decision := escalation.escalate_case(case, rules, self.doing, alike):
            yield decided.decided_case(loaded.path, case, decision)

    def _whole(self, paths: Iterable[Path]) -> Iterator[LoadedCase]:
        with counted_files([*paths]) as counted:
            for loaded, problems in casefile.read_cases(counted, self.session.rules.old_names):
                self.problems += problems
                if loaded is not None and loaded.whole:
                    yield loaded

    def _alike_cases(self, cases: list[LoadedCase]) -> repetition.AlikeCases:
        """Returns the open cases, and closed ones as far back as a rule needs, grouped by the fields the rules compare."""
        casebook, rules, at = self.session.casebook, self.session.rules, self.doing.at
        needed: list[datetime] = []
        for loaded in cases:
            with contain_case_faults(loaded.path, self.problems):
                if since := repetition.earliest_needed_receipt(loaded.case, rules):
                    needed.append(since)
        past = self._whole(closed_cases_between(casebook, min(needed), at)) if needed else ()
        comparable: list[Case] = []
        for loaded in (*cases, *past):
            with contain_case_faults(loaded.path, self.problems):
                case = history.case_as_of(loaded.case, rules, at)
                if case is not None:
                    # Grouped alone, so that what fails is a problem of this case.
                    repetition.group_alike_cases([case], rules)
                    comparable.append(case)
        return repetition.group_alike_cases(comparable, rules)


def escalate_due_cases(write_options: WriteOptions, as_of: str | None, *, dry_run: bool) -> int:
    """Record all due escalations in one commit and print them; returns 4 if a file could not be read, otherwise 0."""
    session = open_session(write_options.casebook_dir)
    doing = _escalation_act(session, write_options.by, as_of)
    if dry_run:
        run = _EscalationRun(session=session, doing=doing)
        decided_cases = list(run.escalated())
    else:
        commit = recording.should_commit(session, no_commit=write_options.no_commit)
        with open_transaction(session.casebook, commit=commit) as transaction:
            recording.print_completed(transaction)
            # Others may have recorded events while we waited for the lock, so read the clock again.
            session = dataclasses.replace(session, now=current_time())
            run = _EscalationRun(session=session, doing=_escalation_act(session, write_options.by, as_of))
            decided_cases = list(run.escalated())
            decided.write_decisions(
                session.casebook,
                decided_cases,
                ESCALATION_SUBJECT,
                recording.commit_actor(session, doing.by),
                recording.separate_author(session),
                commit=commit,
            )
    _print_result(run, decided_cases, write_options, dry_run=dry_run)
    return problems_exit_code(run.problems)


def _escalation_act(session: Session, by: str | None, as_of: str | None) -> Attribution:
    """Returns who escalates and as of which time; raises InvalidInput if the time is in the future."""
    actor, recorded_by = recording.find_actor(session, by)
    now = rulebook.to_policy_zone(session.rules, session.now)
    at = typed_times.parse_time(as_of, session.now, session.rules.zone) if as_of else now
    if at > now:
        raise InvalidInput("future-time", time=at, now=now)
    return Attribution(at=at, now=now, by=actor, given=as_of is not None, recorder=recorded_by)


def _print_result(
    run: _EscalationRun, decided_cases: list[DecidedCase], write_options: WriteOptions, *, dry_run: bool
) -> None:
    session = run.session
    pairs = [(decided_case.before, decided_case.decision.event) for decided_case in decided_cases]
    if write_options.as_json:
        print_output(escalation_json(pairs, run.doing.at, behind=run.behind, dry_run=dry_run))
    else:
        print_output(escalation_text(pairs, session.rules.policy))
    print_problems(run.problems, session.casebook.root)
    if run.behind:
        template = ngettext(
            "{count} case has later events and was skipped; without --as-of it is judged as of now.",
            "{count} cases have later events and were skipped; without --as-of they are judged as of now.",
            run.behind,
        )
        print_message(template.format(count=run.behind))
    if not decided_cases:
        print_message(_("No escalation is due."))
    elif dry_run:
        print_message(_("Dry run: nothing was written."))
    elif session.casebook.repository is None:
        print_message(_("This folder is not a git repository: the change is in the file, but in no history."))
