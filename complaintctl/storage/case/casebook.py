"""A casebook on disk: where it is, where its cases are; the folder is the workflow."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken, InvalidInput, NotFound
from complaintctl.storage.git import git

POLICY_FILE: Final = "complaintctl.yaml"
CASE_ID_PATTERN: Final = re.compile(r"C-\d{8}-[0-9A-HJKMNP-TV-Z]{5}")
_SUFFIX: Final = ".yaml"
# What cannot stand in the name of a file, or means another one, here or on Windows; and what is a device there.
_FORBIDDEN_NAME: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|[. ]\Z|\A\Z')
_DEVICE_NAME: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|\Z)", re.IGNORECASE)
MAX_CASE_CANDIDATES: Final = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Casebook:
    """A folder with a policy and cases, and the repository it lies in (None outside git)."""

    root: Path
    repository: git.Repository | None

    @property
    def policy_path(self) -> Path:
        """The policy."""
        return self.root / POLICY_FILE

    @property
    def open_folder(self) -> Path:
        """The pile on the desk."""
        return self.root / "cases" / "open"

    @property
    def closed_folder(self) -> Path:
        """The archive, by month of the id."""
        return self.root / "cases" / "closed"

    @property
    def own_folder(self) -> Path:
        """Where lock and journal live: inside git's folder, so that the work tree stays clean."""
        return self.repository.folder if self.repository else self.root


def find_casebook(start: Path) -> Casebook:
    """The casebook at a folder or above it; raises InvalidInput where there is none."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / POLICY_FILE).is_file():
            return Casebook(root=folder, repository=git.find_repository(folder))
    raise InvalidInput("no-casebook", folder=str(here))


def open_case_path(casebook: Casebook, case_id: str) -> Path:
    """Where an open case lies."""
    return casebook.open_folder / f"{case_id}{_SUFFIX}"


def closed_case_path(casebook: Casebook, case_id: str) -> Path:
    """Where a closed case lies: by the month in its id."""
    return casebook.closed_folder / case_id[2:6] / case_id[6:8] / f"{case_id}{_SUFFIX}"


def attachment_path(casebook: Casebook, case_id: str, name: str) -> Path:
    """Where an attachment lies; raises InvalidInput for a name that some system does not take for one of a file."""
    if _FORBIDDEN_NAME.search(name) or _DEVICE_NAME.match(name):
        raise InvalidInput("attachment-name", name=name)
    path = casebook.root / "attachments" / case_id / name
    check_inside_casebook(casebook, path)
    return path


def is_inside_folder(root: Path, path: Path) -> bool:
    """Whether a file lies in a folder, wherever links lead."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def check_inside_casebook(casebook: Casebook, path: Path) -> None:
    """Raise Broken where a file of the casebook would lie outside."""
    if not is_inside_folder(casebook.root, path):
        raise Broken("file-outside", file=str(path.relative_to(casebook.root)))


def open_case_files(casebook: Casebook) -> list[Path]:
    """The files of open cases, by name. Anything that ends in .yaml counts, so that nothing hides."""
    return _case_files(casebook.open_folder)


def closed_case_files(casebook: Casebook) -> Iterator[Path]:
    """The files of closed cases, by month and name."""
    for folder, folders, names in os.walk(casebook.closed_folder):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names) if _is_case_name(name))


def closed_cases_between(casebook: Casebook, first: datetime, last: datetime) -> Iterator[Path]:
    """The files of closed cases whose ids name a day of that time, or the day before or after it."""
    days = [f"{moment + timedelta(days=more):%Y%m%d}" for moment, more in ((first, -1), (last, 1))]
    return (path for path in closed_case_files(casebook) if days[0] <= path.stem[2:10] <= days[1])


def _case_files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _is_case_name(entry.name))
    except FileNotFoundError:
        return []
    return [folder / name for name in names]


def _is_case_name(name: str) -> bool:
    return name.endswith((_SUFFIX, ".yml")) and not name.startswith(".")


def find_case_file(casebook: Casebook, part: str) -> Path:
    """The file of the case with that id, or of the only one whose id contains the part, any case of letters.

    Raises NotFound where none fits, or naming the candidates where several do.
    """
    wanted = part.strip().upper()
    if CASE_ID_PATTERN.fullmatch(wanted):
        for path in (open_case_path(casebook, wanted), closed_case_path(casebook, wanted)):
            if path.is_file():
                return path
        raise NotFound("no-such-case", part=part)
    fitting = [
        path
        for path in (*open_case_files(casebook), *closed_case_files(casebook))
        if wanted and wanted in path.stem.upper()
    ]
    if len(fitting) > 1:
        names = sorted({path.stem for path in fitting})
        raise NotFound("ambiguous-case", part=part, candidates=names[:MAX_CASE_CANDIDATES], count=len(names))
    if not fitting:
        raise NotFound("no-such-case", part=part)
    return fitting[0]


def list_case_ids(casebook: Casebook, *, with_closed: bool) -> Iterator[str]:
    """The ids of cases from names alone, open ones first."""
    yield from (path.stem for path in open_case_files(casebook))
    if with_closed:
        yield from (path.stem for path in closed_case_files(casebook))
