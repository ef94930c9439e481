"""Shows the board: the open cases grouped by their next step."""

from collections.abc import Mapping
from pathlib import Path

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, matches_fields
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_json, print_texts
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    parse_department,
    parse_person,
    print_message,
    print_problems,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.overview.board import CardOrder, board_card, sort_columns
from complaintctl.render.overview.board import board_entry, board_markdown, board_row, board_texts
from complaintctl.render.text import tables, wrapping
from complaintctl.render.text.language import ngettext
from complaintctl.storage.disk.spooled_rows import SpooledRows

BOARD_COLUMNS = (
    *("step", "case", "status", "due", "left", "overdue", "warned", "level", "owner", "title"),
    "crisis",
)


def board(
    ctx: typer.Context,
    owner: options.Owner = None,
    department: options.Department = None,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """Show the open cases in columns, by the step each waits for; overdue first and marked with !."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), index=not no_index)
    owner, department = parse_person(session, owner), parse_department(session, department)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=False)

    columns: dict[str, SpooledRows[CardOrder]] = {}
    make_row = board_row if output_format in tables.READABLE_FORMATS else board_entry

    def take(_path: Path, judged: JudgedCase) -> bool:
        is_open = judged.progress.status != "closed"
        if not is_open or not matches_fields(judged.case, owner=owner, department=department):
            return False
        card = board_card(judged, session.rules)
        if card is not None:
            row = make_row(card, session.rules)
            columns.setdefault(card.column, SpooledRows()).add(card.order, row)
        return True

    count = sum(reader.results(take))
    for rows in columns.values():
        rows.sort()
    _print_board(
        {name: columns[name] for name in sort_columns(columns, session.rules)}, session.rules, output_format
    )
    print_problems(reader.problems, session.casebook.root)
    print_message(ngettext("{count} open case", "{count} open cases", count).format(count=count))
    return reader.exit_code()


def _print_board(columns: Mapping[str, SpooledRows[CardOrder]], rules: Rulebook, output_format: str) -> None:
    if output_format == "table":
        print_texts(board_texts(columns, rules, wrapping.screen_width(80)))
    elif output_format == "md":
        print_texts(board_markdown(columns, rules))
    elif output_format == "json":
        print_json({"board": ({"step": name, "cases": iter(rows)} for name, rows in columns.items())})
    else:
        entries = tables.NewRows(
            lambda: ({"step": name, **row} for name, rows in columns.items() for row in rows)
        )
        print_texts(tables.row_texts({name: name for name in BOARD_COLUMNS}, entries, output_format))
