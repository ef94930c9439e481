"""The letters a team can write: their own under `templates/letters/`, then the shipped ones."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Labels
from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.documents import templatefile
from complaintctl.storage.yaml import yamltext

LETTERS_FOLDER: Final = "letters"
LETTER_KIND_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9-]*")
_NAME: Final = re.compile(rf"({LETTER_KIND_PATTERN.pattern})\.(en|zh)\.md")
_HEAD_AND_BODY: Final = re.compile(r"---[ \t]*\n(.*?\n)---[ \t]*\n(.*)", re.DOTALL)
# A line of the head as people write it: a Chinese colon, and gaps or colons in a text without quotation marks.
_FULLWIDTH_COLON: Final = re.compile(r"^([a-z]+)：[ \t]*", re.MULTILINE)
_UNQUOTED_VALUE: Final = re.compile(r"^(title|subject):[ \t]+(?![\"'|>\[&*!])(\S.*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterHead:
    """What a letter says about itself.

    `subject` is filled like the letter; without all of `needs`, or for a case of which `when` does not hold, there is no
    letter; `records` is the event that sending it is, a word to the customer if left out.
    """

    title: str
    subject: str
    needs: tuple[str, ...] = ()
    when: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    records: str = "note"


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterFile:
    """A letter of one kind in one language; its body keeps the line numbers of the file."""

    kind: str
    language: str
    path: Path
    head: LetterHead
    body: str


def letter_folders(root: Path | None) -> tuple[Path, ...]:
    """Where letters are looked for: in the casebook, then in the package."""
    own = (root / "templates" / LETTERS_FOLDER,) if root else ()
    return (*own, SHIPPED_FOLDER / LETTERS_FOLDER)


def letter_files(root: Path | None) -> dict[tuple[str, str], Path]:
    """Every letter by kind and language; the team's own stands before the shipped one."""
    found: dict[tuple[str, str], Path] = {}
    for folder in letter_folders(root):
        for path in sorted(folder.glob("*.md")):
            if named := _NAME.fullmatch(path.name):
                found.setdefault((named[1], named[2]), path)
    return found


def misnamed_letters(root: Path) -> list[Problem]:
    """Files among the team's own letters that are called like none."""
    return templatefile.unread_template_files(
        letter_folders(root)[0], set(letter_files(root).values()), "letter-stray"
    )


def letter_titles(root: Path | None) -> dict[str, Labels]:
    """What the letters of each kind are called."""
    found: dict[str, Labels] = {}
    for (kind, language), path in sorted(letter_files(root).items()):
        letter, _problems = read_letter(path)
        found.setdefault(kind, {}).update({language: letter.head.title} if letter else {})
    return found


def find_letter(root: Path | None, typed: str, language: str) -> Path:
    """The file of a letter, by its kind or title; raises InvalidInput naming those there are in that language."""
    found = letter_files(root)
    if (typed, language) in found:
        return found[typed, language]
    known = letter_titles(root)
    path = found.get((vocabulary.find_key(known, typed) or typed, language))
    if path is None:
        choices = {kind: labels for kind, labels in known.items() if (kind, language) in found}
        named = vocabulary.named_choices(choices)
        raise InvalidInput("unknown-letter", kind=typed, language=language, choices=named)
    return path


def read_letter(path: Path) -> tuple[LetterFile | None, list[Problem]]:
    """The letter in a file, or None, with every fault of its head and the place."""
    text, problems = templatefile.read_template(path)
    if text is None:
        return None, problems
    found = _HEAD_AND_BODY.fullmatch(text)
    if found is None:
        return None, [Problem(key="letter-without-head", values={}, file=str(path))]
    # An empty line for the fence, so that places are those of the file.
    head_text = _UNQUOTED_VALUE.sub(_quote_head_value, _FULLWIDTH_COLON.sub(r"\1: ", found[1]))
    reading = yamltext.parse_yaml(f"\n{head_text}".encode(), with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    head, faults = schema.object_from_texts(
        LetterHead, reading.root if isinstance(reading.root, dict) else {}
    )
    problems += [problem_at_fault(path, reading, fault, None) for fault in faults]
    if problems or head is None:
        return None, problems
    kind, language = path.name.removesuffix(".md").rsplit(".", 1)
    lines = found[1].count("\n") + 2
    return LetterFile(kind=kind, language=language, path=path, head=head, body="\n" * lines + found[2]), []


def _quote_head_value(found: re.Match[str]) -> str:
    text = found[2].strip().replace("'", "''")
    return f"{found[1]}: '{text}'"
