"""Reads a template file: a text of limited size inside its casebook."""

import re
from collections.abc import Container
from pathlib import Path
from typing import Final

from complaintctl.domain.problems import Problem
from complaintctl.storage.case.casebook import is_inside_folder
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER

# Examples from which a new letter is started.
EXAMPLES_FOLDER: Final = SHIPPED_FOLDER / "examples"
MAX_TEMPLATE_BYTES: Final = 1 << 18
# Never in normal text; on a form they could also be taken for separators of gaps.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_IGNORED_FILE: Final = re.compile(r"[.~]|.*~$|readme\b|thumbs\.db$|desktop\.ini$", re.IGNORECASE)


def is_shipped_template(path: Path) -> bool:
    """Whether a template is part of the package."""
    return path.is_relative_to(SHIPPED_FOLDER)


def unread_template_files(folder: Path, read: Container[Path], key: str) -> list[Problem]:
    """Problems for files in a template folder that are not read, except readmes and files of editors and systems."""
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    unread = (path for path in paths if path not in read and not _IGNORED_FILE.match(path.name))
    return [Problem(key=key, values={}, file=str(path), line=1, column=1) for path in unread]


def read_template(path: Path) -> tuple[str | None, list[Problem]]:
    """Returns the text of a file `FOLDER/templates/KIND/NAME`, or None with its problems."""
    # D-071
    if not is_inside_folder(path.parents[2], path):
        return None, [Problem(key="template-outside", file=str(path))]
    data, problems = untrusted_file.read_untrusted_file(path, MAX_TEMPLATE_BYTES, may_be_link=True)
    if data is None:
        return None, problems
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return None, [_problem_after(path, "not-utf-8", data[: error.start].decode(errors="replace"))]
    if control := _CONTROL.search(text):
        return None, [_problem_after(path, "template-control", text[: control.start()])]
    return text, []


def _problem_after(path: Path, key: str, before: str) -> Problem:
    """A problem at the character after the text `before`."""
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return Problem(key=key, file=str(path), line=line, column=column)
