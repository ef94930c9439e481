"""The result of a check as a table or JSON; `markdown` writes a summary, `ci_formats` what CI services read."""

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from complaintctl.domain.deadlines.duties import JudgedDuty
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.overview import Finding
from complaintctl.render.check.check_result import (
    CI_FORMATS,
    PUBLIC_FORMATS,
    CheckResult,
    duty_kind,
    finding_notes,
    problem_json,
    public_finding,
)
from complaintctl.render.overview import duties
from complaintctl.render.text import colours, labels, tables, values
from complaintctl.render.text.language import _, ngettext

CHECK_FORMATS: Final = (*tables.TABLE_FORMATS, *CI_FORMATS)


def finding_row(finding: Finding, file: str, rules: Rulebook, output_format: str) -> dict[str, Any]:
    """Returns all that a format of CHECK_FORMATS prints of one clock; `file` is the file of the case."""
    if output_format in PUBLIC_FORMATS:
        finding = public_finding(finding, rules)
    row = {
        "kind": finding.kind,
        "case": finding.case.id,
        "step": finding.clock.step,
        "what": finding.clock.what,
        "due": values.iso_time(finding.due),
        "late": finding.late,
        "level": finding.case.level,
        "owner": finding.case.owner,
        "file": file,
        "calendar_published": finding.clock.known,
        "warned": finding.clock.warned,
        "tell": finding.rung.to if finding.rung else None,
    }
    if output_format in tables.READABLE_FORMATS:
        row |= {
            "step": labels.clock_label(rules.policy, finding.clock),
            "level": labels.word_label(rules.policy, "level", finding.case.level),
            "due": values.moment_text(finding.due, rules.zone),
            "note": _(", ").join(finding_notes(rules.policy, finding)),
            "late": colours.paint_text(_lateness(finding), colours.time_left_colour(-finding.late)),
        }
    return row


def note_ended(row: dict[str, Any], until: date) -> None:
    """Adds to a row for people or CI that a baseline accepted it until a day before."""
    words = _("accepted until {day}, which is over").format(day=until.isoformat())
    if "message" in row:
        row["message"] = _(", ").join([row["message"], words])
    if "note" in row:
        row["note"] = _(", ").join(filter(None, [row["note"], words]))


def check_texts(checked: CheckResult, output_format: str) -> Iterator[str]:
    """Yields the result in a format of TABLE_FORMATS but `md`, in pieces."""
    if output_format == "json":
        return _check_json(checked)
    columns = finding_columns()
    if output_format not in tables.READABLE_FORMATS:
        columns |= dict.fromkeys(("kind", "calendar_published", "tell", "what"), "")
    elif checked.noted:
        columns["note"] = _("note")
    return tables.row_texts(columns, all_rows(checked, output_format), output_format)


def finding_columns() -> dict[str, str]:
    """Returns the columns of the findings and their headings."""
    return {
        "case": _("case"),
        "step": _("step"),
        "due": _("due"),
        "late": _("late by"),
        "level": _("level"),
        "owner": _("owner"),
    }


def all_rows(checked: CheckResult, output_format: str) -> tables.Rows:
    """Returns the findings, those due first on top, then the duties."""
    duty_rows = [_duty_entry(checked, judged, output_format) for judged in checked.duties]
    return tables.NewRows(lambda: itertools.chain(checked.findings, duty_rows))


def _duty_entry(checked: CheckResult, judged: JudgedDuty, output_format: str) -> dict[str, Any]:
    """A duty as a row among the clocks; it belongs to no case."""
    entry: dict[str, Any] = {
        "kind": duty_kind(judged),
        "case": None,
        "step": "duty",
        "what": judged.name,
        "due": values.iso_time(judged.due),
        "late": judged.late,
        "level": None,
        "owner": judged.duty.who,
        "file": None,
        "calendar_published": True,
        "warned": False,
        "tell": None,
    }
    if output_format in tables.READABLE_FORMATS:
        length = values.duration_text(abs(judged.late))
        words = length if judged.late > 0 else _("in {length}").format(length=length)
        entry |= {
            "step": _("duty {duty}").format(duty=duties.duty_label(judged)),
            "due": values.moment_text(judged.due, checked.zone) if judged.due else "",
            "late": colours.paint_text(words, colours.time_left_colour(-judged.late)),
            "note": "",
        }
    return entry


def _lateness(finding: Finding) -> str:
    if finding.clock.state == "paused":
        return _("waiting")
    length = values.duration_text(finding.late)
    return length if finding.kind == "overdue" else _("in {length}").format(length=length)


def check_summary(checked: CheckResult) -> str:
    """One line for the terminal: how many cases were judged and how many of them are overdue."""
    late = checked.late
    summary = ngettext(
        "Open cases: {judged}. {late} of them is overdue at {as_of}.",
        "Open cases: {judged}. {late} of them are overdue at {as_of}.",
        late,
    )
    words = summary.format(
        late=late, judged=checked.judged, as_of=values.moment_text(checked.as_of, checked.zone)
    )
    overdue = sum(judged.state == "overdue" for judged in checked.duties)
    if overdue:
        more = ngettext(
            "{count} duty of the desk is overdue.", "{count} duties of the desk are overdue.", overdue
        )
        words = f"{words} {more.format(count=overdue)}"
    accepted = checked.accepted_count
    if accepted:
        more = ngettext(
            "{count} finding is accepted by the baseline.",
            "{count} findings are accepted by the baseline.",
            accepted,
        )
        words = f"{words} {more.format(count=accepted)}"
    return words


def _rows_of_kind(rows: tables.Rows, kind: str) -> Iterator[tables.TableRow]:
    return (row for row in rows if row["kind"] == kind)


def _check_json(checked: CheckResult) -> Iterator[str]:
    return tables.json_texts(
        {
            "check": {
                "as_of": values.iso_time(checked.as_of),
                "judged": checked.judged,
                **{
                    kind: _rows_of_kind(checked.findings, kind)
                    for kind in ("overdue", "due", "warned", "unpublished")
                },
                "accepted": iter(checked.accepted),
                "duties": duties.duties_json(checked.duties),
                "problems": [problem_json(problem, checked.root) for problem in checked.problems],
            }
        }
    )
