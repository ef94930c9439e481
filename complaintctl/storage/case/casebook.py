"""Paths of a casebook on disk. Open and closed cases have folders of their own."""

import itertools
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken, InvalidInput, NotFound
from complaintctl.storage.git import git
from complaintctl.storage.privacy.keyring import Keyring

POLICY_FILE: Final = "complaintctl.yaml"
CASE_ID_PATTERN: Final = re.compile(r"C-\d{8}-[0-9A-HJKMNP-TV-Z]{5}")
_SUFFIX: Final = ".yaml"
# Characters that a file name must not contain, on Linux, macOS or Windows; and the device names of Windows.
_FORBIDDEN_NAME: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]|[. ]\Z|\A\Z')
# Files that git would take for its own, also on disks that ignore case (`git~1` is a short name of Windows), and signs
# that turn the direction of writing, so that `gpj.exe` is shown as `exe.jpg`.
_MISLEADING_NAME: Final = re.compile(
    r"\.git|git~\d|[^\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]*"
    r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
    re.IGNORECASE,
)
_DEVICE_NAME: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)\s*(\.|\Z)", re.IGNORECASE)
MAX_CASE_CANDIDATES: Final = 20
_ENDING_LENGTH: Final = 5
_ID_LENGTH: Final = len("C-20261121-7K3FQ")


@dataclass(frozen=True, kw_only=True, slots=True)
class Casebook:
    """A folder with a policy and cases, and the git repository around it (None outside git).

    `private`: the policy says that new files with customer data are for their owner alone.
    `keyring`: where the keys of the customer data are, if the policy seals them; `country_code` is that of the policy.
    `git_refusal`: why git does not open the repository that is there. Such a casebook can only be read.
    """

    root: Path
    repository: git.Repository | None
    private: bool = False
    keyring: Keyring | None = field(default=None, compare=False)
    country_code: str | None = None
    git_refusal: Broken | None = field(default=None, compare=False)

    @property
    def policy_path(self) -> Path:
        """The policy file."""
        return self.root / POLICY_FILE

    @property
    def open_folder(self) -> Path:
        """The folder of open cases."""
        return self.root / "cases" / "open"

    @property
    def closed_folder(self) -> Path:
        """The folder of closed cases, with a subfolder `YYYY/MM` for the month in the id."""
        return self.root / "cases" / "closed"

    @property
    def own_folder(self) -> Path:
        """The folder of lock and journal: git's own folder, so that the work tree stays clean."""
        return self.repository.folder if self.repository else self.root


def find_casebook(start: Path) -> Casebook:
    """Returns the casebook in `start` or the nearest folder above it; raises InvalidInput if none has a policy.

    Raises Broken if its cases are elsewhere, because a folder of them is a link.
    """
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / POLICY_FILE).is_file():
            _check_case_folders(folder)
            try:
                return Casebook(root=folder, repository=git.find_repository(folder))
            except Broken as refusal:
                return Casebook(root=folder, repository=None, git_refusal=refusal)
    raise InvalidInput("no-casebook", folder=str(here))


def _check_case_folders(root: Path) -> None:
    """Raise Broken if `cases/`, or a folder in it, leads out of the casebook: its files are not of this casebook."""
    cases = root / "cases"
    for folder in (cases, cases / "open", cases / "closed"):
        if folder.is_symlink() and not is_inside_folder(root, folder):
            raise Broken("file-outside", file=folder.relative_to(root).as_posix())


def open_case_path(casebook: Casebook, case_id: str) -> Path:
    """The path that a case has while it is open."""
    return Path(casebook.root, "cases", "open", f"{case_id}{_SUFFIX}")


def closed_case_path(casebook: Casebook, case_id: str) -> Path:
    """The path that a case has once it is closed, by the month in its id."""
    return Path(casebook.root, "cases", "closed", case_id[2:6], case_id[6:8], f"{case_id}{_SUFFIX}")


def attachment_path(casebook: Casebook, case_id: str, name: str) -> Path:
    """The path of an attachment; raises InvalidInput if `name` is not a valid file name on every system."""
    misleading = _MISLEADING_NAME.match(unicodedata.normalize("NFKC", name))
    if _FORBIDDEN_NAME.search(name) or _DEVICE_NAME.match(name) or misleading:
        raise InvalidInput("attachment-name", name=name)
    path = casebook.root / "attachments" / case_id / name
    check_inside_casebook(casebook, path)
    return path


def find_alike_attachment(casebook: Casebook, case_id: str, recorded: Iterable[str], name: str) -> str | None:
    """Returns the attachment, recorded or on disk, whose name differs at most by case or by Unicode form, or None.

    macOS and Windows would keep both in one file, so a clone there would lose one of them.
    """
    folder = casebook.root / "attachments" / case_id
    on_disk = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    return next((other for other in (*recorded, *on_disk) if _fold_name(other) == _fold_name(name)), None)


def _fold_name(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_inside_folder(root: Path, path: Path) -> bool:
    """Whether a file lies in a folder after symbolic links are resolved."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def check_inside_casebook(casebook: Casebook, path: Path) -> None:
    """Raise Broken if a path leads out of the casebook, for example through a link (D-058)."""
    if not is_inside_folder(casebook.root, path):
        raise Broken("file-outside", file=str(path.relative_to(casebook.root)))


def open_case_files(casebook: Casebook) -> list[Path]:
    """The files of open cases, sorted by name. Misnamed .yaml files are included, so that `check` reports them."""
    return _case_files(casebook.open_folder)


def closed_case_files(casebook: Casebook, without: Collection[str] = ()) -> Iterator[Path]:
    """The files of closed cases, by month and name, `without` some of them (by path from the casebook's root)."""
    start = len(f"{casebook.root}{os.sep}")
    for folder, folders, names in os.walk(casebook.closed_folder):
        folders.sort()
        inner = folder[start:].replace(os.sep, "/")
        yield from (
            Path(folder, name)
            for name in sorted(names)
            if _is_case_name(name) and f"{inner}/{name}" not in without
        )


def newest_closed_case_files(casebook: Casebook, count: int) -> Iterator[Path]:
    """The files of the closed cases with the latest days in their ids, the latest first; at most `count`."""
    return itertools.islice(_newest_closed_case_files(casebook), count)


def _newest_closed_case_files(casebook: Casebook) -> Iterator[Path]:
    for folder, folders, names in os.walk(casebook.closed_folder):
        folders.sort(reverse=True)
        yield from (Path(folder, name) for name in sorted(names, reverse=True) if _is_case_name(name))


def closed_cases_between(casebook: Casebook, first: datetime, last: datetime) -> Iterator[Path]:
    """The files of closed cases whose id has a day between `first` and `last`, with one more day on each side."""
    start, end = (f"{moment + timedelta(days=shift):%Y%m%d}" for moment, shift in ((first, -1), (last, 1)))
    for folder, folders, names in os.walk(casebook.closed_folder):
        # The folders are years and months of the ids, so most of an archive need not be listed.
        month = "".join(Path(folder).relative_to(casebook.closed_folder).parts)
        folders[:] = sorted(
            name for name in folders if _may_hold(month + name, start) and _may_hold(month + name, end, -1)
        )
        yield from (
            Path(folder, name) for name in sorted(names) if _is_case_name(name) and start <= name[2:10] <= end
        )


def _may_hold(month: str, day: str, direction: int = 1) -> bool:
    """Whether a folder of a year or month may hold days from this one on (or up to it, with -1); others may hold any."""
    limit = day[: len(month)]
    return not month.isdecimal() or (month >= limit if direction > 0 else month <= limit)


def _case_files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _is_case_name(entry.name))
    except FileNotFoundError:
        return []
    return [folder / name for name in names]


def _is_case_name(name: str) -> bool:
    return name.endswith((_SUFFIX, ".yml")) and not name.startswith(".")


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedFolder:
    """A folder below `cases/` and the names in it; `text` are all of them in upper case, each with a line end.

    An archive has a hundred thousand names: what concerns them all is asked of the text, not of each.
    """

    folder: Path
    names: Sequence[str]
    text: str


def list_case_folders(casebook: Casebook) -> list[ListedFolder]:
    """The names of all case files, open ones first, by folder; no file is read, and none is asked what it is."""
    return [
        *_list_folders(casebook.open_folder, nested=False),
        *_list_folders(casebook.closed_folder, nested=True),
    ]


def _list_folders(folder: Path, *, nested: bool) -> Iterator[ListedFolder]:
    """Yields a folder and, if `nested`, those below it; nothing if it is a file or missing."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - `iterdir` makes a path of each name
    except (FileNotFoundError, NotADirectoryError):
        return
    text = "\n".join([*names, ""]).upper()
    yield ListedFolder(folder=folder, names=names, text=text)
    if nested and text.count(f"{_SUFFIX.upper()}\n") < len(names):
        for name in sorted(name for name in names if not _is_case_name(name)):
            if not (folder / name).is_symlink():
                yield from _list_folders(folder / name, nested=True)


def find_case_file(casebook: Casebook, part: str, listed: Sequence[ListedFolder] | None = None) -> Path:
    """Returns the file of the case with this id, or of the only case whose id contains `part` (case-insensitive).

    Raises NotFound if no case matches, or with the candidates if several do. `listed`: all folders, if listed already.
    """
    wanted = part.strip().upper()
    if CASE_ID_PATTERN.fullmatch(wanted):
        for path in (open_case_path(casebook, wanted), closed_case_path(casebook, wanted)):
            if path.is_file():
                # Not the file itself, which may be a link: then its reader says so.
                check_inside_casebook(casebook, path.parent)
                return path
        raise NotFound("no-such-case", part=part)
    matching = list(_matching_files(list_case_folders(casebook) if listed is None else listed, wanted))
    if len(matching) > 1:
        names = sorted({path.stem for path in matching})
        raise NotFound("ambiguous-case", part=part, candidates=names[:MAX_CASE_CANDIDATES], count=len(names))
    if not matching:
        raise NotFound("no-such-case", part=part)
    return matching[0]


def _matching_files(listed: Sequence[ListedFolder], wanted: str) -> Iterator[Path]:
    """Yields the files whose names without suffix contain a text in upper case; an archive has few such folders."""
    for place in listed:
        for name in place.names if wanted and wanted in place.text else ():
            is_named = _is_case_name(name) and wanted in name.rpartition(".")[0].upper()
            if is_named and not (place.folder / name).is_dir():
                yield place.folder / name


def all_case_files(casebook: Casebook) -> list[Path]:
    """The files of all cases, open ones first; no file is read."""
    return [*open_case_files(casebook), *closed_case_files(casebook)]


def case_id_shortener(casebook: Casebook) -> Callable[[str], str]:
    """Returns a function from an id to its last five characters if they name this case alone, else to the id itself."""
    once, repeated, others = set[str](), set[str](), list[str]()
    for name in _case_names(casebook):
        ending = name[-_ENDING_LENGTH:]
        (repeated if ending in once else once).add(ending)
        if len(name) != _ID_LENGTH:
            others.append(name)
    once -= repeated

    def shorten_case_id(case_id: str) -> str:
        ending = case_id[-_ENDING_LENGTH:]
        # An ending of digits alone could also be a part of a day.
        is_unique = ending in once and not ending.isdecimal() and not any(ending in name for name in others)
        return ending if is_unique else case_id

    return shorten_case_id


def _case_names(casebook: Casebook) -> Iterator[str]:
    """Yields the names of all case files without their suffix, in upper case; no file is read."""
    for folder in (casebook.open_folder, casebook.closed_folder):
        for _folder, _folders, names in os.walk(folder):
            yield from (name.rpartition(".")[0].upper() for name in names if _is_case_name(name))


def list_case_ids(casebook: Casebook, *, with_closed: bool) -> Iterator[str]:
    """Yields case ids from file names, without reading the files; open cases first."""
    yield from (path.stem for path in open_case_files(casebook))
    if with_closed:
        yield from (path.stem for path in closed_case_files(casebook))
