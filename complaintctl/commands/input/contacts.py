"""Parses the next contact agreed with the customer, as typed with --contact-by and --contact-via."""

from typing import Any

from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import Session, parse_channel
from complaintctl.domain.deadlines.contacts import CONTACT_BY, CONTACT_VIA
from complaintctl.domain.worktime import typed_times
from complaintctl.errors import InvalidInput


def parse_contact(
    session: Session, write_options: WriteOptions, by: str | None, via: str | None
) -> dict[str, Any]:
    """Returns the fields of the next contact; empty if none is given.

    Raises InvalidInput if it has no date or a date that is not later than the event.
    """
    if by is None:
        if via is not None:
            raise InvalidInput("contact-without-date")
        return {}
    made = recording.parse_attribution(session, write_options.at, write_options.by).at
    due = typed_times.parse_last_moment(by, made, session.rules.zone)
    if due <= made:
        raise InvalidInput("contact-in-past", time=due, at=made)
    return {CONTACT_BY: due, CONTACT_VIA: parse_channel(session, via)}
