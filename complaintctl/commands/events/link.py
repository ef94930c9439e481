"""Links a case to another one."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.duplicates import find_other_case
from complaintctl.commands.session import Session
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.case import fixed_labels, vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_write_options
def link(
    case: options.Case,
    other: Annotated[
        str,
        typer.Argument(
            metavar="OTHER", help=_("The other case."), autocompletion=completion.complete_case_ids
        ),
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            help=_("duplicate_of, follows or related_to."),
            autocompletion=completion.complete_links,
        ),
    ] = "related_to",
    text: options.Text = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Record a link to another case in this case."""
    kind = vocabulary.parse_choice("--as", fixed_labels.LINK_LABELS, kind)

    def request(session: Session) -> Request:
        return Request(did="link", link={kind: find_other_case(session, case, other)}, text=text)

    recording.record_event(case, write_options, request)
