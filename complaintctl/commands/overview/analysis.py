"""Showing why a complaint happened: 5W1H, five whys, fishbone."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, session
from complaintctl.domain.case import fishbone
from complaintctl.errors import Refused
from complaintctl.render.case import analysis as texts
from complaintctl.render.case import analysis_picture
from complaintctl.render.text import tables
from complaintctl.render.text.language import _


def analysis(
    case: options.Case,
    output_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help=_("text, md, mermaid, svg or json."),
            autocompletion=completion.analysis_formats,
        ),
    ] = "text",
    as_of: options.AsOf = None,
    as_json: options.Json = False,
) -> int:
    """Show why it happened: 5W1H, five whys, fishbone; as text, a page, a diagram or a picture."""
    output_format = tables.check_format("json" if as_json else output_format, texts.FORMATS)
    here = session.sit_down()
    one = session.one_case(here, case, session.as_of(here, as_of))
    found = one.judged.case
    if fishbone.is_empty(found):
        # What was investigated once is completed by an edit.
        is_done = any(event.did == "investigate" for event in found.history)
        raise Refused("nothing-to-draw", case=found.id, command="edit" if is_done else "investigate")
    told = texts.analysis(found, here.rules.policy)
    if output_format == "json":
        session.show(tables.document("analysis", texts.machine(told, found)))
    else:
        ways = {
            "text": texts.text,
            "md": texts.markdown,
            "mermaid": texts.mermaid,
            "svg": analysis_picture.picture,
        }
        session.show(ways[output_format](told), output_format)
    session.say_problems(one.problems, here.book.root)
    return one.exit_code
