"""Showing one case."""

from complaintctl.commands import options, session
from complaintctl.render.case import cases
from complaintctl.render.text import tables


def show(case: options.Case, as_of: options.AsOf = None, as_json: options.Json = False) -> int:
    """Show a case: facts, clocks, playbook, history."""
    here = session.open_session()
    one = session.view_case(here, case, session.parse_as_of(here, as_of))
    path = one.path.relative_to(here.book.root).as_posix()
    if as_json:
        session.print_output(tables.json_document("case", cases.case_json(one.judged, here.rules, path)))
    else:
        session.print_output(cases.case_details(one.judged, here.rules, path), "text")
    session.print_problems(one.problems, here.book.root)
    return one.exit_code
