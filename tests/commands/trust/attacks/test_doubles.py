"""Cases that are there twice: found by the run that reads the commit, and told by the next one."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    book = make_book(tmp_path, lang="en")
    for title in ("a lamp flickers", "a fan rattles"):
        book.open(title, "--owner", "li.wei")
    book.call("verify", check=0)
    return book


def commit(book: Book) -> None:
    book.git("add", "--all")
    book.git("commit", "--quiet", "--message", "tidy up")


def found(book: Book, *options: str) -> list[str]:
    findings = book.call("verify", "--json", *options).json()["verify"]["findings"]
    return [entry["key"] for entry in findings if not entry["warning"]]


def test_a_case_in_both_folders_is_told_until_one_file_is_gone(book: Book) -> None:
    path = next((book.root / "cases" / "open").glob("*.yaml"))
    other = book.root / "cases" / "closed" / path.stem[2:6] / path.stem[6:8] / path.name
    other.parent.mkdir(parents=True)
    other.write_bytes(path.read_bytes())
    commit(book)
    for _run in range(2):
        assert "audit-case-twice" in found(book)
    other.unlink()
    commit(book)
    assert "audit-case-twice" not in found(book)


def test_a_record_that_becomes_two_cases_in_two_runs_is_told_until_one_names_another_record(
    book: Book,
) -> None:
    one, two = sorted((book.root / "cases" / "open").glob("*.yaml"))
    for path in (one, two):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("\nhistory:", "\nsource: {system: shop, id: A1, row: 9c1f}\nhistory:"),
            encoding="utf-8",
        )
        commit(book)
        keys = found(book)
    assert "audit-source-twice" in keys
    assert "audit-source-twice" in found(book)
    two.write_text(two.read_text(encoding="utf-8").replace("id: A1,", "id: A2,"), encoding="utf-8")
    commit(book)
    assert "audit-source-twice" not in found(book, "--full")
    assert "audit-source-twice" not in found(book)
