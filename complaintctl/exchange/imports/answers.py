"""The answers of a survey in a table of separated values: a row each, a row without marks is nobody's answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.csvrows import CsvRow, CsvTable

CASE_COLUMN: Final = "case"
SCORE_COLUMN: Final = "score"
# The columns of an answer and the fields they are; a drawn sample has them empty, ready to be filled in.
FIELD_BY_COLUMN: Final[Mapping[str, str]] = MappingProxyType(
    {
        SCORE_COLUMN: "satisfaction.overall",
        "attitude": "satisfaction.attitude",
        "solved": "satisfaction.solved",
        "comment": "satisfaction.comment",
    }
)
# What a questionnaire in Chinese calls them.
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
    """What a customer answered on the case of that id; no fields where the row is empty."""

    row: CsvRow
    case: str
    fields: Mapping[str, object]


def answer_columns(table: CsvTable, name: str) -> dict[str, int]:
    """Where the columns of an answer stand; raises InvalidInput where one that there must be is missing, or one is there twice."""
    header = [_column_key(name) for name in table.header]
    for column in (CASE_COLUMN, *FIELD_BY_COLUMN):
        alike = [name for name in table.header if _column_key(name) == column]
        if len(alike) > 1:
            raise InvalidInput("survey-column-twice", file=name, column=column, columns=alike)
    if missing := [column for column in (CASE_COLUMN, SCORE_COLUMN) if column not in header]:
        raise InvalidInput("survey-columns", file=name, missing=missing, columns=list(table.header))
    return {column: header.index(column) for column in (CASE_COLUMN, *FIELD_BY_COLUMN) if column in header}


def unread_columns(table: CsvTable, drawn: Iterable[str]) -> list[str]:
    """The columns that are neither of an answer nor of a drawn sample, so that a misspelt one is seen."""
    known = {CASE_COLUMN, *FIELD_BY_COLUMN, *drawn}
    return [name for name in table.header if _column_key(name) not in known]


def _column_key(name: str) -> str:
    plain = name.strip().casefold()
    return _COLUMN_BY_CHINESE_NAME.get(plain, plain)


def read_answers(table: CsvTable, where: Mapping[str, int]) -> Iterator[SurveyAnswer | RejectedRecord]:
    """Every row as an answer, or as what is wrong with it."""
    for row in table.rows:
        if isinstance(row, RejectedRecord):
            yield row
            continue
        try:
            yield _parse_answer(row, {column: row.cells[place].strip() for column, place in where.items()})
        except InvalidInput as error:
            yield reject_row(row, error.key, error.values)


def reject_row(row: CsvRow, key: str, values: Mapping[str, object]) -> RejectedRecord:
    """A row that cannot be taken, and why."""
    return RejectedRecord(line=row.line, key=key, values=values, cells=row.cells)


def _parse_answer(row: CsvRow, cells: Mapping[str, str]) -> SurveyAnswer:
    said = {column: text for column, text in cells.items() if column in FIELD_BY_COLUMN and text}
    if said and SCORE_COLUMN not in said:
        raise InvalidInput("survey-no-score")
    changes = {FIELD_BY_COLUMN[column]: _parse_cell(column, text) for column, text in said.items()}
    return SurveyAnswer(row=row, case=cells[CASE_COLUMN], fields=changes)


def _parse_cell(column: str, text: str) -> object:
    try:
        return fields.parse_value(FIELD_BY_COLUMN[column], text)
    except fields.WrongValueError as error:
        raise InvalidInput("wrong-value-typed", field=column, value=text, kind="whole") from error
