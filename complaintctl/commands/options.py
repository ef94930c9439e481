"""Arguments and options shared by several commands, each with one name, meaning and help text."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from complaintctl.commands import completion
from complaintctl.render.text import tables
from complaintctl.render.text.language import _

Case = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help=_("The case: its id or any unique part of it."),
        autocompletion=completion.complete_case_ids,
    ),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help=_("When it happened: 09:30, 20m (ago), 2026-11-21T09:30. Default: now.")
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        help=_("Who did it, if not you; you are kept as the recorder."),
        autocompletion=completion.complete_people,
    ),
]
Via = Annotated[
    str | None,
    typer.Option(
        "--via",
        metavar="CHANNEL",
        help=_("The channel used to tell the customer; this counts as contact with the customer."),
        autocompletion=completion.field_completer("channel"),
    ),
]
Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help=_("What happened, in your words."))]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar="TEXT", help=_("The reason; it is kept in the history."))
]
Sets = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help=_("Set a field of the case, such as product.serial=SN-1; x.NAME is your own field. Repeatable."),
        autocompletion=completion.complete_assignments,
    ),
]
Why = Annotated[
    list[str] | None,
    typer.Option(
        "--why",
        metavar="TEXT",
        help=_("One of the five whys; repeat in order. Replaces the whys recorded before."),
    ),
]
Bones = Annotated[
    list[str] | None,
    typer.Option(
        "--bone",
        metavar="BRANCH:CAUSE",
        help=_(
            "A possible cause and its branch of the fishbone: man, machine, material, method, measurement, "
            "environment or your own word. Repeatable. Replaces the causes recorded before."
        ),
        autocompletion=completion.complete_branches,
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure",
        metavar="TEXT",
        help=_("WHAT or WHAT;WHO;WHEN. Repeatable. Replaces the entries recorded before."),
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help=_(
            "Only cases that fulfil this condition: FIELD=VALUE, or with !=, >=, <=, >, < or ~ (contains). A day "
            "means all of that day; a class includes its subclasses. Repeatable: all conditions apply."
        ),
        autocompletion=completion.complete_assignments,
    ),
]
OrWhere = Annotated[
    list[str] | None,
    typer.Option(
        "--or",
        metavar="CONDITION",
        help=_("Or cases that fulfil this condition instead of those after --where. Repeatable."),
        autocompletion=completion.complete_assignments,
    ),
]
Level = Annotated[
    str | None,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help=_("The severity."),
        autocompletion=completion.field_completer("level"),
    ),
]
Category = Annotated[
    str | None,
    typer.Option(
        "--category",
        metavar="CLASS",
        help=_("The class, as a path: quality/function."),
        autocompletion=completion.field_completer("category"),
    ),
]
Remedy = Annotated[
    str | None,
    typer.Option(
        "--remedy",
        metavar="REMEDY",
        help=_("What the customer gets."),
        autocompletion=completion.field_completer("remedy.kind"),
    ),
]
Outcome = Annotated[
    str | None,
    typer.Option(
        "--outcome",
        metavar="OUTCOME",
        help=_("How the complaint ended."),
        autocompletion=completion.field_completer("outcome"),
    ),
]
Attitude = Annotated[int | None, typer.Option("--attitude", min=1, max=5, help=_("Our attitude, 1 to 5."))]
Solved = Annotated[
    int | None, typer.Option("--solved", min=1, max=5, help=_("Whether the problem is solved, 1 to 5."))
]
Comment = Annotated[str | None, typer.Option("--comment", metavar="TEXT", help=_("What the customer said."))]
Mine = Annotated[bool, typer.Option("--mine", help=_("Only cases that I own."), show_default=False)]
Owner = Annotated[
    str | None,
    typer.Option(
        "--owner", metavar="NAME", help=_("Who handles the case."), autocompletion=completion.complete_people
    ),
]
Department = Annotated[
    str | None,
    typer.Option(
        "--department",
        metavar="NAME",
        help=_("The department in charge."),
        autocompletion=completion.complete_departments,
    ),
]
PromiseBy = Annotated[
    str | None,
    typer.Option(
        "--promise-by",
        metavar="TIME",
        help=_("A date promised to the customer, with its own clock that never pauses: +48h or an ISO time."),
    ),
]
Promise = Annotated[
    str | None,
    typer.Option(
        "--promise",
        metavar="STEP",
        help=_("The step promised by that time. Default: respond."),
        autocompletion=completion.complete_steps,
    ),
]
ContactBy = Annotated[
    str | None,
    typer.Option(
        "--contact-by",
        metavar="TIME",
        help=_(
            "When we contact the customer next, as agreed, with its own clock that never pauses: +2d or a day."
        ),
    ),
]
ContactVia = Annotated[
    str | None,
    typer.Option(
        "--contact-via",
        metavar="CHANNEL",
        help=_("The channel of the next contact, as agreed; only a message on it keeps the date."),
        autocompletion=completion.field_completer("channel"),
    ),
]
NoCommit = Annotated[
    bool,
    typer.Option(
        "--no-commit", help=_("Write the file without a git commit; you commit it."), show_default=False
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help=_("Dry run: write nothing, only show what would happen."), show_default=False
    ),
]
ZipMember = Annotated[
    str | None, typer.Option("--zip-member", metavar="NAME", help=_("The file inside the archive."))
]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON object."), show_default=False)]
Reveal = Annotated[
    bool,
    typer.Option(
        "--reveal",
        help=_("Show customer data if the policy masks them (personal: {level: masked})."),
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help=_("Judge as of this time; later events are ignored."),
    ),
]


PROGRAMS = ("excel",)
ForProgram = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="PROGRAM",
        help=_("Write CSV for this program: excel gets the byte order mark that it needs for Chinese."),
        autocompletion=completion.choice_completer(PROGRAMS),
    ),
]


def is_for_excel(program: str | None) -> bool:
    """Whether CSV is for Excel; raises InvalidInput for another program."""
    return program is not None and tables.check_format(program, PROGRAMS) == "excel"


def format_option(formats: Sequence[str]) -> Any:
    """Returns the option --format; its help and completion list the formats of the command."""
    return typer.Option(
        "--format",
        metavar="FORMAT",
        help=_("One of {choices}.").format(choices=_(", ").join(formats)),
        autocompletion=completion.choice_completer(formats),
    )


Format = Annotated[str, format_option(tables.TABLE_FORMATS)]
PageFormat = Annotated[str, format_option(tables.PAGE_FORMATS)]
WithContact = Annotated[
    bool,
    typer.Option("--with-contact", help=_("Show name, phone and e-mail, too."), show_default=False),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask questions."), show_default=False)]

NoIndex = Annotated[
    bool,
    typer.Option(
        "--no-index",
        help=_("Read every case file anew: the result is the same, but it takes longer."),
        show_default=False,
    ),
]
