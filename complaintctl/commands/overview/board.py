"""The board: every open case under the step it waits for."""

from complaintctl.commands import options, session
from complaintctl.commands.case_reading import Overview, has
from complaintctl.domain.overview import board as boards
from complaintctl.render.overview import board as texts
from complaintctl.render.text import tables, wrapping
from complaintctl.render.text.language import ngettext

COLUMNS = ("step", "case", "status", "due", "left", "overdue", "warned", "level", "owner", "title")


def board(
    owner: options.Owner = None,
    department: options.Department = None,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show the open cases in columns, by the step each waits for; overdue first and marked with !."""
    output_format = tables.check_format("json" if as_json else output_format, tables.FORMATS)
    here = session.sit_down()
    owner, department = session.person(here, owner), session.department(here, department)
    view = Overview(here=here, moment=session.as_of(here, as_of), archive=False)
    found = [
        judged
        for _path, judged in view.cases()
        if judged.progress.status != "closed" and has(judged.case, owner=owner, department=department)
    ]
    shown = boards.columns(found, here.rules)
    if output_format == "table":
        session.show(texts.drawn(shown, here.rules, wrapping.room(80)))
    elif output_format == "md":
        session.show(texts.markdown(shown, here.rules))
    else:
        entries = {name: [texts.entry(one, here.rules) for one in cases] for name, cases in shown.items()}
        if output_format == "json":
            steps = [{"step": name, "cases": cases} for name, cases in entries.items()]
            session.show(tables.document("board", steps))
        else:
            rows = [{"step": name, **one} for name, cases in entries.items() for one in cases]
            session.show(tables.rows({name: name for name in COLUMNS}, rows, output_format))
    session.say_problems(view.problems, here.book.root)
    session.say(ngettext("{count} open case", "{count} open cases", len(found)).format(count=len(found)))
    return view.exit_code()
