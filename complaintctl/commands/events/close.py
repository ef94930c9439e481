"""Closes a case."""

from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.recording.duplicates import find_other_case
from complaintctl.commands.session import Session, parse_channel, parse_fields
from complaintctl.domain.case import earlier_cases
from complaintctl.domain.lifecycle import duplicates
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_event_options
def close(
    cases: Cases = None,
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
    recurrence_of: Annotated[
        str | None,
        typer.Option(
            "--recurrence-of",
            metavar="CASE",
            help=_("The earlier case that this one is a recurrence of; links it."),
            autocompletion=completion.complete_case_ids,
        ),
    ] = None,
    no_recurrence: Annotated[
        str | None,
        typer.Option(
            "--no-recurrence",
            metavar="REASON",
            help=_("Why it is no recurrence of earlier cases with the same cause, model or batch."),
        ),
    ] = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Close the case; its file moves to the archive."""
    original, earlier = duplicate_of, recurrence_of
    if sum(one is not None for one in (original, earlier, no_recurrence)) > 1:
        raise InvalidInput("recurrence-twice")
    texts = {"outcome": outcome if original is None else outcome or duplicates.DUPLICATE_OUTCOME}
    texts |= {"lesson": lesson, "lesson_mark": mark, earlier_cases.REASON_FIELD: no_recurrence}

    def request(session: Session, part: str) -> Request:
        field_values = parse_fields(session, texts, sets)
        if original is not None and field_values["outcome"] != duplicates.DUPLICATE_OUTCOME:
            raise InvalidInput("duplicate-outcome", outcome=field_values["outcome"])
        return Request(
            did="close",
            fields=field_values,
            link=_parse_link(session, part, original, earlier),
            via=parse_channel(session, via),
            reason=reason,
            force=force,
        )

    recorder.record_case_event(cases, write_options, request)


def _parse_link(
    session: Session, part: str, original: str | None, earlier: str | None
) -> dict[str, str] | None:
    if original:
        return {duplicates.DUPLICATE_LINK: find_other_case(session, part, original)}
    return {earlier_cases.RECURRENCE_LINK: find_other_case(session, part, earlier)} if earlier else None
