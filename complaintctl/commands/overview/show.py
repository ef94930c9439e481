"""Showing one case."""

from complaintctl.commands import options, session
from complaintctl.render.case import cases
from complaintctl.render.text import tables


def show(case: options.Case, as_of: options.AsOf = None, as_json: options.Json = False) -> int:
    """Show a case: facts, clocks, playbook, history."""
    here = session.sit_down()
    one = session.one_case(here, case, session.as_of(here, as_of))
    path = one.path.relative_to(here.book.root).as_posix()
    if as_json:
        session.show(tables.document("case", cases.machine(one.judged, here.rules, path)))
    else:
        session.show(cases.shown(one.judged, here.rules, path), "text")
    session.say_problems(one.problems, here.book.root)
    return one.exit_code
