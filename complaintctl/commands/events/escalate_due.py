"""Climbing the ladder for all open cases: what the policy says of late clocks is done, each rung once."""

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.commands import recording
from complaintctl.commands import session as desk
from complaintctl.commands.session import Desk
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history, rulebook
from complaintctl.domain.deadlines.progress import progress
from complaintctl.domain.lifecycle import escalation, repetition
from complaintctl.domain.lifecycle.lifecycle import Act
from complaintctl.domain.problems import Problem
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import Misspelt
from complaintctl.render.case import escalation as texts
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook, casefile
from complaintctl.storage.case.casefile import Loaded
from complaintctl.storage.write import decided, transaction
from complaintctl.storage.write.decided import Decided

# The subject of the commit.
SUBJECT: Final = "escalate --due"


@dataclass(slots=True)
class _Run:
    """One run over the open cases; `problems` and `behind` fill while `found` is read."""

    here: Desk
    doing: Act
    problems: list[Problem] = field(default_factory=list)
    behind: int = 0

    def found(self) -> Iterator[Decided]:
        """Every open case that a rung or a rule has come to; those with later events are counted and left alone."""
        rules = self.here.rules
        cases: Iterable[Loaded] = self._whole(casebook.open_files(self.here.book))
        known: repetition.Seen = {}
        if any(rule.same for rule in rules.policy.repetition):
            cases = list(cases)
            known = self._known([loaded.case for loaded in cases])
        for loaded in cases:
            case = loaded.case
            if progress(case, rules, self.doing.now).status == "closed":
                continue
            if escalation.is_behind(case, self.doing.at):
                self.behind += 1
            elif decision := escalation.escalated(case, rules, self.doing, known):
                yield Decided(path=loaded.path, before=case, decision=decision)

    def _whole(self, paths: Iterable[Path]) -> Iterator[Loaded]:
        for loaded, problems in casefile.load(paths):
            self.problems += problems
            if loaded is not None and loaded.whole:
                yield loaded

    def _known(self, cases: list[Case]) -> repetition.Seen:
        """The open cases, and the closed ones as far back as a rule looks, by what they have in common."""
        book, rules, at = self.here.book, self.here.rules, self.doing.at
        first = min((since for case in cases if (since := repetition.earliest(case, rules))), default=None)
        past = () if first is None else self._whole(casebook.closed_between(book, first, at))
        every = (history.as_of(case, rules, at) for case in (*cases, *(loaded.case for loaded in past)))
        return repetition.seen((case for case in every if case is not None), rules)


def run(how: recording.How, as_of: str | None, *, dry_run: bool) -> int:
    """Do every rung that has come, in one commit; say what was done; 4 where a file could not be read."""
    here = desk.sit_down()
    doing = _act(here, how, as_of)
    if dry_run:
        going = _Run(here=here, doing=doing)
        found = list(going.found())
    else:
        commit = recording.commits(here, how)
        with transaction.writing(here.book) as session:
            recording.say_completed(session.completed)
            # While we waited for the lock, others recorded: what happens now comes after it.
            here = dataclasses.replace(here, now=desk.clock())
            going = _Run(here=here, doing=_act(here, how, as_of))
            found = list(going.found())
            decided.write(here.book, found, SUBJECT, doing.by, commit=commit)
    _say(going, found, how, dry_run=dry_run)
    return desk.exit_code(going.problems)


def _act(here: Desk, how: recording.How, as_of: str | None) -> Act:
    """Who does it, and as of when; raises Misspelt for a moment in the future, when nothing has come yet."""
    by, recorded_by = recording.actor(here, how.by)
    now = rulebook.moment_in(here.rules, here.now)
    at = typed_times.parsed(as_of, here.now, here.rules.zone) if as_of else now
    if at > now:
        raise Misspelt("future-time", time=at, now=now)
    return Act(at=at, now=now, by=by, given=as_of is not None, recorder=recorded_by)


def _say(going: _Run, found: list[Decided], how: recording.How, *, dry_run: bool) -> None:
    here = going.here
    pairs = [(one.before, one.decision.event) for one in found]
    if how.as_json:
        desk.show(texts.machine(pairs, going.doing.at, behind=going.behind, dry_run=dry_run))
    else:
        desk.show(texts.text(pairs, here.rules.policy))
    desk.say_problems(going.problems, here.book.root)
    if going.behind:
        words = _(
            "{count} cases know of later events and were left alone; without --as-of they are judged now."
        )
        desk.say(words.format(count=going.behind))
    if not found:
        desk.say(_("No rung of the ladder and no rule of repetition has come that was not done."))
    elif dry_run:
        desk.say(_("A trial: nothing was written."))
    elif here.book.repository is None:
        desk.say(_("This folder is no git repository: the change is in the file, not in a history."))
