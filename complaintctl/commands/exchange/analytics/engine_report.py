"""Counts a report by an engine over the exports of many casebooks, instead of reading case files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.session import print_message
from complaintctl.domain.case import list_separators, vocabulary
from complaintctl.domain.deadlines.rulebook import Rulebook
from complaintctl.domain.exports.fact_tables import DIMENSIONS
from complaintctl.domain.reports.dimensions import MOST_DIMENSIONS, TIME_DIMENSIONS, TIME_LABELS
from complaintctl.domain.reports.engines.engine_tally import ExportedBook, exported_rules
from complaintctl.domain.reports.engines.questions import Engine
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.text import values
from complaintctl.render.text.language import _
from complaintctl.storage.disk.fact_folder import find_exports, table_files

ENGINES: Final = ("duckdb",)

EngineName = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="ENGINE",
        help=_("Count exported tables (export parquet) with this engine instead of case files: duckdb."),
        autocompletion=completion.choice_completer(ENGINES),
    ),
]
Exports = Annotated[
    list[str] | None,
    typer.Option(
        "--exports",
        metavar="FOLDER",
        help=_("The folder of the tables, or a pattern such as 'exports/*'. Repeatable. With --engine."),
    ),
]


def check_engine_options(
    engine: str | None, exports: Sequence[str] | None, without: Mapping[str, object]
) -> bool:
    """Returns whether an engine is wanted; raises InvalidInput for options that are not possible then."""
    if engine is None:
        if exports:
            raise InvalidInput("exports-without-engine")
        return False
    if engine.strip().lower() not in ENGINES:
        raise InvalidInput("unknown-choice", option="--engine", value=engine, choices=list(ENGINES))
    if not exports:
        raise InvalidInput("engine-without-exports")
    for option, given in without.items():
        if given:
            raise InvalidInput("engine-option", option=option)
    return True


@contextmanager
def open_exports(patterns: Sequence[str]) -> Iterator[tuple[Engine, tuple[ExportedBook, ...], Rulebook]]:
    """Gives the engine, the exports and rules with their zone and steps.

    Raises NotFound without exports, InvalidInput if their zones differ, Broken if they cannot be read.
    """
    try:
        import duckdb

        from complaintctl.exchange.analytics.duckdb_engine import open_engine
    except ImportError as error:
        raise Broken("analytics-missing", library=error.name) from error
    try:
        with open_engine(table_files(find_exports(patterns))) as (engine, books):
            zones = sorted({book.zone for book in books})
            if len(zones) > 1:
                raise InvalidInput("export-zones", zones=zones)
            rules = exported_rules(books)
            _print_moments(books, rules)
            yield engine, books, rules
    except duckdb.Error as error:
        raise Broken("export-unreadable", detail=str(error).splitlines()[0]) from error


def _print_moments(books: Sequence[ExportedBook], rules: Rulebook) -> None:
    first, last = (choose(book.as_of for book in books) for choose in (min, max))
    if first != last:
        template = _("The exports are of different moments: from {first} to {last}.")
        first_text, last_text = (values.moment_text(moment, rules.zone) for moment in (first, last))
        print_message(template.format(first=first_text, last=last_text))


def parse_exported_dimensions(rules: Rulebook, typed: str) -> tuple[str, ...]:
    """Returns one or two dimensions typed as a list; raises InvalidInput if the tables have no such column."""
    names = tuple(_parse_dimension(rules, name) for name in list_separators.split_items(typed) if name)
    times = [name for name in names if name in TIME_DIMENSIONS]
    if not names or len(names) > MOST_DIMENSIONS or len({*names}) < len(names) or len(times) > 1:
        raise InvalidInput("bad-dimensions", value=typed)
    return names


def _parse_dimension(rules: Rulebook, typed: str) -> str:
    known = vocabulary.find_key(TIME_LABELS, typed) or (typed if typed in DIMENSIONS else None)
    name = known or vocabulary.parse_field_name(rules.policy, typed)
    if name not in DIMENSIONS and name not in TIME_DIMENSIONS:
        raise InvalidInput("engine-dimension", value=typed, choices=[*TIME_DIMENSIONS, *DIMENSIONS])
    return name
