"""The answers of a survey in a table of separated values: a row each, a row without marks is nobody's answer."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports.csvrows import Row, Table

CASE: Final = "case"
SCORE: Final = "score"
# The columns of an answer and the facts they are; a drawn sample has them empty, ready to be filled in.
FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        SCORE: "satisfaction.overall",
        "attitude": "satisfaction.attitude",
        "solved": "satisfaction.solved",
        "comment": "satisfaction.comment",
    }
)
# What a questionnaire in Chinese calls them.
_CHINESE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "案件": CASE,
        "案件编号": CASE,
        "投诉编号": CASE,
        "总体": SCORE,
        "总体评价": SCORE,
        "总体满意度": SCORE,
        "评分": SCORE,
        "服务态度": "attitude",
        "问题解决": "solved",
        "问题解决程度": "solved",
        "意见": "comment",
        "意见和建议": "comment",
        "您的意见和建议": "comment",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a customer answered on the case of that id; no facts where the row is empty."""

    row: Row
    case: str
    facts: Mapping[str, object]


def places(table: Table, name: str) -> dict[str, int]:
    """Where the columns of an answer stand; raises InvalidInput where one that there must be is missing, or one is there twice."""
    header = [_column(name) for name in table.header]
    for column in (CASE, *FACTS):
        alike = [name for name in table.header if _column(name) == column]
        if len(alike) > 1:
            raise InvalidInput("survey-column-twice", file=name, column=column, columns=alike)
    if missing := [column for column in (CASE, SCORE) if column not in header]:
        raise InvalidInput("survey-columns", file=name, missing=missing, columns=list(table.header))
    return {column: header.index(column) for column in (CASE, *FACTS) if column in header}


def unread(table: Table, drawn: Iterable[str]) -> list[str]:
    """The columns that are neither of an answer nor of a drawn sample, so that a misspelt one is seen."""
    known = {CASE, *FACTS, *drawn}
    return [name for name in table.header if _column(name) not in known]


def _column(name: str) -> str:
    plain = name.strip().casefold()
    return _CHINESE.get(plain, plain)


def answers(table: Table, where: Mapping[str, int]) -> Iterator[Answer | RejectedRecord]:
    """Every row as an answer, or as what is wrong with it."""
    for row in table.rows:
        if isinstance(row, RejectedRecord):
            yield row
            continue
        try:
            yield _answer(row, {column: row.cells[place].strip() for column, place in where.items()})
        except InvalidInput as error:
            yield rejected(row, error.key, error.facts)


def rejected(row: Row, key: str, facts: Mapping[str, object]) -> RejectedRecord:
    """A row that cannot be taken, and why."""
    return RejectedRecord(line=row.line, key=key, facts=facts, cells=row.cells)


def _answer(row: Row, cells: Mapping[str, str]) -> Answer:
    said = {column: text for column, text in cells.items() if column in FACTS and text}
    if said and SCORE not in said:
        raise InvalidInput("survey-no-score")
    facts = {FACTS[column]: _typed(column, text) for column, text in said.items()}
    return Answer(row=row, case=cells[CASE], facts=facts)


def _typed(column: str, text: str) -> object:
    try:
        return fields.parse_value(FACTS[column], text)
    except fields.WrongValueError as error:
        raise InvalidInput("wrong-value-typed", field=column, value=text, kind="whole") from error
