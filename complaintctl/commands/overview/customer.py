"""Lists all cases of a customer, open and closed."""

import functools
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, run_through
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.printed_rows import print_rows
from complaintctl.commands.overview import list_completion
from complaintctl.commands.overview.list_cases import list_row, parse_columns, print_case_count
from complaintctl.commands.recording import revealing
from complaintctl.commands.session import open_session, parse_as_of, print_problems
from complaintctl.domain.case import identity
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.overview import filters
from complaintctl.errors import InvalidInput
from complaintctl.render.text import labels, tables
from complaintctl.render.text.language import _
from complaintctl.storage.case import prefilter
from complaintctl.storage.disk.spooled_rows import SpooledRows

CUSTOMER_COLUMNS: Final = "id,received,status,owner,due,outcome,satisfaction.overall,title"
# The key of the column that says by what a case was found.
_KNOWN_BY: Final = "known_by"
_LAST_RECEIVED_FIRST: Final = ("-received",)


def customer(
    ctx: typer.Context,
    who: Annotated[
        list[str],
        typer.Argument(
            metavar="PHONE|EMAIL|NAME|SERIAL",
            help=_(
                "A telephone number, an e-mail address, a name or the serial number of a product, "
                "however it is written."
            ),
        ),
    ],
    columns: Annotated[
        str,
        typer.Option(
            "--columns",
            autocompletion=list_completion.complete_column_lists,
            metavar="A,B,…",
            help=_("Columns to show: any fields, and due, step, overdue, forced, data."),
        ),
    ] = CUSTOMER_COLUMNS,
    reveal: options.Reveal = False,
    as_of: options.AsOf = None,
    output_format: options.Format = "table",
    as_json: options.Json = False,
    no_index: options.NoIndex = False,
) -> int:
    """List the open and closed cases of a customer, the one received last first."""
    output_format = tables.check_format("json" if as_json else output_format, tables.TABLE_FORMATS)
    session = open_session(casebook_dir(ctx), reveal=reveal, index=not no_index)
    country_code, names = session.rules.policy.country_code, parse_columns(session, columns)
    wanted = identity.parse_contact(" ".join(who), country_code)
    if not wanted.needles():
        raise InvalidInput("no-customer", value=" ".join(who))
    revealing.print_unrecognised(session)
    wanted = revealing.add_pseudonyms(session, wanted)
    may_match = functools.partial(prefilter.may_contain_squeezed, needles=wanted.needles())
    moment = parse_as_of(session, as_of)
    reader = CaseReader(session=session, moment=moment, archive=True, may_match=may_match, whole=True)
    rows: SpooledRows[filters.SortKey] = SpooledRows()

    def take(_path: Path, judged: JudgedCase) -> None:
        shared = identity.shared_parts(wanted, identity.contact_of_case(judged.case, country_code))
        if shared:
            shown = session.display.judged(judged)
            row = list_row(session, shown, names, output_format) | _known_by(shared, output_format)
            rows.add(filters.sort_key(session.rules, shown, _LAST_RECEIVED_FIRST), row)

    run_through(reader.results(take))
    for order, descending in filters.sort_passes(_LAST_RECEIVED_FIRST):
        rows.sort(order, reverse=descending)
    headings = {name: labels.column_heading(session.rules.policy, name) for name in names}
    print_rows("cases", {**headings, _KNOWN_BY: _("known by")}, rows, output_format)
    print_problems(reader.problems, session.casebook.root)
    print_case_count(len(rows))
    return reader.exit_code()


def _known_by(shared: tuple[str, ...], output_format: str) -> dict[str, object]:
    if output_format not in tables.READABLE_FORMATS:
        return {_KNOWN_BY: list(shared)}
    return {_KNOWN_BY: _(", ").join(labels.contact_label(part) for part in shared)}
