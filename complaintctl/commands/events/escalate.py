"""Escalates cases: one by hand, or all open cases by the rules of the policy (--due)."""

from collections.abc import Mapping
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.events import escalate_due
from complaintctl.commands.input import recorder
from complaintctl.commands.input.event_options import Cases, EventOptions, with_event_options
from complaintctl.commands.session import Session, parse_fields, parse_person, parse_receiver
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import find_case_file


@with_event_options
def escalate(
    cases: Cases = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=_("The reason for escalating."))
    ] = None,
    level: options.Level = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="NAME", help=_("Who takes over."), autocompletion=completion.complete_people
        ),
    ] = None,
    watch: Annotated[
        list[str] | None,
        typer.Option(
            "--watch",
            metavar="NAME",
            help=_("A person or role to keep informed about the case from now on. Repeatable."),
            autocompletion=completion.complete_watchers,
        ),
    ] = None,
    crisis: Annotated[
        bool | None,
        typer.Option(
            "--crisis/--no-crisis",
            help=_(
                "Start or end a crisis of the case: during it, the policy's steps and limits for a crisis "
                "apply."
            ),
            show_default=False,
        ),
    ] = None,
    due: Annotated[
        bool,
        typer.Option(
            "--due",
            help=_(
                "Escalate late and repeated complaints as the policy says, in all open cases, each rung and "
                "rule once."
            ),
            show_default=False,
        ),
    ] = False,
    as_of: options.AsOf = None,
    dry_run: options.DryRun = False,
    *,
    write_options: EventOptions,
) -> int:
    """Escalate one case to a higher level or another person, or with --due all cases by the rules of the policy."""
    if bool(cases or write_options.where) == due:
        raise InvalidInput("case-or-due")
    if due:
        given = {
            "--reason": reason,
            "--level": level,
            "--to": to,
            "--watch": watch,
            "--crisis": crisis,
            "--at": write_options.at,
        }
        _refuse_options("option-by-hand", given)
        return escalate_due.escalate_due_cases(write_options, as_of, dry_run=dry_run)
    _refuse_options("option-of-due", {"--as-of": as_of, "--dry-run": dry_run})
    if level is None and to is None and not watch and crisis is None:
        raise InvalidInput(
            "nothing-to-do", did="escalate", options=["--level", "--to", "--watch", "--crisis"]
        )
    if reason is None and not write_options.may_ask:
        raise InvalidInput("reason-missing", did="escalate")
    _escalate_by_hand(cases, write_options, {"level": level, "owner": to}, watch or [], crisis, reason)
    return 0


def _refuse_options(key: str, given: Mapping[str, object]) -> None:
    """Raise InvalidInput (`key`) if an option is given that this form of the command does not have."""
    for option, value in given.items():
        if value not in (None, False, []):
            raise InvalidInput(key, option=option)


def _escalate_by_hand(
    cases: list[str] | None,
    write_options: EventOptions,
    texts: dict[str, str | None],
    names: list[str],
    crisis: bool | None,
    reason: str | None,
) -> None:
    def request(session: Session, part: str) -> Request:
        field_values = parse_fields(session, texts, None)
        if names:
            field_values["watchers"] = _all_watchers(session, part, names)
        if crisis is not None:
            field_values["crisis"] = crisis or None
        return Request(
            did="escalate", fields=field_values, to=parse_person(session, texts["owner"]), reason=reason
        )

    recorder.record_case_event(cases, write_options, request, required={"--reason": "reason"})


def _all_watchers(session: Session, part: str, names: list[str]) -> tuple[str, ...]:
    """Returns the current watchers of the case and the new ones, without duplicates."""
    loaded, _problems = casefile.read_case(find_case_file(session.casebook, part))
    # D-042: roles stay roles.
    current = loaded.case.watchers if loaded else ()
    return tuple(dict.fromkeys((*current, *(parse_receiver(session, name) for name in names))))
