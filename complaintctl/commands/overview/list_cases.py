"""Lists cases with filters, search, sorting and chosen columns."""

import itertools
import re
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    parse_assignments,
    parse_column,
    print_output,
    print_problems,
)
from complaintctl.domain.case import vocabulary
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.overview import overview
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _

LIST_COLUMNS = "id,status,level,category,owner,step,due,title"


def list_cases(
    ctx: typer.Context,
    search: Annotated[
        str | None,
        typer.Option(
            "--search",
            metavar="WORDS",
            help=_("Only cases that contain all these words, in any field or event."),
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            "--where",
            metavar="FIELD=VALUE",
            help=_("Only cases whose field has this value; a class includes its subclasses. Repeatable."),
            autocompletion=completion.complete_assignments,
        ),
    ] = None,
    level: options.Level = None,
    category: options.Category = None,
    owner: options.Owner = None,
    overdue: Annotated[
        bool, typer.Option("--overdue", help=_("Only cases with an overdue clock."), show_default=False)
    ] = False,
    closed: Annotated[
        bool, typer.Option("--closed", help=_("Only closed cases."), show_default=False)
    ] = False,
    every: Annotated[
        bool, typer.Option("--all", help=_("Open and closed cases."), show_default=False)
    ] = False,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="COLUMN",
            help=_("Sort by any field or due; -COLUMN sorts in descending order."),
            autocompletion=completion.complete_field_names,
        ),
    ] = "due",
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            metavar="A,B,…",
            help=_("Columns to show: any fields, and due, step, overdue, forced."),
        ),
    ] = LIST_COLUMNS,
    ids: Annotated[
        bool,
        typer.Option(
            "--ids",
            help=_(
                "Only the ids, one on a line: complaintctl list --ids … | complaintctl assign - --to NAME."
            ),
            show_default=False,
        ),
    ] = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
) -> int:
    """List cases."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    columns, output_format = ("id", "plain") if ids else (columns, output_format)
    session = open_session(casebook_dir(ctx))
    names = [parse_column(session, name) for name in re.split("[,，、]", columns) if name.strip()]
    sort = "-" * sort.startswith("-") + parse_column(session, sort.removeprefix("-"))
    given = {"level": level, "category": category, "owner": owner}
    wanted = _parse_filters(session, given, where)
    reader = CaseReader(session=session, moment=parse_as_of(session, as_of), archive=closed or every)
    readable = output_format in tables.READABLE_FORMATS
    entries: dict[int, dict[str, str | None]] = {}

    def take(_path: Path, judged: JudgedCase) -> list[JudgedCase]:
        is_wanted = (
            (not closed or judged.progress.status == "closed")
            and overview.matches_filters(judged, wanted)
            and (not overdue or overview.is_overdue(judged))
            and (search is None or overview.contains_words(judged.case, search))
        )
        if not is_wanted:
            return []
        entry = {name: overview.column_text(judged, name) or None for name in names}
        entries[id(judged)] = _readable_entry(session, entry, judged) if readable else entry
        # Sorted alone, so that what fails is a problem of this case.
        return overview.sort_cases([judged], sort)

    matching = list(itertools.chain.from_iterable(reader.results(take)))
    rows = [entries[id(judged)] for judged in overview.sort_cases(matching, sort)]
    if output_format == "json":
        print_output(tables.json_document("cases", rows))
    else:
        print_output(
            tables.format_rows(
                {name: labels.column_heading(session.rules.policy, name) for name in names},
                rows,
                output_format,
            )
        )
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _parse_filters(session: Session, given: dict[str, str | None], where: list[str] | None) -> dict[str, str]:
    policy = session.rules.policy
    texts = {name: text for name, text in given.items() if text is not None}
    for name, text in parse_assignments(session, where).items():
        texts[overview.check_column_name(name)] = text.strip()
    return {name: vocabulary.parse_key(policy, name, text) if text else text for name, text in texts.items()}


def _readable_entry(
    session: Session, entry: dict[str, str | None], judged: JudgedCase
) -> dict[str, str | None]:
    """Returns times and labels as people read them; the status of a case closed by force says so."""
    from datetime import datetime

    times = {
        name: values.moment_text(datetime.fromisoformat(text), session.rules.zone)
        for name in ("due", "received")
        if (text := entry.get(name))
    }
    texts = {
        name: labels.cell_label(session.rules.policy, name, text) for name, text in entry.items() if text
    }
    if "status" in texts and forced_parts(judged.progress):
        texts["status"] = _("{status} by force").format(status=texts["status"])
    return {**texts, **times}
