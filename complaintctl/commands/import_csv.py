"""Taking in the records of another system from a table of separated values."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from complaintctl.commands import completion, desk, options, recorder
from complaintctl.commands.desk import Desk
from complaintctl.errors import Broken
from complaintctl.render.language import N_, _


def import_csv(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=_("The table: CSV, or a zip archive that holds it."))
    ],
    map: Annotated[
        str,
        typer.Option("--map", metavar="MAP", help=_("The mapping: a file, or the name of a shipped one.")),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Write nothing; say what would happen."), show_default=False)
    ] = False,
    zip_member: Annotated[
        str | None, typer.Option("--zip-member", metavar="NAME", help=_("The file inside the archive."))
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help=_("Where rejected rows go. Default: FILE.rejects.csv beside the table."),
        ),
    ] = None,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> int:
    """Take in a table; rows that were taken before are compared, never taken twice."""
    from complaintctl.exchange import csvrows, importing
    from complaintctl.render import imports
    from complaintctl.storage import importing as taking
    from complaintctl.storage import mappingfile, sourcefile
    from complaintctl.storage.rejects import Rejects, path_beside

    here = desk.sit_down()
    how = recorder.How(at=None, by=None, no_commit=no_commit, as_json=as_json)
    by, _recorder = recorder.actor(here, None)
    path = mappingfile.find(map)
    mapping, problems = mappingfile.read(path)
    if mapping is None:
        desk.say_problems(problems, here.book.root)
        raise Broken("mapping-faulty", file=str(path))
    commit = not dry_run and recorder.commits(here, how)
    with sourcefile.opened(file, zip_member) as source:
        table = csvrows.table(source.stream, source.name, mapping.encoding, mapping.delimiter)
        ready = importing.layout(mapping, table.header, source.name)
        place = path_beside(here.book, file, rejects)
        bad = None if dry_run else Rejects(place, table.header, imports.reason)
        rows = importing.arrivals(ready, _shown(table.rows, source))
        with _writing(here, wanted=not dry_run):
            batch = None if dry_run else taking.batch(here.book, mapping.system, by, commit=commit)
            job = taking.Import(
                book=here.book,
                ready=ready,
                rules=here.rules,
                now=desk_moment(here),
                batch=batch,
            )
            done = taking.take_in(job, rows, bad)
    if bad is not None:
        bad.close()
    desk.show(imports.machine(done, dry_run=dry_run) if as_json else imports.text(done, dry_run=dry_run))
    for words in imports.talk(done, None if dry_run else place):
        desk.say(words)
    return 1 if done.rejected else 0
