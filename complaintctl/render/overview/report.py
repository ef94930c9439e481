"""A report for people and machines; every figure with what it is counted of."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import vocabulary
from complaintctl.domain.overview.metrics import ReportFigures, SurveyFigures
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.overview.report_columns import STEP_COLUMNS
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _, current_language, ngettext

MARK_LABELS: Mapping[str, str] = {
    "overall": N_("overall"),
    "attitude": N_("attitude"),
    "solved": N_("problem solved"),
}


# D-145: the one table of the formats for programs.
ROW: Final = ("section", "key", "measure", "value")


def report_text(report: ReportFigures, policy: Policy, zone: ZoneInfo, output_format: str) -> str:
    """The report in a format of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("report", report_json(report))
    if output_format in tables.READABLE_FORMATS:
        return _readable(report, policy, zone, output_format)
    return tables.format_raw_rows(ROW, list(_long(report)), output_format)


def _readable(report: ReportFigures, policy: Policy, zone: ZoneInfo, output_format: str) -> str:
    """The report as headed tables, `table` or `md`."""
    title = _(
        "{cases} cases at {as_of}: {open} open ({overdue} overdue), {closed} closed, {reopened} reopened"
    )
    said = title.format(
        cases=report.cases,
        as_of=values.moment_text(report.as_of, zone),
        open=report.open,
        overdue=report.overdue_cases,
        closed=report.closed,
        reopened=report.reopened,
    )
    if report.forced:
        said += "\n" + ngettext(
            "{count} case was closed by force", "{count} cases were closed by force", report.forced
        ).format(count=report.forced)
    if report.closing_median is not None and report.closing_ninetieth is not None:
        said += "\n" + _("from receipt to closing: median {median}, nine of ten within {p90}").format(
            median=values.duration_text(report.closing_median),
            p90=values.duration_text(report.closing_ninetieth),
        )
    parts = [f"# {said}\n" if output_format == "md" else f"{said}\n", _steps(report, policy, output_format)]
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
    columns = {"value": _("satisfaction"), "mean": _("mean mark"), "cases": _("cases")}
    entries = [
        {"value": _(MARK_LABELS[name]), "mean": f"{found.mean:.1f}", "cases": found.cases}
        for name, found in report.satisfaction.items()
    ]
    return [tables.format_rows(columns, entries, output_format)] if entries else []


def _survey(found: SurveyFigures, output_format: str) -> list[str]:
    if not found.asked:
        return []
    columns = {
        "asked": _("asked in the survey"),
        "answered": _("answered"),
        "share": _("response rate"),
        "mean": _("mean mark"),
        **{str(mark): str(mark) for mark in found.marks},
    }
    percent = f"{100 * found.answered / found.asked:.0f} %"
    entry = {
        "asked": found.asked,
        "answered": found.answered,
        "share": _("{percent} of {count}").format(percent=percent, count=found.asked),
        "mean": f"{found.mean:.1f}" if found.mean else "",
        **{str(mark): count for mark, count in found.marks.items()},
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
    """The report for machines; times in seconds, denominators beside the figures."""
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
            name: {"cases": found.cases, "mean": round(found.mean, 2)}
            for name, found in report.satisfaction.items()
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
    """Every figure of the JSON as a row of its own: `section` is its place in the JSON, `key` what it is a figure of."""
    told = report_json(report)
    single = {name: value for name, value in told.items() if not isinstance(value, dict | list)}
    sections: dict[str, Mapping[Any, Mapping[str, Any]]] = {
        "totals": {None: single},
        "closing": {None: told["closing"]},
        "satisfaction": told["satisfaction"],
        "survey": {None: {name: value for name, value in told["survey"].items() if name != "marks"}},
        "survey.marks": _counted(told["survey"]["marks"]),
        "actions": _counted(told["actions"]),
        **{f"counts.{field}": _counted(counts) for field, counts in told["counts"].items()},
        "steps": {row["step"]: {name: row[name] for name in row if name != "step"} for row in told["steps"]},
    }
    for section, keys in sections.items():
        for key, measures in keys.items():
            for measure, value in measures.items():
                yield {"section": section, "key": key, "measure": measure, "value": value}


def _counted(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    return {key: {"count": count} for key, count in counts.items()}


def _survey_machine(found: SurveyFigures) -> dict[str, Any]:
    return {
        "asked": found.asked,
        "answered": found.answered,
        "share": round(found.answered / found.asked, 4) if found.asked else None,
        "mean": round(found.mean, 2) if found.mean else None,
        "marks": {str(mark): count for mark, count in found.marks.items()},
    }
