"""The cases of a dashboard: open ones as rows of HTML, all of them packed for the page's script."""

import base64
import html
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from complaintctl.domain.dashboard.dashboard import CaseRow, table_order
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.render.dashboard.page_words import speaking
from complaintctl.render.dashboard.plain_names import value_name
from complaintctl.render.text import labels, values
from complaintctl.render.text.language import LANGUAGES, _

# Rows for readers without JavaScript; the packed table has all cases.
MOST_OPEN_ROWS: Final = 300
# Minutes are counted from here, in the policy's local time, so that the script needs no time zones.
_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - local time of the policy
_PREFIX: Final = len("C-20261121-")
_SUFFIX: Final = len("7K3FQ")
# Columns with few different values, which are also filters.
WORD_COLUMNS: Final = ("status", "level", "category", "owner", "department", "step", "outcome")
COLUMNS: Final = (
    "id",
    "received",
    "status",
    "level",
    "category",
    "owner",
    "department",
    "step",
    "due",
    "outcome",
)
CUSTOMER_COLUMNS: Final = ("title", "customer")


def table_columns(*, with_customers: bool) -> tuple[str, ...]:
    """Returns the names of the columns in their order."""
    return COLUMNS + (CUSTOMER_COLUMNS if with_customers else ())


def column_headings(columns: Sequence[str], rules: Rulebook) -> dict[str, str]:
    """Returns the heading of each column in the current language."""
    return {name: labels.column_heading(rules.policy, name) for name in columns}


def open_rows(rows: Sequence[CaseRow], rules: Rulebook, columns: Sequence[str], link: str) -> Iterator[str]:
    """Yields the most urgent open cases as rows of HTML, at most MOST_OPEN_ROWS."""
    shown = [row for row in table_order(rows) if row.status != "closed"][:MOST_OPEN_ROWS]
    for row in shown:
        name = html.escape(row.id)
        first = f'<a href="{html.escape(link.format(row.id))}">{name}</a>' if link else name
        cells = (_cell(row, column, rules) for column in columns[1:])
        yield f'<tr><th scope="row">{first}</th>{"".join(cells)}</tr>\n'


def _cell(row: CaseRow, column: str, rules: Rulebook) -> str:
    value = getattr(row, column)
    if isinstance(value, datetime):
        text = values.moment_text(value, rules.zone)
        if column == "received":
            return f"<td>{text[: len('2026-11-21')]}</td>"
        overdue = _("OVERDUE")
        late = f' <b class="is-late">{overdue}</b>' if row.is_overdue else ""
        return f"<td>{text}{late}</td>"
    if not value:
        return "<td></td>"
    text = value_name(rules.policy, column, value) if column in WORD_COLUMNS else value
    return f"<td>{html.escape(text)}</td>"


def packed_cases(rows: Sequence[CaseRow], rules: Rulebook, columns: Sequence[str]) -> str:
    """Returns all cases as JSON by column, compressed with zlib, in base64.

    A column of words is a list of [key, one label a language] and an index a case (0: no value). Times are minutes
    from 2000 in the policy's local time. Ten thousand cases of ten columns take about 100 kB.
    """
    ordered = sorted(rows, key=lambda row: row.id)
    packed: dict[str, Any] = {"n": len(ordered), "ids": _packed_ids(ordered)}
    packed["late"] = [index for index, row in enumerate(ordered) if row.is_overdue]
    for column in columns[1:]:
        cells = [getattr(row, column) for row in ordered]
        if column in WORD_COLUMNS:
            packed[column] = _packed_words(cells, column, rules)
        elif column in CUSTOMER_COLUMNS:
            packed[column] = [cell or "" for cell in cells]
        else:
            packed[column] = _packed_times(cells, rules)
    content = json.dumps(packed, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _packed_ids(rows: Sequence[CaseRow]) -> list[list[str]]:
    """Returns the ids of each day as [beginning, endings without separator]; any other id stands alone."""
    groups: list[list[str]] = []
    for row in rows:
        start, end = row.id[:_PREFIX], row.id[_PREFIX:]
        if len(end) != _SUFFIX:
            groups.append([row.id, ""])
        elif groups and groups[-1][0] == start and groups[-1][1]:
            groups[-1][1] += end
        else:
            groups.append([start, end])
    return groups


def _packed_words(cells: Sequence[str | None], column: str, rules: Rulebook) -> dict[str, Any]:
    keys = sorted({cell for cell in cells if cell})
    names: list[list[str]] = [[key] for key in keys]
    for language in LANGUAGES:
        with speaking(language):
            for name in names:
                name.append(value_name(rules.policy, column, name[0]))
    index = {key: place for place, key in enumerate(keys, 1)}
    return {"words": names, "of": [index.get(cell or "", 0) for cell in cells]}


def _packed_times(cells: Sequence[datetime | None], rules: Rulebook) -> list[int | None]:
    """Returns the differences from one time to the next known one, which are shorter than the times."""
    minute: Callable[[datetime], int] = lambda cell: int(  # noqa: E731
        (cell.astimezone(rules.zone).replace(tzinfo=None) - _EPOCH).total_seconds() // 60
    )
    found: list[int | None] = []
    before = 0
    for cell in cells:
        now = None if cell is None else minute(cell)
        found.append(None if now is None else now - before)
        before = before if now is None else now
    return found
