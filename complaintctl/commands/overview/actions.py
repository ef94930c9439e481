"""Lists the corrective actions of all cases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, matches_fields, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_rows
from complaintctl.commands.session import (
    open_session,
    parse_as_of,
    parse_channel,
    parse_department,
    parse_receiver,
    print_message,
    print_problems,
)
from complaintctl.domain.case import fixed_labels
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
from complaintctl.storage.disk.spooled_rows import SpooledRows

_SortKey = tuple[bool, str, str, int]


def actions(
    ctx: typer.Context,
    only_open: Annotated[
        bool, typer.Option("--open", help=_("Only actions still to be done or verified."), show_default=False)
    ] = False,
    overdue: Annotated[
        bool,
        typer.Option(
            "--overdue",
            help=_("Only actions that are overdue, or whose check is overdue."),
            show_default=False,
        ),
    ] = False,
    who: Annotated[
        str | None,
        typer.Option(
            "--who",
            metavar="NAME",
            help=_("Only actions of this person."),
            autocompletion=completion.complete_people,
        ),
    ] = None,
    department: options.Department = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            help=_("Only actions of cases from this channel, such as internal findings."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help=_("Closed cases too."), show_default=False)
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """List the actions of all open cases, the one due first on top."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), index=not no_index)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=archive)
    channel, department = parse_channel(session, channel), parse_department(session, department)
    who = parse_receiver(session, who) if who else None

    rows: SpooledRows[_SortKey] = SpooledRows()
    readable = output_format in tables.READABLE_FORMATS

    def take(_path: Path, judged: JudgedCase) -> None:
        if not matches_fields(judged.case, department=department, channel=channel):
            return
        wanted = [
            (_sort_key(entry), _readable_entry(entry) if readable else entry)
            for entry in _entries(judged)
            if (not only_open or entry["owed"])
            and (not overdue or entry["overdue"])
            and who in {None, entry["who"]}
        ]
        for key, row in wanted:
            rows.add(key, row)

    run_through(reader.results(take))
    rows.sort()
    print_rows("actions", _columns(), rows, output_format)
    print_problems(reader.problems, session.casebook.root)
    print_message(ngettext("{count} action", "{count} actions", len(rows)).format(count=len(rows)))
    return reader.exit_code()


def _entries(judged: JudgedCase) -> Iterator[dict[str, Any]]:
    case = judged.case
    overdue_numbers = {
        action_number_of(clock.what) for clock in filter_action_clocks(judged) if clock.state == "overdue"
    }
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
            "overdue": number in overdue_numbers,
            "cause": case.cause.class_ if case.cause else None,
            "department": case.department,
            "channel": case.channel,
        }


def _sort_key(entry: dict[str, Any]) -> _SortKey:
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
    flags = {name: _("yes") if entry[name] else "" for name in ("required", "overdue")}
    state = _(labels.ACTION_STATE_LABELS[entry["state"]])
    if entry["recurred"]:
        state = _("{state}, recurred in {cases}").format(state=state, cases=_(", ").join(entry["recurred"]))
    return {
        **entry,
        **flags,
        "kind": fixed_labels.ACTION_KIND_LABELS[entry["kind"]][current_language()],
        "state": state,
    }
