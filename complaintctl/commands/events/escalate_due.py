"""Climbing the ladder for all open cases: what the policy says of late clocks is done, each rung once."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.commands import recording
from complaintctl.commands import session as desk
from complaintctl.commands.session import Session
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history, rulebook
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle import escalation, repetition
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput
from complaintctl.render.case import escalation as texts
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook, casefile
from complaintctl.storage.case.casefile import Loaded
from complaintctl.storage.write import decided, transaction
from complaintctl.storage.write.decided import Decided

# The subject of the commit.
ESCALATION_SUBJECT: Final = "escalate --due"


@dataclass(slots=True)
class _EscalationRun:
    """One run over the open cases; `problems` and `behind` fill while `found` is read."""

    here: Session
    doing: Attribution
    problems: list[Problem] = field(default_factory=list)
    behind: int = 0

    def found(self) -> Iterator[Decided]:
        """Every open case that a rung or a rule has come to; those with later events are counted and left alone."""
        rules = self.here.rules
        cases: Iterable[Loaded] = self._whole(casebook.open_files(self.here.book))
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
                yield Decided(path=loaded.path, before=case, decision=decision)

    def _whole(self, paths: Iterable[Path]) -> Iterator[Loaded]:
        for loaded, problems in casefile.load(paths):
            self.problems += problems
            if loaded is not None and loaded.whole:
                yield loaded

    def _known(self, cases: list[Case]) -> repetition.AlikeCases:
        """The open cases, and the closed ones as far back as a rule looks, by what they have in common."""
        book, rules, at = self.here.book, self.here.rules, self.doing.at
        first = min(
            (since for case in cases if (since := repetition.earliest_needed_receipt(case, rules))),
            default=None,
        )
        past = () if first is None else self._whole(casebook.closed_between(book, first, at))
        every = (history.case_as_of(case, rules, at) for case in (*cases, *(loaded.case for loaded in past)))
        return repetition.group_alike_cases((case for case in every if case is not None), rules)


def escalate_due_cases(how: recording.WriteOptions, as_of: str | None, *, dry_run: bool) -> int:
    """Do every rung that has come, in one commit; say what was done; 4 where a file could not be read."""
    here = desk.open_session()
    doing = _escalation_act(here, how, as_of)
    if dry_run:
        going = _EscalationRun(here=here, doing=doing)
        found = list(going.found())
    else:
        commit = recording.should_commit(here, how)
        with transaction.writing(here.book) as session:
            recording.print_completed(session.completed)
            # While we waited for the lock, others recorded: what happens now comes after it.
            here = dataclasses.replace(here, now=desk.current_time())
            going = _EscalationRun(here=here, doing=_escalation_act(here, how, as_of))
            found = list(going.found())
            decided.write(here.book, found, ESCALATION_SUBJECT, doing.by, commit=commit)
    _print_result(going, found, how, dry_run=dry_run)
    return desk.problems_exit_code(going.problems)


def _escalation_act(here: Session, how: recording.WriteOptions, as_of: str | None) -> Attribution:
    """Who does it, and as of when; raises InvalidInput for a moment in the future, when nothing has come yet."""
    by, recorded_by = recording.find_actor(here, how.by)
    now = rulebook.to_policy_zone(here.rules, here.now)
    at = typed_times.parse_time(as_of, here.now, here.rules.zone) if as_of else now
    if at > now:
        raise InvalidInput("future-time", time=at, now=now)
    return Attribution(at=at, now=now, by=by, given=as_of is not None, recorder=recorded_by)


def _print_result(
    going: _EscalationRun, found: list[Decided], how: recording.WriteOptions, *, dry_run: bool
) -> None:
    here = going.here
    pairs = [(one.before, one.decision.event) for one in found]
    if how.as_json:
        desk.print_output(texts.escalation_json(pairs, going.doing.at, behind=going.behind, dry_run=dry_run))
    else:
        desk.print_output(texts.escalation_text(pairs, here.rules.policy))
    desk.print_problems(going.problems, here.book.root)
    if going.behind:
        words = _(
            "{count} cases know of later events and were left alone; without --as-of they are judged now."
        )
        desk.print_message(words.format(count=going.behind))
    if not found:
        desk.print_message(_("No rung of the ladder and no rule of repetition has come that was not done."))
    elif dry_run:
        desk.print_message(_("A trial: nothing was written."))
    elif here.book.repository is None:
        desk.print_message(
            _("This folder is no git repository: the change is in the file, not in a history.")
        )
