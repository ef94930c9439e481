"""Shell completion of the events of a case."""

import typer

from complaintctl.commands import completion
from complaintctl.commands.completion import Suggestion
from complaintctl.commands.folder import casebook_dir
from complaintctl.errors import Failure


def complete_retractable_events(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The events of the case that can be taken back, the newest first, each with its time and kind."""
    from zoneinfo import ZoneInfo

    from complaintctl.domain.deadlines import history
    from complaintctl.domain.lifecycle.guards import UNRETRACTABLE_EVENTS
    from complaintctl.render.text import labels, values
    from complaintctl.storage.case import casefile
    from complaintctl.storage.case.casebook import find_case_file, find_casebook

    policy, part = completion.current_policy(ctx), ctx.params.get("case")
    if policy is None or not isinstance(part, str):
        return []
    try:
        loaded, _problems = casefile.read_case(find_case_file(find_casebook(casebook_dir(ctx)), part))
    except (Failure, OSError):
        return []
    if loaded is None:
        return []
    zone = ZoneInfo(policy.timezone)
    return [
        (
            completion.always_matching(str(event.id)),
            f"{values.moment_text(event.at, zone)} {labels.event_label(policy, event.did)}",
        )
        for event in reversed(loaded.case.history)
        if event.did not in UNRETRACTABLE_EVENTS
        and not history.is_retracted(loaded.case, event)
        and str(event.id).startswith(incomplete.upper())
    ]
