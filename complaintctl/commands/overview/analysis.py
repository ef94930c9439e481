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
            autocompletion=completion.complete_analysis_formats,
        ),
    ] = "text",
    as_of: options.AsOf = None,
    as_json: options.Json = False,
) -> int:
    """Show why it happened: 5W1H, five whys, fishbone; as text, a page, a diagram or a picture."""
    output_format = tables.check_format("json" if as_json else output_format, texts.ANALYSIS_FORMATS)
    here = session.open_session()
    one = session.view_case(here, case, session.parse_as_of(here, as_of))
    found = one.judged.case
    if fishbone.is_analysis_empty(found):
        # What was investigated once is completed by an edit.
        is_done = any(event.did == "investigate" for event in found.history)
        raise Refused("nothing-to-draw", case=found.id, command="edit" if is_done else "investigate")
    told = texts.case_analysis(found, here.rules.policy)
    if output_format == "json":
        session.print_output(tables.json_document("analysis", texts.analysis_json(told, found)))
    else:
        ways = {
            "text": texts.analysis_text,
            "md": texts.analysis_markdown,
            "mermaid": texts.analysis_mermaid,
            "svg": analysis_picture.analysis_svg,
        }
        session.print_output(ways[output_format](told), output_format)
    session.print_problems(one.problems, here.book.root)
    return one.exit_code
