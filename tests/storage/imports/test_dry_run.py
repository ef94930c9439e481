"""Tests what an import says before it writes: unknown words to paste, and one line for each reason to reject rows."""

import csv
from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, make_book

MAP: Final = """\
mapping: 1
system: shop
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: No
received: came
fields:
  channel: {column: Via, values: {Tel: phone, Mail: email}}
  level: Grade
  category: Class
"""
HEADER: Final = ("No", "came", "Via", "Grade", "Class")
COUNT: Final = 8_340
# The row where the level is written in another way, which the policy knows by no name.
ODD: Final = 7


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return make_book(tmp_path)


def words(book: Book, rows: Any, *options: str) -> tuple[str, ...]:
    path = book.root.parent / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return "import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"), *options


def telexes(count: int) -> list[tuple[str, ...]]:
    return [
        (str(number), "2025-03-03 10:00", "Maill", "Importent" if number == ODD else "urgent", "other")
        for number in range(count)
    ]


def test_a_dry_run_prints_every_unknown_word_with_its_count_and_the_nearest_one(book: Book) -> None:
    rows = [*telexes(9), ("9", "never", "电话: neu", "general", "quality/XX")]
    result = book.speaking("en").call(*words(book, rows, "--dry-run"), check=1)
    block = result.stdout.partition("\n\n")[2]
    assert block == (
        "# Words that are not known. Either write what each one means into the mapping:\n"
        "fields:\n"
        "  channel:\n"
        "    column: Via\n"
        "    values:\n"
        "      Maill: email  # 9 rows\n"
        '      "电话: neu":  # 1 row\n'
        "  level:\n"
        "    column: Grade\n"
        "    values:\n"
        "      urgent: urgent  # 8 rows\n"
        "      Importent: important  # 1 row\n"
        "      general: general  # 1 row\n"
        "  category:\n"
        "    column: Class\n"
        "    values:\n"
        "      other: other  # 9 rows\n"
        "      quality/XX: quality  # 1 row\n"
        "\n"
        "# Or add them to the policy:\n"
        "levels: {Importent: {}}\n"
        "categories: {quality: {sub: {XX: {}}}}\n"
    )


def test_the_printed_block_can_be_pasted_and_then_every_row_is_taken(book: Book) -> None:
    result = book.call(*words(book, telexes(9), "--dry-run"), check=1)
    block = result.stdout.partition("fields:\n")[2].partition("\n\n")[0]
    mapping = book.root.parent / "map.yaml"
    mapping.write_text(MAP.partition("fields:\n")[0] + "fields:\n" + block + "\n  category: Class\n", "utf-8")
    assert book.json(*words(book, telexes(9)))["new"] == 9


def test_equal_complaints_are_one_line_with_a_count_and_three_places_and_all_in_the_rejects(
    book: Book,
) -> None:
    result = book.call(*words(book, telexes(COUNT)), check=1)
    assert "8,340 rows (lines 2, 3, 4, …): channel: the mapping has no entry for Maill" in result.stderr
    assert result.stderr.count("\n") == 2
    rejects = (book.root.parent / "table.rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.count("\n") == COUNT + 1


def test_reasons_that_differ_in_their_value_are_one_line_that_says_so(book: Book) -> None:
    rows = [(str(number), f"{number} o'clock", "Tel", "urgent", "other") for number in range(30)]
    result = book.speaking("en").call(*words(book, rows, "--dry-run"), check=1)
    reason = "received: 0 o'clock matches no time format of the mapping"
    assert f"30 similar rows (lines 2, 3, 4, …): {reason}\n" in result.stderr
    assert "# Words" not in result.stdout
    chinese = book.speaking("zh").call(*words(book, rows, "--dry-run"), check=1)
    assert "30 行类似（第 2, 3, 4, … 行）：" in chinese.stderr


def test_programs_read_reasons_and_unknown_words_as_json(book: Book) -> None:
    done = book.json(*words(book, telexes(9), "--dry-run"), check=1)
    assert done["unknown"][1] == {
        "field": "level",
        "columns": ["Grade"],
        "value": "Importent",
        "in": "policy",
        "count": 1,
        "near": "important",
    }
    assert done["reasons"] == [
        {"key": "import-unknown-word", "field": "channel", "value": "Maill", "count": 9, "lines": [2, 3, 4]}
    ]
