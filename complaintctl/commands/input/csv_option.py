"""The option --for of every command that prints CSV."""

import inspect
from pathlib import Path
from typing import Any, Final

import typer

from complaintctl.commands import options
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.signatures import Command, option, with_parameters

_CSV: Final = "csv"


def with_csv_option(function: Command) -> Command:
    """Adds --for to a command whose --format can be csv."""
    if not _prints_csv(function):
        return function

    def command(*arguments: Any, program: str | None = None, **values: Any) -> int | None:
        marked = options.is_for_excel(program)
        if marked and not _is_csv(values):
            raise InvalidInput("not-csv")
        tables.mark_next_csv(wanted=marked)
        return function(*arguments, **values)

    return with_parameters(command, function, [option("program", options.ForProgram, None)])


def _prints_csv(function: Command) -> bool:
    parameters = inspect.signature(function).parameters
    if "output_format" not in parameters or "program" in parameters:
        return False
    infos = getattr(parameters["output_format"].annotation, "__metadata__", ())
    return any(
        _CSV in info.autocompletion(_CSV)
        for info in infos
        if isinstance(info, typer.models.OptionInfo) and info.autocompletion
    )


def _is_csv(values: dict[str, Any]) -> bool:
    """Whether the options as typed ask for CSV; a file may do that by its name."""
    output = values.get("output")
    by_name = isinstance(output, Path) and output.suffix.lower() == f".{_CSV}"
    return not values.get("as_json") and (
        values.get("output_format") == _CSV or (values.get("output_format") is None and by_name)
    )
