"""The formats of a report, and where it is written."""

from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import completion
from complaintctl.commands.session import check_output_target, print_output, write_output
from complaintctl.domain.reports.figures import Figures
from complaintctl.errors import Broken
from complaintctl.render.reports.definitions import ReportWords
from complaintctl.render.text import bars, tables, terminal_safety, wrapping
from complaintctl.render.text.language import _

REPORT_FORMATS: Final = (*tables.TABLE_FORMATS, "html", "xlsx")
_SUFFIXES: Final = frozenset(REPORT_FORMATS) - {"table", "plain"}

Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help=_("One of {choices}. Default: by the name of the file, otherwise table.").format(
            choices=_(", ").join(REPORT_FORMATS)
        ),
        autocompletion=completion.choice_completer(REPORT_FORMATS),
    ),
]


def choose_format(given: str | None, output: Path | None) -> str:
    """Returns the given format, else that of the file's name, else table; raises InvalidInput if it is unknown."""
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    return tables.check_format(given or (suffix if suffix in _SUFFIXES else "table"), REPORT_FORMATS)


def check_target(output_format: str, output: Path | None) -> None:
    """Raises InvalidInput if a workbook would go to a terminal, OSError if the folder of the file is missing."""
    if output is not None or output_format == "xlsx":
        check_output_target(output)


def print_figures(
    figures: Figures, words: ReportWords, output_format: str, output: Path | None, *, private: bool
) -> int:
    """Prints a report, or writes it to a file; returns 0, raises Broken if the library for workbooks is missing."""
    if output is not None:
        # A file has no width, and no bars.
        wrapping.set_screen_width(None)
        bars.set_bar_signs(None)
    content = _render_figures(figures, words, output_format)
    print_content(content, output_format, output, private=private)
    return 0


def print_content(content: str | bytes, output_format: str, output: Path | None, *, private: bool) -> None:
    """Prints a text or workbook, or writes it to a file; `private`: for the eyes of its owner only, if it is new."""
    if isinstance(content, str) and output is None:
        print_output(content, output_format)
    else:
        encoded = terminal_safety.escape_controls(content).encode() if isinstance(content, str) else content
        write_output(encoded, output, private=private)


def _render_figures(figures: Figures, words: ReportWords, output_format: str) -> str | bytes:
    from complaintctl.render.reports import figures_data, figures_html, figures_table

    if output_format == "xlsx":
        return _workbook(figures, words)
    if output_format == "html":
        return figures_html.figures_page(figures, words)
    if output_format in tables.READABLE_FORMATS:
        return figures_table.figures_text(figures, words, output_format)
    return figures_data.figures_data(figures, output_format)


def _workbook(figures: Figures, words: ReportWords) -> bytes:
    try:
        from complaintctl.render.reports import figures_workbook
    except ImportError as error:
        raise Broken("workbook-missing", library=error.name) from error
    return figures_workbook.figures_workbook(figures, words)
