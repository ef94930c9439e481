"""Showing one case."""

from complaintctl.commands import desk, options
from complaintctl.render import cases, tables


def show(case: options.Case, as_of: options.AsOf = None, as_json: options.Json = False) -> int:
    """Show a case: facts, clocks, playbook, history."""
    here = desk.sit_down()
    one = desk.one_case(here, case, desk.as_of(here, as_of))
    path = one.path.relative_to(here.book.root).as_posix()
    if as_json:
        desk.show(tables.document("case", cases.machine(one.judged, here.rules, path)))
    else:
        desk.show(cases.shown(one.judged, here.rules, path), "text")
    desk.say_problems(one.problems, here.book.root)
    return one.exit_code
