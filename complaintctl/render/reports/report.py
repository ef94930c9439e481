"""Formats the report, for people and programs; every figure has its denominator."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.reports.metrics import ReportFigures, SurveyFigures
from complaintctl.render.reports.report_columns import STEP_COLUMNS
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _, current_language, ngettext

MARK_LABELS: Mapping[str, str] = {
    "overall": N_("overall"),
    "attitude": N_("attitude"),
    "solved": N_("problem solved"),
}


# The columns of the single table in the formats for programs (D-145).
ROW: Final = ("section", "key", "measure", "value")


def report_text(report: ReportFigures, policy: Policy, zone: ZoneInfo, output_format: str) -> str:
    """Returns the report in one of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("report", report_json(report))
    if output_format in tables.READABLE_FORMATS:
        return _readable(report, policy, zone, output_format)
    return tables.format_raw_rows(ROW, list(_long(report)), output_format)


def _readable(report: ReportFigures, policy: Policy, zone: ZoneInfo, output_format: str) -> str:
    """Returns the report as tables with headings, in the format `table` or `md`."""
    title = ngettext(
        "{cases} case at {as_of}: {open} open ({overdue} overdue), {closed} closed, {reopened} reopened",
        "{cases} cases at {as_of}: {open} open ({overdue} overdue), {closed} closed, {reopened} reopened",
        report.cases,
    )
    heading = title.format(
        cases=report.cases,
        as_of=values.moment_text(report.as_of, zone),
        open=report.open,
        overdue=report.overdue_cases,
        closed=report.closed,
        reopened=report.reopened,
    )
    if report.forced:
        heading += "\n" + ngettext(
            "{count} case was closed by force", "{count} cases were closed by force", report.forced
        ).format(count=report.forced)
    if report.closing_median is not None and report.closing_ninetieth is not None:
        heading += "\n" + _("from receipt to closing: median {median}, nine of ten within {p90}").format(
            median=values.duration_text(report.closing_median),
            p90=values.duration_text(report.closing_ninetieth),
        )
    parts = [
        f"# {heading}\n" if output_format == "md" else f"{heading}\n",
        _steps(report, policy, output_format),
    ]
    parts += [
        *_satisfaction(report, output_format),
        *_survey(report.survey, output_format),
        *_actions(report, output_format),
    ]
    for name, counts in report.counts.items():
        if counts:
            parts.append(_counts(name, counts, report.cases, policy, output_format))
    return "\n".join(parts)


def _steps(report: ReportFigures, policy: Policy, output_format: str) -> str:
    readable = {column.key: column for column in STEP_COLUMNS if column.text is not None}
    headings = {"step": _("step"), **{key: _(column.heading) for key, column in readable.items()}}
    entries = [
        {
            "step": labels.clock_name_label(policy, step.step),
            **{key: column.text(step) for key, column in readable.items() if column.text is not None},
        }
        for step in report.steps
    ]
    return tables.format_rows(headings, entries, output_format)


def _satisfaction(report: ReportFigures, output_format: str) -> list[str]:
    columns = {"value": _("satisfaction"), "mean": _("mean score"), "cases": _("cases")}
    entries = [
        {"value": _(MARK_LABELS[name]), "mean": f"{score.mean:.1f}", "cases": score.cases}
        for name, score in report.satisfaction.items()
    ]
    return [tables.format_rows(columns, entries, output_format)] if entries else []


def _survey(survey: SurveyFigures, output_format: str) -> list[str]:
    if not survey.asked:
        return []
    columns = {
        "asked": _("asked in the survey"),
        "answered": _("answered"),
        "share": _("response rate"),
        "mean": _("mean score"),
        **{str(mark): str(mark) for mark in survey.marks},
    }
    percent = f"{100 * survey.answered / survey.asked:.0f} %"
    entry = {
        "asked": survey.asked,
        "answered": survey.answered,
        "share": _("{percent} of {count}").format(percent=percent, count=survey.asked),
        "mean": f"{survey.mean:.1f}" if survey.mean else "",
        **{str(mark): count for mark, count in survey.marks.items()},
    }
    return [tables.format_rows(columns, [entry], output_format)]


def _actions(report: ReportFigures, output_format: str) -> list[str]:
    columns = {"value": _("corrective actions"), "count": _("number"), "share": _("share")}
    total = sum(report.actions.values())
    entries = [
        {
            "value": _(labels.ACTION_STATE_LABELS[name]),
            "count": count,
            "share": f"{100 * count / total:.0f} %",
        }
        for name, count in report.actions.items()
    ]
    return [tables.format_rows(columns, entries, output_format)] if entries else []


def _counts(name: str, counts: Mapping[str, int], total: int, policy: Policy, output_format: str) -> str:
    columns = {
        "value": labels.column_heading(policy, name),
        "cases": _("cases"),
        "share": _("share"),
    }
    entries = [
        {
            "value": _label(name, value, policy),
            "cases": count,
            "share": f"{100 * count / total:.0f} %" if total else "",
        }
        for value, count in counts.items()
    ]
    return tables.format_rows(columns, entries, output_format)


def _label(name: str, value: str, policy: Policy) -> str:
    label = vocabulary.choice_label(policy, name, value, current_language())
    return label or _("(none)")


def report_json(report: ReportFigures) -> dict[str, Any]:
    """Returns the report as JSON; durations are in seconds, and denominators are beside the figures."""
    return {
        "as_of": values.iso_time(report.as_of),
        "cases": report.cases,
        "open": report.open,
        "closed": report.closed,
        "overdue_cases": report.overdue_cases,
        "reopened": report.reopened,
        "forced": report.forced,
        "closing": {"median": report.closing_median, "p90": report.closing_ninetieth},
        "satisfaction": {
            name: {"cases": score.cases, "mean": round(score.mean, 2)}
            for name, score in report.satisfaction.items()
        },
        "survey": _survey_machine(report.survey),
        "actions": dict(report.actions),
        "counts": {name: dict(counts) for name, counts in report.counts.items()},
        "steps": [
            {
                "step": step.step,
                **{column.key: column.value(step) for column in STEP_COLUMNS if column.value is not None},
            }
            for step in report.steps
        ],
    }


def _long(report: ReportFigures) -> Iterator[dict[str, Any]]:
    """Yields each figure of the JSON as a row: `section` is its place in the JSON, `key` the counted value or step."""
    content = report_json(report)
    single = {name: value for name, value in content.items() if not isinstance(value, dict | list)}
    sections: dict[str, Mapping[Any, Mapping[str, Any]]] = {
        "totals": {None: single},
        "closing": {None: content["closing"]},
        "satisfaction": content["satisfaction"],
        "survey": {None: {name: value for name, value in content["survey"].items() if name != "marks"}},
        "survey.marks": _counted(content["survey"]["marks"]),
        "actions": _counted(content["actions"]),
        **{f"counts.{field}": _counted(counts) for field, counts in content["counts"].items()},
        "steps": {
            row["step"]: {name: row[name] for name in row if name != "step"} for row in content["steps"]
        },
    }
    for section, keys in sections.items():
        for key, measures in keys.items():
            for measure, value in measures.items():
                yield {"section": section, "key": key, "measure": measure, "value": value}


def _counted(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    return {key: {"count": count} for key, count in counts.items()}


def _survey_machine(survey: SurveyFigures) -> dict[str, Any]:
    return {
        "asked": survey.asked,
        "answered": survey.answered,
        "share": round(survey.answered / survey.asked, 4) if survey.asked else None,
        "mean": round(survey.mean, 2) if survey.mean else None,
        "marks": {str(mark): count for mark, count in survey.marks.items()},
    }
