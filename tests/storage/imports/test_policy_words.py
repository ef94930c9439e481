"""Tests what the policy says about imported words: keys, labels, old names, and dates in custom fields."""

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: words
timezone: Asia/Shanghai
levels: {urgent: {label: {zh: 紧急}, also: [rush]}, general: {}}
categories: {quality: {also: [goods], label: {zh: 质量}, sub: {seal: {label: {zh: 封条}}}}}
fields:
  handed: {type: day}
  called: {type: time}
  kind: {choices: {new: {also: [fresh]}, old: {}}}
"""
MAP = """\
mapping: 1
system: shop
timezone: America/New_York
times: ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
id: No
received: came
fields:
  level: {column: urgency, values: {hurry: rush, "": general}, else: as it is}
  category: class
  x.handed: handed
  x.called: {column: called, times: ["%Y-%m-%d %H:%M"]}
  x.kind: kind
constants: {x.checked: no}
"""
HEADER = ("No", "came", "urgency", "class", "handed", "called", "kind")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def take_in(book: Book, *rows: tuple[str, ...], check: int = 0, header: tuple[str, ...] = HEADER) -> Any:
    folder = book.root.parent
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return book.json(
        "import", "csv", str(folder / "table.csv"), "--map", str(folder / "map.yaml"), check=check
    )


def only_case(book: Book) -> dict[str, Any]:
    ((path,),) = (list((book.root / "cases/open").glob("C-*")),)
    case: dict[str, Any] = book.json("show", path.stem)["case"]
    return case


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        (("hurry", "goods/seal", "fresh"), ("urgent", "quality/seal", "new")),
        (("紧急", "质量/封条", "OLD"), ("urgent", "quality/seal", "old")),
        (("Urgent", "QUALITY", "new"), ("urgent", "quality", "new")),
        (("", "goods", "old"), ("general", "quality", "old")),
    ],
)
def test_labels_old_names_and_letters_of_any_case_mean_their_key(
    book: Book, words: tuple[str, str, str], keys: tuple[str, str, str]
) -> None:
    level, category, kind = words
    row = ("1", "04.03.2024", level, category, "", "", kind)
    take_in(book, row)
    case = only_case(book)
    assert (case["level"], case["category"], case["x"]["kind"]) == keys
    # The same table again changes nothing.
    assert take_in(book, row)["unchanged"] == 1


def test_dates_of_custom_fields_are_read_by_the_mapping(book: Book) -> None:
    take_in(book, ("1", "04.03.2024 09:00", "urgent", "", "05.03.2024", "2024-03-06 10:00", ""))
    case = only_case(book)
    assert case["x"] == {"handed": "2024-03-05", "called": "2024-03-06T10:00:00-05:00", "checked": "no"}
    book.call("check", "--fail-on", "never", check=0)


def test_a_text_that_is_no_date_and_a_word_that_is_no_key_reject_their_rows(book: Book) -> None:
    rows = (
        ("1", "04.03.2024", "urgent", "", "soon", "", ""),
        ("2", "04.03.2024", "urgent", "", "", "05.03.2024", ""),
        ("3", "04.03.2024", "mild", "", "", "", ""),
        ("4", "04.03.2024", "urgent", "", "05.03.2024", "", "newish"),
    )
    assert take_in(book, *rows, check=1)["rejected"] == 4


def test_a_column_with_the_name_of_a_date_field_is_read_as_a_date(book: Book) -> None:
    (book.root.parent / "map.yaml").write_text(MAP.replace("  x.handed: handed\n", ""), encoding="utf-8")
    take_in(book, ("1", "04.03.2024", "urgent", "", "05.03.2024", "", ""))
    assert only_case(book)["x"]["handed"] == "2024-03-05"


def test_a_constant_date_is_iso(book: Book) -> None:
    for day, code in (("2024-03-05", 0), ("05.03.2024", 1)):
        text = MAP.replace("  x.handed: handed\n", "").replace("{x.checked: no}", f"{{x.handed: {day}}}")
        (book.root.parent / "map.yaml").write_text(f"{text}ignore: [handed]\n", encoding="utf-8")
        take_in(book, (f"{code}", "04.03.2024", "urgent", "", "", "", ""), check=code)
    assert only_case(book)["x"]["handed"] == "2024-03-05"
