"""Restricts the customer's data of a case, or lifts the restriction."""

from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import Session, print_message
from complaintctl.domain.case import data_state
from complaintctl.domain.case.event_kinds import RESTRICTED, RESTRICTION_LIFTED
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput, Refused
from complaintctl.render.text.language import _
from complaintctl.storage.case.casebook import find_case_file


@with_write_options
def restrict(
    case: options.Case,
    reason: options.Reason = None,
    lift: Annotated[
        bool, typer.Option("--lift", help=_("Lift the restriction."), show_default=False)
    ] = False,
    *,
    write_options: WriteOptions,
) -> None:
    """Restrict the customer's data of a case: they are stored and not used."""
    if not reason:
        raise InvalidInput("reason-missing", did="restrict --lift" if lift else "restrict")

    def request(session: Session) -> Request:
        before = recording.read_whole_case(session, find_case_file(session.casebook, case))
        standing = data_state.restriction_of(before)
        if lift and standing is None:
            raise Refused("not-restricted", case=before.id)
        if not lift and standing is not None:
            raise Refused("already-restricted", case=before.id, since=standing.since)
        return Request(did=RESTRICTION_LIFTED if lift else RESTRICTED, reason=reason)

    recorded = recording.record_event(case, write_options, request)
    if lift:
        print_message(_("The person must be told before the data are used again (GDPR Art. 18(3))."))
        return
    print_message(
        _(
            "From now on letters, forms, exports with customer data and surveys refuse {case}. Steps can still be "
            "recorded, and every clock goes on: a restriction stops no deadline."
        ).format(case=recorded.case.id)
    )
