"""--reveal opens a sealed customer for whoever has a key; without it, and without a key, nothing of them is shown."""

from pathlib import Path

import pytest

from tests.casebooks import Book
from tests.commands.trust.personal.sealed_books import CUSTOMER, OPENED, leaks, sealed_book, without_key

COLUMNS = "id,customer.name,customer.phone,customer.email"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return sealed_book(tmp_path_factory.mktemp("revealed"))


@pytest.fixture(scope="module")
def case(book: Book) -> str:
    return book.open("Battery", *OPENED, "--channel", "phone")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("show", "CASE"), 3),
        (("show", "CASE", "--json"), 3),
        (("list", "--columns", COLUMNS), 3),
        (("customer", CUSTOMER["phone"], "--columns", COLUMNS), 3),
        (("letter", "CASE", "ack"), 1),
        (("form", "CASE", "record", "--format", "md"), 2),
        (("export", "jsonl", "--personal"), 3),
    ],
)
def test_who_has_a_key_sees_the_customer_with_reveal_alone(
    book: Book, case: str, arguments: tuple[str, ...], shown: int
) -> None:
    typed = [word.replace("CASE", case) for word in arguments]
    hidden = book.call(*typed)
    assert leaks((hidden.stdout + hidden.stderr).encode()) == []
    result = book.call(*typed, "--reveal", check=0)
    assert len(leaks(result.stdout.encode())) >= shown


def test_who_has_no_key_is_told_why_and_sees_the_rest(book: Book, case: str) -> None:
    result = book.call("show", case, "--reveal", env=without_key(book), check=0)
    assert "Battery" in result.stdout
    assert case in result.stderr
    assert leaks((result.stdout + result.stderr).encode()) == []


def test_revealing_writes_nothing(book: Book, case: str) -> None:
    before = book.git("status", "--porcelain"), book.head(), book.file(case).read_bytes()
    book.call("show", case, "--reveal", check=0)
    book.call("list", "--columns", COLUMNS, "--reveal", check=0)
    assert (book.git("status", "--porcelain"), book.head(), book.file(case).read_bytes()) == before


def test_a_letter_that_is_recorded_with_reveal_leaves_the_customer_sealed(book: Book, tmp_path: Path) -> None:
    case = book.open("Display", *OPENED, "--channel", "phone")
    file = tmp_path / "letter.md"
    book.call("letter", case, "ack", "-o", str(file), "--send-record", "--via", "phone", "--reveal", check=0)
    assert CUSTOMER["name"] in file.read_text(encoding="utf-8")
    assert leaks(book.file(case).read_bytes()) == []
