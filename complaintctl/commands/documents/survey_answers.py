"""Taking in a table of answers: good rows recorded in one commit, every bad one named with its line."""

import codecs
import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.commands import recording
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    parse_channel,
    print_message,
    print_output,
)
from complaintctl.commands.write_options import WriteOptions
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.lifecycle.survey import AnswerSummary
from complaintctl.errors import Broken, Failure, InvalidInput, NotFound, Refused
from complaintctl.exchange.imports import answers, csvrows
from complaintctl.exchange.imports.answers import SurveyAnswer
from complaintctl.exchange.imports.csvrows import CsvTable
from complaintctl.render.overview import imports, survey
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, find_case_file
from complaintctl.storage.imports import sourcefile
from complaintctl.storage.imports.sourcefile import SourceFile
from complaintctl.storage.write import decided
from complaintctl.storage.write.decided import DecidedCase
from complaintctl.storage.write.transaction import open_transaction

# What is wrong with one row; everything else (disk, git) ends the command.
ROW_ERRORS: Final = (InvalidInput, NotFound, Refused)


@dataclasses.dataclass(slots=True)
class _Run:
    """One table being taken in; `made` and `done` grow with every row, `lines` names the row of each case."""

    session: Session
    doing: Attribution
    via: str | None
    made: list[DecidedCase] = dataclasses.field(default_factory=list)
    done: AnswerSummary = dataclasses.field(default_factory=AnswerSummary)
    lines: dict[str, int] = dataclasses.field(default_factory=dict)

    def take(self, found: Iterable[SurveyAnswer | RejectedRecord]) -> None:
        """Decide on every row."""
        for one in found:
            self.done.rows += 1
            if isinstance(one, RejectedRecord):
                self.done.rejected.append(one)
            elif not one.fields:
                self.done.empty += 1
            else:
                self._take(one)

    def _take(self, answer: SurveyAnswer) -> None:
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

    def _decided(self, answer: SurveyAnswer) -> DecidedCase:
        # In a table a part of an id would be a guess: a number of a row fits some case, too.
        if not CASE_ID_PATTERN.fullmatch(answer.case.upper()):
            raise InvalidInput("survey-no-id", part=answer.case or "–")
        path = find_case_file(self.session.casebook, answer.case)
        if path.stem in self.lines:
            raise InvalidInput("survey-twice", case=path.stem, line=self.lines[path.stem])
        self.lines[path.stem] = answer.row.line
        case = casefile.read_faultless_case(path)
        if not isinstance(case, Case):
            raise Broken("case-faulty", case=path.stem)
        request = Request(did=SURVEY_ANSWERED, fields=answer.fields, via=self.via)
        return DecidedCase(
            path=path,
            before=case,
            decision=lifecycle.decide_request(case, self.session.rules, request, self.doing),
        )


def _rejected_row(answer: SurveyAnswer, error: Failure) -> RejectedRecord:
    return answers.reject_row(answer.row, error.key, error.values)


def _read_table(source: SourceFile, encoding: str | None) -> CsvTable:
    """The table; raises Broken where it is written in another encoding, InvalidInput for one that does not exist."""
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise InvalidInput("survey-encoding", encoding=encoding) from error
    try:
        return csvrows.open_csv_table(source.stream, source.name, encoding, ",")
    except Broken as error:
        key = "survey-other-encoding" if error.key == "import-encoding" else error.key
        raise Broken(key, **error.values) from error


def record_answer_table(
    file: Path, encoding: str | None, via: str | None, write_options: WriteOptions
) -> int:
    """Record the answers of a table; 1 where a row was rejected. The same table again changes nothing."""
    session = open_session(write_options.casebook_dir)
    channel = parse_channel(session, via)
    commit = recording.should_commit(session, no_commit=write_options.no_commit)
    with sourcefile.open_source_file(file, None) as source:
        table = _read_table(source, encoding)
        where = answers.answer_columns(table, source.name)
        if unread := answers.unread_columns(
            table, {**survey.sample_columns(contact=True), **survey.asking_columns(contact=True)}
        ):
            print_message(_("Not read: {columns}").format(columns=", ".join(unread)))
        with open_transaction(session.casebook, commit=commit) as transaction:
            recording.print_completed(transaction)
            # While we waited for the lock, others recorded: what happens now comes after it.
            session = dataclasses.replace(session, now=current_time())
            run = _Run(
                session=session,
                doing=recording.parse_attribution(session, write_options.at, write_options.by),
                via=channel,
            )
            run.take(answers.read_answers(table, where))
            decided.write_decisions(session.casebook, run.made, "survey record", run.doing.by, commit=commit)
    print_output(
        survey.answer_counts_json(run.done) if write_options.as_json else survey.answer_counts_text(run.done)
    )
    for one in run.done.rejected:
        print_message(_("line {line}: {reason}").format(line=one.line, reason=imports.rejection_reason(one)))
    if session.casebook.repository is None:
        print_message(_("This folder is no git repository: the change is in the file, not in a history."))
    return 1 if run.done.rejected else 0
