"""Tests the separators of typed lists: the full-width signs of Chinese keyboards mean the same as the ASCII ones."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


@pytest.fixture
def case(book: Book) -> str:
    return book.open("TV froze", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05")


@pytest.mark.parametrize("sign", [";", "；"])
def test_a_measure_has_its_three_parts_in_either_width(book: Book, case: str, sign: str) -> None:
    book.call("edit", case, "--measure", f"更新固件{sign}li.wei {sign} 下周{sign}或更早", check=0)
    (measure,) = book.json("show", case)["case"]["plan"]["measures"]
    assert measure == {"what": "更新固件", "who": "li.wei", "due": f"下周{sign}或更早"}


@pytest.mark.parametrize("sign", [";", "；"])
def test_a_list_that_is_set_as_a_field_is_split_in_either_width(book: Book, case: str, sign: str) -> None:
    lists = ("--set", f"cause.five_whys=old{sign} no update{sign}", "--set", f"watchers=li.wei{sign}zhao.min")
    book.call("edit", case, *lists, check=0)
    shown = book.json("show", case)["case"]
    assert shown["cause"]["five_whys"] == ["old", "no update"]
    assert shown["watchers"] == ["li.wei", "zhao.min"]


@pytest.mark.parametrize("sign", [":", "："])
def test_a_cause_has_its_branch_in_either_width(book: Book, case: str, sign: str) -> None:
    book.call("edit", case, "--bone", f"料{sign}太薄：0.2 mm", check=0)
    assert book.json("show", case)["case"]["cause"]["fishbone"] == [
        {"branch": "material", "cause": "太薄：0.2 mm"}
    ]


@pytest.mark.parametrize("sign", ["=", "＝"])
def test_a_field_is_set_and_asked_for_in_either_width(book: Book, case: str, sign: str) -> None:
    book.call("edit", case, "--set", f"改进措施{sign}a = b", check=0)
    assert book.json("show", case)["case"]["x"] == {"improvement": "a = b"}
    assert [entry["id"] for entry in book.json("list", "--where", f"改进措施{sign}a = b")["cases"]] == [case]
    assert book.call("explain", case, "--if", f"level{sign}urgent", check=0).stdout


@pytest.mark.parametrize("sign", [",", "，", "、"])
def test_columns_are_listed_in_either_width(book: Book, case: str, sign: str) -> None:
    (entry,) = book.json("list", "--columns", f"id{sign} title{sign}")["cases"]
    assert entry == {"id": case, "title": "TV froze"}


def test_a_time_is_typed_in_either_width(book: Book, case: str) -> None:
    book.call("note", case, "called", "--at", "２０２４-03-04T09：30", check=0)
    assert book.json("show", case)["case"]["history"][-1]["at"] == "2024-03-04T09:30:00+08:00"
    task = ("--to", "warehouse", "--what", "count", "--due", "＋４８ｈ")
    book.call("task", case, *task, "--at", "2024-03-04T09:40", check=0)
    assert book.json("show", case)["case"]["tasks"][0]["due"] == "2024-03-06T09:40:00+08:00"
