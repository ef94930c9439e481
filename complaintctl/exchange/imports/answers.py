"""Reads survey answers from a CSV table: one row per case; a row without a score is not an answer."""

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import Broken, InvalidInput
from complaintctl.exchange.imports import tables
from complaintctl.exchange.imports.formats import csvrows
from complaintctl.exchange.imports.formats.csvrows import CsvRow, CsvStyle, CsvTable

CASE_COLUMN: Final = "case"
SCORE_COLUMN: Final = "score"
# The columns of an answer and their fields; `survey sample` writes them empty.
FIELD_BY_COLUMN: Final[Mapping[str, str]] = MappingProxyType(
    {
        SCORE_COLUMN: "satisfaction.overall",
        "attitude": "satisfaction.attitude",
        "solved": "satisfaction.solved",
        "comment": "satisfaction.comment",
    }
)
# Chinese column names of questionnaires.
_COLUMN_BY_CHINESE_NAME: Final[Mapping[str, str]] = MappingProxyType(
    {
        "案件": CASE_COLUMN,
        "案件编号": CASE_COLUMN,
        "投诉编号": CASE_COLUMN,
        "总体": SCORE_COLUMN,
        "总体评价": SCORE_COLUMN,
        "总体满意度": SCORE_COLUMN,
        "评分": SCORE_COLUMN,
        "服务态度": "attitude",
        "问题解决": "solved",
        "问题解决程度": "solved",
        "意见": "comment",
        "意见和建议": "comment",
        "您的意见和建议": "comment",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyAnswer:
    """The answer of a customer: a case id as typed and the fields it sets; `fields` is empty if the row is."""

    row: CsvRow
    case: str
    fields: Mapping[str, object]


def open_answer_table(stream: io.BufferedReader, name: str, encoding: str | None) -> CsvTable:
    """Opens a table of answers, text or the first sheet of a workbook.

    Raises InvalidInput for an unknown encoding, Broken if the table is not in it or cannot be read.
    """
    if encoding is not None and not csvrows.is_text_encoding(encoding):
        raise InvalidInput("survey-encoding", encoding=encoding)
    if tables.is_workbook(stream.peek(tables.MARK_LENGTH)):
        return tables.open_workbook(stream, name, None, CsvStyle(delimiter=",", escape=None), _is_heading)
    try:
        return csvrows.open_csv_table(stream, name, encoding, ",")
    except Broken as error:
        key = "survey-other-encoding" if error.key == "import-encoding" else error.key
        raise Broken(key, **error.values) from error


def _is_heading(cells: tuple[str, ...]) -> bool:
    """Whether a row of a workbook is the header: a title may stand above it."""
    return {CASE_COLUMN, SCORE_COLUMN} <= set(map(_column_key, cells))


def answer_columns(table: CsvTable, name: str) -> dict[str, int]:
    """Returns the index of each answer column; raises InvalidInput if a required one is missing or one occurs twice."""
    header = [_column_key(name) for name in table.header]
    for column in (CASE_COLUMN, *FIELD_BY_COLUMN):
        same = [name for name in table.header if _column_key(name) == column]
        if len(same) > 1:
            raise InvalidInput("survey-column-twice", file=name, column=column, columns=same)
    if missing := [column for column in (CASE_COLUMN, SCORE_COLUMN) if column not in header]:
        raise InvalidInput("survey-columns", file=name, missing=missing, columns=list(table.header))
    return {column: header.index(column) for column in (CASE_COLUMN, *FIELD_BY_COLUMN) if column in header}


def unread_columns(table: CsvTable, drawn: Iterable[str]) -> list[str]:
    """The columns that belong neither to an answer nor to a drawn sample, to report misspelt names."""
    known = {CASE_COLUMN, *FIELD_BY_COLUMN, *drawn}
    return [name for name in table.header if _column_key(name) not in known]


def _column_key(name: str) -> str:
    plain = name.strip().casefold()
    return _COLUMN_BY_CHINESE_NAME.get(plain, plain)


def read_answers(table: CsvTable, where: Mapping[str, int]) -> Iterator[SurveyAnswer | RejectedRecord]:
    """Yields every row as an answer, or rejected with the reason."""
    for row in table.rows:
        if isinstance(row, RejectedRecord):
            yield row
            continue
        try:
            yield _parse_answer(row, {column: row.cells[index].strip() for column, index in where.items()})
        except InvalidInput as error:
            yield reject_row(row, error.key, error.values)


def reject_row(row: CsvRow, key: str, values: Mapping[str, object]) -> RejectedRecord:
    """Returns a row as rejected, with a fault key and the values of its sentence."""
    return RejectedRecord(line=row.line, key=key, values=values, cells=row.cells)


def _parse_answer(row: CsvRow, cells: Mapping[str, str]) -> SurveyAnswer:
    texts = {column: text for column, text in cells.items() if column in FIELD_BY_COLUMN and text}
    if texts and SCORE_COLUMN not in texts:
        raise InvalidInput("survey-no-score")
    changes = {FIELD_BY_COLUMN[column]: _parse_cell(column, text) for column, text in texts.items()}
    return SurveyAnswer(row=row, case=cells[CASE_COLUMN], fields=changes)


def _parse_cell(column: str, text: str) -> object:
    try:
        return fields.parse_value(FIELD_BY_COLUMN[column], text)
    except fields.WrongValueError as error:
        raise InvalidInput("wrong-value-typed", field=column, value=text, kind="whole") from error
