"""Corrective actions: setting one, reporting it done, and judging whether it worked."""

from datetime import date
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options, recording, session
from complaintctl.domain.case import fields, fixed_labels, vocabulary
from complaintctl.domain.case.case import Action
from complaintctl.domain.deadlines import actions
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import Misspelt
from complaintctl.render.text.language import _


def action(
    case: options.Case,
    what: Annotated[str | None, typer.Option("--what", metavar="TEXT", help=_("What shall be done."))] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="NAME", help=_("Who shall do it."), autocompletion=completion.people),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DAY", help=_("The day by which it shall be done."))
    ] = None,
    check: Annotated[
        str | None,
        typer.Option("--check", metavar="DAY", help=_("The day by which somebody checks whether it worked.")),
    ] = None,
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="KIND",
            help=_("corrective or preventive."),
            autocompletion=completion.action_kinds,
        ),
    ] = "corrective",
    required: Annotated[
        bool,
        typer.Option(
            "--required",
            help=_("Closing waits until it was found effective."),
            show_default=False,
        ),
    ] = False,
    done: Annotated[
        int | None, typer.Option("--done", metavar="N", help=_("Report the action of this number as done."))
    ] = None,
    verify: Annotated[
        int | None,
        typer.Option(
            "--verify",
            metavar="N",
            help=_("Judge the action of this number; not for whoever did it. With --effective."),
        ),
    ] = None,
    effective: Annotated[
        str | None,
        typer.Option(
            "--effective",
            metavar="YES|NO",
            help=_("Whether it worked; with --verify."),
            autocompletion=completion.yes_or_no,
        ),
    ] = None,
    text: options.Text = None,
    at: options.At = None,
    by: options.By = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Set a corrective action, report it done, or record whether it worked."""
    new = {"what": what, "who": who, "due": due}
    given = [name for name, value in new.items() if value]
    setting = bool(given) or check is not None or required
    if [setting, done is not None, verify is not None].count(True) != 1 or (
        (setting and len(given) < len(new)) or (verify is None) != (effective is None)
    ):
        raise Misspelt("action-which")
    worked = _yes(effective) if effective is not None else False
    how = recording.How(at=at, by=by, no_commit=no_commit, as_json=as_json)

    def request(here: session.Desk) -> Request:
        found, act = session.one_case(here, case, here.now).judged.case, recording.act(here, how)
        if done is not None:
            left = actions.done(found, done, act.at, act.by)
            return Request(did=actions.DONE, facts={"actions": left}, text=text)
        if verify is not None:
            left = actions.verified(found, here.rules.policy, verify, act.at, act.by, effective=worked)
            return Request(did=actions.VERIFIED, facts={"actions": left}, text=text)
        one: dict[str, Any] = {
            **new,
            "kind": vocabulary.chosen("--kind", fixed_labels.ACTION_KINDS, kind),
            "required": required or None,
            "given": act.at,
        }
        one |= {"due": _day("--due", str(due)), "check": _day("--check", check) if check else None}
        one["who"] = vocabulary.receiver_of(here.rules.policy, str(who))
        left = actions.given(found, Action(**one))
        return Request(did=actions.GIVEN, facts={"actions": left}, to=one["who"], text=text)

    recorded = recording.record(case, how, request)
    if setting and not as_json:
        number = len(recorded.case.actions)
        session.say(_("action {number}: {what}").format(number=number, what=what))


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Misspelt("action-day", option=option, value=text) from error


def _yes(text: str) -> bool:
    if text.strip().lower() not in fields.TRUE | fields.FALSE:
        raise Misspelt("action-yes-no", value=text)
    return text.strip().lower() in fields.TRUE
