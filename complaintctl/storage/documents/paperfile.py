"""Finds and reads the texts of papers: the team's own under `templates/papers/`, then the shipped ones."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.policy.policy import Labels
from complaintctl.domain.problems import Problem
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.documents import headedfile, templatefile

PAPERS_FOLDER: Final = "papers"
PAPER_KINDS: Final = ("management-review", "handler", "department", "improvement", "regulator")
_NAME: Final = re.compile(rf"({'|'.join(PAPER_KINDS)})\.(en|zh)\.md")


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperHead:
    """The head of a paper: its name, and `subject`, which is filled like the text and stands above it."""

    title: str
    subject: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperFile:
    """The text of a paper in one language; `body` has the line numbers of the file."""

    kind: str
    language: str
    path: Path
    head: PaperHead
    body: str


def paper_folders(root: Path | None) -> tuple[Path, ...]:
    """The folders of papers, in search order: casebook, then package."""
    own = (root / "templates" / PAPERS_FOLDER,) if root else ()
    return (*own, SHIPPED_FOLDER / PAPERS_FOLDER)


def paper_files(root: Path | None) -> dict[tuple[str, str], Path]:
    """All papers by kind and language; the team's own text replaces the shipped one."""
    files: dict[tuple[str, str], Path] = {}
    for folder in paper_folders(root):
        for path in sorted(folder.glob("*.md")):
            if match := _NAME.fullmatch(path.name):
                files.setdefault((match[1], match[2]), path)
    return files


def misnamed_papers(root: Path) -> list[Problem]:
    """Files in the team's folder of papers that are never read, because of their names."""
    return templatefile.unread_template_files(
        paper_folders(root)[0], set(paper_files(root).values()), "paper-stray"
    )


def paper_titles(root: Path | None) -> dict[str, Labels]:
    """The titles of each kind of paper, by language."""
    titles: dict[str, Labels] = {}
    for (kind, language), path in sorted(paper_files(root).items()):
        paper, _problems = read_paper(path)
        titles.setdefault(kind, {}).update({language: paper.head.title} if paper else {})
    return titles


def read_paper(path: Path) -> tuple[PaperFile | None, list[Problem]]:
    """Returns the paper in a file, or None, with all faults of its head and their positions."""
    headed, problems = headedfile.read_headed_file(path, PaperHead)
    if headed is None:
        return None, problems
    kind, language = path.name.removesuffix(".md").rsplit(".", 1)
    return PaperFile(kind=kind, language=language, path=path, head=headed.head, body=headed.body), []
