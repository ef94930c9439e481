"""Exports facts of all cases as Parquet tables, for reports over many casebooks (docs/scale.md)."""

import secrets
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl import __version__
from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader, count_cases
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    Session,
    open_session,
    parse_as_of,
    print_message,
    print_problems,
)
from complaintctl.domain.exports.fact_rows import FactWriter
from complaintctl.domain.exports.masking import Masking
from complaintctl.errors import Broken
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.disk.fact_folder import check_casebook_name, staged_tables

_KEY_BYTES: Final = 32


def export_parquet(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help=_("The folder of the tables. An earlier export of this casebook is replaced."),
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--name", metavar="NAME", help=_("The name of the casebook there. Default: that of its folder.")
        ),
    ] = None,
    as_of: options.AsOf = None,
) -> int:
    """Write facts of all cases as Parquet tables, for reports over many casebooks."""
    session = open_session(casebook_dir(ctx))
    casebook = check_casebook_name(name or session.casebook.root.resolve().name)
    moment = parse_as_of(session, as_of)
    reader = CaseReader(session=session, moment=moment, archive=True, whole=True)
    writer = FactWriter(
        casebook=casebook,
        rules=session.rules,
        masking=Masking(session.rules.policy, secrets.token_bytes(_KEY_BYTES)),
    )
    _write(session, reader, writer, folder)
    template = ngettext("{count} case exported as {name}", "{count} cases exported as {name}", writer.cases)
    print_message(template.format(count=f"{writer.cases:,}", name=casebook))
    print_problems(reader.problems, session.casebook.root)
    return reader.exit_code()


def _write(session: Session, reader: CaseReader, writer: FactWriter, folder: Path) -> None:
    try:
        from complaintctl.exchange.analytics.parquet_export import SpooledRows, write_tables
    except ImportError as error:
        raise Broken("analytics-missing", library=error.name) from error
    with staged_tables(folder, writer.casebook, private=session.casebook.private) as (rows, tables):
        with ExitStack() as stack:
            spooled = SpooledRows(rows, stack)
            count_cases(reader, lambda judged: spooled.add(writer.rows(judged)))
            spooled.join_customers(writer.customers.joined())
            spooled.add(writer.whole_rows(reader.moment, __version__))
        write_tables(spooled, tables, reader.moment.astimezone(session.rules.zone).year)
