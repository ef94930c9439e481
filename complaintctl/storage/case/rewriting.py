"""The text of a case file after something was decided about it."""

from collections.abc import Iterable, Mapping
from typing import Any

from complaintctl.domain.case.case import Case, Event
from complaintctl.storage.case import edited_text, new_text


def rewrite_case_text(
    content: bytes, before: Case, after: Case, facts: Mapping[str, Any], events: Iterable[Event]
) -> bytes:
    """The changed file: written anew where it is exactly as we write, which is fast; else gently.

    Raises Broken with the place of what reads well but cannot be written back.
    """
    if new_text.case_yaml(before).encode() == content:
        return new_text.case_yaml(after).encode()
    return edited_text.edit_case_text(content, facts, events)
