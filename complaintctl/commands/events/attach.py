"""Attaches a file to a case and records its SHA-256."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions, with_write_options
from complaintctl.commands.session import Session
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
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help=_("The name to keep the file under."))
    ] = None,
    text: options.Text = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Copy a file into attachments/CASE/ and list it in the case."""
    if not file.is_file():
        raise InvalidInput("no-such-file", path=str(file))
    content = file.read_bytes()
    target_name = Path(name or file.name).name

    def request(session: Session) -> Request:
        path = find_case_file(session.casebook, case)
        loaded, _problems = casefile.read_case(path)
        recorded = [entry.file for entry in loaded.case.attachments] if loaded else []
        if target_name in recorded or attachment_path(session.casebook, path.stem, target_name).exists():
            raise InvalidInput("file-name-taken", case=path.stem, name=target_name)
        if other := find_alike_attachment(session.casebook, path.stem, recorded, target_name):
            raise InvalidInput("file-name-alike", case=path.stem, name=target_name, other=other)
        entry = Attachment(file=target_name, sha256=hashlib.sha256(content).hexdigest())
        return Request(did="attach", attachment=entry, text=text)

    recording.record_event(case, write_options, request, files={target_name: content})
