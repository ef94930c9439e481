"""Shows one year of a calendar of the policy: working days, and the reasons of days off."""

from typing import Annotated, Any

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.policy import policy_completion
from complaintctl.commands.session import open_session, print_output
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.worktime import calendar_year
from complaintctl.domain.worktime.time_range import FIRST_YEAR, LAST_YEAR
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import _

ALWAYS = "always"


def year_option(words: str) -> Any:
    """Returns the option `--year` with this help text."""
    return typer.Option(
        "--year",
        metavar="YEAR",
        min=FIRST_YEAR,
        max=LAST_YEAR,
        help=words,
        autocompletion=policy_completion.complete_years,
    )


CalendarName = Annotated[
    str | None,
    typer.Argument(
        metavar="[NAME]",
        help=_("The calendar. Default: the one that the policy's limits use, or its only one."),
        autocompletion=policy_completion.complete_calendars,
    ),
]


def calendar(
    ctx: typer.Context,
    name: CalendarName = None,
    year: Annotated[int | None, year_option(_("The year. Default: this one."))] = None,
    output_format: options.PageFormat = "table",
    as_json: options.Json = False,
) -> None:
    """Show a year of a calendar: holidays, make-up working days, short days, and how many days are worked."""
    from complaintctl.render.policy import calendars

    output_format = tables.check_format("json" if as_json else output_format, tables.PAGE_FORMATS)
    session = open_session(casebook_dir(ctx))
    chosen = choose_calendar(session.rules.policy, name)
    entry = session.rules.policy.calendars[chosen]
    zone = session.rules.timetables[chosen].zone
    number = year or session.now.astimezone(zone).year
    year_view = calendars.CalendarYear(
        name=chosen,
        number=number,
        calendar=entry,
        zone=str(zone),
        days=calendar_year.year_days(entry, number),
    )
    if output_format == "json":
        print_output(tables.json_document("calendar", calendars.calendar_json(year_view)))
    else:
        print_output(calendars.calendar_text(year_view, output_format), output_format)


def choose_calendar(policy: Policy, name: str | None) -> str:
    """Returns the name of the calendar to use: `name`, else the default calendar of the policy, else its only one.

    Raises InvalidInput if the policy has no calendars, the name is unknown, or the choice is ambiguous.
    """
    known = list(policy.calendars)
    if not known:
        raise InvalidInput("no-calendar")
    if name is not None and name not in known:
        raise InvalidInput("unknown-calendar", name=name, choices=known)
    default = policy.calendar if isinstance(policy.calendar, str) else ALWAYS
    if name is None and default == ALWAYS and len(known) > 1:
        raise InvalidInput("which-calendar", choices=known)
    return name or (known[0] if default == ALWAYS else default)
