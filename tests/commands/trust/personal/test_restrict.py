"""`restrict` keeps customer data stored and unused, until it is lifted; clocks go on."""

import zipfile
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, make_book

NAME: Final = "Wang Xiaofang"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path, lang="en")


@pytest.fixture
def case(book: Book) -> str:
    made = book.open(
        "Battery swells", "--customer-name", NAME, "--phone", "13800138000", "--channel", "phone"
    )
    said = book.call("restrict", made, "--reason", "she contests the address", check=0)
    assert "every clock goes on" in said.stderr
    return made


def test_letters_forms_exports_and_pages_do_not_use_restricted_data(book: Book, case: str) -> None:
    for words in (("letter", case, "ack"), ("form", case, "record")):
        said = book.call(*words, check=3)
        assert "she contests the address): they are stored and not used" in said.stderr
        assert NAME not in said.stdout
    exported = book.call("export", "jsonl", "--all", "--personal", check=0)
    assert NAME not in exported.stdout
    assert "1 case is masked all the same" in exported.stderr
    book.call("site", "../site", "--with-customers", check=0)
    book.call("report", "--html", "../page.html", "--with-customers", check=0)
    pages = [*(book.root.parent / "site").rglob("*.html"), book.root.parent / "page.html"]
    assert not [page for page in pages if NAME in page.read_text(encoding="utf-8")]


def test_show_list_and_check_say_so_and_the_clocks_go_on(book: Book, case: str) -> None:
    shown = book.json("show", case)["case"]
    assert [(one["state"], one["reason"]) for one in shown["data"]] == [
        ("restricted", "she contests the address")
    ]
    assert shown["due"] is not None
    assert "customer data restricted: stored, not used; since" in book.call("show", case).stdout
    (row,) = book.json("list", "--columns", "id,data")["cases"]
    assert row == {"id": case, "data": "restricted"}
    assert "warning: the customer's data are restricted since" in book.call("check", check=0).stderr


def test_steps_are_recorded_and_the_customer_changes_only_with_a_reason(book: Book, case: str) -> None:
    book.call("assess", case, check=0)
    assert (
        "is not changed" in book.call("edit", case, "--set", "customer.address=Baker Street", check=3).stderr
    )
    book.call("edit", case, "--set", "customer.address=Baker Street", "--reason", "she corrected it", check=0)


def test_customers_under_restriction_are_not_drawn_for_a_survey(book: Book, case: str) -> None:
    book.call("close", case, "--outcome", "not-upheld", "--force", "--reason", "test", check=0)
    draw = ("survey", "sample", "--closed-since", "2026-01-01")
    assert book.json(*draw)["survey"]["cases"] == []
    book.call("restrict", case, "--lift", "--reason", "address corrected", check=0)
    assert [one["case"] for one in book.json(*draw)["survey"]["cases"]] == [case]


def test_a_table_of_cases_and_the_list_of_a_survey_leave_restricted_customers_out(
    book: Book, case: str
) -> None:
    free = book.open("Lamp", "--customer-name", "Chen", "--phone", "13911112222")
    for output_format in ("csv", "json", "jsonl", "plain"):
        said = book.call("list", "--columns", "id,customer.name,customer", "--format", output_format, check=0)
        assert NAME not in said.stdout
        assert "Chen" in said.stdout
    for one in (case, free):
        book.call("close", one, "--outcome", "not-upheld", "--force", "--reason", "test", check=0)
    book.call("restrict", case, "--lift", "--reason", "address corrected", check=0)
    book.call("survey", "sample", "--closed-since", "2026-01-01", "--record", check=0)
    book.call("restrict", case, "--reason", "contested again", check=0)
    said = book.call("survey", "list", "--with-contact", "--json", check=0)
    rows = {row["case"]: (row["name"], row["phone"]) for row in said.json()["survey"]["cases"]}
    assert rows == {case: (None, None), free: ("Chen", "13911112222")}
    assert "1 customer is shown without contact" in said.stderr


def test_a_restriction_begins_once_and_is_lifted_once(book: Book, case: str) -> None:
    assert "already restricted" in book.call("restrict", case, "--reason", "again", check=3).stderr
    assert "needs --reason" in book.call("restrict", case, "--lift", check=2).stderr
    lifted = book.call("restrict", case, "--lift", "--reason", "address corrected", check=0)
    assert "must be told" in lifted.stderr
    assert "not restricted" in book.call("restrict", case, "--lift", "--reason", "again", check=3).stderr
    book.call("letter", case, "ack", check=0)
    assert book.json("show", case)["case"]["data"] == []


def test_a_restriction_cannot_be_retracted(book: Book, case: str) -> None:
    event = book.json("show", case)["case"]["history"][-1]["id"]
    assert book.call("retract", case, event, "--reason", "mistake", check=3)


def test_a_pack_of_restricted_data_has_none_of_them(book: Book, case: str) -> None:
    target = book.root.parent / "case.zip"
    assert "stored and not used" in book.call("pack", case, "--personal", "-o", str(target), check=3).stderr
    assert not target.exists()
    said = book.call("pack", case, "-o", str(target), "--json", check=0)
    assert said.json()["customer_data"] is False
    assert "restricted, so they and the attachments are left out" in said.stderr
    with zipfile.ZipFile(target) as packed:
        assert not [name for name in packed.namelist() if NAME.encode() in packed.read(name)]
