"""Imports records of another system from a CSV table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.exchange.import_batch import open_import_batch
from complaintctl.commands.exchange.import_cases import import_cases
from complaintctl.commands.exchange.import_form import import_form
from complaintctl.commands.exchange.import_guess import import_guess
from complaintctl.commands.exchange.import_mail import import_mail
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.output.progress_line import ProgressLine, show_progress
from complaintctl.commands.session import (
    Session,
    current_time,
    open_session,
    print_message,
    print_output,
    print_problems,
    problems_exit_code,
)
from complaintctl.domain.deadlines import rulebook
from complaintctl.domain.lifecycle.import_results import ImportSummary, RejectedRecord
from complaintctl.errors import Broken
from complaintctl.exchange.imports import eventmapping, events
from complaintctl.exchange.imports.formats.csvrows import CsvRow, CsvTable
from complaintctl.exchange.imports.mapping import ImportMapping
from complaintctl.exchange.imports.policy_words import PolicyWords
from complaintctl.exchange.imports.rows import group_id, parse_rows
from complaintctl.exchange.imports.tables import open_mapped_table
from complaintctl.exchange.imports.unknown_words import WordCount
from complaintctl.render.overview import imports, unknown_words
from complaintctl.render.text.language import N_, _
from complaintctl.storage.imports import eventrows, mappingfile, sourcefile
from complaintctl.storage.imports.event_intake import import_event_logs
from complaintctl.storage.imports.intake import ImportJob, import_rows
from complaintctl.storage.imports.rejects import RejectsFile, choose_rejects_path
from complaintctl.storage.imports.sourcefile import SourceFile
from complaintctl.storage.yaml import quoting

_WHOLE: Final = 100
_as_yaml: Final = partial(quoting.scalar_text, in_flow=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportOptions:
    """The options of an import."""

    member: str | None
    rejects: Path | None
    dry_run: bool
    no_commit: bool


def _complete_mappings(incomplete: str) -> list[str]:
    """Returns the shipped mappings that start with the typed text. The shell itself completes file names."""
    return [name for name in mappingfile.shipped_mapping_names() if name.startswith(incomplete)]


def import_csv(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help=_("The table: CSV or JSON Lines, also as .gz or in a zip archive, or a workbook."),
        ),
    ],
    map: Annotated[
        str,
        typer.Option(
            "--map",
            metavar="MAP",
            help=_("The mapping: a file, or the name of a shipped one."),
            autocompletion=_complete_mappings,
        ),
    ],
    zip_member: options.ZipMember = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help=_("Where rejected rows go. Default: FILE.rejects.csv beside the table."),
        ),
    ] = None,
    dry_run: options.DryRun = False,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Import a table; rows imported before are compared, not imported again. Returns 1 if rows were rejected."""
    session = open_session(casebook_dir(ctx))
    mapping = _read_mapping(session, map)
    import_options = ImportOptions(member=zip_member, rejects=rejects, dry_run=dry_run, no_commit=no_commit)
    rejects_path = choose_rejects_path(session.casebook, file, rejects)
    summary = _import_rows(session, file, mapping, import_options, rejects_path)
    if as_json:
        print_output(imports.import_json(summary, dry_run, rejects_path))
    else:
        print_output(
            imports.import_text(summary) + unknown_words.unknown_words_text(summary.unknown, _as_yaml)
        )
    for words in imports.import_notes(summary, dry_run, rejects_path):
        print_message(words)
    print_problems(summary.problems, session.casebook.root)
    return problems_exit_code(summary.problems) or (1 if summary.rejected else 0)


def _read_mapping(session: Session, name: str) -> ImportMapping:
    path = mappingfile.find_mapping(name)
    mapping, problems = mappingfile.read_mapping(path)
    if mapping is None:
        print_problems(problems, session.casebook.root)
        raise Broken("mapping-faulty", file=str(path))
    eventmapping.check_mapped_steps(mapping, session.rules)
    return mapping


def _import_rows(
    session: Session, file: Path, mapping: ImportMapping, import_options: ImportOptions, rejects_path: Path
) -> ImportSummary:
    with sourcefile.open_source_file(file, import_options.member) as source:
        table, layout = open_mapped_table(
            source.stream, source.name, mapping, PolicyWords(session.rules.policy)
        )
        with (
            open_import_batch(
                session,
                mapping.system,
                dry_run=import_options.dry_run,
                no_commit=import_options.no_commit,
            ) as batch,
            _open_rejects(session, rejects_path, table, import_options) as rejects,
        ):
            # Others may have recorded events while we waited for the lock, so read the clock again.
            now = rulebook.to_policy_zone(session.rules, current_time())
            job = ImportJob(
                casebook=session.casebook, ready=layout, rules=session.rules, now=now, batch=batch
            )
            count = WordCount(layout, session.rules, table.header)
            with _counted_rows(table.rows, source) as rows:
                summary = _import_table(job, count.watch(rows) if import_options.dry_run else rows, rejects)
            summary.unknown = count.unknown()
            return summary


def _import_table(
    job: ImportJob, rows: Iterator[CsvRow | RejectedRecord], rejects: RejectsFile | None
) -> ImportSummary:
    layout = job.ready
    if layout.mapping.events is None:
        return import_rows(job, parse_rows(layout, rows, job.now), rejects)
    cases = eventrows.group_rows_by_case(rows, partial(group_id, layout))
    return import_event_logs(job, events.read_case_logs(layout, cases, job.now), rejects)


@contextmanager
def _open_rejects(
    session: Session, rejects_path: Path, table: CsvTable, import_options: ImportOptions
) -> Iterator[RejectsFile | None]:
    private = session.casebook.private
    rejects = (
        None
        if import_options.dry_run
        else RejectsFile(
            rejects_path, table.header, imports.rejection_reason, style=table.style, private=private
        )
    )
    try:
        yield rejects
    finally:
        if rejects is not None:
            rejects.close()


@contextmanager
def _counted_rows(
    rows: Iterator[CsvRow | RejectedRecord], source: SourceFile
) -> Iterator[Iterator[CsvRow | RejectedRecord]]:
    """Gives the rows, and says on a terminal how far the import is."""

    def reading_words(count: int) -> str:
        percent = source.stream.tell() * _WHOLE // max(source.size, 1)
        # A workbook, or a small file, is read whole before its first row.
        template = (
            _("Importing rows: {count} ({percent} %)") if percent < _WHOLE else _("Importing rows: {count}")
        )
        return template.format(count=count, percent=percent)

    def all_rows(line: ProgressLine) -> Iterator[CsvRow | RejectedRecord]:
        yield from line.count(rows)
        line.say(_("All rows were read. Finishing…"))

    with show_progress(reading_words) as line:
        yield all_rows(line)


COMMANDS: Final = (
    ("csv", import_csv, N_("Import a table with a mapping: CSV, JSON Lines or a workbook.")),
    ("cases", import_cases, N_("Import the cases of an export, each with its id and its history.")),
    ("mail", import_mail, N_("Import e-mails: a case for each conversation, answers on their case.")),
    ("form", import_form, N_("Open a case for an issue of the web form, from the event of a forge.")),
    ("guess", import_guess, N_("Print a first mapping for a table: a guess, to be corrected by you.")),
)
