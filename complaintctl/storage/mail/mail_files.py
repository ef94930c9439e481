"""Chooses the names under which the files of an e-mail are kept with a case: no file is replaced, none is kept twice."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.case.case import Attachment
from complaintctl.errors import InvalidInput
from complaintctl.storage.case import sealed_file
from complaintctl.storage.case.casebook import Casebook, attachment_path, find_alike_attachment
from complaintctl.storage.disk.content_digest import content_digest

_DIGEST_LENGTH: Final = 10
_LONGEST_ENDING: Final = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFiles:
    """The files to write, and their entries in the case; the first is the original e-mail."""

    files: Mapping[Path, bytes]
    entries: tuple[Attachment, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files."""
        return tuple(entry.file for entry in self.entries)


def original_name(mail_id: str) -> str:
    """Returns the name of an original e-mail, the same in every clone."""
    return f"mail-{hashlib.sha256(mail_id.encode()).hexdigest()[:_DIGEST_LENGTH]}.eml"


def keep_files(
    casebook: Casebook,
    case_id: str,
    recorded: Sequence[Attachment],
    original: tuple[str, bytes],
    attached: Iterable[tuple[str, bytes]],
) -> KeptFiles:
    """Returns the original and the attachments of a mail under free names; a file that the case has is left out."""
    entries: list[Attachment] = []
    files: dict[Path, bytes] = {}
    is_sealed = casebook.keyring is not None
    # The name of a file may name the customer.
    others = (
        (f"file{Path(name).suffix}", content) if is_sealed else (name, content) for name, content in attached
    )
    for plain_name, plain in (original, *others):
        name, content = sealed_file.seal_file(casebook, case_id, plain_name, plain)
        digest = content_digest(content)
        if entries and any(entry.sha256 == digest for entry in (*recorded, *entries)):
            continue
        taken = [entry.file for entry in (*recorded, *entries)]
        entry = Attachment(file=_free_name(casebook, case_id, taken, name), sha256=digest)
        files[attachment_path(casebook, case_id, entry.file)] = content
        entries.append(entry)
    return KeptFiles(files=files, entries=tuple(entries))


def _free_name(casebook: Casebook, case_id: str, taken: Sequence[str], name: str) -> str:
    # A name with a dot first could be one of git's own files, such as .gitattributes.
    name = f"_{name}" if name.startswith((".", "-")) else name
    try:
        attachment_path(casebook, case_id, name)
    except InvalidInput:
        name = "attachment"
    stem, ending = Path(name).stem, Path(name).suffix
    if len(ending) > _LONGEST_ENDING:
        stem, ending = name, ""
    number, free = 1, name
    while find_alike_attachment(casebook, case_id, taken, free):
        number += 1
        free = f"{stem}-{number}{ending}"
    return free
