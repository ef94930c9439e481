"""Conditions as typed after --where and --or; there, too, `me` is the person who types."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from complaintctl.commands.session import Session, parse_person, parse_receiver
from complaintctl.domain.overview import filters
from complaintctl.domain.overview.filters import Filter
from complaintctl.domain.privacy.public_case import LEFT_OUT

_EQUAL: Final = frozenset({"=", "!="})


def parse_filter(
    session: Session, moment: datetime, every: Sequence[str], either: Sequence[str] = ()
) -> Filter:
    """Returns the filter for typed conditions, as `filters.parse_filter` does."""
    together, single = ([_with_person(session, typed) for typed in group] for group in (every, either))
    return filters.parse_filter(session.rules, moment, together, single)


def shown_conditions(session: Session, typed: Sequence[str]) -> tuple[str, ...]:
    """Returns typed conditions as an output may name them: the values of masked customer data are left out."""
    return tuple(_shown_condition(session, text) for text in typed)


def _shown_condition(session: Session, typed: str) -> str:
    name, operator, _text = filters.split_condition(session.rules, typed)
    return f"{name}{operator}{LEFT_OUT}" if session.display.hides_column(name) else typed


def _with_person(session: Session, typed: str) -> str:
    """Returns the condition with the key of the person whom it names."""
    name, operator, text = filters.split_condition(session.rules, typed)
    if operator not in _EQUAL or not text or name not in {"owner", "watchers"}:
        return typed
    person = parse_person(session, text) if name == "owner" else parse_receiver(session, text)
    return f"{name}{operator}{person}"
