"""A casebook with an archive large enough for an index, and the comparison with what reading every file says."""

import functools
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import casebooks
from tests.casebooks import Book, Result, environment

CLOSED = 60
OPEN = 8


@functools.cache
def _made_once() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="complaintctl-tests-"))
    casebooks.made(folder / "book", OPEN, CLOSED, datetime.now(UTC) - timedelta(hours=1))
    return folder / "book"


def archive_book(folder: Path) -> Book:
    """A casebook with `CLOSED` closed and `OPEN` open cases, all committed."""
    (folder / "home").mkdir(exist_ok=True)
    shutil.copytree(_made_once(), folder / "book")
    book = Book(root=folder / "book", variables=environment(folder / "home"))
    # Otherwise git compares the copied files by their content each time.
    book.git("update-index", "-q", "--refresh")
    return book


def closed_files(book: Book) -> list[Path]:
    """The files of the archive, by month and name."""
    return sorted((book.root / "cases" / "closed").rglob("*.yaml"))


def index_files(book: Book) -> list[Path]:
    """The index, and the files that SQLite may have left beside it."""
    return sorted((book.root / ".git" / "complaintctl").glob("index-*"))


def said(book: Book, words: str, *, index: bool) -> Result:
    """What a command says with the index, or after reading every file."""
    return book.call(*words.split(), *(() if index else ("--no-index",)))


def assert_same(book: Book, words: str) -> None:
    """Assert that a command says the same, to the byte, with an index and without: the first time and again."""
    wanted = said(book, words, index=False)
    assert said(book, words, index=True) == wanted, words
    assert said(book, words, index=True) == wanted, words
