"""What the template of a regulator's return knows, and the return for programs."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.papers.preset import Preset, PresetVersion
from complaintctl.domain.papers.returns import RowComparison, RowResult
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Problem
from complaintctl.domain.reports.figures import Period
from complaintctl.render.documents.template_context import day_names, mark_unknown
from complaintctl.render.papers.blocks import Blocks, PaperTable
from complaintctl.render.papers.paper_context import (
    NOTHING,
    PaperContext,
    change_text,
    common_context,
    number_text,
    period_json,
    period_names,
    share_text,
)
from complaintctl.render.sentences.sentences import problem_text
from complaintctl.render.text import labels
from complaintctl.render.text.language import _, ngettext
from complaintctl.render.text.values import localised_text


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RegulatorReturn:
    """A return that was counted: the preset and its name, the versions used, and every row."""

    name: str
    preset: Preset
    this: PresetVersion
    previous: PresetVersion | None
    period: Period
    as_of: datetime
    rows: tuple[RowComparison, ...]


def regulator_context(result: RegulatorReturn, rules: Rulebook, blocks: Blocks) -> PaperContext:
    """Returns every name that the template can use."""
    return {
        **common_context(rules, result.as_of),
        "preset": {"name": result.name, "label": localised_text(result.preset.label)},
        "period": period_names(result.period, rules, result.as_of),
        "rule": _version_names(result.this, "rule"),
        "previous": _version_names(result.previous, "previous") if result.previous else "",
        "tables": {
            "rows": blocks.mark(_rows_table(result.rows)),
            "parts": blocks.mark(_parts_table(result.rows, rules)),
            "gaps": blocks.mark(_gaps_table(result.rows, rules.policy)),
            "comparison": blocks.mark(_comparison_table(result)),
        },
    }


def _version_names(version: PresetVersion, path: str) -> PaperContext:
    return {
        "start": day_names(version.from_),
        "as_of": day_names(version.as_of),
        "source": version.source.title,
        "url": mark_unknown(f"{path}.url", version.source.url),
        "verified": version.verified,
        "note": mark_unknown(f"{path}.note", localised_text(version.note)),
    }


def _label(comparison: RowComparison) -> str:
    result = comparison.this or comparison.previous
    return localised_text(result.row.label) if result else comparison.row


def _value_text(result: RowResult | None) -> str:
    if result is None or result.fault is not None:
        return NOTHING
    if not result.row.sum:
        return number_text(result.value)
    amounts = (f"{currency} {amount:,.2f}".strip() for currency, amount in result.amounts.items())
    return _(", ").join(amounts) or "0"


def _rows_table(rows: Sequence[RowComparison]) -> PaperTable:
    lines = []
    for comparison in rows:
        if (result := comparison.this) is not None:
            whole = share_text(result.value, result.whole) if result.row.of else ""
            lines.append((comparison.row, _label(comparison), _value_text(result), whole))
    headings = (_("row"), _("what it counts"), _("value"), _("share"))
    return PaperTable(headings=headings, rows=tuple(lines), numeric=frozenset({2, 3}))


def _parts_table(rows: Sequence[RowComparison], rules: Rulebook) -> PaperTable:
    lines = []
    for comparison in rows:
        result = comparison.this
        if result is None or result.row.by is None:
            continue
        for value, count in result.by.items():
            label = labels.word_label(rules.policy, result.row.by, value)
            name = labels.shown_label(value, label) if value else _("not recorded")
            share = share_text(count, result.value)
            lines.append((_label(comparison), name, number_text(count), share))
    headings = (_("what it counts"), _("of which"), _("value"), _("share"))
    return PaperTable(headings=headings, rows=tuple(lines), numeric=frozenset({2, 3}))


def _gaps_table(rows: Sequence[RowComparison], policy: Policy) -> PaperTable:
    """Rows that cannot be counted, that miss values, or whose records are incomplete."""
    lines = [
        (_label(comparison), text)
        for comparison in rows
        if comparison.this is not None
        for text in _gap_texts(comparison.this, policy)
    ]
    return PaperTable(headings=(_("what it counts"), _("what is missing")), rows=tuple(lines))


def _gap_texts(result: RowResult, policy: Policy) -> list[str]:
    if result.fault is not None:
        reason = problem_text(Problem(key=result.fault.key, values=result.fault.values), "")
        return [_("Not counted: {reason}").format(reason=reason)]
    texts = []
    if result.unknown:
        fields = _(", ").join(labels.column_heading(policy, name) for name in result.row.when)
        text = ngettext(
            "{count} case does not record {fields}, and is not counted.",
            "{count} cases do not record {fields}, and are not counted.",
            result.unknown,
        )
        texts.append(text.format(count=result.unknown, fields=fields))
    if result.lacking:
        named = _(", ").join(result.without)
        more = _(", …") if result.lacking > len(result.without) else ""
        text = ngettext(
            "{count} case without it: {cases}", "{count} cases without it: {cases}", result.lacking
        )
        texts.append(text.format(count=result.lacking, cases=named + more))
    if result.unread:
        text = ngettext(
            "{count} amount is not a number, and is not added.",
            "{count} amounts are not numbers, and are not added.",
            result.unread,
        )
        texts.append(text.format(count=result.unread))
    return texts


def _comparison_table(result: RegulatorReturn) -> PaperTable:
    headings = (
        _("row"),
        _("what it counts"),
        _("this rule"),
        _("previous rule"),
        _("difference"),
        _("cases counted differently"),
    )
    if result.previous is None:
        return PaperTable(headings=headings, rows=())
    lines = tuple(
        (
            comparison.row,
            _label(comparison),
            _value_text(comparison.this) if comparison.this else _("no such row"),
            _value_text(comparison.previous) if comparison.previous else _("no such row"),
            change_text(comparison.change),
            _moved_text(comparison),
        )
        for comparison in result.rows
    )
    return PaperTable(headings=headings, rows=lines, numeric=frozenset({2, 3, 4}))


def _moved_text(comparison: RowComparison) -> str:
    if comparison.this is None or comparison.previous is None or not comparison.cases:
        return ""
    named = _(", ").join(comparison.cases)
    more = _(", …") if comparison.added + comparison.dropped > len(comparison.cases) else ""
    return _("+{added} −{dropped}: {cases}").format(
        added=comparison.added, dropped=comparison.dropped, cases=named + more
    )


def regulator_json(result: RegulatorReturn) -> dict[str, Any]:
    """Returns the return for programs, never translated."""
    return {
        "preset": result.name,
        "period": period_json(result.period),
        "as_of": result.as_of.isoformat(),
        "rule": _version_json(result.this),
        "previous": _version_json(result.previous) if result.previous else None,
        "rows": [
            {
                "row": comparison.row,
                "this": _row_json(comparison.this),
                "previous": _row_json(comparison.previous),
                "difference": comparison.change,
                "added": comparison.added,
                "dropped": comparison.dropped,
                "cases": comparison.cases,
            }
            for comparison in result.rows
        ],
    }


def _version_json(version: PresetVersion) -> dict[str, Any]:
    return {
        "from": version.from_.isoformat(),
        "as_of": version.as_of.isoformat(),
        "source": version.source.title,
        "url": version.source.url,
        "verified": version.verified,
    }


def _row_json(result: RowResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "value": result.value,
        "of": result.whole,
        "unknown": result.unknown,
        "without": result.lacking,
        "cases_without": result.without,
        "amounts": {currency: float(amount) for currency, amount in result.amounts.items()},
        "amounts_unread": result.unread,
        "by": dict(result.by),
        "fault": {"key": result.fault.key, "values": dict(result.fault.values)} if result.fault else None,
    }
