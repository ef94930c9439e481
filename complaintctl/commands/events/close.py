"""Closes a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options, recording
from complaintctl.commands.duplicates import find_other_case
from complaintctl.commands.session import Session, parse_channel, parse_fields
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.lifecycle import duplicates
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_write_options
def close(
    case: options.Case,
    outcome: options.Outcome = None,
    reason: options.Reason = None,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help=_("Close outside the rules of the policy; needs --reason."), show_default=False
        ),
    ] = False,
    lesson: Annotated[
        str | None, typer.Option("--lesson", metavar="TEXT", help=_("What we learned."))
    ] = None,
    mark: Annotated[
        str | None,
        typer.Option(
            "--mark",
            metavar="MARK",
            help=_("Keep the case as an example: success or failure."),
            autocompletion=completion.field_completer("lesson_mark"),
        ),
    ] = None,
    duplicate_of: Annotated[
        str | None,
        typer.Option(
            "--duplicate-of",
            metavar="CASE",
            help=_("The original of which this case is a duplicate; links it and closes as duplicate."),
            autocompletion=completion.complete_case_ids,
        ),
    ] = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Close the case; its file moves to the archive."""
    original = duplicate_of
    texts = {"outcome": outcome if original is None else outcome or duplicates.DUPLICATE_OUTCOME}
    texts |= {"lesson": lesson, "lesson_mark": mark}

    def request(session: Session) -> Request:
        field_values = parse_fields(session, texts, sets)
        if original is not None and field_values["outcome"] != duplicates.DUPLICATE_OUTCOME:
            raise InvalidInput("duplicate-outcome", outcome=field_values["outcome"])
        return Request(
            did="close",
            fields=field_values,
            link={duplicates.DUPLICATE_LINK: find_other_case(session, case, original)} if original else None,
            via=parse_channel(session, via),
            reason=reason,
            force=force,
        )

    recording.record_event(case, write_options, request)
