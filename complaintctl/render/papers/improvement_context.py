"""What the template about the effect of an action knows, and its figures for programs."""

import dataclasses
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.actions import action_status
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.papers.improvement import Improvement
from complaintctl.domain.reports.rate_ratio import Rate
from complaintctl.render.documents.template_context import day_names, mark_unknown, moment_names, person_name
from complaintctl.render.papers.blocks import Blocks, Chart, PaperTable
from complaintctl.render.papers.paper_context import PaperContext, common_context, number_text
from complaintctl.render.text import labels
from complaintctl.render.text.language import _

# Rates are shown for this many days.
RATE_DAYS: Final = 30
_CHANGES: Final = {-1: "fewer", 0: "unclear", 1: "more"}


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ImprovementResult:
    """The comparison for an action of a case; `same` are the fields that make a complaint count, with their values."""

    case: Case
    number: int
    same: Mapping[str, str]
    improvement: Improvement
    as_of: datetime


def improvement_context(result: ImprovementResult, rules: Rulebook, blocks: Blocks) -> PaperContext:
    """Returns every name that the template can use."""
    action, window, rates = (
        result.case.actions[result.number - 1],
        result.improvement.window,
        result.improvement.rates,
    )
    state = action_status(action)
    return {
        **common_context(rules, result.as_of),
        "case": {"id": result.case.id},
        "action": {
            "number": result.number,
            "what": action.what,
            "who": person_name(rules.policy, action.who),
            "done": moment_names(window.done, rules.zone),
            "state": {"$text": _(labels.ACTION_STATE_LABELS[state]), "key": state},
            "recurred": list(action.recurred),
            "checked": day_names(action.check) if action.check else mark_unknown("action.checked", None),
        },
        "same": [
            {"field": labels.column_heading(rules.policy, name), "value": _value_label(rules, name, value)}
            for name, value in result.same.items()
        ],
        "before": _rate_names(rates.before, window.before),
        "after": _rate_names(rates.after, window.after),
        "after_start": moment_names(window.start, rules.zone),
        "per_days": RATE_DAYS,
        "ratio": number_text(rates.ratio),
        "ratio_low": number_text(rates.low),
        "ratio_high": "∞" if math.isinf(rates.high) else number_text(rates.high),
        "confidence": f"{rates.confidence:.0%}".replace("%", " %"),
        "change": _CHANGES[rates.changed],
        "tables": {"rates": blocks.mark(_rates_table(result, rules))},
        "charts": {"pieces": blocks.mark(_pieces_chart(result, rules))},
    }


def _value_label(rules: Rulebook, name: str, value: str) -> str:
    label = labels.word_label(rules.policy, name, value)
    return labels.shown_label(value, label)


def _rate_names(rate: Rate, days: int) -> PaperContext:
    return {"count": rate.count, "days": days, "rate": number_text(rate.value * RATE_DAYS)}


def _rates_table(result: ImprovementResult, rules: Rulebook) -> PaperTable:
    window, rates = result.improvement.window, result.improvement.rates
    day = timedelta(days=1)
    spans = (
        (_("before"), window.done - window.before * day, window.done, window.before, rates.before),
        (_("after"), window.start, window.start + window.after * day, window.after, rates.after),
    )
    rows = tuple(
        (
            name,
            _day(start, rules),
            _day(end, rules),
            number_text(days),
            number_text(rate.count),
            _rate_text(rate),
        )
        for name, start, end, days, rate in spans
    )
    headings = (
        "",
        _("start"),
        _("end"),
        _("days"),
        _("complaints"),
        _("per {days} days (95 % interval)").format(days=RATE_DAYS),
    )
    return PaperTable(headings=headings, rows=rows, numeric=frozenset({3, 4, 5}))


def _rate_text(rate: Rate) -> str:
    value, low, high = (number_text(number * RATE_DAYS) for number in (rate.value, rate.low, rate.high))
    return _("{value} ({low} to {high})").format(value=value, low=low, high=high)


def _day(moment: datetime, rules: Rulebook) -> str:
    return moment.astimezone(rules.zone).date().isoformat()


def _pieces_chart(result: ImprovementResult, rules: Rulebook) -> Chart:
    improvement = result.improvement
    before, after = improvement.pieces_before, improvement.pieces_after
    numbers = (*range(-len(before), 0), *range(1, len(after) + 1))
    days = improvement.window.piece_days
    title = _("Complaints in equal periods of {days} d, before (−) and after (+)")
    return Chart(
        kind="bar",
        title=title.format(days=number_text(days)),
        axis=_("complaints"),
        labels=tuple(
            f"{number:+d}: {_day(start, rules)}".replace("-", "−", 1 if number < 0 else 0)
            for number, (start, _count) in zip(numbers, (*before, *after), strict=True)
        ),
        series={_("complaints"): tuple(float(count) for _start, count in (*before, *after))},
    )


def improvement_json(result: ImprovementResult) -> dict[str, Any]:
    """Returns the comparison for programs: rates per day, times in ISO 8601; null for an infinite limit."""
    window, rates = result.improvement.window, result.improvement.rates
    return {
        "case": result.case.id,
        "action": result.number,
        "as_of": result.as_of.isoformat(),
        "done": window.done.isoformat(),
        "after_start": window.start.isoformat(),
        "same": dict(result.same),
        "before": _rate_json(rates.before, window.before),
        "after": _rate_json(rates.after, window.after),
        "ratio": rates.ratio,
        "low": rates.low,
        "high": None if math.isinf(rates.high) else rates.high,
        "confidence": rates.confidence,
        "change": _CHANGES[rates.changed],
        "pieces": [
            {"start": start.isoformat(), "count": count}
            for start, count in (*result.improvement.pieces_before, *result.improvement.pieces_after)
        ],
    }


def _rate_json(rate: Rate, days: int) -> dict[str, Any]:
    return {"count": rate.count, "days": days, "rate": rate.value, "low": rate.low, "high": rate.high}
