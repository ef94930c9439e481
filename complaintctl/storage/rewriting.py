"""The text of a case file after something was decided about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaintctl.domain.case import Case, Event
from complaintctl.storage import emitter, roundtrip


def rewritten(
    content: bytes, before: Case, after: Case, facts: Mapping[str, Any], events: Iterable[Event]
) -> bytes:
    """The changed file: written anew where it is exactly as we write, which is fast; else gently.

    Raises Broken with the place of what reads well but cannot be written back.
    """
    if emitter.case_text(before).encode() == content:
        return emitter.case_text(after).encode()
    return roundtrip.changed_text(content, facts, events)
