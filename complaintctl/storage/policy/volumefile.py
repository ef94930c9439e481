"""Reads the volumes of a policy: from the policy itself, or from a CSV file beside it."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.policy.policy import Policy, VolumeRule
from complaintctl.domain.problems import Problem
from complaintctl.domain.reports.volumes import (
    PERIOD_COLUMN,
    UNITS_COLUMN,
    Volumes,
    make_volumes,
    volumes_of_rule,
)
from complaintctl.errors import InvalidInput
from complaintctl.storage.disk import untrusted_file

_MOST_BYTES: Final = 1 << 23
_MOST_COLUMNS: Final = 3
_SEPARATORS: Final = ",;\t"
_BYTE_ORDER_MARK: Final = "\ufeff"


def read_volumes(policy: Policy, policy_path: Path) -> tuple[Volumes | None, list[Problem]]:
    """Returns the volumes, None without any, and the problems of their file; one with problems has no volumes."""
    rule = policy.volumes
    if rule is None:
        return None, []
    if rule.file is None:
        return volumes_of_rule(rule), []
    path = policy_path.parent / rule.file
    if not _is_inside(policy_path.parent, path):
        return None, [Problem(key="volume-outside", values={"value": rule.file}, file=str(policy_path))]
    data, problems = untrusted_file.read_untrusted_file(path, _MOST_BYTES, may_be_link=False)
    if data is None:
        return None, problems
    try:
        text = data.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        return None, [Problem(key="volume-not-utf8", file=str(path))]
    return _parse_table(rule, text, str(path))


def _is_inside(folder: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _parse_table(rule: VolumeRule, text: str, file: str) -> tuple[Volumes | None, list[Problem]]:
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    columns = [name.strip() for name in next(rows, [])]
    others = [name for name in columns if name not in {PERIOD_COLUMN, UNITS_COLUMN}]
    if (
        {PERIOD_COLUMN, UNITS_COLUMN} - {*columns}
        or len(columns) > _MOST_COLUMNS
        or len({*columns}) < len(columns)
        or not all(map(fields.has_recorded_value, others))
    ):
        return None, [Problem(key="volume-columns", file=file, line=1, column=1)]
    entries: list[tuple[str, str, str]] = []
    problems: list[Problem] = []
    for line, cells in _numbered_rows(rows):
        row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
        entry = (
            row.get(PERIOD_COLUMN, ""),
            row.get(others[0], "") if others else "",
            row.get(UNITS_COLUMN, ""),
        )
        try:
            make_volumes({}, "", [entry])
        except InvalidInput as error:
            problems.append(Problem(key=error.key, values=error.values, file=file, line=line, column=1))
        entries.append(entry)
    if problems:
        return None, problems
    try:
        return make_volumes(rule.label, others[0] if others else "", entries), []
    except InvalidInput as error:
        return None, [Problem(key=error.key, values=error.values, file=file)]


def _numbered_rows(rows: Iterator[list[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yields the rows that are not empty, each with its line in a file without line breaks in cells."""
    for line, cells in enumerate(rows, 2):
        if any(cell.strip() for cell in cells):
            yield line, cells
