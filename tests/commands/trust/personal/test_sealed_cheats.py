"""Customers in plain text in a sealed casebook, customers replaced by hand, keys that come back."""

import re
from pathlib import Path

import pytest

from tests.casebooks import Book

pytest.importorskip("pyrage")

from tests.commands.trust.personal.sealed_books import OPENED, sealed_book

PLAIN = 'customer: {name: Zhang San, phone: "13812348000"}\n'


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return sealed_book(tmp_path)


def replace_customer(book: Book, case: str, customer: str) -> str:
    """Another customer by an editor, committed; returns the hash."""
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"customer:.*\n", customer, text, count=1), encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "by hand")
    return book.head()


def found(book: Book, *options: str) -> list[tuple[str, str, bool]]:
    answer = book.call("verify", *options, "--json").json()["verify"]
    return [(one["key"], one["commit"], one["warning"]) for one in (*answer["findings"], *answer["warnings"])]


def test_a_customer_in_plain_text_is_found_until_it_is_sealed(book: Book) -> None:
    case = book.open("Fan rattles")
    book.call("verify", check=0)
    name = replace_customer(book, case, PLAIN)
    for options in ((), ("--full",)):
        assert ("audit-customer-plain", name, False) in found(book, *options)
    (phone,) = (
        one for one in book.call("lint", "--json").json()["lint"]["findings"] if one["kind"] == "phone"
    )
    assert (phone["field"], phone["masked"]) == ("customer.phone", "138****8000")
    assert "though the policy seals the customer" in book.call("lint").stdout
    book.call("keys", "seal", case, check=0)
    for options in ((), ("--full",)):
        assert ("audit-customer-plain", name, True) in found(book, *options)
    book.call("lint", check=0)


def test_a_sealed_customer_that_is_replaced_by_hand_is_not_filled_in(book: Book) -> None:
    one, two = book.open("Fan rattles", *OPENED), book.open("Lamp flickers", *OPENED)
    customer = re.search(r"customer:.*\n", book.file(two).read_text(encoding="utf-8"))
    assert customer is not None
    name = replace_customer(book, one, customer[0])
    assert found(book) == [("audit-customer-sealed", name, True)]


def test_renewing_the_keys_does_not_renew_the_key_of_an_erased_case(book: Book, tmp_path: Path) -> None:
    case = book.open("Fan rattles", *OPENED)
    book.call("close", case, "--outcome", "withdrawn", check=0)
    key = tmp_path / "keys" / f"{case}.age"
    copy = key.read_bytes()
    book.call("erase", case, "--basis", "request", "--yes", check=0)
    key.write_bytes(copy)
    key.with_suffix(".destroyed").unlink()
    assert f"The key of {case}" in book.call("keys", "rekey", check=0).stderr
    assert not key.exists()
