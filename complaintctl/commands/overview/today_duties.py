"""The last block of `today`: the recurring duties that are overdue, due soon, or were never done."""

from datetime import timedelta
from typing import Final

from complaintctl.commands.case_reading import CaseReader
from complaintctl.domain.deadlines.duties import JudgedDuty, duties_of, judge_duties
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.overview.duties import duties_text
from complaintctl.render.text import tables
from complaintctl.render.text.language import _
from complaintctl.storage.policy.dutyfile import read_duty_records

_SOON: Final = timedelta(days=7)


def due_duties(
    reader: CaseReader, owner: str | None, department: str | None, role: str | None
) -> list[JudgedDuty]:
    """Returns the duties to do within a week, of these people; the problems of the file go to the reader."""
    rules = reader.session.rules
    if not rules.policy.duties:
        return []
    records, problems = read_duty_records(reader.session.casebook)
    reader.problems += problems
    judged = judge_duties(rules, records, reader.moment)
    return [
        duty
        for duty in duties_of(judged, rules, owner, department, role)
        if duty.due is None or duty.due <= reader.moment + _SOON
    ]


def today_duties_text(rules: Rulebook, duties: list[JudgedDuty], output_format: str) -> str:
    """Returns the heading and the table for people; "" without duties."""
    if not duties:
        return ""
    return tables.headed_block(
        _("Duties of the desk"), duties_text(rules, duties, output_format), output_format
    )
