"""Attaches a file to a case and records its SHA-256."""

import itertools
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
from complaintctl.storage.case import casefile, sealed_file
from complaintctl.storage.case.casebook import attachment_path, find_alike_attachment, find_case_file
from complaintctl.storage.disk.content_digest import content_digest


@with_write_options
def attach(
    case: options.Case,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("The file to keep with the case."))],
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="NAME",
            help=_(
                "The name to keep the file under. In a sealed casebook otherwise attachment-1, attachment-2, …"
            ),
        ),
    ] = None,
    text: options.Text = None,
    *,
    write_options: WriteOptions,
) -> None:
    """Copy a file into attachments/CASE/ and list it in the case.

    In a sealed casebook its own name, which may name the customer, becomes a neutral one unless you give --name.
    """
    if not file.is_file():
        raise InvalidInput("no-such-file", path=str(file))
    plain = file.read_bytes()
    kept: dict[str, bytes] = {}

    def request(session: Session) -> Request:
        path = find_case_file(session.casebook, case)
        loaded, _problems = casefile.read_case(path)
        recorded = [entry.file for entry in loaded.case.attachments] if loaded else []
        is_neutral = name is None and session.casebook.keyring is not None
        plain_name = (
            _neutral_name(session, path.stem, recorded, file.suffix)
            if is_neutral
            else Path(name or file.name).name
        )
        target_name, content = sealed_file.seal_file(session.casebook, path.stem, plain_name, plain)
        if target_name in recorded or attachment_path(session.casebook, path.stem, target_name).exists():
            raise InvalidInput("file-name-taken", case=path.stem, name=target_name)
        if other := find_alike_attachment(session.casebook, path.stem, recorded, target_name):
            raise InvalidInput("file-name-alike", case=path.stem, name=target_name, other=other)
        entry = Attachment(file=target_name, sha256=content_digest(content))
        # Sealed anew each time that the request is made: the last one is recorded.
        kept.clear()
        kept[target_name] = content
        return Request(did="attach", attachment=entry, text=text)

    recording.record_event(case, write_options, request, files=kept)


def _neutral_name(session: Session, case_id: str, recorded: list[str], ending: str) -> str:
    """Returns the first free name: `attachment-1.txt`, `attachment-2.txt` and so on."""
    names = (f"attachment-{number}{ending}" for number in itertools.count(1))
    return next(
        name
        for name in names
        if not find_alike_attachment(
            session.casebook, case_id, recorded, f"{name}{sealed_file.SEALED_SUFFIX}"
        )
    )
