"""Counts the cases of a period for a paper, of everybody or of a person or department, and writes it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.input.conditions import parse_filter
from complaintctl.commands.reports import report_options
from complaintctl.commands.reports.paper_writing import PaperOrder, write_paper
from complaintctl.commands.reports.report_options import TypedPeriod
from complaintctl.commands.session import Session, print_problems
from complaintctl.domain.deadlines.duties import JudgedDuty, duties_of, judge_duties
from complaintctl.domain.papers.period_paper import PeriodPaperTally
from complaintctl.domain.reports.figures import Period
from complaintctl.domain.reports.periods import compared_period
from complaintctl.errors import InvalidInput
from complaintctl.render.papers.period_context import PeriodPaperInput, period_context, period_json
from complaintctl.storage.policy.dutyfile import read_duty_records
from complaintctl.storage.policy.volumefile import read_volumes

# The field of a case with the party of a paper.
_PARTY_FIELDS: Final = {"handler": "owner", "department": "department"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodPaperRequest:
    """What a paper about a period was asked for; `party` is a key, None for everybody."""

    kind: str
    party: str | None
    period: TypedPeriod
    where: tuple[str, ...]
    as_of: datetime
    default_length: str


def write_period_paper(
    session: Session, request: PeriodPaperRequest, output_format: str, output: Path | None
) -> int:
    """Write the paper and return the exit code; raises InvalidInput if an option is not valid."""
    rules, moment = session.rules, request.as_of
    period = _parse_period(session, request)
    periods = (period, compared_period(period, "previous", moment, rules.zone))
    volumes, problems = read_volumes(rules.policy, session.casebook.policy_path)
    tally = PeriodPaperTally(
        rules,
        moment,
        periods,
        volumes,
        parse_filter(session, moment, [*_party_condition(request), *request.where]),
        parse_filter(session, moment, request.where),
        request.party,
    )
    reader = CaseReader(session=session, moment=moment, archive=True, whole=True)
    reader.problems += problems

    count_cases(reader, tally.add)
    duties = _read_duties(session, request, reader)
    given = PeriodPaperInput(paper=tally.result(), duties=tuple(duties), party=request.party or "")
    order = PaperOrder(
        kind=request.kind,
        as_of=moment,
        content=period_json(given),
        names=lambda blocks: period_context(given, rules, blocks),
    )
    write_paper(session, order, output_format, output)
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _parse_period(session: Session, request: PeriodPaperRequest) -> Period:
    """Returns the period of the options, by default of the default length; raises InvalidInput without both ends."""
    typed = request.period
    if typed == TypedPeriod():
        typed = TypedPeriod(last=request.default_length)
    period = report_options.parse_period(session, request.as_of, typed)
    if period.start is None or period.end is None:
        raise InvalidInput("paper-without-end")
    if period.start > request.as_of:
        raise InvalidInput("paper-future", value=period.start.date())
    return period


def _party_condition(request: PeriodPaperRequest) -> list[str]:
    return [f"{_PARTY_FIELDS[request.kind]}={request.party}"] if request.party else []


def _read_duties(session: Session, request: PeriodPaperRequest, reader: CaseReader) -> list[JudgedDuty]:
    records, problems = read_duty_records(session.casebook)
    reader.problems += problems
    judged = judge_duties(session.rules, records, request.as_of)
    owner = request.party if request.kind == "handler" else None
    department = request.party if request.kind == "department" else None
    return list(duties_of(judged, session.rules, owner, department, None))
