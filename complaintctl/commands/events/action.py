"""Records corrective actions: sets one, reports it done, or verifies its effect."""

from datetime import date
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.input import questions
from complaintctl.commands.input.event_options import NoInput, may_ask
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import Session, parse_receiver, print_message, view_whole_case
from complaintctl.domain.case import fields, fixed_labels, vocabulary
from complaintctl.domain.case.case import Action
from complaintctl.domain.deadlines import actions
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.domain.worktime.time_range import is_in_range
from complaintctl.domain.worktime.typed_times import far_time_error
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _


@with_write_options
def action(
    case: options.Case,
    what: Annotated[str | None, typer.Option("--what", metavar="TEXT", help=_("What must be done."))] = None,
    who: Annotated[
        str | None,
        typer.Option(
            "--who", metavar="NAME", help=_("Who must do it."), autocompletion=completion.complete_people
        ),
    ] = None,
    due: Annotated[
        str | None, typer.Option("--due", metavar="DAY", help=_("The day by which it must be done."))
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
            autocompletion=completion.complete_action_kinds,
        ),
    ] = "corrective",
    required: Annotated[
        bool,
        typer.Option(
            "--required",
            help=_("The case cannot be closed until the action is verified as effective."),
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
            help=_(
                "Verify the action with this number; not by the person who carried it out. With --effective."
            ),
        ),
    ] = None,
    effective: Annotated[
        str | None,
        typer.Option(
            "--effective",
            metavar="YES|NO",
            help=_("Whether it worked; with --verify."),
            autocompletion=completion.complete_yes_no,
        ),
    ] = None,
    text: options.Text = None,
    no_input: NoInput = False,
    *,
    write_options: WriteOptions,
) -> None:
    """Set a corrective action, report it done, or record whether it worked."""
    if verify is not None and may_ask(no_input=no_input, as_json=write_options.as_json):
        effective = effective or questions.ask_choice(_("Did it work"), fixed_labels.ANSWER_LABELS)
    new = {"what": what, "who": who, "due": due}
    given_names = [name for name, value in new.items() if value]
    setting = bool(given_names) or check is not None or required
    if [setting, done is not None, verify is not None].count(True) != 1 or (
        (setting and len(given_names) < len(new)) or (verify is None) != (effective is None)
    ):
        raise InvalidInput("action-which")
    worked = _parse_yes_no(effective) if effective is not None else False

    def request(session: Session) -> Request:
        current = view_whole_case(session, case, session.now).judged.case
        attribution = recording.parse_attribution(session, write_options.at, write_options.by)
        if done is not None:
            new_actions = actions.complete_action(current, done, attribution.at, attribution.by)
            return Request(did=actions.ACTION_DONE, fields={"actions": new_actions}, text=text)
        if verify is not None:
            new_actions = actions.verify_action(
                current, session.rules.policy, verify, attribution.at, attribution.by, effective=worked
            )
            return Request(did=actions.ACTION_VERIFIED, fields={"actions": new_actions}, text=text)
        values: dict[str, Any] = {
            **new,
            "kind": vocabulary.parse_choice("--kind", fixed_labels.ACTION_KIND_LABELS, kind),
            "required": required or None,
            "given": attribution.at,
        }
        values |= {
            "due": _parse_day("--due", str(due)),
            "check": _parse_day("--check", check) if check else None,
        }
        values["who"] = parse_receiver(session, str(who))
        new_actions = actions.add_action(current, Action(**values))
        return Request(did=actions.ACTION_GIVEN, fields={"actions": new_actions}, to=values["who"], text=text)

    recorded = recording.record_event(case, write_options, request)
    if setting and not write_options.as_json:
        print_message(_("action {number}: {what}").format(number=len(recorded.case.actions), what=what))


def _parse_day(option: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput("action-day", option=option, value=text) from error
    if not is_in_range(day):
        raise far_time_error(text)
    return day


def _parse_yes_no(text: str) -> bool:
    if text.strip().lower() not in fields.TRUE_WORDS | fields.FALSE_WORDS:
        raise InvalidInput("action-yes-no", value=text)
    return text.strip().lower() in fields.TRUE_WORDS
