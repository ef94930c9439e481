"""The folder that `export parquet` writes: which casebooks it holds, and how one is replaced."""

import glob
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from complaintctl.domain.exports.fact_tables import TABLES
from complaintctl.errors import InvalidInput, NotFound
from complaintctl.storage.disk.atomic_write import convert_disk_errors

# It begins with a letter, so that no engine takes it for a number; it needs no escapes in a path or an address.
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PART: Final = "casebook="
MANIFEST: Final = "manifest"
_PRIVATE_MODE: Final = 0o700
_USUAL_MODE: Final = 0o777


def check_casebook_name(name: str) -> str:
    """Returns the name of a casebook in an export; raises InvalidInput if it cannot be part of a path everywhere."""
    if not _NAME.fullmatch(name):
        raise InvalidInput("casebook-name", name=name)
    return name


@contextmanager
def staged_tables(folder: Path, casebook: str, *, private: bool) -> Iterator[tuple[Path, Path]]:
    """Gives a folder for rows and one for the tables of a casebook, which replace those of its earlier export.

    `private`: a new folder is for its owner only. The manifest goes first and comes last: without it nobody reads the
    tables. Raises Broken if the disk fails.
    """
    with convert_disk_errors(folder):
        folder.mkdir(mode=_PRIVATE_MODE if private else _USUAL_MODE, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as place:
            spool, tables = Path(place) / "rows", Path(place) / "tables"
            spool.mkdir()
            tables.mkdir()
            yield spool, tables
            shutil.rmtree(_part(folder, MANIFEST, casebook), ignore_errors=True)
            for name in TABLES:
                _replace_part(folder, tables, name, casebook)


def _part(folder: Path, table: str, casebook: str) -> Path:
    return folder / table / f"{_PART}{casebook}"


def _replace_part(folder: Path, tables: Path, table: str, casebook: str) -> None:
    target, written = _part(folder, table, casebook), _part(tables, table, casebook)
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        shutil.rmtree(target)
    (written if written.exists() else tables / table).rename(target)


def find_exports(patterns: Iterable[str]) -> Mapping[str, Path]:
    """Returns the folder of each exported casebook in folders given by path or glob pattern.

    Raises NotFound if a pattern finds none, InvalidInput if two folders hold the same casebook.
    """
    found: dict[str, Path] = {}
    for pattern in patterns:
        matches = glob.glob(pattern, recursive=True)  # noqa: PTH207 - the pattern may be absolute
        folders = sorted({Path(path) for path in matches})
        parts = [(folder, part) for folder in folders for part in sorted(folder.glob(f"{MANIFEST}/{_PART}*"))]
        if not parts:
            raise NotFound("no-exports", path=pattern)
        for folder, part in parts:
            name = part.name.removeprefix(_PART)
            if found.setdefault(name, folder).resolve() != folder.resolve():
                raise InvalidInput("export-twice", casebook=name, first=str(found[name]), second=str(folder))
    return found


def table_files(exports: Mapping[str, Path]) -> dict[str, list[str]]:
    """Returns the Parquet files of each table, as patterns."""
    return {
        table: [
            str(Path(glob.escape(str(_part(folder, table, name)))) / "**" / "*.parquet")
            for name, folder in exports.items()
        ]
        for table in TABLES
    }
