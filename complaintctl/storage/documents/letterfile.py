"""Finds and reads letter templates: the team's own under `templates/letters/`, then the shipped ones."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Labels
from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.documents import headedfile, templatefile

LETTERS_FOLDER: Final = "letters"
LETTER_KIND_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_NAME: Final = re.compile(rf"({LETTER_KIND_PATTERN.pattern})\.(en|zh)\.md")


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterHead:
    """The head of a letter.

    `subject` is filled like the body. The letter requires all of `needs`, and a case that matches `when`. `records` is
    the event that sending it records, by default a note.
    """

    title: str
    subject: str
    needs: tuple[str, ...] = ()
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    records: str = "note"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterFile:
    """A letter of one kind in one language; `body` has the line numbers of the file."""

    kind: str
    language: str
    path: Path
    head: LetterHead
    body: str


def letter_folders(root: Path | None) -> tuple[Path, ...]:
    """The folders of letters, in search order: casebook, then package."""
    own = (root / "templates" / LETTERS_FOLDER,) if root else ()
    return (*own, SHIPPED_FOLDER / LETTERS_FOLDER)


def letter_files(root: Path | None) -> dict[tuple[str, str], Path]:
    """All letters by kind and language; the team's own letter replaces the shipped one."""
    files: dict[tuple[str, str], Path] = {}
    for folder in letter_folders(root):
        for path in sorted(folder.glob("*.md")):
            if match := _NAME.fullmatch(path.name):
                files.setdefault((match[1], match[2]), path)
    return files


def misnamed_letters(root: Path) -> list[Problem]:
    """Files in the team's letters folder whose names are not those of a letter."""
    return templatefile.unread_template_files(
        letter_folders(root)[0], set(letter_files(root).values()), "letter-stray"
    )


def letter_titles(root: Path | None) -> dict[str, Labels]:
    """The titles of each kind of letter, by language."""
    titles: dict[str, Labels] = {}
    for (kind, language), path in sorted(letter_files(root).items()):
        letter, _problems = read_letter(path)
        titles.setdefault(kind, {}).update({language: letter.head.title} if letter else {})
    return titles


def find_letter(root: Path | None, typed: str, language: str) -> Path:
    """Returns the file of a letter by kind or title; raises InvalidInput with the choices in that language."""
    files = letter_files(root)
    if (typed, language) in files:
        return files[typed, language]
    known = letter_titles(root)
    path = files.get((vocabulary.find_key(known, typed) or typed, language))
    if path is None:
        choices = {kind: labels for kind, labels in known.items() if (kind, language) in files}
        choice_names = vocabulary.named_choices(choices)
        raise InvalidInput("unknown-letter", kind=typed, language=language, choices=choice_names)
    return path


def read_letter(path: Path) -> tuple[LetterFile | None, list[Problem]]:
    """Returns the letter in a file, or None, with all faults of its head and their positions."""
    headed, problems = headedfile.read_headed_file(path, LetterHead)
    if headed is None:
        return None, problems
    kind, language = path.name.removesuffix(".md").rsplit(".", 1)
    return LetterFile(kind=kind, language=language, path=path, head=headed.head, body=headed.body), []
