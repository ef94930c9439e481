"""Imports the cases of an export, each as it was."""

from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.exchange.import_batch import open_import_batch
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import (
    open_session,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.exchange.exports.exported_cases import read_exported_cases
from complaintctl.render.overview import imports
from complaintctl.render.text.language import _
from complaintctl.storage.imports import sourcefile
from complaintctl.storage.imports.case_intake import import_exported_cases

# What the commit of such an import names as its source.
_SYSTEM: Final = "complaintctl"


def import_cases(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=_("What export --history has written: CSV, JSON Lines or a workbook.")
        ),
    ],
    zip_member: options.ZipMember = None,
    dry_run: options.DryRun = False,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Write the cases of an export into this casebook, with their ids and times. Returns 1 if some were rejected."""
    session = open_session(casebook_dir(ctx))
    with (
        sourcefile.open_source_file(file, zip_member) as source,
        open_import_batch(session, _SYSTEM, dry_run=dry_run, no_commit=no_commit) as batch,
    ):
        arrivals = read_exported_cases(source.stream, source.name)
        summary = import_exported_cases(session.casebook, session.rules, arrivals, batch)
    text = imports.import_json(summary, dry_run, None) if as_json else imports.import_text(summary)
    print_output(text)
    for words in imports.import_notes(summary, dry_run, None):
        print_message(words)
    print_problems(summary.problems, session.casebook.root)
    return problems_exit_code(summary.problems) or (1 if summary.rejected else 0)
