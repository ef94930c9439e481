"""Who may read a file: modes survive a rewrite, and `private: true` keeps new files with customer data from others."""

import stat
import sys
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no modes there")

MAPPING = (
    'mapping: 1\nsystem: shop\ntimezone: UTC\ntimes: "%Y-%m-%d"\nid: no\nreceived: came\nclosed: ended\n'
    "fields: {title: subject}\n"
)
HOOK = "#!/bin/sh\nstat -c %a .git/complaintctl.pending > seen\n"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


@pytest.fixture(params=[True, False], ids=["private", "by umask"])
def expected(request: pytest.FixtureRequest, book: Book) -> int:
    """The mode of a new file with customer data, in a casebook whose policy says `private: true` or nothing."""
    if request.param:
        add_to_policy(book, "private: true")
    return 0o600 if request.param else 0o644


def add_to_policy(book: Book, line: str) -> None:
    with (book.root / "complaintctl.yaml").open("a", encoding="utf-8") as policy:
        policy.write(f"{line}\n")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def import_table(book: Book, rows: str) -> None:
    (book.root / "map.yaml").write_text(MAPPING, encoding="utf-8")
    (book.root / "table.csv").write_text(f"no,came,ended,subject\n{rows}", encoding="utf-8")
    book.call("import", "csv", "table.csv", "--map", "map.yaml")


@pytest.mark.parametrize("before", [0o600, 0o640, 0o664])
def test_the_mode_of_a_case_survives_every_rewrite_and_move(book: Book, before: int) -> None:
    case = book.open("t")
    book.file(case).chmod(before)
    for words in (
        ("note", case, "x"),
        ("close", case, "--outcome", "withdrawn"),
        ("reopen", case, "--reason", "r"),
    ):
        book.call(*words, check=0)
        assert mode(book.file(case)) == before, words
    policy = book.root / "complaintctl.yaml"
    policy.chmod(before)
    book.file(case).chmod(0o600)
    book.call("escalate", "--due", "--as-of", "2099-01-01T00:00")
    assert (mode(policy), mode(book.file(case))) == (before, 0o600)


def test_the_mode_of_a_case_survives_an_import_that_changes_and_closes_it(book: Book) -> None:
    import_table(book, "1,2024-03-04,,one\n")
    (path,) = (book.root / "cases").rglob("*.yaml")
    path.chmod(0o600)
    import_table(book, "1,2024-03-04,,two\n")
    assert mode(path) == 0o600
    import_table(book, "1,2024-03-04,2024-03-05,two\n")
    (closed,) = (book.root / "cases/closed").rglob("*.yaml")
    assert mode(closed) == 0o600


def test_a_new_case_and_its_attachment_are_as_private_as_the_policy_says(book: Book, expected: int) -> None:
    case = book.open("t")
    (book.root / "photo.jpg").write_bytes(b"x")
    book.call("attach", case, "photo.jpg", check=0)
    assert mode(book.file(case)) == expected
    assert mode(book.root / "attachments" / case / "photo.jpg") == expected


def test_letters_and_forms_are_as_private_as_the_policy_says(book: Book, expected: int) -> None:
    add_to_policy(book, "sender: {name: Care, email: care@example.com}")
    case = book.open("t", "--customer-name", "Ann", "--email", "ann@example.com")
    promised = ("letter", case, "ack", "--promise-by", "+48h")
    for words, name in (
        ((*promised,), "letter.txt"),
        ((*promised, "--format", "eml"), "draft.eml"),
        ((*promised, "--send-record", "--via", "email"), "sent.html"),
        (("form", case, "record"), "form.html"),
    ):
        book.call(*words, "-o", name, check=0)
        assert mode(book.root / name) == expected, name
        (book.root / name).chmod(0o640)
        book.call("form", case, "record", "-o", name, "--format", "html", check=0)
        assert mode(book.root / name) == 0o640, name


def test_imported_cases_and_rejected_rows_are_as_private_as_the_policy_says(
    book: Book, expected: int
) -> None:
    import_table(book, "1,2024-03-04,,one\n2,yesterday,,two\n")
    (path,) = (book.root / "cases").rglob("*.yaml")
    assert [mode(path), mode(book.root / "table.rejects.csv")] == [expected] * 2


def test_the_journal_is_as_private_as_the_policy_says(book: Book, expected: int) -> None:
    hook = book.root / ".git/hooks/pre-commit"
    hook.write_text(HOOK, encoding="utf-8")
    hook.chmod(0o755)
    book.open("t")
    assert int((book.root / "seen").read_text(encoding="utf-8"), 8) == expected


def test_what_holds_no_customer_goes_by_umask(book: Book) -> None:
    add_to_policy(book, "private: true")
    book.call("template", "new", "ack", check=0)
    (copied, *_others) = (book.root / "templates").rglob("ack*")
    assert mode(copied) == 0o644


def test_policy_check_schema_and_diff_know_the_key(book: Book) -> None:
    assert book.call("policy", "check", check=0).returncode == 0
    add_to_policy(book, "private: true")
    book.call("policy", "check", check=0)
    assert "private" in book.call("policy", "diff", "HEAD", check=0).stdout
    assert book.call("schema", "policy", check=0).json()["properties"]["private"]["anyOf"][0] == {
        "type": "boolean"
    }
    text = (book.root / "complaintctl.yaml").read_text(encoding="utf-8")
    (book.root / "complaintctl.yaml").write_text(
        text.replace("private: true", "private: 0600"), encoding="utf-8"
    )
    result = book.call("policy", "check", check=1)
    assert "private must be true or false" in result.stdout + result.stderr
