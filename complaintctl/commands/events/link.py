"""Links a case to another one."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import case_choice, recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording.duplicates import find_other_case
from complaintctl.commands.session import Session
from complaintctl.domain.case import fixed_labels, vocabulary
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_event_options
def link(
    cases: Cases = None,
    other: Annotated[
        str | None,
        typer.Argument(
            metavar="OTHER", help=_("The other case."), autocompletion=completion.complete_case_ids
        ),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="KIND",
            help=_("duplicate_of, follows, recurrence_of or related_to."),
            autocompletion=completion.complete_links,
        ),
    ] = "related_to",
    text: options.Text = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record a link to another case in this case."""
    kind = vocabulary.parse_choice("--as", fixed_labels.LINK_LABELS, kind)

    cases, original = case_choice.split_last_word(cases, other, write_options.where)
    if original is None:
        raise InvalidInput("option-missing", option="OTHER")

    def request(session: Session, part: str) -> Request:
        return Request(did="link", link={kind: find_other_case(session, part, original)}, text=text)

    recorder.record_case_event(cases, write_options, request)
