"""Shows one case."""

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording.duplicates import find_duplicates
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    print_masked_note,
    print_output,
    print_problems,
    view_case,
)
from complaintctl.render.case import cases
from complaintctl.render.text import tables


def show(
    ctx: typer.Context,
    case: options.Case,
    reveal: options.Reveal = False,
    as_of: options.AsOf = None,
    as_json: options.Json = False,
) -> int:
    """Show a case: fields, clocks, playbook, history."""
    session = open_session(casebook_dir(ctx), reveal=reveal)
    moment = parse_as_of(session, as_of)
    view = view_case(session, case, moment)
    duplicates = list(find_duplicates(session, view.judged.case, moment))
    path = view.path.relative_to(session.casebook.root).as_posix()
    if as_json:
        record = cases.case_json(view.judged, session.rules, path, duplicates)
        print_output(tables.json_document("case", session.display.record(record)))
    else:
        print_output(cases.case_details(view.judged, session.rules, path, duplicates), "text")
        print_masked_note(session)
    print_problems(view.problems, session.casebook.root)
    return view.exit_code
