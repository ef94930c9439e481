"""Prints a first mapping for a table, for people to correct."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import open_session, print_output
from complaintctl.exchange.imports.guessing import guess
from complaintctl.render.overview import guessed_mapping
from complaintctl.render.text.language import _
from complaintctl.storage.imports import sourcefile
from complaintctl.storage.yaml import quoting

_as_yaml: Final = partial(quoting.scalar_text, in_flow=True)


def import_guess(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=_("The table: CSV, also as .gz or in a zip archive, or a workbook.")
        ),
    ],
    zip_member: options.ZipMember = None,
    as_json: options.Json = False,
) -> int:
    """Print a first mapping. It reads the beginning of the table, and writes nothing."""
    policy = open_session(casebook_dir(ctx)).rules.policy
    with sourcefile.open_source_file(file, zip_member) as source:
        sample = source.stream.read(guess.SAMPLE_BYTES)
    with sourcefile.open_source_file(file, zip_member) as source:
        found = guess.guess_mapping(source.stream, source.name, policy, sample)
    print_output(
        guessed_mapping.guess_json(found)
        if as_json
        else guessed_mapping.guess_text(found, file.name, _as_yaml)
    )
    return 0
