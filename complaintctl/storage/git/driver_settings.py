"""Tells git to merge case files with `complaintctl merge-driver`: settings of one clone, and a line of .gitattributes."""

from pathlib import Path
from typing import Final

from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

DRIVER_NAME: Final = "complaintctl"
ATTRIBUTES_FILE: Final = ".gitattributes"
# Relative to the folder of the casebook, where its .gitattributes is.
DRIVER_ATTRIBUTE: Final = f"cases/**/*.yaml merge={DRIVER_NAME}"
_SECTION: Final = f"merge.{DRIVER_NAME}"
_TEXT_MERGE: Final = "git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B"
# If a driver cannot be run, git leaves our side in the file, without markers. So unless ours ends with 0 (merged) or
# 1 (a person must decide), git's own merge of texts follows. `merge.….recursive` is not set: of two common ancestors
# git makes one with this driver, too.
_DRIVER_COMMAND: Final = (
    f"complaintctl merge-driver %O %A %B %L %P; code=$?; test $code -le 1 && exit $code; {_TEXT_MERGE}"
)
DRIVER_SETTINGS: Final = {
    f"{_SECTION}.name": "complaints by their fields and events",
    f"{_SECTION}.driver": _DRIVER_COMMAND,
}
# Both sides with markers, always as a conflict: who calls git with this merges the files himself, in one process.
MARK_ONLY_SETTING: Final = f"{_SECTION}.driver={_TEXT_MERGE}; exit 1"


def driver_settings(repository: Repository) -> dict[str, str]:
    """The settings of our driver in this clone, by name."""
    run = git.run_git(repository, "config", "--local", "-z", "--get-regexp", rf"^merge\.{DRIVER_NAME}\.")
    entries = (entry.partition("\n") for entry in run.stdout.decode(errors="replace").split("\0") if entry)
    return {name: value for name, _separator, value in entries}


def has_driver(repository: Repository, casebook_root: Path) -> bool:
    """Whether git merges case files with our driver in this clone; also if another file sets it for all repositories."""
    command = git.run_git(repository, "config", "--get", f"{_SECTION}.driver")
    sample = casebook_root / "cases" / "open" / "C.yaml"
    attribute = git.run_git(repository, "check-attr", "-z", "merge", "--", str(sample))
    return bool(command.stdout.strip()) and attribute.stdout.split(b"\0")[2:3] == [DRIVER_NAME.encode()]


def install_driver(repository: Repository) -> bool:
    """Write the settings of our driver; whether anything changed."""
    before = driver_settings(repository)
    for name, value in DRIVER_SETTINGS.items():
        if before.get(name) != value:
            git.git_output(repository, "config", "--local", "--replace-all", name, value)
    return before != DRIVER_SETTINGS


def remove_driver(repository: Repository) -> bool:
    """Remove the settings of our driver; whether there were any."""
    is_set = bool(driver_settings(repository))
    if is_set:
        git.git_output(repository, "config", "--local", "--remove-section", _SECTION)
    return is_set


def with_driver_attribute(attributes: bytes) -> bytes:
    """Returns the text of .gitattributes with our line."""
    if DRIVER_ATTRIBUTE.encode() in (line.strip() for line in attributes.splitlines()):
        return attributes
    ending = b"" if not attributes or attributes.endswith(b"\n") else b"\n"
    return attributes + ending + DRIVER_ATTRIBUTE.encode() + b"\n"


def without_driver_attribute(attributes: bytes) -> bytes:
    """Returns the text of .gitattributes without our line."""
    lines = attributes.splitlines(keepends=True)
    return b"".join(line for line in lines if line.strip() != DRIVER_ATTRIBUTE.encode())
