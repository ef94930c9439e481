"""Records a table of survey answers: valid rows in one commit; each rejected row is printed with its line."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    parse_channel,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import SURVEY_ANSWERED
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.lifecycle.survey import AnswerSummary
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, Failure, InvalidInput, NotFound, Refused
from complaintctl.exchange.imports import answers
from complaintctl.exchange.imports.answers import SurveyAnswer
from complaintctl.exchange.imports.formats.csvrows import CsvTable
from complaintctl.render.overview import imports, survey
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, find_case_file
from complaintctl.storage.case.fault_boundary import UNFORESEEN, contain_case_faults
from complaintctl.storage.imports import sourcefile
from complaintctl.storage.write import decided
from complaintctl.storage.write.decided import DecidedCase
from complaintctl.storage.write.transaction import open_transaction

# What is wrong with the file of one row.
_BROKEN_ROW_KEYS: Final = frozenset({"case-faulty", "unreadable", "unwritable", UNFORESEEN})
# What is wrong with one row; everything else (disk, git) ends the command.
ROW_ERRORS: Final = (InvalidInput, NotFound, Refused)


@dataclasses.dataclass(slots=True)
class _Run:
    """The import of one table; `made` and `done` grow with every row; `lines` has the line number of each case."""

    session: Session
    doing: Attribution
    via: str | None
    made: list[DecidedCase] = dataclasses.field(default_factory=list)
    done: AnswerSummary = dataclasses.field(default_factory=AnswerSummary)
    problems: list[Problem] = dataclasses.field(default_factory=list)
    lines: dict[str, int] = dataclasses.field(default_factory=dict)

    def take(self, rows: Iterable[SurveyAnswer | RejectedRecord]) -> None:
        """Decide every row and count it."""
        for row in rows:
            self.done.rows += 1
            if isinstance(row, RejectedRecord):
                self.done.rejected.append(row)
            elif not row.fields:
                self.done.empty += 1
            else:
                self._take(row)

    def _take(self, answer: SurveyAnswer) -> None:
        try:
            self.made.append(self._decided(answer))
            self.done.recorded += 1
        except (Broken, *ROW_ERRORS) as error:
            if error.key == "nothing-changed":
                self.done.unchanged += 1
            elif isinstance(error, ROW_ERRORS) or error.key in _BROKEN_ROW_KEYS:
                self.done.rejected.append(_rejected_row(answer, error))
            else:
                raise

    def _decided(self, answer: SurveyAnswer) -> DecidedCase:
        # In a table, only complete ids are accepted: a row number could be part of some case id.
        if not CASE_ID_PATTERN.fullmatch(answer.case.upper()):
            raise InvalidInput("survey-no-id", part=answer.case or "–")
        path = find_case_file(self.session.casebook, answer.case)
        if path.stem in self.lines:
            raise InvalidInput("survey-twice", case=path.stem, line=self.lines[path.stem])
        self.lines[path.stem] = answer.row.line
        request = Request(did=SURVEY_ANSWERED, fields=answer.fields, via=self.via)
        with contain_case_faults(path, self.problems):
            case = casefile.read_faultless_case(path)
            if not isinstance(case, Case):
                raise Broken("case-faulty", case=path.stem)
            decision = lifecycle.decide_request(case, self.session.rules, request, self.doing)
            return decided.decided_case(path, case, decision)
        problem = self.problems[-1]
        raise Broken(problem.key, **problem.values)


def _rejected_row(answer: SurveyAnswer, error: Failure) -> RejectedRecord:
    return answers.reject_row(answer.row, error.key, error.values)


def _name_unread_columns(table: CsvTable) -> None:
    known = {**survey.sample_columns(contact=True), **survey.asking_columns(contact=True)}
    if unread := answers.unread_columns(table, known):
        print_message(_("Columns not read: {columns}").format(columns=", ".join(unread)))


def record_answer_table(
    file: Path, encoding: str | None, via: str | None, write_options: WriteOptions
) -> int:
    """Record the answers of a table; returns 1 if a row was rejected. Recording the same table again changes nothing."""
    session = open_session(write_options.casebook_dir)
    channel = parse_channel(session, via)
    commit = recording.should_commit(session, no_commit=write_options.no_commit)
    with sourcefile.open_source_file(file, None) as source:
        table = answers.open_answer_table(source.stream, source.name, encoding)
        columns = answers.answer_columns(table, source.name)
        _name_unread_columns(table)
        with open_transaction(session.casebook, commit=commit) as transaction:
            recording.print_completed(transaction)
            # Others may have recorded events while we waited for the lock, so read the clock again.
            session = dataclasses.replace(session, now=current_time())
            run = _Run(
                session=session,
                doing=recording.parse_attribution(session, write_options.at, write_options.by),
                via=channel,
            )
            run.take(answers.read_answers(table, columns))
            actor = recording.commit_actor(session, run.doing.by)
            decided.write_decisions(
                session.casebook,
                run.made,
                "survey record",
                actor,
                recording.separate_author(session),
                commit=commit,
            )
    print_output(
        survey.answer_counts_json(run.done) if write_options.as_json else survey.answer_counts_text(run.done)
    )
    for rejected_row in run.done.rejected:
        print_message(
            _("line {line}: {reason}").format(
                line=rejected_row.line, reason=imports.rejection_reason(rejected_row)
            )
        )
    if session.casebook.repository is None:
        print_message(_("This folder is not a git repository: the change is in the file, but in no history."))
    print_problems(run.problems, session.casebook.root)
    return problems_exit_code(run.problems) or (1 if run.done.rejected else 0)
