"""Taking in a table of answers: good rows recorded in one commit, every bad one named with its line."""

import codecs
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.commands import recording
from complaintctl.commands import session as desk
from complaintctl.commands.session import Session
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.lifecycle.survey import AnswerSummary
from complaintctl.errors import Broken, Failure, InvalidInput, NotFound, Refused
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
ROW_ERRORS: Final = (InvalidInput, NotFound, Refused)


@dataclasses.dataclass(slots=True)
class _Run:
    """One table being taken in; `made` and `done` grow with every row, `lines` names the row of each case."""

    here: Session
    doing: Attribution
    via: str | None
    made: list[Decided] = dataclasses.field(default_factory=list)
    done: AnswerSummary = dataclasses.field(default_factory=AnswerSummary)
    lines: dict[str, int] = dataclasses.field(default_factory=dict)

    def take(self, found: Iterable[Answer | RejectedRecord]) -> None:
        """Decide on every row."""
        for one in found:
            self.done.rows += 1
            if isinstance(one, RejectedRecord):
                self.done.rejected.append(one)
            elif not one.facts:
                self.done.empty += 1
            else:
                self._take(one)

    def _take(self, answer: Answer) -> None:
        try:
            self.made.append(self._decided(answer))
            self.done.recorded += 1
        except (Broken, *ROW_ERRORS) as error:
            if error.key == "nothing-changed":
                self.done.unchanged += 1
            elif isinstance(error, ROW_ERRORS) or error.key == "case-faulty":
                self.done.rejected.append(_rejected_row(answer, error))
            else:
                raise

    def _decided(self, answer: Answer) -> Decided:
        # In a table a part of an id would be a guess: a number of a row fits some case, too.
        if not casebook.ID_SHAPE.fullmatch(answer.case.upper()):
            raise InvalidInput("survey-no-id", part=answer.case or "–")
        path = casebook.locate(self.here.book, answer.case)
        if path.stem in self.lines:
            raise InvalidInput("survey-twice", case=path.stem, line=self.lines[path.stem])
        self.lines[path.stem] = answer.row.line
        case = casefile.whole(path)
        if not isinstance(case, Case):
            raise Broken("case-faulty", case=path.stem)
        request = Request(did=SURVEY_ANSWERED, facts=answer.facts, via=self.via)
        return Decided(
            path=path,
            before=case,
            decision=lifecycle.decide_request(case, self.here.rules, request, self.doing),
        )


def _rejected_row(answer: Answer, error: Failure) -> RejectedRecord:
    return answers.rejected(answer.row, error.key, error.facts)


def _read_table(source: SourceFile, encoding: str | None) -> Table:
    """The table; raises Broken where it is written in another encoding, InvalidInput for one that does not exist."""
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise InvalidInput("survey-encoding", encoding=encoding) from error
    try:
        return csvrows.table(source.stream, source.name, encoding, ",")
    except Broken as error:
        key = "survey-other-encoding" if error.key == "import-encoding" else error.key
        raise Broken(key, **error.facts) from error


def record_answer_table(
    file: Path, encoding: str | None, via: str | None, how: recording.WriteOptions
) -> int:
    """Record the answers of a table; 1 where a row was rejected. The same table again changes nothing."""
    here = desk.open_session()
    channel = desk.parse_channel(here, via)
    commit = recording.should_commit(here, how)
    with sourcefile.opened(file, None) as source:
        table = _read_table(source, encoding)
        where = answers.places(table, source.name)
        if unread := answers.unread(
            table, {**survey.sample_columns(contact=True), **survey.asking_columns(contact=True)}
        ):
            desk.print_message(_("Not read: {columns}").format(columns=", ".join(unread)))
        with transaction.writing(here.book) as session:
            recording.print_completed(session.completed)
            # While we waited for the lock, others recorded: what happens now comes after it.
            here = dataclasses.replace(here, now=desk.current_time())
            run = _Run(here=here, doing=recording.act_from_options(here, how), via=channel)
            run.take(answers.answers(table, where))
            decided.write(here.book, run.made, "survey record", run.doing.by, commit=commit)
    desk.print_output(
        survey.answer_counts_json(run.done) if how.as_json else survey.answer_counts_text(run.done)
    )
    for one in run.done.rejected:
        desk.print_message(
            _("line {line}: {reason}").format(line=one.line, reason=imports.rejection_reason(one))
        )
    if here.book.repository is None:
        desk.print_message(
            _("This folder is no git repository: the change is in the file, not in a history.")
        )
    return 1 if run.done.rejected else 0
