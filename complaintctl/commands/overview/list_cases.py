"""Lists cases with filters, search, sorting and chosen columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.input.conditions import parse_filter
from complaintctl.commands.output.printed_rows import print_rows
from complaintctl.commands.overview import list_completion
from complaintctl.commands.session import (
    Session,
    current_person,
    open_session,
    parse_as_of,
    parse_column,
    parse_person,
    print_message,
    print_problems,
)
from complaintctl.domain.case import data_state, fields, list_separators
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.deadlines.progress import forced_parts
from complaintctl.domain.overview import filters, overview
from complaintctl.domain.overview.next_step import next_step
from complaintctl.domain.overview.search import parse_search
from complaintctl.render.overview.next_step import next_step_text
from complaintctl.render.text import labels, tables, values
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.disk.spooled_rows import SpooledRows

LIST_COLUMNS: Final = "id,status,level,category,owner,step,due,title"
_DESCENDING: Final = ("-", "－")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listing:
    """What to list: the filter, and the columns to show and to sort by."""

    accepts: Callable[[JudgedCase], bool]
    columns: list[str]
    sort: list[str]
    limit: int | None


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
    where: options.Where = None,
    or_where: options.OrWhere = None,
    level: options.Level = None,
    category: options.Category = None,
    channel: Annotated[
        str | None,
        typer.Option(
            "--channel",
            metavar="CHANNEL",
            help=_("How it arrived."),
            autocompletion=completion.field_completer("channel"),
        ),
    ] = None,
    owner: options.Owner = None,
    mine: options.Mine = False,
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
            metavar="A,-B,…",
            help=_("Sort by any fields or due; -COLUMN sorts in descending order."),
            autocompletion=list_completion.complete_sorting,
        ),
    ] = "due",
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="NUMBER", min=1, help=_("Show at most this many cases.")),
    ] = None,
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            metavar="A,B,…",
            help=_("Columns to show: any fields, and due, step, overdue, forced, data."),
            autocompletion=list_completion.complete_column_lists,
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
    reveal: options.Reveal = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """List cases."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    columns, output_format = ("id", "plain") if ids else (columns, output_format)
    session = open_session(casebook_dir(ctx), reveal=reveal, index=not no_index)
    moment = parse_as_of(session, as_of)
    person = current_person(session) if mine else parse_person(session, owner)
    given = {"level": level, "category": category, "channel": channel, "owner": person}
    accepts = _parse_filters(session, moment, given, where or [], or_where or [])
    contains_words = parse_search(search or "", session.rules.policy.country_code)

    def is_wanted(judged: JudgedCase) -> bool:
        return (
            (not closed or judged.progress.status == "closed")
            and accepts(judged)
            and (not overdue or overview.is_overdue(judged))
            and (search is None or contains_words(judged.case))
        )

    listing = _Listing(
        accepts=is_wanted,
        columns=parse_columns(session, columns),
        sort=_parse_sorting(session, sort),
        limit=limit,
    )
    reader = CaseReader(session=session, moment=moment, archive=closed or every)
    _print_listing(reader, listing, output_format)
    return reader.exit_code()


def parse_columns(session: Session, typed: str) -> list[str]:
    """Returns the names of columns typed in a list; raises InvalidInput if there is no such column."""
    return [parse_column(session, name) for name in list_separators.split_items(typed) if name]


def _parse_sorting(session: Session, typed: str) -> list[str]:
    parts = filter(None, list_separators.split_items(typed))
    return ["-" * part.startswith(_DESCENDING) + parse_column(session, part.lstrip("-－")) for part in parts]


def _parse_filters(
    session: Session, moment: datetime, given: Mapping[str, str | None], where: list[str], either: list[str]
) -> Callable[[JudgedCase], bool]:
    """Returns whether a case has the values given as options, and fulfils the conditions."""
    rules = session.rules
    typed = parse_filter(session, moment, where, either)
    values_given = [
        filters.field_condition(rules, moment, name, "=", text)
        for name, text in given.items()
        if text is not None
    ]
    return lambda judged: all(accepts(judged) for accepts in values_given) and typed.matches(judged)


def _print_listing(reader: CaseReader, listing: _Listing, output_format: str) -> None:
    session, rules = reader.session, reader.session.rules
    rows: SpooledRows[filters.SortKey] = SpooledRows()

    def take(_path: Path, judged: JudgedCase) -> None:
        row = list_row(session, judged, listing.columns, output_format)
        rows.add(filters.sort_key(rules, judged, listing.sort), row)

    run_through(reader.results(take, listing.accepts))
    for order, descending in filters.sort_passes(listing.sort):
        rows.sort(order, reverse=descending)
    count = len(rows)
    rows.keep_first(listing.limit)
    headings = {name: labels.column_heading(rules.policy, name) for name in listing.columns}
    print_rows("cases", headings, rows, output_format)
    print_problems(reader.problems, session.casebook.root)
    if not count:
        print_case_count(0)
    elif len(rows) < count:
        message = _("{shown} of {count} cases; --limit hides the others.")
        print_message(message.format(shown=len(rows), count=count))


def list_row(session: Session, judged: JudgedCase, columns: list[str], output_format: str) -> dict[str, Any]:
    """Returns the columns of a case as it may be shown, as texts; for people with labels and local times."""
    entry = {name: overview.column_text(judged, name) or None for name in columns}
    if output_format in tables.READABLE_FORMATS:
        return dict(_readable_entry(session, entry, judged))
    is_restricted = data_state.restriction_of(judged.case) is not None
    as_json = output_format in tables.JSON_FORMATS
    return session.display.cells(entry, as_json=as_json, restricted=is_restricted)


def print_case_count(count: int) -> None:
    """Print how many cases there are."""
    print_message(ngettext("{count} case", "{count} cases", count).format(count=count))


def _readable_entry(
    session: Session, entry: dict[str, str | None], judged: JudgedCase
) -> dict[str, str | None]:
    """Returns times and labels as people read them; the status of a case closed by force says so."""
    times = {
        name: values.moment_text(datetime.fromisoformat(text), session.rules.zone)
        for name in ("due", "received")
        if (text := entry.get(name))
    }
    texts = {
        name: labels.cell_label(session.rules.policy, name, text) for name, text in entry.items() if text
    }
    awaited = next_step(judged, session.rules)
    if "step" in texts and awaited is not None:
        texts["step"] = next_step_text(awaited, session.rules.policy)
    if "status" in texts and forced_parts(judged.progress):
        texts["status"] = _("{status} by force").format(status=texts["status"])
    sealed = {name: labels.sealed_text() for name in entry if fields.is_sealed(judged.case, name)}
    return {**texts, **times, **sealed}
