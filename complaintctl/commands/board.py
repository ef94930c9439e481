"""The board: every open case under the step it waits for."""

from complaintctl.commands import desk, options
from complaintctl.commands.overviews import Overview, has
from complaintctl.domain import board as boards
from complaintctl.render import board as texts
from complaintctl.render import lines, tables
from complaintctl.render.language import ngettext

COLUMNS = ("step", "case", "status", "due", "left", "overdue", "warned", "level", "owner", "title")


def board(
    owner: options.Owner = None,
    department: options.Department = None,
    as_of: options.AsOf = None,
    form: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Show the open cases in columns, by the step each waits for; overdue first and marked with !."""
    form = tables.check_format("json" if as_json else form, tables.FORMATS)
    here = desk.sit_down()
    owner, department = desk.person(here, owner), desk.department(here, department)
    view = Overview(here=here, moment=desk.as_of(here, as_of), archive=False)
    found = [
        judged
        for _path, judged in view.cases()
        if judged.progress.status != "closed" and has(judged.case, owner=owner, department=department)
    ]
    shown = boards.columns(found, here.rules)
    if form == "table":
        desk.show(texts.drawn(shown, here.rules, lines.room(80)))
    elif form == "md":
        desk.show(texts.markdown(shown, here.rules))
    else:
        entries = {name: [texts.entry(one, here.rules) for one in cases] for name, cases in shown.items()}
        if form == "json":
            steps = [{"step": name, "cases": cases} for name, cases in entries.items()]
            desk.show(tables.document("board", steps))
        else:
            rows = [{"step": name, **one} for name, cases in entries.items() for one in cases]
            desk.show(tables.rows({name: name for name in COLUMNS}, rows, form))
    desk.say_problems(view.problems, here.book.root)
    desk.say(ngettext("{count} open case", "{count} open cases", len(found)).format(count=len(found)))
    return view.exit_code()
