"""A case as rows: one for its fields, and one for each event of its history."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.exports import columns
from complaintctl.domain.exports.masking import Masking
from complaintctl.domain.overview import overview
from complaintctl.domain.overview.next_step import next_step

ExportRow = dict[str, Any]
_EMPTY: Final[tuple[Any, ...]] = (None, (), {}, [])


def case_rows(judged: JudgedCase, masking: Masking | None, *, with_history: bool) -> Iterator[ExportRow]:
    """Yields the row of a case and, if wanted, those of its events; an empty column is not in its row."""
    record = plain_record(judged.case)
    record = record if masking is None else masking.mask_record(record)
    history = record.pop("history", [])
    row = {"schema": columns.SCHEMA_VERSION, "record": columns.CASE_RECORD, "masked": masking is not None}
    own_fields = judged.rules.policy.fields
    yield _without_empty({**row, **_field_cells(record, own_fields), **_judged_cells(judged, len(history))})
    if with_history:
        row |= {"record": columns.EVENT_RECORD, "id": judged.case.id}
        for event in history:
            yield {**row, **{f"{columns.EVENT_PREFIX}{name}": value for name, value in event.items()}}


def _without_empty(row: ExportRow) -> ExportRow:
    return {name: value for name, value in row.items() if value not in _EMPTY}


def _field_cells(record: Mapping[str, Any], own_fields: Mapping[str, Any]) -> ExportRow:
    cells: ExportRow = {"id": record["id"]}
    for name in columns.FIELD_COLUMNS:
        first, _, rest = name.partition(".")
        value = record.get(first)
        cells[name] = value.get(rest) if rest and isinstance(value, dict) else value
    texts: Mapping[str, Any] = record.get("x") or {}
    cells["x"] = {name: text for name, text in texts.items() if name not in own_fields}
    return {**cells, **{f"x.{name}": texts[name] for name in own_fields if texts.get(name)}}


def _judged_cells(judged: JudgedCase, events: int) -> ExportRow:
    awaited = next_step(judged, judged.rules)
    closures = judged.progress.closures
    is_closed = judged.progress.status == "closed" and closures
    return {
        "as_of": judged.as_of.isoformat(),
        "step": awaited.step if awaited else None,
        "due": fields.value_text(awaited.due) if awaited else None,
        "overdue": overview.is_overdue(judged),
        "forced": bool(forced_parts(judged.progress)),
        "closed": fields.value_text(closures[-1][0]) if is_closed else None,
        "events": events,
    }


def plain_record(case: Case) -> dict[str, Any]:
    """Returns a case as in its file: texts, numbers, truth values, lists and maps; without what is empty."""
    return dict(_plain_entries(case))


def _plain_entries(value: Any) -> Iterator[tuple[str, Any]]:
    for entry in dataclasses.fields(value):
        inner = getattr(value, entry.name)
        if inner not in _EMPTY:
            yield fields.file_key(entry.name), _plain_value(inner)


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain_value(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _plain_value(entry) for name, entry in value.items()}
    return dict(_plain_entries(value)) if dataclasses.is_dataclass(value) else value
