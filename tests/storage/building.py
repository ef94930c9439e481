"""Simple cases for the storage tests, and parsing of case texts."""

from datetime import datetime
from typing import Any

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history
from complaintctl.storage.case import schema
from complaintctl.storage.yaml import yamltext

CASE_ID = "C-20261121-7K3FQ"


def at(text: str) -> datetime:
    """A time such as `09:14` in Shanghai on the day on which all cases are received."""
    return datetime.fromisoformat(f"2026-11-21T{text}:00+08:00")


def did(what: str, when: str, **rest: Any) -> Event:
    """An event on that day."""
    return Event(at=at(when), did=what, **{"by": "li.wei", **rest})


def a_case(*events: Event, **given: Any) -> Case:
    """A case received at 09:14; its events have the ids of their positions in the history."""
    settings: dict[str, Any] = {
        "id": CASE_ID,
        "title": "Battery swells",
        "received": at("09:14"),
        "status": "open",
    }
    chain: tuple[Event, ...] = ()
    for event in events or (did("open", "09:20"),):
        chain = (*chain, history.identify_event(CASE_ID, chain, event))
    return Case(**{**settings, **given, "history": chain})


def loaded(text: bytes) -> Case:
    """Returns the case in a file; asserts that it is faultless."""
    reading = yamltext.parse_yaml(text, with_places=False)
    assert reading.flaws == []
    case, faults = schema.case_from_texts(reading.root)
    assert faults == []
    assert case is not None
    return case
