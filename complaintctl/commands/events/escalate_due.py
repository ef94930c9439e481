"""Climbing the ladder for all open cases: what the policy says of late clocks is done, each rung once."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.commands import recording
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.commands.write_options import WriteOptions
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history, rulebook
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle import escalation, repetition
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.case.escalation import escalation_json, escalation_text
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import closed_cases_between, open_case_files
from complaintctl.storage.case.casefile import LoadedCase
from complaintctl.storage.write import decided
from complaintctl.storage.write.decided import DecidedCase
from complaintctl.storage.write.transaction import open_transaction

# The subject of the commit.
ESCALATION_SUBJECT: Final = "escalate --due"


@dataclass(slots=True)
class _EscalationRun:
    """One run over the open cases; `problems` and `behind` fill while `found` is read."""

    session: Session
    doing: Attribution
    problems: list[Problem] = field(default_factory=list)
    behind: int = 0

    def found(self) -> Iterator[DecidedCase]:
        """Every open case that a rung or a rule has come to; those with later events are counted and left alone."""
        rules = self.session.rules
        cases: Iterable[LoadedCase] = self._whole(open_case_files(self.session.casebook))
        known: repetition.AlikeCases = {}
        if any(rule.same for rule in rules.policy.repetition):
            cases = list(cases)
            known = self._known([loaded.case for loaded in cases])
        for loaded in cases:
            case = loaded.case
            if fold_history(case, rules, self.doing.now).status == "closed":
                continue
            if escalation.has_later_records(case, self.doing.at):
                self.behind += 1
            elif decision := escalation.escalate_case(case, rules, self.doing, known):
                yield DecidedCase(path=loaded.path, before=case, decision=decision)

    def _whole(self, paths: Iterable[Path]) -> Iterator[LoadedCase]:
        for loaded, problems in casefile.read_cases(paths):
            self.problems += problems
            if loaded is not None and loaded.whole:
                yield loaded

    def _known(self, cases: list[Case]) -> repetition.AlikeCases:
        """The open cases, and the closed ones as far back as a rule looks, by what they have in common."""
        casebook, rules, at = self.session.casebook, self.session.rules, self.doing.at
        first = min(
            (since for case in cases if (since := repetition.earliest_needed_receipt(case, rules))),
            default=None,
        )
        past = () if first is None else self._whole(closed_cases_between(casebook, first, at))
        every = (history.case_as_of(case, rules, at) for case in (*cases, *(loaded.case for loaded in past)))
        return repetition.group_alike_cases((case for case in every if case is not None), rules)


def escalate_due_cases(write_options: WriteOptions, as_of: str | None, *, dry_run: bool) -> int:
    """Do every rung that has come, in one commit; say what was done; 4 where a file could not be read."""
    session = open_session(write_options.casebook_dir)
    doing = _escalation_act(session, write_options.by, as_of)
    if dry_run:
        going = _EscalationRun(session=session, doing=doing)
        found = list(going.found())
    else:
        commit = recording.should_commit(session, no_commit=write_options.no_commit)
        with open_transaction(session.casebook, commit=commit) as transaction:
            recording.print_completed(transaction)
            # While we waited for the lock, others recorded: what happens now comes after it.
            session = dataclasses.replace(session, now=current_time())
            going = _EscalationRun(session=session, doing=_escalation_act(session, write_options.by, as_of))
            found = list(going.found())
            decided.write_decisions(session.casebook, found, ESCALATION_SUBJECT, doing.by, commit=commit)
    _print_result(going, found, write_options, dry_run=dry_run)
    return problems_exit_code(going.problems)


def _escalation_act(session: Session, by: str | None, as_of: str | None) -> Attribution:
    """Who does it, and as of when; raises InvalidInput for a moment in the future, when nothing has come yet."""
    actor, recorded_by = recording.find_actor(session, by)
    now = rulebook.to_policy_zone(session.rules, session.now)
    at = typed_times.parse_time(as_of, session.now, session.rules.zone) if as_of else now
    if at > now:
        raise InvalidInput("future-time", time=at, now=now)
    return Attribution(at=at, now=now, by=actor, given=as_of is not None, recorder=recorded_by)


def _print_result(
    going: _EscalationRun, found: list[DecidedCase], write_options: WriteOptions, *, dry_run: bool
) -> None:
    session = going.session
    pairs = [(one.before, one.decision.event) for one in found]
    if write_options.as_json:
        print_output(escalation_json(pairs, going.doing.at, behind=going.behind, dry_run=dry_run))
    else:
        print_output(escalation_text(pairs, session.rules.policy))
    print_problems(going.problems, session.casebook.root)
    if going.behind:
        words = _(
            "{count} cases know of later events and were left alone; without --as-of they are judged now."
        )
        print_message(words.format(count=going.behind))
    if not found:
        print_message(_("No rung of the ladder and no rule of repetition has come that was not done."))
    elif dry_run:
        print_message(_("A trial: nothing was written."))
    elif session.casebook.repository is None:
        print_message(_("This folder is no git repository: the change is in the file, not in a history."))
