"""`trend` on a casebook of twelve weeks: quiet classes, one that jumps in the last week, and unknown batches."""

import csv
import io
import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

MAP = """\
mapping: 1
system: desk
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: case
received: came
closed: done
fields:
  title: subject
  category: class
  product.batch: batch
  channel:
    column: way
    values: {p: phone, w: email}
"""
FIRST_MONDAY = date(2026, 8, 31)
WEEKS = 12
AS_OF = "2026-11-23T00:00"
COLUMNS = ("case", "came", "done", "subject", "class", "batch", "way")


def rows() -> Iterator[tuple[str, ...]]:
    number = 0
    for week in range(WEEKS):
        last = week == WEEKS - 1
        monday = FIRST_MONDAY + timedelta(weeks=week)
        counts = {
            "quality/function": 3 + week % 2,
            "after-sales": 2 + week % 3,
            "logistics": 20 if last else week % 2,
        }
        for category, count in counts.items():
            for place in range(count):
                number += 1
                day = monday + timedelta(days=place % 7)
                batch = (
                    ("B-7", "b-7", "Ｂ－７", "UNK", "")[place % 5] if category == "logistics" else "unknown"
                )
                done = f"{day} 18:00" if week < 6 else ""
                yield f"N{number:03}", f"{day} 10:00", done, f"Row {number}", category, batch, "pw"[place % 2]


def import_jump(book: Book, folder: Path) -> None:
    """Import twelve weeks of cases, in whose last one a class jumps."""
    (folder / "desk.yaml").write_text(MAP, encoding="utf-8")
    with (folder / "desk.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows(rows())
    book.call("import", "csv", str(folder / "desk.csv"), "--map", str(folder / "desk.yaml"), check=0)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = tmp_path_factory.mktemp("trend")
    made = make_book(folder, "electronics", lang="en")
    import_jump(made, folder)
    return made


def trend(book: Book, *arguments: str) -> Any:
    return book.call("trend", "--as-of", AS_OF, *arguments, "--json", check=0).json()["trend"]


def test_the_class_that_jumped_is_found_with_all_that_is_known(book: Book) -> None:
    found = trend(book, "--by", "category", "--week")
    (finding,) = found["findings"]
    assert finding["values"] == {"category": "logistics"}
    assert finding["cases"] == len(finding["ids"]) == 20
    assert 0.2 < finding["expected"] < 1
    assert finding["since"] == "2026-11-16T00:00:00+08:00"
    assert 0 < finding["p"] <= finding["q"] <= found["false_share"]
    assert found["period"] == {
        "kind": "week",
        "start": "2026-11-16T00:00:00+08:00",
        "end": "2026-11-23T00:00:00+08:00",
    }
    assert (found["compared"], found["cases"], found["unknown"], found["periods"]) == (3, 28, 0, 12)


def test_the_command_of_a_finding_lists_its_cases(book: Book) -> None:
    (finding,) = trend(book, "--where", "channel=phone")["findings"]
    words = shlex.split(finding["command"])
    assert words[:3] == ["complaintctl", "list", "--all"]
    listed = book.call(*words[1:], "--ids", check=0).stdout.split()
    assert sorted(listed) == sorted(finding["ids"])
    assert len(listed) == 10


def test_spellings_are_one_value_and_unknown_ones_are_no_finding(book: Book) -> None:
    found = trend(book, "--by", "product.batch")
    (finding,) = found["findings"]
    # Of 20: B-7 or b-7 or full width twelve times, UNK four times, blank four times; 8 of other classes are "unknown".
    assert (finding["values"], finding["cases"]) == ({"product.batch": "B-7"}, 12)
    assert found["unknown"] == 28 - 12


def test_several_fields_are_compared_in_combination(book: Book) -> None:
    found = trend(book, "--by", "category,channel")
    assert found["by"] == ["category", "channel"]
    values = [finding["values"] for finding in found["findings"]]
    assert sorted(pair["channel"] for pair in values) == ["email", "phone"]
    assert {pair["category"] for pair in values} == {"logistics"}


def test_periods_of_other_lengths(book: Book) -> None:
    window = trend(book, "--window", "7d")
    assert window["period"]["end"] == "2026-11-23T00:00:00+08:00"
    assert [finding["cases"] for finding in window["findings"]] == [20]
    assert "received>=2026-11-16T00:00:00" in window["findings"][0]["command"]
    month = book.call("trend", "--month", "--as-of", AS_OF, check=0)
    assert month.stdout == "2026-10-01 to 2026-10-31: nothing to compare with\n"
    assert "The past is too short to compare: 2 complete periods, and 6 are needed." in month.stderr


def test_text_for_people(book: Book) -> None:
    said = book.call("trend", "--as-of", AS_OF, check=0).stdout.splitlines()
    assert said[0] == "2026-11-16 to 2026-11-22: 1 hot spot among 3 values"
    assert said[1] == "All cases: 28, usually 7"
    assert said[3].split() == ["class", "cases", "expected", "high", "since", "p", "q"]
    assert any(line.startswith("  cases: ") and line.endswith(" and 15 more") for line in said)
    assert any(line.startswith("  all: complaintctl list --all") for line in said)


def test_lessons_and_actions_of_the_value_are_linked(book: Book, tmp_path: Path) -> None:
    copied = book.clone(tmp_path / "clone")
    old = copied.json("list", "--closed", "--where", "category=logistics")["cases"][0]["id"]
    copied.call("edit", old, "--set", "lesson=Pack the corners", "--at", "2026-10-20T10:00", check=0)
    given = ("--what", "Corner pads", "--who", "zhao.yan", "--due", "2026-12-01", "--at", "2026-10-20T10:00")
    copied.call("action", old, *given, check=0)
    (finding,) = trend(copied)["findings"]
    assert finding["lessons"] == [old]
    assert finding["actions"] == [{"case": old, "action": 1, "status": "open", "what": "Corner pads"}]
    said = copied.call("trend", "--as-of", AS_OF, check=0).stdout
    assert f"  lessons: {old}\n  action 1 of {old}, to be done: Corner pads\n" in said
    row = csv_rows(copied, "trend", "--as-of", AS_OF)[0]
    assert (row["lessons"], row["actions"]) == (old, f"{old}#1 open")


def csv_rows(book: Book, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(book.call(*arguments, "--format", "csv", check=0).stdout)))


def test_every_format_has_the_same_figures(book: Book) -> None:
    (wanted,) = trend(book)["findings"]
    (row,) = csv_rows(book, "trend", "--as-of", AS_OF)
    assert (row["category"], row["cases"], row["expected"]) == ("logistics", "20", str(wanted["expected"]))
    assert (float(row["p"]), float(row["q"])) == (wanted["p"], wanted["q"])
    page = book.call("trend", "--as-of", AS_OF, "--format", "md", check=0).stdout
    assert f"| logistics | 20 | {wanted['expected']:.1f} | 2026-11-16 |" in page
    assert page.startswith("# 2026-11-16 to 2026-11-22: 1 hot spot among 3 values\n")


def test_programs_read_the_same_in_chinese(book: Book) -> None:
    for output_format in ("json", "csv"):
        arguments = ("trend", "--as-of", AS_OF, "--format", output_format)
        assert book.call(*arguments, "--lang", "zh").stdout == book.call(*arguments, "--lang", "en").stdout


def test_the_accuracy_counts_the_weeks_before(book: Book) -> None:
    found = book.call("trend", "--as-of", AS_OF, "--accuracy", "--json", check=0).json()["accuracy"]
    # Twelve complete weeks, of which the sixth is the first with enough past.
    assert (found["periods"], found["periods_with_findings"], found["compared"]) == (7, 1, 21)
    assert [(row["start"], row["cases"]) for row in found["findings"]] == [("2026-11-16T00:00:00+08:00", 20)]
    said = book.call("trend", "--as-of", AS_OF, "--accuracy", check=0).stdout
    assert said.startswith("1 of the last 7 periods had a hot spot\n1 finding in 21 comparisons (4.76 %)\n")


def test_duplicates_are_not_counted(book: Book, tmp_path: Path) -> None:
    copied = book.clone(tmp_path / "clone")
    ids = trend(copied)["findings"][0]["ids"]
    at = ("--at", "2026-11-22T20:00")
    copied.call("link", *ids[1:17], ids[0], "--as", "duplicate_of", *at, check=0)
    copied.call("close", *ids[1:17], "--outcome", "duplicate", *at, check=0)
    assert trend(copied)["findings"] == []
    assert trend(copied)["cases"] == 28 - 16


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--week", "--month"), "Choose one of --week, --month and --window."),
        (("--window", "7h"), "7h is not a length of 1 to 366 days."),
        (("--by", ","), "--by needs a field"),
        (("--by", "colour"), "colour"),
        (("--format", "pdf"), "Unknown format pdf"),
    ],
)
def test_what_cannot_be_asked(book: Book, arguments: tuple[str, ...], said: str) -> None:
    assert said in refused(book, 2, "trend", *arguments)


def test_an_empty_casebook_has_nothing_to_compare(tmp_path: Path) -> None:
    empty = make_book(tmp_path, lang="en")
    assert "nothing to compare with" in empty.call("trend", check=0).stdout
    assert empty.json("trend")["trend"]["findings"] == []
