"""Shows the analysis of a cause: 5W1H, five whys, fishbone."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import open_session, parse_as_of, print_output, print_problems, view_case
from complaintctl.domain.case import fishbone
from complaintctl.errors import Refused
from complaintctl.render.case import analysis_picture
from complaintctl.render.case.analysis import (
    ANALYSIS_FORMATS,
    analysis_json,
    analysis_markdown,
    analysis_mermaid,
    analysis_text,
    case_analysis,
)
from complaintctl.render.text import tables


def analysis(
    ctx: typer.Context,
    case: options.Case,
    reveal: options.Reveal = False,
    as_of: options.AsOf = None,
    output_format: Annotated[str, options.format_option(ANALYSIS_FORMATS)] = "text",
    as_json: options.Json = False,
) -> int:
    """Show why it happened: 5W1H, five whys, fishbone; as text, a page, a diagram or a picture."""
    output_format = tables.check_format("json" if as_json else output_format, ANALYSIS_FORMATS)
    session = open_session(casebook_dir(ctx), reveal=reveal)
    view = view_case(session, case, parse_as_of(session, as_of))
    shown_case = view.judged.case
    if fishbone.is_analysis_empty(shown_case):
        # Once the case was investigated, its analysis is completed with `edit`.
        is_done = any(event.did == "investigate" for event in shown_case.history)
        raise Refused("nothing-to-draw", case=shown_case.id, command="edit" if is_done else "investigate")
    sheet = case_analysis(shown_case, session.rules.policy)
    if output_format == "json":
        record = session.display.record(analysis_json(sheet, shown_case))
        print_output(tables.json_document("analysis", record))
    else:
        renderers = {
            "text": analysis_text,
            "md": analysis_markdown,
            "mermaid": analysis_mermaid,
            "svg": analysis_picture.analysis_svg,
        }
        print_output(renderers[output_format](sheet), output_format)
    print_problems(view.problems, session.casebook.root)
    return view.exit_code
