"""Formats what the detector would have found in the last year."""

from typing import Any

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.trends.accuracy import PastFindings
from complaintctl.render.text import tables, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.render.trends.trend import (
    Trend,
    period_text,
    readable_columns,
    readable_row,
    spot_json,
)


def accuracy_text(trend: Trend, past: PastFindings, policy: Policy, output_format: str) -> str:
    """Returns the past findings in one of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("accuracy", accuracy_json(trend, past))
    if output_format in tables.READABLE_FORMATS:
        return _readable_text(trend, past, policy, output_format)
    keys = ["start", *trend.fields, "cases", "expected", "since", "p", "q"]
    rows = [{**row["values"], **row} for row in _rows(trend, past)]
    return tables.format_raw_rows(keys, rows, output_format)


def accuracy_json(trend: Trend, past: PastFindings) -> dict[str, Any]:
    """Returns the past findings as JSON; `compared` is the sum of the values compared over the periods."""
    return {
        "as_of": values.iso_time(trend.periods.as_of),
        "by": list(trend.fields),
        "kind": trend.periods.kind,
        "periods": past.periods,
        "periods_with_findings": past.periods_with_findings,
        "compared": past.compared,
        "findings": _rows(trend, past),
    }


def _rows(trend: Trend, past: PastFindings) -> list[dict[str, Any]]:
    return [
        {"start": values.iso_time(trend.periods.bounds(number)[0]), **spot_json(trend, spot, number)}
        for number, spot in past.findings
    ]


def _readable_text(trend: Trend, past: PastFindings, policy: Policy, output_format: str) -> str:
    heading = "\n".join(_heading_lines(past))
    parts = [f"# {heading}\n" if output_format == "md" else f"{heading}\n"]
    if past.findings:
        columns = {"period": _("period"), **readable_columns(trend, policy)}
        rows = [
            {"period": period_text(trend.periods, number), **readable_row(trend, spot, number, policy)}
            for number, spot in past.findings
        ]
        parts.append(tables.format_rows(columns, rows, output_format))
    return "\n".join(parts)


def _heading_lines(past: PastFindings) -> list[str]:
    periods = ngettext(
        "{found} of the last {count} period had a hot spot",
        "{found} of the last {count} periods had a hot spot",
        past.periods,
    )
    lines = [periods.format(found=past.periods_with_findings, count=past.periods)]
    if past.compared:
        findings = ngettext(
            "{count} finding in {compared} comparisons ({share})",
            "{count} findings in {compared} comparisons ({share})",
            len(past.findings),
        )
        share = f"{100 * len(past.findings) / past.compared:.2f} %"
        lines.append(findings.format(count=len(past.findings), compared=past.compared, share=share))
    return lines
