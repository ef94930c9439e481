"""A report for people and machines; every figure with what it is counted of."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from complaintctl.domain.case import vocabulary
from complaintctl.domain.overview.metrics import Report, StepFigures, Survey
from complaintctl.domain.policy.policy import Policy
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import N_, _, current

# The words of the report, as `report --define` says them.
DEFINITIONS: Mapping[str, str] = {
    N_("met"): N_(
        "The step was taken at or before its due time; the verdict was recorded when it was taken."
    ),
    N_("late"): N_(
        "The step was taken after its due time; a promise also when the case was closed after it."
    ),
    N_("taken"): N_("The step was taken; the policy set no limit at the time."),
    N_("running"): N_("Not taken yet, and not past due."),
    N_("waiting"): N_("Not taken yet; the clock stands still while the customer is asked."),
    N_("overdue"): N_("Not taken yet, and past due at the moment of the report."),
    N_("settled"): N_("Not taken; closing the case ended the clock."),
    N_("none"): N_("Cases without such a clock at that moment, open and closed."),
    N_("share in time"): N_("met as a share of met + late + overdue."),
    N_("median"): N_(
        "Half of the taken steps took at most this long from receipt (a promise: from its making)."
    ),
    N_("p90"): N_("Nine of ten taken steps took at most this long (nearest rank)."),
    N_("mean mark"): N_(
        "The mean of the marks that customers gave, 1 (bad) to 5 (good), and how many gave one."
    ),
    N_("asked in the survey"): N_("Cases whose customer was asked in a survey after the closing, each once."),
    N_("answered"): N_(
        "Those of them whose customer gave a mark since being asked last; 1 to 5: how many gave each."
    ),
    N_("response rate"): N_("answered as a share of asked; the lower it is, the less is known of all."),
    N_("effective"): N_("Corrective actions that somebody else found to work, as the last check says."),
    N_("overdue cases"): N_("Open cases with at least one overdue clock."),
}
MARKS: Mapping[str, str] = {
    "overall": N_("overall"),
    "attitude": N_("attitude"),
    "solved": N_("problem solved"),
}


def text(report: Report, policy: Policy, zone: ZoneInfo, output_format: str) -> str:
    """The report as tables of a format."""
    title = _(
        "{cases} cases at {as_of}: {open} open ({overdue} overdue), {closed} closed, {reopened} reopened"
    )
    said = title.format(
        cases=report.cases,
        as_of=values.moment(report.as_of, zone),
        open=report.open,
        overdue=report.overdue_cases,
        closed=report.closed,
        reopened=report.reopened,
    )
    if report.closing_median is not None and report.closing_ninetieth is not None:
        said += "\n" + _("from receipt to closing: median {median}, nine of ten within {p90}").format(
            median=values.duration(report.closing_median), p90=values.duration(report.closing_ninetieth)
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


def _steps(report: Report, policy: Policy, output_format: str) -> str:
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
    return tables.rows(columns, [_step_row(row, policy) for row in report.steps], output_format)


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
        "step": labels.clock_of(policy, row.step),
        "share": share,
        "none": none,
        "median": values.duration(row.median) if row.median is not None else "",
        "ninetieth": values.duration(row.ninetieth) if row.ninetieth is not None else "",
    }


def _satisfaction(report: Report, output_format: str) -> list[str]:
    columns = {"value": _("satisfaction"), "mean": _("mean mark"), "cases": _("cases")}
    entries = [
        {"value": _(MARKS[name]), "mean": f"{found.mean:.1f}", "cases": found.cases}
        for name, found in report.satisfaction.items()
    ]
    return [tables.rows(columns, entries, output_format)] if entries else []


def _survey(found: Survey, output_format: str) -> list[str]:
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
    return [tables.rows(columns, [entry], output_format)]


def _actions(report: Report, output_format: str) -> list[str]:
    columns = {"value": _("corrective actions"), "count": _("number"), "share": _("share")}
    total = sum(report.actions.values())
    entries = [
        {"value": _(labels.STANDINGS[name]), "count": count, "share": f"{100 * count / total:.0f} %"}
        for name, count in report.actions.items()
    ]
    return [tables.rows(columns, entries, output_format)] if entries else []


def _counts(name: str, counts: Mapping[str, int], total: int, policy: Policy, output_format: str) -> str:
    columns = {
        "value": labels.heading(policy, name),
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
    return tables.rows(columns, entries, output_format)


def _label(name: str, value: str, policy: Policy) -> str:
    label = vocabulary.label(policy, name, value, current())
    return label or _("(none)")


def machine(report: Report) -> dict[str, Any]:
    """The report for machines; times in seconds, denominators beside the figures."""
    return {
        "as_of": values.iso(report.as_of),
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


def _survey_machine(found: Survey) -> dict[str, Any]:
    return {
        "asked": found.asked,
        "answered": found.answered,
        "share": round(found.answered / found.asked, 4) if found.asked else None,
        "mean": round(found.mean, 2) if found.mean else None,
        "marks": {str(mark): count for mark, count in found.marks.items()},
    }


def definitions(output_format: str) -> str:
    """The words of the report with what they mean."""
    columns = {"word": _("word"), "meaning": _("meaning")}
    return tables.rows(
        columns, [{"word": _(word), "meaning": _(text)} for word, text in DEFINITIONS.items()], output_format
    )
