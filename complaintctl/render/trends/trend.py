"""Formats the hot spots: how many cases, how many expected, since when, how sure, which cases, what is known."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.trends.counts import CountTable, Values
from complaintctl.domain.trends.evidence import Evidence
from complaintctl.domain.trends.hot_spots import FALSE_SHARE, HotSpot, HotSpots
from complaintctl.domain.trends.periods import Periods
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _, ngettext

# So many ids of cases are printed; the command lists all.
_SHOWN_TO_PEOPLE: Final = 5
_SHOWN_TO_PROGRAMS: Final = 20
_SMALLEST_CHANCE: Final = 0.0001


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """What `trend` found, among what, and how it was asked; `spots` is None if the past is too short."""

    fields: tuple[str, ...]
    periods: Periods
    table: CountTable
    evidence: Evidence
    spots: HotSpots | None
    conditions: tuple[str, ...]
    alternatives: tuple[str, ...]


def trend_text(trend: Trend, policy: Policy, output_format: str) -> str:
    """Returns the findings in one of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("trend", trend_json(trend))
    if output_format in tables.READABLE_FORMATS:
        return _readable_text(trend, policy, output_format)
    return tables.format_raw_rows(_row_keys(trend), map(_flat_row, _findings_json(trend)), output_format)


def trend_json(trend: Trend) -> dict[str, Any]:
    """Returns the findings as JSON: ISO times, raw probabilities, at most 20 ids for each finding."""
    start, end = trend.periods.bounds(0)
    spots = trend.spots
    return {
        "as_of": values.iso_time(trend.periods.as_of),
        "by": list(trend.fields),
        "period": {
            "kind": trend.periods.kind,
            "start": values.iso_time(start),
            "end": values.iso_time(end),
        },
        "periods": max(trend.table.periods, 0),
        "false_share": FALSE_SHARE,
        "compared": spots.compared if spots else 0,
        "cases": spots.cases if spots else None,
        "usual": round(spots.usual, 2) if spots else None,
        "unknown": unknown_cases(trend),
        "findings": list(_findings_json(trend)),
    }


def unknown_cases(trend: Trend) -> int:
    """Returns the number of cases of the last complete period whose value is unknown."""
    return trend.table.unknown[-1] if trend.table.unknown else 0


def _findings_json(trend: Trend) -> Iterator[dict[str, Any]]:
    for spot in trend.spots.findings if trend.spots else ():
        evidence = trend.evidence
        yield {
            **spot_json(trend, spot, 0),
            "ids": sorted(evidence.cases[spot.values])[:_SHOWN_TO_PROGRAMS],
            "lessons": sorted(evidence.lessons[spot.values]),
            "actions": [
                {"case": known.case, "action": known.number, "status": known.status, "what": known.what}
                for known in evidence.actions[spot.values]
            ],
            "command": list_command(trend, spot.values),
        }


def spot_json(trend: Trend, spot: HotSpot, number: int) -> dict[str, Any]:
    """Returns the figures of a finding in the period of that number."""
    judgement = spot.judgement
    return {
        "values": dict(zip(trend.fields, trend.table.spelled[spot.values], strict=True)),
        "cases": judgement.count,
        "expected": round(judgement.expected, 2),
        "since": values.iso_time(run_start(trend, spot, number)),
        "p": judgement.chance,
        "q": spot.false_share,
    }


def run_start(trend: Trend, spot: HotSpot, number: int) -> datetime:
    """Returns the start of the first period of the run of high counts that a finding of that period belongs to."""
    length = trend.table.periods + number
    return trend.periods.bounds(number - (length - 1 - spot.judgement.since))[0]


def list_command(trend: Trend, key: Values) -> str:
    """Returns the command that lists all cases of the values in the last complete period."""
    start, end = trend.periods.bounds(0)
    if trend.periods.kind == "window":
        span = [f"received>={_local_text(start)}", f"received<{_local_text(end)}"]
    else:
        last = end - timedelta(seconds=1)
        span = [f"received>={start.date()}", f"received<={last.date()}"]
    spelled = zip(trend.fields, trend.table.spelled[key], strict=True)
    conditions = [*(f"{name}={text}" for name, text in spelled), *span, *trend.conditions]
    words = [word for condition in conditions for word in ("--where", condition)]
    words += [word for condition in trend.alternatives for word in ("--or", condition)]
    return shlex.join(["complaintctl", "list", "--all", *words])


def _local_text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def _row_keys(trend: Trend) -> list[str]:
    figures = ["cases", "expected", "since", "p", "q", "ids", "lessons", "actions", "command"]
    return [*trend.fields, *figures]


def _flat_row(finding: dict[str, Any]) -> dict[str, Any]:
    actions = [f"{known['case']}#{known['action']} {known['status']}" for known in finding["actions"]]
    return {**finding["values"], **finding, "actions": actions}


def _readable_text(trend: Trend, policy: Policy, output_format: str) -> str:
    heading = "\n".join(_heading_lines(trend))
    parts = [f"# {heading}\n" if output_format == "md" else f"{heading}\n"]
    if trend.spots and trend.spots.findings:
        rows = [readable_row(trend, spot, 0, policy) for spot in trend.spots.findings]
        parts.append(tables.format_rows(readable_columns(trend, policy), rows, output_format))
        parts += [_finding_text(trend, spot, policy, output_format) for spot in trend.spots.findings]
    return "\n".join(parts)


def _heading_lines(trend: Trend) -> Iterator[str]:
    spots = trend.spots
    if spots is None:
        yield _("{period}: nothing to compare with").format(period=period_text(trend.periods, 0))
        return
    found = ngettext(
        "{period}: {count} hot spot among {compared} values",
        "{period}: {count} hot spots among {compared} values",
        len(spots.findings),
    )
    yield found.format(
        period=period_text(trend.periods, 0), count=len(spots.findings), compared=spots.compared
    )
    yield _("All cases: {cases}, usually {usual}").format(cases=spots.cases, usual=round(spots.usual))
    if unknown := unknown_cases(trend):
        yield ngettext("Unknown value: {count} case", "Unknown value: {count} cases", unknown).format(
            count=unknown
        )


def period_text(periods: Periods, number: int) -> str:
    """Returns a period as its first and last day, or for windows as its two times."""
    start, end = periods.bounds(number)
    if periods.kind == "window":
        return _("{start} to {end}").format(
            start=values.moment_text(start, periods.zone), end=values.moment_text(end, periods.zone)
        )
    last = end - timedelta(seconds=1)
    return _("{start} to {end}").format(start=start.date(), end=last.date())


def readable_columns(trend: Trend, policy: Policy) -> dict[str, str]:
    """Returns the headings of a table of findings."""
    return {
        **{name: labels.column_heading(policy, name) for name in trend.fields},
        "cases": _("cases"),
        "expected": _("expected"),
        "since": _("high since"),
        "p": "p",
        "q": "q",
    }


def readable_row(trend: Trend, spot: HotSpot, number: int, policy: Policy) -> dict[str, str]:
    """Returns a finding of the period of that number as a row for people."""
    return {
        **dict(zip(trend.fields, shown_values(trend, spot, policy), strict=True)),
        "cases": str(spot.judgement.count),
        "expected": f"{spot.judgement.expected:.1f}",
        "since": str(run_start(trend, spot, number).date()),
        "p": _chance_text(spot.judgement.chance),
        "q": _chance_text(spot.false_share),
    }


def shown_values(trend: Trend, spot: HotSpot, policy: Policy) -> list[str]:
    """Returns the values of a finding in the reader's language."""
    spelled = zip(trend.fields, trend.table.spelled[spot.values], strict=True)
    return [labels.cell_label(policy, name, text) for name, text in spelled]


def _chance_text(chance: float) -> str:
    return f"{chance:.4f}" if chance >= _SMALLEST_CHANCE else f"< {_SMALLEST_CHANCE:.4f}"


def _finding_text(trend: Trend, spot: HotSpot, policy: Policy, output_format: str) -> str:
    """Returns the block of a finding: its cases with the command that lists all, its lessons and actions."""
    title = ", ".join(shown_values(trend, spot, policy))
    mark, end = ("## ", "\n") if output_format == "md" else ("", "")
    bullet = "- " if output_format == "md" else "  "
    lines = [f"{bullet}{line}" for line in _finding_lines(trend, spot)]
    return "\n".join([f"{mark}{title}{end}", *lines, ""])


def _finding_lines(trend: Trend, spot: HotSpot) -> Iterator[str]:
    evidence = trend.evidence
    ids = sorted(evidence.cases[spot.values])
    shown = _(", ").join(ids[:_SHOWN_TO_PEOPLE])
    if len(ids) > _SHOWN_TO_PEOPLE:
        shown = _("{ids} and {count} more").format(ids=shown, count=len(ids) - _SHOWN_TO_PEOPLE)
    yield _("cases: {ids}").format(ids=shown)
    yield _("all: {command}").format(command=list_command(trend, spot.values))
    if lessons := sorted(evidence.lessons[spot.values]):
        yield _("lessons: {ids}").format(ids=_(", ").join(lessons))
    for known in evidence.actions[spot.values]:
        yield _("action {number} of {case}, {status}: {what}").format(
            number=known.number,
            case=known.case,
            status=_(labels.ACTION_STATE_LABELS[known.status]),
            what=known.what,
        )
