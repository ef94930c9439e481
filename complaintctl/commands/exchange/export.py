"""Exports cases as a table for other programs, with a schema that stays (docs/export.md)."""

import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Final

from complaintctl.commands import options
from complaintctl.commands.case_reading import CaseReader
from complaintctl.commands.exchange.analytics.export_parquet import export_parquet
from complaintctl.commands.exchange.export_ics import export_ics
from complaintctl.commands.exchange.export_options import ExportOptions, with_export_options
from complaintctl.commands.input.conditions import parse_filter
from complaintctl.commands.output.printed_rows import print_texts
from complaintctl.commands.session import (
    check_output_target,
    check_personal_option,
    open_session,
    parse_as_of,
    print_message,
    print_problems,
    write_output,
)
from complaintctl.domain.case import data_state
from complaintctl.domain.deadlines.clocks import JudgedCase
from complaintctl.domain.exports.case_rows import ExportRow, case_rows
from complaintctl.domain.exports.columns import export_columns
from complaintctl.domain.exports.masking import Masking
from complaintctl.errors import Broken
from complaintctl.exchange.exports import row_texts
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.storage.disk.streamed_file import open_streamed_file

_KEY_BYTES: Final = 32
_SHEET_NAME: Final = "cases"
_BLOCK: Final = 1 << 16


class _CaseExport:
    """The rows of the wanted cases, read one case after the other; `count` is how many cases were given."""

    def __init__(self, wanted: ExportOptions) -> None:
        self.wanted = wanted
        self.session = open_session(wanted.folder, reveal=wanted.reveal, index=not wanted.no_index)
        check_personal_option(self.session, "--personal", wanted=wanted.personal)
        moment = parse_as_of(self.session, wanted.as_of)
        self.filter = parse_filter(self.session, moment, wanted.where or [], wanted.either or [])
        archive = wanted.closed or wanted.archive
        self.reader = CaseReader(session=self.session, moment=moment, archive=archive, whole=True)
        policy = self.session.rules.policy
        self.columns = export_columns(list(policy.fields), with_history=wanted.history)
        self.full_masking = Masking(policy, secrets.token_bytes(_KEY_BYTES))
        self.masking = None if wanted.personal else self.full_masking
        self.count = self.restricted = 0

    def rows(self) -> Iterator[ExportRow]:
        """Yields the rows."""
        for rows in self.reader.results(lambda _path, judged: list(self._rows_of(judged))):
            self.count += bool(rows)
            yield from rows

    def _rows_of(self, judged: JudgedCase) -> Iterable[ExportRow]:
        is_closed = judged.progress.status == "closed"
        if (self.wanted.closed and not is_closed) or not self.filter.matches(judged):
            return ()
        masking = self.masking
        if masking is None and data_state.restriction_of(judged.case) is not None:
            masking = self.full_masking
            self.restricted += 1
        return case_rows(judged, masking, with_history=self.wanted.history)

    def finish(self) -> int:
        """Says how many cases were written and what is wrong with files; returns the exit code."""
        template = ngettext("{count} case exported", "{count} cases exported", self.count)
        print_message(template.format(count=f"{self.count:,}"))
        if self.masking is not None:
            print_message(_("Texts and customer data are masked; --personal writes them as they are."))
        if self.restricted:
            template = ngettext(
                "{count} case is masked all the same: its customer data are restricted.",
                "{count} cases are masked all the same: their customer data are restricted.",
                self.restricted,
            )
            print_message(template.format(count=f"{self.restricted:,}"))
        print_problems(self.reader.problems, self.session.casebook.root)
        return self.reader.exit_code()


@with_export_options
def export_csv(program: options.ForProgram = None, *, wanted: ExportOptions) -> int:
    """Write cases as CSV."""
    marked = options.is_for_excel(program)
    export = _CaseExport(wanted)
    return _write_lines(export, row_texts.csv_lines(export.columns, export.rows(), marked=marked))


@with_export_options
def export_jsonl(*, wanted: ExportOptions) -> int:
    """Write cases as JSON Lines."""
    export = _CaseExport(wanted)
    return _write_lines(export, row_texts.json_lines(export.columns, export.rows()))


def _write_lines(export: _CaseExport, lines: Iterator[str]) -> int:
    file = export.wanted.file
    if file is None:
        print_texts(lines)
        return export.finish()
    check_output_target(file)
    with open_streamed_file(file, private=export.session.casebook.private) as stream:
        for line in lines:
            stream.write(line.encode(errors="backslashreplace"))
    return export.finish()


@with_export_options
def export_xlsx(*, wanted: ExportOptions) -> int:
    """Write cases as a workbook."""
    check_output_target(wanted.file)
    try:
        from complaintctl.exchange.exports.workbook import MOST_OF_A_CELL, write_workbook
    except ImportError as error:
        raise Broken("workbook-missing", library=error.name) from error
    export = _CaseExport(wanted)
    with _open_target(export) as stream:
        cut, lost = write_workbook(stream, _SHEET_NAME, export.columns, export.rows())
    code = export.finish()
    if cut:
        template = ngettext(
            "{count} text is longer than the {limit} characters of a cell and was cut: use csv or jsonl.",
            "{count} texts are longer than the {limit} characters of a cell and were cut: use csv or jsonl.",
            cut,
        )
        print_message(template.format(count=f"{cut:,}", limit=f"{MOST_OF_A_CELL:,}"))
    if lost:
        print_message(_("{count} rows did not fit on the sheet: use csv or jsonl.").format(count=f"{lost:,}"))
    return code or (1 if cut or lost else 0)


@contextmanager
def _open_target(export: _CaseExport) -> Iterator[IO[bytes]]:
    """Gives the stream of the file; without a file, what was written goes to standard output at the end."""
    private = export.session.casebook.private
    if export.wanted.file is not None:
        with open_streamed_file(export.wanted.file, private=private) as stream:
            yield stream
        return
    with tempfile.TemporaryFile() as spool:
        yield spool
        spool.seek(0)
        for block in iter(partial(spool.read, _BLOCK), b""):
            write_output(block, None, private=private)


COMMANDS: Final = (
    ("csv", export_csv, N_("Write cases as CSV.")),
    ("jsonl", export_jsonl, N_("Write cases as JSON Lines: one object a line.")),
    ("xlsx", export_xlsx, N_("Write cases as a workbook for Excel.")),
    (
        "parquet",
        export_parquet,
        N_("Write facts of all cases as Parquet tables, for reports over many casebooks."),
    ),
    ("ics", export_ics, N_("Write due times into a calendar file, to subscribe to or to import.")),
)
