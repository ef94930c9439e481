"""Closed cases judged again by another policy, for people and machines; every figure with what it is counted of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.policy_check.replay import PolicyReplay, ReplayedStep, ReplayFigures
from complaintctl.domain.zones import convert_to_zone
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.glossary import Terms
from complaintctl.render.text.language import N_, _

# The words of the replay, as `policy simulate --define` says them, by the names of the figures in its JSON.
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
# What is said of a taking: its name in the counts, and the word for it.
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
# D-146: the one table of the formats for programs, one figure a row.
ROW: Final = ("section", "step", "group", "case", "event", "measure", "value")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayPeriod:
    """Which cases were asked for, and the policy by the name it was asked for."""

    policy: str
    since: datetime | None
    until: datetime | None


def replay_text(replay: PolicyReplay, period: ReplayPeriod, rules: Rulebook, output_format: str) -> str:
    """The replay in a format of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("policy_simulate", replay_json(replay, period, rules))
    if output_format not in tables.READABLE_FORMATS:
        rows = list(_long(replay_json(replay, period, rules)))
        return tables.format_raw_rows(ROW, rows, output_format)
    title = _("{cases} of {all} closed cases{period}: then → by {policy}").format(
        policy=period.policy, period=_period(period, rules), cases=replay.cases, all=replay.all_closed
    )
    head = f"# {title}\n" if output_format == "md" else f"{title}\n"
    said = [f"- {words}\n" if output_format == "md" else f"{words}\n" for words in _summary_lines(replay)]
    parts = [
        head,
        _figures(replay, rules, output_format),
        _changed_table(replay, rules, output_format),
        "".join(said),
    ]
    return "\n".join(part for part in parts if part)


def _period(period: ReplayPeriod, rules: Rulebook) -> str:
    said = ""
    if period.since is not None:
        said += _(", closed since {time}").format(time=values.moment_text(period.since, rules.zone))
    if period.until is not None:
        said += _(", closed before {time}").format(time=values.moment_text(period.until, rules.zone))
    return said


def _figures(replay: PolicyReplay, rules: Rulebook, output_format: str) -> str:
    if not replay.figures:
        return ""
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
            **_row(one),
            "step": labels.step_label(rules.policy, one.step),
            "group": labels.cell_label(rules.policy, replay.field, one.group) or _("(none)"),
        }
        for one in replay.figures
    ]
    total = {**_row(replay.total), "step": _("total"), "group": ""}
    return tables.format_rows(columns, [*entries, total], output_format)


def _row(one: ReplayFigures) -> dict[str, Any]:
    return {
        "taken": one.taken,
        **{
            verdict: _then_and_now(one.then.get(verdict, 0), one.now.get(verdict, 0))
            for verdict in VERDICT_LABELS
        },
        "unjudged": one.then.get("unjudged", 0),
        "to_late": one.to_late,
        "to_met": one.to_met,
        "share": _then_and_now(_share(one.then), _share(one.now)),
    }


def _then_and_now(then: object, now: object) -> str:
    """What was and what would be; once where both are the same."""
    return str(now) if then == now else f"{then} → {now}"


def _share(counts: Mapping[str, int]) -> str:
    met, judged = counts.get("met", 0), counts.get("met", 0) + counts.get("late", 0)
    if not judged:
        return _("none judged")
    return _("{percent} of {count}").format(percent=f"{100 * met / judged:.0f} %", count=judged)


def _figures_json(replay: PolicyReplay, one: ReplayFigures) -> dict[str, Any]:
    return {
        "step": one.step,
        replay.field: one.group,
        "taken": one.taken,
        "met_then": one.then.get("met", 0),
        "met_now": one.now.get("met", 0),
        "late_then": one.then.get("late", 0),
        "late_now": one.now.get("late", 0),
        "none_then": one.then.get("none", 0),
        "none_now": one.now.get("none", 0),
        "unjudged": one.then.get("unjudged", 0),
        "to_late": one.to_late,
        "to_met": one.to_met,
    }


def _changed_table(replay: PolicyReplay, rules: Rulebook, output_format: str) -> str:
    columns = {
        "case": _("case"),
        "step": _("step"),
        "taken": _("taken at"),
        "due_then": _("due then"),
        "then": _("then"),
        "due_now": _("due now"),
        "now": _("now"),
    }
    entries = [
        {
            "case": one.case_id,
            "step": labels.step_label(rules.policy, one.event.did),
            "taken": values.moment_text(one.event.at, rules.zone),
            "due_then": _moment(one.event.due, rules),
            "then": _(VERDICT_LABELS[one.then]),
            "due_now": _moment(one.due, rules),
            "now": _(VERDICT_LABELS[one.now]),
        }
        for one in replay.changed
    ]
    return tables.format_rows(columns, entries, output_format) if entries else ""


def _moment(value: datetime | None, rules: Rulebook) -> str:
    return values.moment_text(value, rules.zone) if value else ""


def _summary_lines(replay: PolicyReplay) -> Iterator[str]:
    """What was found, each number with what it is counted of."""
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
    """The replay for machines; a case that changes sides stands in `changed` where it was asked for."""
    return {
        "policy": period.policy,
        "since": values.iso_time(period.since),
        "until": values.iso_time(period.until),
        "by": replay.field,
        "cases": replay.cases,
        "all_closed": replay.all_closed,
        "steps": [_figures_json(replay, one) for one in replay.figures],
        "total": {
            key: count for key, count in _figures_json(replay, replay.total).items() if key in FIGURE_KEYS
        },
        "never": list(replay.never),
        "changed": [_entry(one, rules) for one in replay.changed],
    }


def _entry(one: ReplayedStep, rules: Rulebook) -> dict[str, Any]:
    return {
        "case": one.case_id,
        "step": one.event.did,
        "event": one.event.id,
        "at": values.iso_time(one.event.at),
        "due_then": values.iso_time(one.event.due),
        "then": one.then,
        "due_now": values.iso_time(convert_to_zone(one.due, rules.zone)) if one.due else None,
        "now": one.now,
    }


def _long(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every figure of the JSON as a row of its own: `section` is its place in the JSON, the next four what it is of."""
    whole = dict.fromkeys(("step", "group", "case", "event"))
    for name, value in told.items():
        if not isinstance(value, dict | list):
            yield {"section": "totals", **whole, "measure": name, "value": value}
    for row in told["steps"]:
        group = {**whole, "step": row["step"], "group": row[told["by"]]}
        for key in FIGURE_KEYS:
            yield {"section": "steps", **group, "measure": key, "value": row[key]}
    for key, count in told["total"].items():
        yield {"section": "total", **whole, "measure": key, "value": count}
    for step in told["never"]:
        yield {"section": "never", **whole, "step": step, "measure": "taken", "value": 0}
    for row in told["changed"]:
        taking = {**whole, "step": row["step"], "case": row["case"], "event": row["event"]}
        for key in ("at", "due_then", "then", "due_now", "now"):
            yield {"section": "changed", **taking, "measure": key, "value": row[key]}
