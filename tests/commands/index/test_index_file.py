"""Tests the file of the index: what may happen to it, who may use it, and what must never be in it."""

import contextlib
import dataclasses
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import all_case_files, find_casebook
from complaintctl.storage.case.index.case_index import open_index
from tests.casebooks import Book
from tests.commands.index.archive import CLOSED, archive_book, assert_same, closed_files, index_files
from tests.commands.processes import command
from tests.commands.trust.personal.sealed_books import make_identity, seal_policy
from tests.sampling import sample

REPORT = "report --json --as-of 2099-01-01T12:00"
LIST = "list --closed --json --as-of 2099-01-01T12:00"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = archive_book(tmp_path)
    made.call("report", check=0)
    return made


def rows(book: Book, table: str) -> list[tuple[Any, ...]]:
    (path,) = index_files(book)
    with contextlib.closing(sqlite3.connect(path)) as file:
        return file.execute(f"select * from {table}").fetchall()  # noqa: S608 - a name of this test


def settled_case(book: Book) -> Path:
    known = {row[2] for row in rows(book, "settled")}
    return next(path for path in closed_files(book) if path.stem in known)


def test_the_index_knows_every_case_and_what_reports_count_of_closed_ones(book: Book) -> None:
    assert len(rows(book, "cases")) == CLOSED
    assert len(rows(book, "settled")) > CLOSED / 2


def test_a_report_takes_what_it_counts_from_the_index(book: Book) -> None:
    (path,) = index_files(book)
    before = book.json("report", "--as-of", "2099-01-01T12:00")
    _execute(path, "delete from settled where rowid = 1; update settled set size = size + 1 where rowid = 2")
    assert book.json("report", "--as-of", "2099-01-01T12:00") == before


DAMAGE: Final[Mapping[str, Callable[[Path], object]]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"\0" * 5000),
    "a text": lambda path: path.write_text("index\n" * 3000, encoding="utf-8"),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:40_000]),
    "pages of zeros": lambda path: _overwrite(path, b"\0"),
    "pages of ones": lambda path: _overwrite(path, b"\xff"),
    "another program": lambda path: _execute(path, "update facts set value = 'x' where name = 'program'"),
    "another policy": lambda path: _execute(path, "update facts set value = 'x' where name = 'judged_under'"),
    "other tables": lambda path: _execute(path, "drop table settled; create table settled (blob text)"),
    "wrong contents": lambda path: _execute(
        path, "update cases set content = zeroblob(50); update settled set facts = zeroblob(50)"
    ),
    "deleted": lambda path: path.unlink(),
}


def _overwrite(path: Path, byte: bytes) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:16_384] + byte * 60_000 + content[76_384:])


def _execute(path: Path, statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as file:
        file.executescript(statements)


@pytest.mark.parametrize("damage", sample(DAMAGE, 1))
def test_a_damaged_or_foreign_index_changes_no_answer_and_is_rebuilt(book: Book, damage: str) -> None:
    (path,) = index_files(book)
    DAMAGE[damage](path)
    assert_same(book, REPORT)
    assert_same(book, LIST)
    book.call("report", check=0)
    assert rows(book, "settled")
    assert len(rows(book, "cases")) == CLOSED


def test_a_clone_with_a_restored_index_reads_no_case_file(book: Book, tmp_path: Path) -> None:
    other = book.clone(tmp_path / "other")
    (path,) = index_files(book)
    (other.root / ".git" / "complaintctl").mkdir()
    restored = other.root / ".git" / "complaintctl" / path.name
    shutil.copy(path, restored)
    before = restored.read_bytes()
    assert_same(other, REPORT)
    assert restored.read_bytes() == before


def test_two_processes_use_the_index_at_once(tmp_path: Path) -> None:
    book = archive_book(tmp_path)
    wanted = book.call(*REPORT.split(), "--no-index", check=0).stdout
    processes = [
        subprocess.Popen(
            command(*REPORT.split()), cwd=book.root, env=dict(book.variables), stdout=subprocess.PIPE
        )
        for _number in range(2)
    ]
    assert [process.communicate(timeout=120)[0].decode() for process in processes] == [wanted, wanted]
    assert_same(book, REPORT)


def test_a_reader_does_not_wait_for_a_writer(book: Book) -> None:
    (path,) = index_files(book)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("begin immediate")
    writer.execute("delete from settled")
    assert_same(book, REPORT)
    writer.execute("rollback")
    writer.close()


def test_files_that_git_is_told_not_to_look_at_are_read(book: Book) -> None:
    path = settled_case(book)
    book.git("update-index", "--assume-unchanged", str(path))
    path.write_bytes(path.read_bytes().replace(b"owner: ", b"owner: x"))
    assert_same(book, REPORT)


def test_converted_line_ends_are_read(book: Book) -> None:
    path = settled_case(book)
    (book.root / ".gitattributes").write_text("*.yaml text eol=crlf\n", encoding="utf-8")
    path.unlink()
    book.git("checkout", "--", str(path))
    assert b"\r\n" in path.read_bytes()
    assert_same(book, REPORT)


def test_a_branch_and_a_merge_change_both_in_the_same_way(book: Book) -> None:
    path = settled_case(book)
    book.git("checkout", "-q", "-b", "other")
    path.write_bytes(path.read_bytes().replace(b"owner: ", b"owner: x"))
    book.git("commit", "-qam", "other")
    assert_same(book, REPORT)
    book.git("checkout", "-q", "-")
    assert_same(book, REPORT)
    book.call("note", min((book.root / "cases" / "open").iterdir()).stem, "x", check=0)
    book.git("merge", "-q", "--no-edit", "other")
    assert_same(book, REPORT)


def test_no_folder_of_git_no_index(tmp_path: Path) -> None:
    book = archive_book(tmp_path)
    shutil.rmtree(book.root / ".git")
    assert_same(book, REPORT)
    assert list(book.root.rglob("index-*")) == []


def test_an_erased_case_is_in_no_byte_of_the_index(book: Book) -> None:
    path = next(path for path in closed_files(book) if b"phone:" in path.read_bytes())
    assert any(row[2] == path.stem for row in rows(book, "cases"))
    book.call("erase", path.stem, "--basis", "request", "--yes", check=1)
    assert index_files(book) == []
    assert_same(book, REPORT)


def test_the_index_of_a_sealed_casebook_has_no_customer_in_clear_text(tmp_path: Path) -> None:
    book = archive_book(tmp_path)
    make_identity(tmp_path / "li.txt")
    mine = {"COMPLAINTCTL_IDENTITY": str(tmp_path / "li.txt"), "TMPDIR": str(tmp_path)}
    book = dataclasses.replace(book, variables={**book.variables, **mine})
    seal_policy(book)
    book.call("keys", "init", check=0)
    book.call("report", check=0)
    plain = {path.stem for path in closed_files(book) if b"\ncustomer:" in path.read_bytes()}
    assert plain
    assert plain.isdisjoint(row[2] for table in ("cases", "settled") for row in rows(book, table))
    book.call("keys", "seal", "--all", check=0)
    assert index_files(book) == []
    book.call("report", check=0)
    known = {row[2]: zlib.decompress(row[3]).decode() for row in rows(book, "cases")}
    assert plain <= known.keys()
    assert all('"name":null,"phone":null,"email":null' in known[name] for name in plain)
    assert plain.isdisjoint(row[2] for row in rows(book, "settled"))
    assert_same(book, REPORT)


EDITS = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from(
            ("owner", "level", "status", "delete", "damage", "revert", "copy", "commit", "category")
        ),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = archive_book(tmp_path_factory.mktemp("edited"))
    made.call("report", check=0)
    return made


@given(edits=EDITS)
@settings(max_examples=max(2, settings().max_examples // 10), deadline=None)
def test_any_edits_are_read_as_without_an_index(edited: Book, edits: list[tuple[int, str]]) -> None:
    for number, kind in edits:
        _edit(edited, number, kind)
    casebook = find_casebook(edited.root)
    index = open_index(casebook, "test")
    assert index is not None
    paths = all_case_files(casebook)
    wanted = list(casefile.read_cases(paths))
    assert list(index.read_cases(paths, {})) == wanted
    assert_same(edited, REPORT)
    edited.git("reset", "-q", "--hard")
    edited.git("clean", "-fdq")


def _edit(book: Book, number: int, kind: str) -> None:
    files = closed_files(book)
    path = files[number % len(files)]
    if kind == "delete":
        path.unlink()
    elif kind == "damage":
        path.write_bytes(path.read_bytes()[: number * 7])
    elif kind == "revert":
        book.git("checkout", "-q", "HEAD", "--", str(path))
    elif kind == "copy":
        shutil.copy(path, book.root / "cases" / "open" / path.name)
    elif kind == "commit":
        book.git("commit", "-qam", "edited", "--allow-empty")
    else:
        path.write_bytes(path.read_bytes().replace(f"{kind}: ".encode(), f"{kind}: y".encode(), 1))
