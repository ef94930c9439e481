"""The report: counts and step figures, each with its denominator."""

from typing import Annotated

import typer

from complaintctl.commands import desk, options
from complaintctl.commands.overviews import Overview
from complaintctl.domain import moments
from complaintctl.domain.metrics import GROUPS, Tally
from complaintctl.render import report as texts
from complaintctl.render import tables
from complaintctl.render.language import _


def report(
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=_("Received at this time or later."))
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help=_("Received before this time."))
    ] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="FIELD", help=_("Count by this field instead of the usual ones. Repeatable.")
        ),
    ] = None,
    define: Annotated[
        bool, typer.Option("--define", help=_("Say what the words of the report mean."), show_default=False)
    ] = False,
    as_of: options.AsOf = None,
    form: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """Count cases and steps as of a moment, open and closed ones."""
    form = tables.check_format("json" if as_json else form, tables.FORMATS)
    if define:
        desk.show(texts.definitions("table" if form == "json" else form))
        return 0
    here = desk.sit_down()
    groups = [desk.column(here, name) for name in group or GROUPS]
    view = Overview(here=here, moment=desk.as_of(here, as_of), archive=True)
    first = moments.parsed(start, here.now, here.rules.zone) if start else None
    last = moments.parsed(end, here.now, here.rules.zone) if end else None
    tally = Tally(here.rules, view.moment, groups)
    for _path, judged in view.cases():
        received = judged.case.received
        if (first is None or received >= first) and (last is None or received < last):
            tally.add(judged)
    result = tally.result()
    if form == "json":
        desk.show(tables.document("report", texts.machine(result)))
    elif form == "jsonl":
        desk.show(tables.rows({}, [texts.machine(result)], form))
    else:
        desk.show(texts.text(result, here.rules.policy, here.rules.zone, form), form)
    desk.say_problems(view.problems, here.book.root)
    return view.exit_code()
