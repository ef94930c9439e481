"""The figures of a report for programs: JSON, or one long table. Keys and raw values, equal in every language."""

from collections.abc import Iterator
from typing import Any, Final

from complaintctl.domain.reports.figures import Figures
from complaintctl.render.reports.figure_text import raw_value
from complaintctl.render.text import tables, values

# D-145: the columns of the long table, before those of the groups.
LONG_COLUMNS: Final = ("section", "key", "measure", "value", "of", "unit", "period")
# The column with the dimensions of a group; also before the name of one that is called like a column.
_BY: Final = "by"


def frame_json(frame: Figures) -> dict[str, Any]:
    """Returns the moment, the first period, and which cases count, as JSON."""
    period = frame.periods[0]
    return {
        "as_of": values.iso_time(frame.as_of),
        "start": values.iso_time(period.start) if period.start else None,
        "end": values.iso_time(period.end) if period.end else None,
        "basis": frame.basis,
        "where": list(frame.conditions),
        "or": list(frame.either),
        "with_duplicates": frame.with_duplicates,
    }


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
        "by": [list(table) for table in figures.tables],
        "where": list(figures.conditions),
        "or": list(figures.either),
        "with_duplicates": figures.with_duplicates,
        "figures": list(long_rows(figures)),
    }


def figures_data(figures: Figures, output_format: str) -> str:
    """Returns the figures in a format for programs: json, jsonl, csv or plain."""
    if output_format == "json":
        return tables.json_document("report", figures_json(figures))
    return tables.format_raw_rows(long_columns(figures), long_rows(figures), output_format)


def long_columns(figures: Figures) -> tuple[str, ...]:
    """Returns the columns of the long table; with groups also `by` and one for each dimension."""
    dimensions = _dimensions(figures)
    return (*LONG_COLUMNS, *([_BY] if dimensions else []), *map(_group_column, dimensions))


def _dimensions(figures: Figures) -> tuple[str, ...]:
    """Returns the dimensions of the tables, and of volumes that are counted by a field."""
    groups = (*figures.tables, *dict.fromkeys(figure.by for figure in figures.rows))
    return tuple(dict.fromkeys(field for group in groups for field in group))


def _group_column(field: str) -> str:
    return f"{_BY}.{field}" if field in {*LONG_COLUMNS, _BY} else field


def long_rows(figures: Figures) -> Iterator[dict[str, Any]]:
    """Yields each figure as a row of the long table; seconds are whole numbers, shares parts of 1.

    `by` names the dimensions of the group of the row. A dimension that is not one of them is None; a case without a
    value has "" there.
    """
    dimensions = _dimensions(figures)
    for figure in figures.rows:
        measure = figure.measure
        row: dict[str, Any] = {
            "section": measure.section,
            "key": figure.key,
            "measure": measure.key,
            "value": raw_value(figure),
            "of": figure.of,
            "unit": measure.unit,
            "period": figure.period,
        }
        if dimensions:
            group = dict(zip(figure.by, figure.group, strict=True))
            row[_BY] = ",".join(figure.by)
            row |= {_group_column(field): group.get(field) for field in dimensions}
        yield row
