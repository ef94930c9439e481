"""The second block of `today`: the cases that wait for the customer, since when and until when."""

from collections.abc import Iterator
from typing import Any

from complaintctl.commands.session import Session
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.render.text import colours, tables, values
from complaintctl.render.text.language import _
from complaintctl.storage.disk.spooled_rows import SpooledRows

WaitKey = tuple[bool, object, str]


def waiting_entry(judged: JudgedCase) -> dict[str, Any] | None:
    """Returns what a waiting case waits for, for programs; None if it does not wait."""
    wait = judged.progress.waiting
    if wait is None:
        return None
    return {
        "case": judged.case.id,
        "since": values.iso_time(wait.at),
        "until": values.iso_time(wait.until),
        "over": wait.until is not None and wait.until <= judged.as_of,
        "reason": wait.reason,
        "owner": judged.case.owner,
        "title": judged.case.title,
        "command": f"complaintctl resume {judged.case.id}",
    }


def waiting_texts(waits: SpooledRows[WaitKey], output_format: str) -> Iterator[str]:
    """Yields the heading and the table for people; nothing if no case waits."""
    if not waits:
        return
    columns = {
        "since": _("since"),
        "until": _("until"),
        "case": _("case"),
        "reason": _("waiting for"),
        "owner": _("owner"),
        "title": _("title"),
        "command": _("go on with it"),
    }
    yield tables.headed_block(_("Waiting for the customer"), "", output_format)
    yield from tables.row_texts(columns, waits, output_format)


def readable_wait_times(session: Session, judged: JudgedCase) -> dict[str, str]:
    """Returns since when and until when a case waits, for people."""
    wait = judged.progress.waiting
    if wait is None:
        return {}
    until = values.end_text(wait.until, session.rules.zone) if wait.until else ""
    if wait.until is not None and wait.until <= judged.as_of:
        until = colours.paint_text(_("{time} (over)").format(time=until), colours.time_left_colour(-1))
    return {"since": values.moment_text(wait.at, session.rules.zone), "until": until}


def wait_order(entry: dict[str, Any]) -> WaitKey:
    """Sort key: waits that are over first, then the longest one."""
    return not entry["over"], entry["since"], entry["case"]
