"""Shows one case."""

import typer

from complaintctl.commands import options
from complaintctl.commands.duplicates import find_duplicates
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import open_session, parse_as_of, print_output, print_problems, view_case
from complaintctl.render.case import cases
from complaintctl.render.text import tables


def show(
    ctx: typer.Context, case: options.Case, as_of: options.AsOf = None, as_json: options.Json = False
) -> int:
    """Show a case: fields, clocks, playbook, history."""
    session = open_session(casebook_dir(ctx))
    moment = parse_as_of(session, as_of)
    one = view_case(session, case, moment)
    found = list(find_duplicates(session, one.judged.case.id, moment))
    path = one.path.relative_to(session.casebook.root).as_posix()
    if as_json:
        print_output(tables.json_document("case", cases.case_json(one.judged, session.rules, path, found)))
    else:
        print_output(cases.case_details(one.judged, session.rules, path, found), "text")
    print_problems(one.problems, session.casebook.root)
    return one.exit_code
