"""Taking in a table of answers: good rows recorded in one commit, every bad one named with its line."""

import codecs
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.commands import recording
from complaintctl.commands import session as desk
from complaintctl.commands.session import Desk
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import ANSWERED
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.import_results import Rejected
from complaintctl.domain.lifecycle.lifecycle import Act, Request
from complaintctl.domain.lifecycle.survey import Answers
from complaintctl.errors import Broken, Failure, Misspelt, NotFound, Refused
from complaintctl.exchange.imports import answers, csvrows
from complaintctl.exchange.imports.answers import Answer
from complaintctl.exchange.imports.csvrows import Table
from complaintctl.render.overview import imports, survey
from complaintctl.render.text.language import _
from complaintctl.storage.case import casebook, casefile
from complaintctl.storage.imports import sourcefile
from complaintctl.storage.imports.sourcefile import SourceFile
from complaintctl.storage.write import decided, transaction
from complaintctl.storage.write.decided import Decided

# What is wrong with one row; everything else (disk, git) ends the command.
REJECTING: Final = (Misspelt, NotFound, Refused)


@dataclasses.dataclass(slots=True)
class _Run:
    """One table being taken in; `made` and `done` grow with every row, `lines` names the row of each case."""

    here: Desk
    doing: Act
    via: str | None
    made: list[Decided] = dataclasses.field(default_factory=list)
    done: Answers = dataclasses.field(default_factory=Answers)
    lines: dict[str, int] = dataclasses.field(default_factory=dict)

    def take(self, found: Iterable[Answer | Rejected]) -> None:
        """Decide on every row."""
        for one in found:
            self.done.rows += 1
            if isinstance(one, Rejected):
                self.done.rejected.append(one)
            elif not one.facts:
                self.done.empty += 1
            else:
                self._take(one)

    def _take(self, answer: Answer) -> None:
        try:
            self.made.append(self._decided(answer))
            self.done.recorded += 1
        except (Broken, *REJECTING) as error:
            if error.key == "nothing-changed":
                self.done.unchanged += 1
            elif isinstance(error, REJECTING) or error.key == "case-faulty":
                self.done.rejected.append(_rejected(answer, error))
            else:
                raise

    def _decided(self, answer: Answer) -> Decided:
        # In a table a part of an id would be a guess: a number of a row fits some case, too.
        if not casebook.ID_SHAPE.fullmatch(answer.case.upper()):
            raise Misspelt("survey-no-id", part=answer.case or "–")
        path = casebook.locate(self.here.book, answer.case)
        if path.stem in self.lines:
            raise Misspelt("survey-twice", case=path.stem, line=self.lines[path.stem])
        self.lines[path.stem] = answer.row.line
        case = casefile.whole(path)
        if not isinstance(case, Case):
            raise Broken("case-faulty", case=path.stem)
        request = Request(did=ANSWERED, facts=answer.facts, via=self.via)
        return Decided(
            path=path, before=case, decision=lifecycle.decide(case, self.here.rules, request, self.doing)
        )


def _rejected(answer: Answer, error: Failure) -> Rejected:
    return answers.rejected(answer.row, error.key, error.facts)


def _table(source: SourceFile, encoding: str | None) -> Table:
    """The table; raises Broken where it is written in another encoding, Misspelt for one that does not exist."""
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise Misspelt("survey-encoding", encoding=encoding) from error
    try:
        return csvrows.table(source.stream, source.name, encoding, ",")
    except Broken as error:
        key = "survey-other-encoding" if error.key == "import-encoding" else error.key
        raise Broken(key, **error.facts) from error


def take_in(file: Path, encoding: str | None, via: str | None, how: recording.How) -> int:
    """Record the answers of a table; 1 where a row was rejected. The same table again changes nothing."""
    here = desk.sit_down()
    channel = desk.channel(here, via)
    commit = recording.commits(here, how)
    with sourcefile.opened(file, None) as source:
        table = _table(source, encoding)
        where = answers.places(table, source.name)
        if unread := answers.unread(
            table, {**survey.columns(contact=True), **survey.list_columns(contact=True)}
        ):
            desk.say(_("Not read: {columns}").format(columns=", ".join(unread)))
        with transaction.writing(here.book) as session:
            recording.say_completed(session.completed)
            # While we waited for the lock, others recorded: what happens now comes after it.
            here = dataclasses.replace(here, now=desk.clock())
            run = _Run(here=here, doing=recording.act(here, how), via=channel)
            run.take(answers.answers(table, where))
            decided.write(here.book, run.made, "survey record", run.doing.by, commit=commit)
    desk.show(survey.counts_machine(run.done) if how.as_json else survey.counts(run.done))
    for one in run.done.rejected:
        desk.say(_("line {line}: {reason}").format(line=one.line, reason=imports.reason(one)))
    if here.book.repository is None:
        desk.say(_("This folder is no git repository: the change is in the file, not in a history."))
    return 1 if run.done.rejected else 0
