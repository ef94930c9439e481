"""What is fuzzed: each driver feeds one input to the code that reads such a file.

An expected failure is raised as a Failure or returned as problems, and each is put into a sentence. Every other exception
is a fault of ours, and so is an input that takes longer than the time limit.
"""

import dataclasses
import io
import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, cast

from complaintctl.commands.documents import letter_writing
from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import deadlines, explanation, history, rulebook
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle import lifecycle
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request
from complaintctl.domain.overview.board import board_card
from complaintctl.domain.overview.overview import case_findings
from complaintctl.domain.policy_check import examples
from complaintctl.domain.problems import Problem
from complaintctl.domain.reports.dimensions import USUAL_FIELDS
from complaintctl.domain.reports.tally import ReportScope, ReportTally
from complaintctl.errors import Failure, InvalidInput
from complaintctl.exchange.holidays import holidays, icalendars
from complaintctl.exchange.holidays.request import HolidayRequest
from complaintctl.exchange.imports import answers, eventmapping, events
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.exchange.imports.rows import (
    ImportedRow,
    RowLayout,
    case_from_row,
    group_id,
    parse_rows,
)
from complaintctl.exchange.imports.tables import open_mapped_table
from complaintctl.exchange.mail.mailbox import is_mailbox, split_mailbox
from complaintctl.exchange.mail.message import MailLimits, read_message
from complaintctl.exchange.webform import issue_body
from complaintctl.exchange.webform.edited_issue import issue_source
from complaintctl.exchange.webform.issue_event import parse_issue_event
from complaintctl.render.case import cases
from complaintctl.render.documents import template_context
from complaintctl.render.overview.board import board_row, board_texts
from complaintctl.render.overview.imports import rejection_reason
from complaintctl.render.policy import policies
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.reports.figures_table import figures_text
from complaintctl.render.sentences import sentences
from complaintctl.storage.case import casefile, edited_text, new_text
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.case.fault_boundary import UNFORESEEN
from complaintctl.storage.documents import formfile, letterfile, worker
from complaintctl.storage.imports import eventrows, mappingfile
from complaintctl.storage.imports.event_intake import import_event_logs
from complaintctl.storage.imports.intake import ImportJob, import_rows
from complaintctl.storage.imports.rejects import RejectsFile
from complaintctl.storage.policy import policyfile
from complaintctl.storage.write import journal
from complaintctl.storage.write.transaction import open_transaction
from fuzz.mail_mutator import mutate_mail
from fuzz.mutators import Mutator, mutate_json, mutate_lines, mutate_table, mutate_yaml
from fuzz.workbook import make_workbook
from tests.exchange.mail.hard_mails import HARD_MAILS

ROOT: Final = Path(__file__).resolve().parents[1]
TEMPLATES: Final = ROOT / "templates"
MAX_SEED_BYTES: Final = 20_000
NOW: Final = datetime(2026, 11, 21, 4, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Driver:
    """`run` takes one input; `seeds` are inputs to begin with; `mutate` keeps the format."""

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    mutate: Mutator


def _policy(name: str) -> policyfile.PolicyFile:
    path = TEMPLATES / "policies" / f"{name}.yaml"
    file, _problems = policyfile.parse_policy(path.read_bytes(), path)
    assert file is not None  # noqa: S101 - the shipped policies are whole
    return file


def _casebook() -> Casebook:
    """An empty casebook outside git, in memory if the system has such a folder."""
    shared = Path("/dev/shm")  # noqa: S108 - memory, not a name that others guess
    folder = tempfile.mkdtemp(prefix="complaintctl-fuzz-", dir=shared if shared.is_dir() else None)
    root = Path(folder)
    shutil.copyfile(TEMPLATES / "policies/electronics.yaml", root / "complaintctl.yaml")
    (root / "cases/open").mkdir(parents=True)
    (root / "cases/closed").mkdir()
    return Casebook(root=root, repository=None)


RULES: Final = rulebook.build_rulebook(_policy("electronics").policy)
CASEBOOK: Final = _casebook()
PATH: Final = CASEBOOK.open_folder / "C-20261118-RWGYJ.yaml"


def _say(problems: list[Problem]) -> None:
    for problem in problems:
        sentences.problem_text(problem, str(CASEBOOK.root))


def read_case(data: bytes) -> None:
    """A case file: read, judged, shown, explained, counted and written again."""
    PATH.write_bytes(data)
    loaded, problems = casefile.parse_case(PATH, data)
    _say(problems)
    if loaded is None:
        return
    progress = fold_history(loaded.case, RULES, NOW)
    faults = history.history_faults(loaded.case, progress.status, in_closed=False)
    _say(casefile.faults_with_positions(PATH, [*faults, *history.unknown_word_faults(loaded.case, RULES)]))
    case = history.case_as_of(history.case_to_judge(loaded.case, in_closed=False), RULES, NOW)
    if case is None:
        return
    judged = deadlines.judge_case(case, RULES, NOW)
    list(case_findings(judged, NOW + timedelta(days=3)))
    cases.case_details(judged, RULES, "x", ())
    cases.case_json(judged, RULES, "x", ())
    accounts = explanation.explain_clocks(judged, RULES)
    cases.explanation_text(accounts, RULES, dict.fromkeys(RULES.order, ""), "table")
    if card := board_card(judged, RULES):
        list(board_texts({card.column: [board_row(card, RULES)]}, RULES, 80))
    tally = ReportTally(RULES, NOW, ReportScope(counted=USUAL_FIELDS))
    tally.add(judged)
    figures_text(tally.figures(), ReportWords(policy=RULES.policy, zone=RULES.zone), "table")
    if loaded.whole:
        new_text.case_yaml(loaded.case)
        edited_text.edit_case_text(data, {"title": "changed"}, [])


def read_policy(data: bytes) -> None:
    """A policy: read, shown, and used to judge an invented case."""
    file, problems = policyfile.parse_policy(data, CASEBOOK.policy_path)
    _say(problems)
    if file is None:
        return
    policies.policy_text(file.policy, "table")
    policies.policy_json(file.policy)
    rules = rulebook.build_rulebook(file.policy)
    received = rulebook.to_policy_zone(rules, NOW - timedelta(days=20))
    for case in (
        examples.minimal_example(received),
        examples.full_example(file.policy, received, received + timedelta(days=20)),
    ):
        judged = deadlines.judge_case(case, rules, rulebook.to_policy_zone(rules, NOW))
        list(case_findings(judged, None))
        explanation.explain_clocks(judged, rules)
        board_card(judged, rules)


def _stream(data: bytes) -> io.BufferedReader:
    return cast("io.BufferedReader", io.BufferedReader(io.BytesIO(data)))


def _import_table(mapping: ImportMapping, data: bytes) -> None:
    stream = _stream(data)
    table, ready = open_mapped_table(stream, "table.csv", mapping)
    rejects = RejectsFile(
        CASEBOOK.root / "rejects.csv", table.header, rejection_reason, style=table.style, private=False
    )
    now = rulebook.to_policy_zone(RULES, NOW)
    job = ImportJob(casebook=CASEBOOK, ready=ready, rules=RULES, now=now, batch=None)
    if mapping.events is None:
        summary = import_rows(job, _judge_rows(ready, parse_rows(ready, table.rows, now)), rejects)
    else:
        rows = eventrows.group_rows_by_case(table.rows, partial(group_id, ready))
        summary = import_event_logs(job, events.read_case_logs(ready, rows, now), rejects)
    rejects.close()
    _check_foreseen(summary.problems)


def _judge_rows(
    ready: RowLayout, arrivals: Iterable[ImportedRow | RejectedRecord]
) -> Iterator[ImportedRow | RejectedRecord]:
    """The rows again; the case of each is judged, as `check` would after the import."""
    for arrival in arrivals:
        if isinstance(arrival, ImportedRow):
            case = case_from_row(arrival, ready, PATH.stem)
            explanation.explain_clocks(deadlines.judge_case(case, RULES, NOW), RULES)
        yield arrival


def _check_foreseen(problems: list[Problem]) -> None:
    """Raises AssertionError for an error that the boundary around each case has caught: it is a fault of ours."""
    unforeseen = [problem.values for problem in problems if problem.key == UNFORESEEN]
    if unforeseen:
        raise AssertionError(unforeseen)


def _mapping(name: str) -> ImportMapping:
    mapping, _problems = mappingfile.read_mapping(TEMPLATES / "imports" / f"{name}.yaml")
    assert mapping is not None  # noqa: S101 - the shipped mappings are whole
    return mapping


REGISTER: Final = dataclasses.replace(_mapping("boston311"), fields={})
EVENT_LOG: Final = _mapping("helpdesk-italian")


def read_table(data: bytes) -> None:
    """A table of events if it begins like one, otherwise of cases: imported without writing."""
    _import_table(EVENT_LOG if data.startswith(EVENT_ROWS[:4]) else REGISTER, data)


def read_mapping(data: bytes) -> None:
    """A mapping: read, and used to import the small tables that have its columns."""
    path = CASEBOOK.root / "mapping.yaml"
    path.write_bytes(data)
    mapping, problems = mappingfile.read_mapping(path)
    _say(problems)
    if mapping is None:
        return
    for table in (REGISTER_ROWS, EVENT_ROWS, BANK_ROWS):
        try:
            _import_table(mapping, table)
        except InvalidInput as failure:
            sentences.failure_text(failure, None)
    eventmapping.check_mapped_steps(mapping, RULES)


def read_calendar(data: bytes) -> None:
    """A file of public holidays: iCalendar or JSON."""
    text = holidays.decode_holiday_file(data, "days")
    wanted = HolidayRequest(year=2026, subdivision=None, workdays_matching=None)
    if holidays.is_icalendar(text):
        icalendars.holidays_from_icalendar(text, "days.ics", wanted)
    else:
        holidays.holidays_from_json(text, "days.json", wanted)


def read_answers(data: bytes) -> None:
    """A table of survey answers; the first line names the encoding to read it with."""
    encoding, _newline, table = data.partition(b"\n")
    stream = _stream(table)
    opened = answers.open_answer_table(stream, "answers.csv", encoding.decode("latin-1") or None)
    columns = answers.answer_columns(opened, "answers.csv")
    for answer in answers.read_answers(opened, columns):
        if not isinstance(answer, answers.SurveyAnswer):
            rejection_reason(answer)


ISSUE: Final = (
    b'{"action": "opened", "issue": {"number": 7, "title": "Battery", "body": "### Customer\'s name\\n\\nA\\n\\n'
    b'### Class\\n\\nquality\\n\\n### Bought on\\n\\n2026-11-02\\n\\n### Description\\n\\nIt swells.", '
    b'"html_url": "https://github.com/a/b/issues/7", "created_at": "2026-11-20T01:00:00Z", "labels": []}, '
    b'"repository": {"full_name": "a/b"}}'
)


def read_issue(data: bytes) -> None:
    """The event of a forge about an issue of the web form: read, and written as a case that can be read again."""
    issue = parse_issue_event(data)
    found = issue_body.read_answers(RULES.policy, issue)
    source = issue_source(RULES.policy, issue, found.values)
    draft = Case(id=PATH.stem, title="", received=issue.created or NOW, status="open", source=source)
    act = Attribution(
        at=max(NOW, draft.received), now=max(NOW, draft.received), by="x", given=False, recorder=None
    )
    case = lifecycle.create_case(fields.with_values(draft, found.values), RULES, act, Request(did="open"))
    loaded, problems = casefile.parse_case(PATH, new_text.case_yaml(case).encode())
    if loaded is None:
        raise AssertionError(problems)


def read_journal(data: bytes) -> None:
    """A journal or list that an interrupted command left: named by `check`, completed by the next command."""
    PATH.write_bytes(b"id: C-20261118-RWGYJ\n")
    own = (journal.journal_path(CASEBOOK), CASEBOOK.own_folder / ".complaintctl.bulk")
    for path in own:
        path.write_bytes(data)
        try:
            journal.pending_subject(CASEBOOK)
            with open_transaction(CASEBOOK):
                pass
        finally:
            path.unlink(missing_ok=True)


CASE_CONTEXT: Final = template_context.template_context(
    template_context.DocumentInput(
        judged=deadlines.judge_case(
            examples.full_example(RULES.policy, NOW - timedelta(days=20), NOW), RULES, NOW
        ),
        rules=RULES,
        by="example",
        text="text",
    )
)


def read_template(data: bytes) -> None:
    """A letter or a form of a team's own: read, looked through for unknown names, and filled.

    The worker runs in this process: what it does to files, memory and time outside of it is not limited here.
    """
    path = CASEBOOK.root / ("own.yaml" if data.startswith(b"title") else "own.en.md")
    path.write_bytes(data)
    if path.suffix == ".yaml":
        form, problems = formfile.read_form(path)
        source, escape = (form.source if form else None), "form"
    else:
        letter, problems = letterfile.read_letter(path)
        source, escape = (letter.body if letter else None), "markdown"
        if letter is not None:
            letter_writing.head_line_number(letter, "subject")
    _say(problems)
    if source is None:
        return
    for reading in (True, False):
        job = {"template": "own", "context": CASE_CONTEXT, "escape": escape, "read": reading}
        list(worker.run_jobs({"templates": {"own": source}, "jobs": [job]}))


def read_mail(data: bytes) -> None:
    """An e-mail or a mailbox: split, and each mail read, without the boundary that hides faults of ours."""
    for raw in split_mailbox(io.BytesIO(data)) if is_mailbox(data) else (data,):
        message = read_message(raw, MailLimits())
        for text in (
            message.subject,
            message.text,
            *message.headers,
            *(file.name for file in message.attachments),
        ):
            text.encode()


def _files(*patterns: str) -> Callable[[], list[bytes]]:
    return lambda: [path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


REGISTER_ROWS: Final = (
    b"case_enquiry_id,open_dt,target_dt,closed_dt,case_title,type,department,source\n"
    b"1,2011-01-02 09:00:00,2011-01-05 09:00:00,2011-01-04 10:00:00,Pothole,Street,PWD,Self Service\n"
    b"2,2011-01-02 09:30:00,,,Graffiti,Wall,PWD,Citizens Connect App\n"
)
# Every key that says what is in a cell or a file, for the columns of REGISTER_ROWS.
CELL_MAPPING: Final = b"""\
mapping: 1
system: city
timezone: America/New_York
times: ["%Y-%m-%d %H:%M:%S", "%d. %B %Y %p%I %Z", epoch, epoch-ms, excel, "%Y-%m-%dT%H:%M:%S.%fZ"]
zones: {CET: Europe/Berlin}
language: pl
encoding: utf-8
delimiter: comma
escape: '\\'
sheet: Tickets
empty: [NULL, "-"]
id: {join: [case_enquiry_id, type], with: "-", part: '(\\d+)'}
received: {column: open_dt, zone: department}
closed: {column: closed_dt, when: {source: [Self Service, Closed]}}
promise: {by: {column: target_dt, unreadable: warn}}
steps: {ack: {column: target_dt, times: "%Y-%m-%d %H:%M:%S", optional: true}}
fields:
  title: {column: case_title, empty: "?"}
  watchers: {column: type, split: " ", values: {Street: li.wei}, else: as it is}
  category: {column: type, split: ";"}
"""
SEPARATED_ROWS: Final = b"sep=;\nReport\n\n" + REGISTER_ROWS.replace(b",", b";")
WORKBOOK: Final = make_workbook(REGISTER_ROWS)
EVENT_ROWS: Final = (
    b"Case ID,concept:name,org:resource,time:timestamp,case:concept:name\n"
    b"C 1,Assign seriousness,Value 1,2012-10-09T14:50:17+02:00,Case 1\n"
    b"C 1,Take in charge ticket,Value 1,2012-10-09T14:51:01+02:00,Case 1\n"
    b"C 1,Resolve ticket,Value 2,2012-10-12T15:02:56+02:00,Case 1\n"
    b"C 1,Closed,Value 3,2012-10-25T11:54:26+02:00,Case 1\n"
)
BANK_ROWS: Final = (
    b"Complaint ID,Date received,Product,Sub-product,Issue,Sub-issue,Company,Submitted via,Date sent to company,"
    b"Company response to consumer,Timely response?\n"
    b"1,2024-01-05,Mortgage,,Trouble,,A BANK,Web,2024-01-05,Closed with explanation,Yes\n"
)
ANSWERS: Final = (
    b"utf-8\ncase,score,attitude,solved,comment\nC-20261118-RWGYJ,5,4,5,fine\nC-20261118-XXXXX,,,,\n"
)
HOLIDAYS: Final = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
    b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260104\r\nSUMMARY:New Year\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nUID:2\r\nDTSTART;VALUE=DATE:20251225\r\nDURATION:P1D\r\nRRULE:FREQ=YEARLY\r\n"
    b"EXDATE;VALUE=DATE:20271225\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
JOURNAL: Final = (
    b'{"message": "C-20261118-RWGYJ note\\n\\nActor: li.wei\\n", "commit": false, "files": '
    b'{"cases/open/C-20261118-RWGYJ.yaml": "00"}, "new": [], "removed": [], "marks": ["QZD8FXAY"], "together": {}}'
)
BULK_LIST: Final = (
    b'{"subject": "import x", "trailers": [], "commit": true}\ncases/open/C-20261118-RWGYJ.yaml\n'
)

DRIVERS: Final[Mapping[str, Driver]] = {
    "case": Driver(run=read_case, seeds=_files("cases/*/*.yaml"), mutate=mutate_yaml),
    "policy": Driver(run=read_policy, seeds=_files("templates/policies/*.yaml"), mutate=mutate_yaml),
    "table": Driver(
        run=read_table,
        seeds=lambda: [REGISTER_ROWS, EVENT_ROWS, SEPARATED_ROWS, WORKBOOK],
        mutate=mutate_table,
    ),
    "mapping": Driver(
        run=read_mapping,
        seeds=lambda: [CELL_MAPPING, *_files("templates/imports/*.yaml")()],
        mutate=mutate_yaml,
    ),
    "calendar": Driver(run=read_calendar, seeds=lambda: [HOLIDAYS], mutate=mutate_lines),
    "answers": Driver(run=read_answers, seeds=lambda: [ANSWERS], mutate=mutate_table),
    "issue": Driver(run=read_issue, seeds=lambda: [ISSUE], mutate=mutate_json),
    "journal": Driver(run=read_journal, seeds=lambda: [JOURNAL, BULK_LIST], mutate=mutate_json),
    "mail": Driver(
        run=read_mail,
        seeds=lambda: [mail.raw for mail in HARD_MAILS[::3] if len(mail.raw) < MAX_SEED_BYTES],
        mutate=mutate_mail,
    ),
    "template": Driver(
        run=read_template,
        seeds=_files("templates/letters/*.en.md", "templates/forms/*.yaml"),
        mutate=mutate_lines,
    ),
}


def run_driver(name: str, data: bytes) -> None:
    """Feed one input to a driver; raises what is not expected."""
    try:
        DRIVERS[name].run(data)
    except Failure as failure:
        sentences.failure_text(failure, None)


def mutate_input(name: str, data: bytes, seed: int) -> bytes:
    """A neighbour of an input in its format."""
    return DRIVERS[name].mutate(data, random.Random(seed))  # noqa: S311 - no secret
