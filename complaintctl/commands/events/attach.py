"""Attaching a file: kept with the case, named with its SHA-256."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options, recording
from complaintctl.commands.session import Session
from complaintctl.commands.write_options import WriteOptions, with_write_options
from complaintctl.domain.case.case import Attachment
from complaintctl.domain.lifecycle.lifecycle import Request
from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import attachment_path, find_alike_attachment, find_case_file


@with_write_options
def attach(
    case: options.Case,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file to keep with the case."))],
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=_("Its name there."))] = None,
    text: options.Text = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Copy a file into attachments/CASE/ and name it in the case."""
    if not file.is_file():
        raise InvalidInput("no-such-file", path=str(file))
    content = file.read_bytes()
    kept = Path(name or file.name).name

    def request(session: Session) -> Request:
        path = find_case_file(session.casebook, case)
        loaded, _problems = casefile.read_case(path)
        recorded = [entry.file for entry in loaded.case.attachments] if loaded else []
        if kept in recorded or attachment_path(session.casebook, path.stem, kept).exists():
            raise InvalidInput("file-name-taken", case=path.stem, name=kept)
        if other := find_alike_attachment(session.casebook, path.stem, recorded, kept):
            raise InvalidInput("file-name-alike", case=path.stem, name=kept, other=other)
        entry = Attachment(file=kept, sha256=hashlib.sha256(content).hexdigest())
        return Request(did="attach", attachment=entry, text=text)

    recording.record_event(case, write_options, request, files={kept: content})
