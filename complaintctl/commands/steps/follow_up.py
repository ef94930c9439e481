"""The step `follow-up`: the satisfaction of the customer."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import parse_channel, parse_fields
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.render.text.language import _


@with_event_options
def follow_up(
    cases: Cases = None,
    overall: Annotated[
        int | None, typer.Option("--satisfaction", min=1, max=5, help=_("Overall, 1 (bad) to 5 (good)."))
    ] = None,
    attitude: options.Attitude = None,
    solved: options.Solved = None,
    comment: options.Comment = None,
    text: options.Text = None,
    via: options.Via = None,
    sets: options.Sets = None,
    *,
    write_options: EventOptions,
) -> None:
    """Record how satisfied the customer is, and whether the problem stays solved."""
    recorder.record_event(
        cases,
        write_options,
        lambda session: Request(
            did="follow-up",
            fields={
                **parse_fields(session, {"satisfaction.comment": comment}, sets),
                **_score_fields(overall, attitude, solved),
            },
            via=parse_channel(session, via),
            text=text,
        ),
    )


def _score_fields(overall: int | None, attitude: int | None, solved: int | None) -> dict[str, object]:
    scores = {"overall": overall, "attitude": attitude, "solved": solved}
    return {f"satisfaction.{name}": score for name, score in scores.items() if score is not None}
