"""The figures of a report for programs: JSON, or one long table. Keys and raw values, equal in every language."""

from collections.abc import Iterator
from typing import Any, Final

from complaintctl.domain.reports.figures import Figures
from complaintctl.render.reports.figure_text import raw_value
from complaintctl.render.text import tables, values

# D-145: the columns of the long table, before one for each field of the groups.
LONG_COLUMNS: Final = ("section", "key", "measure", "value", "of", "unit", "period")
# What a field of the groups is called if its name is that of a column.
_TAKEN: Final = "by."


def figures_json(figures: Figures) -> dict[str, Any]:
    """Returns the figures as JSON: the moment, periods and groups, and `figures`, the rows of the long table."""
    return {
        "as_of": values.iso_time(figures.as_of),
        "basis": figures.basis,
        "periods": [
            {
                "period": period.key,
                "start": values.iso_time(period.start),
                "end": values.iso_time(period.end),
            }
            for period in figures.periods
        ],
        "by": list(figures.by),
        "where": list(figures.conditions),
        "figures": list(long_rows(figures)),
    }


def figures_data(figures: Figures, output_format: str) -> str:
    """Returns the figures in a format for programs: json, jsonl, csv or plain."""
    if output_format == "json":
        return tables.json_document("report", figures_json(figures))
    return tables.format_raw_rows(long_columns(figures), long_rows(figures), output_format)


def long_columns(figures: Figures) -> tuple[str, ...]:
    """Returns the columns of the long table, with one for each field of the groups."""
    return (*LONG_COLUMNS, *(f"{_TAKEN}{name}" if name in LONG_COLUMNS else name for name in figures.by))


def long_rows(figures: Figures) -> Iterator[dict[str, Any]]:
    """Yields each figure as a row of the long table; seconds are whole numbers, shares parts of 1."""
    groups = long_columns(figures)[len(LONG_COLUMNS) :]
    for figure in figures.rows:
        measure = figure.measure
        fixed = (
            measure.section,
            figure.key,
            measure.key,
            raw_value(figure),
            figure.of,
            measure.unit,
            figure.period,
        )
        yield {
            **dict(zip(LONG_COLUMNS, fixed, strict=True)),
            **dict(zip(groups, figure.group, strict=True)),
        }
