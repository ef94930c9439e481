"""The board: every open case under the step it waits for."""

from complaintctl.commands import options, session
from complaintctl.commands.case_reading import CaseReader, matches_fields
from complaintctl.domain.overview import board as boards
from complaintctl.render.overview import board as texts
from complaintctl.render.text import tables, wrapping
from complaintctl.render.text.language import ngettext

BOARD_COLUMNS = ("step", "case", "status", "due", "left", "overdue", "warned", "level", "owner", "title")


def board(
    owner: options.Owner = None,
    department: options.Department = None,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show the open cases in columns, by the step each waits for; overdue first and marked with !."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    here = session.open_session()
    owner, department = session.parse_person(here, owner), session.parse_department(here, department)
    view = CaseReader(here=here, moment=session.parse_as_of(here, as_of), archive=False)
    found = [
        judged
        for _path, judged in view.cases()
        if judged.progress.status != "closed"
        and matches_fields(judged.case, owner=owner, department=department)
    ]
    shown = boards.board_columns(found, here.rules)
    if output_format == "table":
        session.print_output(texts.board_text(shown, here.rules, wrapping.screen_width(80)))
    elif output_format == "md":
        session.print_output(texts.board_markdown(shown, here.rules))
    else:
        entries = {
            name: [texts.board_entry(one, here.rules) for one in cases] for name, cases in shown.items()
        }
        if output_format == "json":
            steps = [{"step": name, "cases": cases} for name, cases in entries.items()]
            session.print_output(tables.json_document("board", steps))
        else:
            rows = [{"step": name, **one} for name, cases in entries.items() for one in cases]
            session.print_output(
                tables.format_rows({name: name for name in BOARD_COLUMNS}, rows, output_format)
            )
    session.print_problems(view.problems, here.book.root)
    session.print_message(
        ngettext("{count} open case", "{count} open cases", len(found)).format(count=len(found))
    )
    return view.exit_code()
