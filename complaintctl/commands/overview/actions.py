"""The register of corrective actions over all cases."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, matches_fields
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    parse_channel,
    parse_department,
    print_message,
    print_output,
    print_problems,
)
from complaintctl.domain.case import fixed_labels, vocabulary
from complaintctl.domain.deadlines.actions import (
    action_number_of,
    action_status,
    current_round,
    filter_action_clocks,
    is_action_pending,
)
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.render.text import labels, tables
from complaintctl.render.text.language import _, current_language, ngettext


def actions(
    ctx: typer.Context,
    only_open: Annotated[
        bool, typer.Option("--open", help=_("Only what is to be done or verified."), show_default=False)
    ] = False,
    overdue: Annotated[
        bool,
        typer.Option("--overdue", help=_("Only what is past its day, or its check is."), show_default=False),
    ] = False,
    who: Annotated[
        str | None,
        typer.Option(
            "--who",
            metavar="NAME",
            help=_("Only what this person is to do."),
            autocompletion=completion.complete_people,
        ),
    ] = None,
    department: options.Department = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            help=_("Only of cases that came this way, such as internal findings."),
            autocompletion=completion.complete_channels,
        ),
    ] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help=_("Closed cases too."), show_default=False)
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """List the actions of all open cases, the one due first on top."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx))
    view = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=archive)
    channel, department = parse_channel(session, channel), parse_department(session, department)
    who = vocabulary.parse_receiver(session.rules.policy, who) if who else None
    found = [
        entry
        for _path, judged in view.cases()
        if matches_fields(judged.case, department=department, channel=channel)
        for entry in _entries(judged)
        if (not only_open or entry["owed"])
        and (not overdue or entry["overdue"])
        and who in {None, entry["who"]}
    ]
    found.sort(key=_sort_key)
    if output_format == "json":
        print_output(tables.json_document("actions", found))
    else:
        shown = (
            [_readable_entry(entry) for entry in found] if output_format in tables.READABLE_FORMATS else found
        )
        print_output(tables.format_rows(_columns(), shown, output_format))
    print_problems(view.problems, session.casebook.root)
    print_message(ngettext("{count} action", "{count} actions", len(found)).format(count=len(found)))
    return view.exit_code()


def _entries(judged: JudgedCase) -> Iterator[dict[str, Any]]:
    case = judged.case
    late = {action_number_of(clock) for clock in filter_action_clocks(judged) if clock.state == "overdue"}
    for number, action in enumerate(case.actions, 1):
        due = current_round(action)
        yield {
            "case": case.id,
            "number": number,
            "kind": action.kind,
            "what": action.what,
            "who": action.who,
            "due": due.due.isoformat(),
            "check": due.check.isoformat() if due.check else None,
            "required": action.required is True,
            "state": action_status(action),
            "recurred": list(action.recurred),
            "owed": is_action_pending(action),
            "overdue": number in late,
            "cause": case.cause.class_ if case.cause else None,
            "department": case.department,
            "channel": case.channel,
        }


def _sort_key(entry: dict[str, Any]) -> tuple[bool, str, str, int]:
    day = entry["due"] if entry["state"] in {"open", "ineffective"} else entry["check"]
    return not entry["owed"], day or entry["due"], entry["case"], entry["number"]


def _columns() -> dict[str, str]:
    return {
        "case": _("case"),
        "number": _("no."),
        "kind": _("kind"),
        "what": _("what"),
        "who": _("who does it"),
        "due": _("due"),
        "check": _("check"),
        "required": _("required"),
        "state": _("state"),
        "overdue": _("overdue"),
    }


def _readable_entry(entry: dict[str, Any]) -> dict[str, Any]:
    truth = {name: _("yes") if entry[name] else "" for name in ("required", "overdue")}
    state = _(labels.ACTION_STATE_LABELS[entry["state"]])
    if entry["recurred"]:
        state = _("{state}, came again in {cases}").format(state=state, cases=_(", ").join(entry["recurred"]))
    return {
        **entry,
        **truth,
        "kind": fixed_labels.ACTION_KIND_LABELS[entry["kind"]][current_language()],
        "state": state,
    }
