r"""Git objects in files of their own: reads those that are there, and writes trees and commits.

An object is the deflated bytes `KIND SIZE\0CONTENT`, and its name is their hash (gitrepository-layout(5)). Git writes the
objects of a commit like that too, and packs them from time to time.
"""

import os
import tempfile
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.storage.disk.object_names import object_head, object_name

# Git removes what is left of a killed writer by this prefix.
_TEMPORARY_PREFIX: Final = "tmp_obj_"
_READ_ONLY: Final = 0o444


@dataclass(frozen=True, kw_only=True, slots=True)
class LooseObjects:
    """The folder of a repository's objects; `length` is that of a name in hexadecimal digits, `written` what we wrote."""

    folder: Path
    length: int
    written: list[str] = field(default_factory=list)

    def name_object(self, kind: str, content: bytes) -> str:
        """The name that git gives an object."""
        return object_name(kind, content, self.length)

    def read_object(self, name: str, kind: str) -> bytes | None:
        """The content of an object; None if it is in no file of its own, or of another kind. Raises OSError."""
        try:
            head, _, content = zlib.decompress(self._path(name).read_bytes()).partition(b"\0")
        except (FileNotFoundError, zlib.error):
            return None
        return content if head == object_head(kind, content) else None

    def write_object(self, kind: str, content: bytes) -> str:
        """Writes an object unless it is there, and returns its name. Raises OSError."""
        name = self.name_object(kind, content)
        path = self._path(name)
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=_TEMPORARY_PREFIX, dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(zlib.compress(object_head(kind, content) + b"\0" + content))
                Path(temporary).chmod(_READ_ONLY)
                Path(temporary).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(temporary).unlink()
                raise
            self.written.append(name)
        return name

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name[2:]
