"""Closed cases judged again by another policy, for people and programs; every figure has its denominator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy_check.replay import PolicyReplay, ReplayedStep, ReplayFigures
from complaintctl.domain.zones import convert_to_zone
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.glossary import Terms
from complaintctl.render.text.language import N_, _, keys_shown, ngettext

# The glossary of `policy simulate --define`, under the names of the figures in its JSON.
REPLAY_DEFINITIONS: Final[Terms] = {
    "then_now": (
        N_("then → now"),
        N_(
            "As recorded when the steps were taken → under the other policy, using what was known at that "
            "time. One number: both are equal."
        ),
    ),
    "taken": (
        N_("times taken"),
        N_(
            "How often the step was taken in these cases. Not counted: retracted steps, and steps taken "
            "again while not due."
        ),
    ),
    "met": (N_("met"), N_("Taken at or before its due time.")),
    "late": (N_("late"), N_("Taken after its due time.")),
    "none": (
        N_("no limit"),
        N_("Taken without a limit: the policy sets none for this step of this case, or has no such step."),
    ),
    "unjudged": (
        N_("unjudged"),
        N_("Imported: it had no clock, so it is not judged again and is neither met nor late."),
    ),
    "to_late": (N_("met → late"), N_("Recorded as met; late under the other policy.")),
    "to_met": (N_("late → met"), N_("Recorded as late; met under the other policy.")),
    "share_in_time": (N_("share in time"), N_("met as a share of met + late.")),
    "level": (N_("level"), N_("The level of the case as it is now; --by counts by another field.")),
    "promise": (
        N_("promise"),
        N_("Dates promised to customers are not judged again: no policy changes them."),
    ),
}
# Labels of the verdicts on a taken step, by their name in the counts.
VERDICT_LABELS: Final[Mapping[str, str]] = {"met": N_("met"), "late": N_("late"), "none": N_("no limit")}
FIGURE_KEYS: Final = (
    "taken",
    "met_then",
    "met_now",
    "late_then",
    "late_now",
    "none_then",
    "none_now",
    "unjudged",
    "to_late",
    "to_met",
)
# D-146: the columns of the single table in the formats for programs, one figure per row.
ROW: Final = ("section", "step", "group", "case", "event", "measure", "value")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayPeriod:
    """The policy as the user named it, and the period in which the cases were closed."""

    policy: str
    since: datetime | None
    until: datetime | None


def replay_texts(
    replay: PolicyReplay, period: ReplayPeriod, rules: Rulebook, output_format: str
) -> Iterator[str]:
    """Yields the replay in one of tables.TABLE_FORMATS, in pieces."""
    if output_format == "json":
        return tables.json_texts({"policy_simulate": replay_json(replay, period, rules)})
    if output_format not in tables.READABLE_FORMATS:
        rows = tables.NewRows(lambda: _long(replay_json(replay, period, rules)))
        return tables.row_texts({key: key for key in ROW}, rows, output_format)
    return _readable_texts(replay, period, rules, output_format)


def _readable_texts(
    replay: PolicyReplay, period: ReplayPeriod, rules: Rulebook, output_format: str
) -> Iterator[str]:
    with keys_shown():
        yield _heading(replay, period, rules, output_format)
        for block in (
            iter([_figures(replay, rules, output_format)]) if replay.figures else (),
            _changed_table(replay, rules, output_format) if replay.changed else (),
            _summary_lines(replay, output_format),
        ):
            for index, text in enumerate(block):
                yield text if index else f"\n{text}"


def _heading(replay: PolicyReplay, period: ReplayPeriod, rules: Rulebook, output_format: str) -> str:
    title = ngettext(
        "{cases} of {all} closed case{period}: then → by {policy}",
        "{cases} of {all} closed cases{period}: then → by {policy}",
        replay.all_closed,
    ).format(policy=period.policy, period=_period(period, rules), cases=replay.cases, all=replay.all_closed)
    return f"# {tables.markdown_line(title)}\n" if output_format == "md" else f"{title}\n"


def _period(period: ReplayPeriod, rules: Rulebook) -> str:
    text = ""
    if period.since is not None:
        text += _(", closed since {time}").format(time=values.moment_text(period.since, rules.zone))
    if period.until is not None:
        text += _(", closed before {time}").format(time=values.moment_text(period.until, rules.zone))
    return text


def _figures(replay: PolicyReplay, rules: Rulebook, output_format: str) -> str:
    columns = {
        "step": _("step"),
        "group": labels.column_heading(rules.policy, replay.field),
        "taken": _("times taken"),
        **{verdict: _(word) for verdict, word in VERDICT_LABELS.items()},
        "unjudged": _("unjudged"),
        "to_late": _("met → late"),
        "to_met": _("late → met"),
        "share": _("share in time"),
    }
    entries = [
        {
            **_row(figures),
            "step": labels.step_label(rules.policy, figures.step),
            "group": labels.cell_label(rules.policy, replay.field, figures.group) or _("(none)"),
        }
        for figures in replay.figures
    ]
    total = {**_row(replay.total), "step": _("total"), "group": ""}
    return tables.format_rows(columns, [*entries, total], output_format)


def _row(figures: ReplayFigures) -> dict[str, Any]:
    return {
        "taken": figures.taken,
        **{
            verdict: _then_and_now(figures.then.get(verdict, 0), figures.now.get(verdict, 0))
            for verdict in VERDICT_LABELS
        },
        "unjudged": figures.then.get("unjudged", 0),
        "to_late": figures.to_late,
        "to_met": figures.to_met,
        "share": _then_and_now(_share(figures.then), _share(figures.now)),
    }


def _then_and_now(then: object, now: object) -> str:
    """Returns `then → now`, or one value if both are equal."""
    return str(now) if then == now else f"{then} → {now}"


def _share(counts: Mapping[str, int]) -> str:
    met, judged = counts.get("met", 0), counts.get("met", 0) + counts.get("late", 0)
    if not judged:
        return _("none judged")
    return _("{percent} of {count}").format(percent=f"{100 * met / judged:.0f} %", count=judged)


def _figures_json(replay: PolicyReplay, figures: ReplayFigures) -> dict[str, Any]:
    return {
        "step": figures.step,
        replay.field: figures.group,
        "taken": figures.taken,
        "met_then": figures.then.get("met", 0),
        "met_now": figures.now.get("met", 0),
        "late_then": figures.then.get("late", 0),
        "late_now": figures.now.get("late", 0),
        "none_then": figures.then.get("none", 0),
        "none_now": figures.now.get("none", 0),
        "unjudged": figures.then.get("unjudged", 0),
        "to_late": figures.to_late,
        "to_met": figures.to_met,
    }


def _changed_table(replay: PolicyReplay, rules: Rulebook, output_format: str) -> Iterator[str]:
    columns = {
        "case": _("case"),
        "step": _("step"),
        "taken": _("taken at"),
        "due_then": _("due then"),
        "then": _("then"),
        "due_now": _("due now"),
        "now": _("now"),
    }
    entries = tables.NewRows(
        lambda: (
            {
                "case": step.case_id,
                "step": labels.step_label(rules.policy, step.step),
                "taken": values.moment_text(step.taken, rules.zone),
                "due_then": _moment(step.due_then, rules),
                "then": _(VERDICT_LABELS[step.then]),
                "due_now": _moment(step.due, rules),
                "now": _(VERDICT_LABELS[step.now]),
            }
            for step in replay.changed
        )
    )
    return tables.row_texts(columns, entries, output_format)


def _moment(value: datetime | None, rules: Rulebook) -> str:
    return values.moment_text(value, rules.zone) if value else ""


def _summary_lines(replay: PolicyReplay, output_format: str) -> Iterator[str]:
    for line in _summary(replay):
        yield f"- {tables.markdown_line(line)}\n" if output_format == "md" else f"{line}\n"


def _summary(replay: PolicyReplay) -> Iterator[str]:
    """Yields the totals, each with its denominator."""
    total = replay.total
    judged = total.then.get("met", 0) + total.then.get("late", 0)
    yield _(
        "Steps: {taken}. In time then: {then} of {judged}; now: {now} of {again}. From met to late: {late}; from late "
        "to met: {met}."
    ).format(
        taken=total.taken,
        then=total.then.get("met", 0),
        judged=judged,
        now=total.now.get("met", 0),
        again=total.now.get("met", 0) + total.now.get("late", 0),
        late=total.to_late,
        met=total.to_met,
    )
    yield _("Without a limit: {then} then, {now} now. Imported, without a clock: {unjudged}.").format(
        then=total.then.get("none", 0), now=total.now.get("none", 0), unjudged=total.then.get("unjudged", 0)
    )
    if replay.never and replay.cases:
        yield _("Steps taken in none of these cases: {steps}.").format(steps=_(", ").join(replay.never))


def replay_json(replay: PolicyReplay, period: ReplayPeriod, rules: Rulebook) -> dict[str, Any]:
    """Returns the replay for programs; `changed` has the steps whose verdict changes, if they were asked for."""
    return {
        "policy": period.policy,
        "since": values.iso_time(period.since),
        "until": values.iso_time(period.until),
        "by": replay.field,
        "cases": replay.cases,
        "all_closed": replay.all_closed,
        "steps": [_figures_json(replay, figures) for figures in replay.figures],
        "total": {
            key: count for key, count in _figures_json(replay, replay.total).items() if key in FIGURE_KEYS
        },
        "never": list(replay.never),
        "changed": (_entry(step, rules) for step in replay.changed),
    }


def _entry(step: ReplayedStep, rules: Rulebook) -> dict[str, Any]:
    return {
        "case": step.case_id,
        "step": step.step,
        "event": step.event,
        "at": values.iso_time(step.taken),
        "due_then": values.iso_time(step.due_then),
        "then": step.then,
        "due_now": values.iso_time(convert_to_zone(step.due, rules.zone)) if step.due else None,
        "now": step.now,
    }


def _long(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields every figure of the JSON as a row: `section` is its key there, the next four columns what it belongs to."""
    whole = dict.fromkeys(("step", "group", "case", "event"))
    for name, value in document.items():
        if isinstance(value, str | int | None):
            yield {"section": "totals", **whole, "measure": name, "value": value}
    for row in document["steps"]:
        group = {**whole, "step": row["step"], "group": row[document["by"]]}
        for key in FIGURE_KEYS:
            yield {"section": "steps", **group, "measure": key, "value": row[key]}
    for key, count in document["total"].items():
        yield {"section": "total", **whole, "measure": key, "value": count}
    for step in document["never"]:
        yield {"section": "never", **whole, "step": step, "measure": "taken", "value": 0}
    for row in document["changed"]:
        taking = {**whole, "step": row["step"], "case": row["case"], "event": row["event"]}
        for key in ("at", "due_then", "then", "due_now", "now"):
            yield {"section": "changed", **taking, "measure": key, "value": row[key]}
