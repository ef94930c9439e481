"""A Pareto table for people and programs: the vital few marked, what is not known apart at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from complaintctl.domain.reports.figures import Figures
from complaintctl.domain.reports.pareto import VITAL_SHARE, Pareto, ParetoRow
from complaintctl.render.reports.definitions import ReportWords, group_heading, group_label
from complaintctl.render.reports.figures_data import frame_json
from complaintctl.render.reports.report_heading import heading_lines
from complaintctl.render.text import bars, tables, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.render.text.wrapping import screen_width, text_width

# The columns of the formats for programs.
_ROW: Final = ("kind", "value", "cases", "cost", "share", "cumulative", "vital")
_MARK: Final = "●"
_WIDEST_BAR: Final = 24
_LEAST_BAR: Final = 6
_GAP: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class ParetoPage:
    """What a Pareto table shows: its values, and `frame` with the moment, the period and the conditions.

    `currency` is that of the cost, or None if cases are counted; `without_cost` is the number of cases that have none.
    `top` is how many values have a row of their own; None for all.
    """

    pareto: Pareto
    frame: Figures
    currency: str | None
    without_cost: int
    top: int | None

    @property
    def shown(self) -> tuple[ParetoRow, ...]:
        """The values with a row of their own."""
        return self.pareto.rows[: self.top]

    @property
    def others(self) -> tuple[ParetoRow, ...]:
        """The values that share one row."""
        return self.pareto.rows[len(self.shown) :]

    @property
    def cases(self) -> int:
        """All cases, those with an unknown value included."""
        unknown = self.pareto.unknown
        return self.pareto.cases + (unknown.cases if unknown else 0)


def pareto_text(page: ParetoPage, words: ReportWords, output_format: str) -> str:
    """Returns the table in one of tables.TABLE_FORMATS."""
    if output_format == "json":
        return tables.json_document("pareto", pareto_json(page))
    if output_format not in tables.READABLE_FORMATS:
        return tables.format_raw_rows(_ROW, list(_rows(page)), output_format)
    first, *lines = _heading(page, words)
    if output_format == "md":
        head = "\n\n".join([f"# {tables.markdown_line(first)}", *map(tables.markdown_line, lines)])
    else:
        head = "\n".join([first, *lines])
    return f"{head}\n\n{_table(page, words, output_format)}"


def pareto_json(page: ParetoPage) -> dict[str, Any]:
    """Returns the table as JSON: raw numbers, shares from 0 to 1 of the known values."""
    pareto = page.pareto
    return {
        **frame_json(page.frame),
        "field": pareto.field,
        "measure": "cases" if page.currency is None else "cost",
        "currency": page.currency,
        "cases": page.cases,
        "known": pareto.cases,
        "unknown": page.cases - pareto.cases,
        "without_cost": page.without_cost if page.currency is not None else None,
        "values": len(pareto.rows),
        "vital": pareto.vital,
        "vital_share": float(VITAL_SHARE),
        "tied": pareto.tied,
        "rows": list(_rows(page)),
    }


def _rows(page: ParetoPage) -> Iterator[dict[str, Any]]:
    for row in page.shown:
        yield _entry(page, "value", row)
    if page.others:
        yield {
            "kind": "others",
            "value": None,
            "cases": sum(row.cases for row in page.others),
            "cost": _cost(page, sum((row.amount for row in page.others), Fraction(0))),
            "share": _rounded(_sum_of_shares(page.others)),
            "cumulative": _rounded(page.others[-1].cumulative),
            "vital": None,
            "spellings": [],
        }
    if page.pareto.unknown is not None:
        yield _entry(page, "unknown", page.pareto.unknown)


def _entry(page: ParetoPage, kind: str, row: ParetoRow) -> dict[str, Any]:
    return {
        "kind": kind,
        "value": row.value if kind == "value" else None,
        "cases": row.cases,
        "cost": _cost(page, row.amount),
        "share": _rounded(row.share),
        "cumulative": _rounded(row.cumulative),
        "vital": row.is_vital,
        "spellings": [{"text": text, "cases": cases} for text, cases in row.spellings],
    }


def _cost(page: ParetoPage, amount: Fraction) -> float | None:
    return None if page.currency is None else round(float(amount), 2)


def _rounded(share: Fraction | None) -> float | None:
    return None if share is None else round(float(share), 4)


def _sum_of_shares(rows: tuple[ParetoRow, ...]) -> Fraction | None:
    shares = [row.share for row in rows if row.share is not None]
    return sum(shares, Fraction(0)) if shares else None


def _heading(page: ParetoPage, words: ReportWords) -> Iterator[str]:
    field = group_heading(words, page.pareto.field)
    yield _("Pareto by {field} at {as_of}").format(
        field=field, as_of=values.moment_text(page.frame.as_of, words.zone)
    )
    yield from heading_lines(page.frame, words)[1:]
    yield _vital_sentence(page)
    if page.pareto.tied:
        yield ngettext(
            "{count} more value is as large as the last of them.",
            "{count} more values are as large as the last of them.",
            page.pareto.tied,
        ).format(count=page.pareto.tied)
    if page.pareto.unknown is not None:
        yield _unknown_sentence(page, page.pareto.unknown)
    if page.currency is not None and page.without_cost:
        yield ngettext("{count} case has no cost.", "{count} cases have no cost.", page.without_cost).format(
            count=page.without_cost
        )


def _unknown_sentence(page: ParetoPage, row: ParetoRow) -> str:
    """Returns how many cases do not say the value, and what they say instead."""
    nothing = _("(none)")
    spellings = [f"{text or nothing} {cases}" for text, cases in row.spellings]
    return ngettext(
        "{unknown} of {count} case names no value: {spellings}.",
        "{unknown} of {count} cases name no value: {spellings}.",
        page.cases,
    ).format(unknown=row.cases, count=page.cases, spellings=_(", ").join(spellings))


def _vital_sentence(page: ParetoPage) -> str:
    pareto = page.pareto
    whole = _amount_text(page, pareto.amount)
    if not pareto.vital:
        return _("Nothing to rank.")
    sentence = ngettext(
        "{vital} of {values} values makes {percent} of {whole}.",
        "{vital} of {values} values make {percent} of {whole}.",
        pareto.vital,
    )
    reached = pareto.rows[pareto.vital - 1].cumulative
    return sentence.format(
        vital=pareto.vital, values=len(pareto.rows), percent=_percent(reached), whole=whole
    )


def _amount_text(page: ParetoPage, amount: Fraction) -> str:
    if page.currency is not None:
        return f"{float(amount):.2f} {page.currency}".strip()
    return ngettext("{count} case", "{count} cases", int(amount)).format(count=int(amount))


def _percent(share: Fraction | None) -> str:
    return "" if share is None else f"{100 * float(share):.1f} %"


def _table(page: ParetoPage, words: ReportWords, output_format: str) -> str:
    columns = {
        "vital": _("vital few"),
        "value": group_heading(words, page.pareto.field),
        "cases": _("cases"),
        **({"cost": _("cost")} if page.currency is not None else {}),
        "share": _("share"),
        "cumulative": _("cumulative"),
    }
    entries = [_readable_entry(page, words, row) for row in page.shown]
    if page.others:
        entries.append(_others_entry(page))
    if page.pareto.unknown is not None:
        entries.append(_unknown_entry(page, page.pareto.unknown))
    signs = bars.bar_signs() if output_format == "table" else None
    room = min(screen_width(0) - _natural_width(columns, entries) - _GAP, _WIDEST_BAR)
    if signs is not None and room >= _LEAST_BAR and page.shown:
        most = float(page.shown[0].amount)
        columns["bar"] = ""
        for entry, row in zip(entries, page.shown, strict=False):
            entry["bar"] = bars.bar_text(float(row.amount), most, room, signs)
    return tables.format_rows(columns, entries, output_format)


def _readable_entry(page: ParetoPage, words: ReportWords, row: ParetoRow) -> dict[str, str]:
    return {
        "vital": _MARK if row.is_vital else "",
        "value": group_label(words, page.pareto.field, row.value),
        "cases": str(row.cases),
        "cost": f"{float(row.amount):.2f}",
        "share": _percent(row.share),
        "cumulative": _percent(row.cumulative),
    }


def _others_entry(page: ParetoPage) -> dict[str, str]:
    count = len(page.others)
    return {
        "vital": "",
        "value": ngettext("{count} other value", "{count} other values", count).format(count=count),
        "cases": str(sum(row.cases for row in page.others)),
        "cost": f"{float(sum((row.amount for row in page.others), Fraction(0))):.2f}",
        "share": _percent(_sum_of_shares(page.others)),
        "cumulative": _percent(page.others[-1].cumulative),
    }


def _unknown_entry(page: ParetoPage, row: ParetoRow) -> dict[str, str]:
    """Returns the last row, with the share of all cases."""
    of_all = Fraction(row.cases, page.cases)
    return {
        "vital": "",
        "value": _("unknown"),
        "cases": str(row.cases),
        "cost": f"{float(row.amount):.2f}",
        "share": _("{percent} of {count}").format(percent=_percent(of_all), count=page.cases),
        "cumulative": "",
    }


def _natural_width(columns: dict[str, str], entries: list[dict[str, str]]) -> int:
    widths = [
        max(text_width(heading) + _GAP, *(text_width(entry[key]) for entry in entries), 0)
        for key, heading in columns.items()
    ]
    return sum(widths) + _GAP * (len(widths) - 1)
