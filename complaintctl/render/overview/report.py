"""A report for people and machines; every figure with what it is counted of."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from complaintctl.domain.case import vocabulary
from complaintctl.domain.overview.metrics import ReportFigures, StepFigures, SurveyFigures
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.glossary import Terms
from complaintctl.render.text.language import N_, _, current_language

# The words of the report, as `report --define` says them, by the names of the figures in its JSON.
REPORT_DEFINITIONS: Final[Terms] = {
    "met": (
        N_("met"),
        N_("The step was taken at or before its due time; the verdict was recorded when it was taken."),
    ),
    "late": (
        N_("late"),
        N_("The step was taken after its due time; for a promise, also if the case was closed after it."),
    ),
    "unjudged": (N_("taken"), N_("The step was taken; the policy set no limit at the time.")),
    "running": (N_("running"), N_("Not taken yet, and not past due.")),
    "paused": (N_("waiting"), N_("Not taken yet; the clock is paused while waiting for the customer.")),
    "overdue": (N_("overdue"), N_("Not taken yet, and past due at the moment of the report.")),
    "settled": (N_("settled"), N_("Not taken; closing the case ended the clock.")),
    "none": (N_("none"), N_("Cases without such a clock at that moment, open and closed.")),
    "share_in_time": (N_("share in time"), N_("met as a share of met + late + overdue.")),
    "median": (
        N_("median"),
        N_("Half of the taken steps took at most this long from receipt (a promise: from when it was made)."),
    ),
    "p90": (N_("p90"), N_("Nine of ten taken steps took at most this long (nearest rank).")),
    "mean": (
        N_("mean score"),
        N_("The mean of the scores that customers gave, 1 (bad) to 5 (good), and how many gave one."),
    ),
    "asked": (
        N_("asked in the survey"),
        N_("Cases whose customer was asked in a survey after the closing, each counted once."),
    ),
    "answered": (
        N_("answered"),
        N_(
            "Those whose customer has given a score since last being asked; 1 to 5: how many gave each score."
        ),
    ),
    "share": (
        N_("response rate"),
        N_("answered as a share of asked; the lower it is, the less the answers say about all customers."),
    ),
    "effective": (
        N_("effective"),
        N_("Corrective actions that somebody else verified as effective, according to the last check."),
    ),
    "overdue_cases": (N_("overdue cases"), N_("Open cases with at least one overdue clock.")),
}
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
    columns = {
        "step": _("step"),
        "met": _("met"),
        "late": _("late"),
        "overdue": _("overdue"),
        "share": _("share in time"),
        "running": _("running"),
        "paused": _("waiting"),
        "unjudged": _("taken"),
        "none": _("none"),
        "median": _("median"),
        "ninetieth": _("p90"),
    }
    return tables.format_rows(columns, [_step_row(row, policy) for row in report.steps], output_format)


def _step_row(row: StepFigures, policy: Policy) -> dict[str, Any]:
    ended = row.met + row.late + row.overdue
    share = (
        _("{percent} of {count}").format(percent=f"{100 * row.met / ended:.0f} %", count=ended)
        if ended
        else ""
    )
    none = _("{none} ({open} open)").format(none=row.none, open=row.none_open) if row.none else "0"
    return {
        **{key: getattr(row, key) for key in ("met", "late", "overdue", "running", "paused", "unjudged")},
        "step": labels.clock_name_label(policy, row.step),
        "share": share,
        "none": none,
        "median": values.duration_text(row.median) if row.median is not None else "",
        "ninetieth": values.duration_text(row.ninetieth) if row.ninetieth is not None else "",
    }


def _satisfaction(report: ReportFigures, output_format: str) -> list[str]:
    columns = {"value": _("satisfaction"), "mean": _("mean score"), "cases": _("cases")}
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
        "mean": _("mean score"),
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
                "step": row.step,
                "met": row.met,
                "late": row.late,
                "overdue": row.overdue,
                "running": row.running,
                "paused": row.paused,
                "unjudged": row.unjudged,
                "settled": row.settled,
                "none": row.none,
                "none_open": row.none_open,
                "none_closed": row.none_closed,
                "median": row.median,
                "p90": row.ninetieth,
            }
            for row in report.steps
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
