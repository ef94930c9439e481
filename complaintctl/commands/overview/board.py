"""Shows the board: the open cases grouped by their next step."""

import itertools
from pathlib import Path

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, matches_fields
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    parse_department,
    parse_person,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview.board import board_columns
from complaintctl.render.overview.board import board_entry, board_markdown, board_text
from complaintctl.render.text import tables, wrapping
from complaintctl.render.text.language import ngettext

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
) -> int:
    """Show the open cases in columns, by the step each waits for; overdue first and marked with !."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    owner, department = parse_person(session, owner), parse_department(session, department)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=False)

    def take(_path: Path, judged: JudgedCase) -> list[JudgedCase]:
        is_open = judged.progress.status != "closed"
        if not is_open or not matches_fields(judged.case, owner=owner, department=department):
            return []
        # Placed alone, so that what fails is a problem of this case.
        board_markdown(board_columns([judged], session.rules), session.rules)
        return [judged]

    judged_cases = list(itertools.chain.from_iterable(reader.results(take)))
    columns = board_columns(judged_cases, session.rules)
    if output_format == "table":
        print_output(board_text(columns, session.rules, wrapping.screen_width(80)))
    elif output_format == "md":
        print_output(board_markdown(columns, session.rules))
    else:
        entries = {
            name: [board_entry(card, session.rules) for card in cards] for name, cards in columns.items()
        }
        if output_format == "json":
            steps = [{"step": name, "cases": cases} for name, cases in entries.items()]
            print_output(tables.json_document("board", steps))
        else:
            rows = [{"step": name, **entry} for name, cases in entries.items() for entry in cases]
            print_output(tables.format_raw_rows(BOARD_COLUMNS, rows, output_format))
    print_problems(reader.problems, session.casebook.root)
    print_message(
        ngettext("{count} open case", "{count} open cases", len(judged_cases)).format(count=len(judged_cases))
    )
    return reader.exit_code()
