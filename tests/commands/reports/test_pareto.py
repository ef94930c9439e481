"""Tests `report pareto`: values ranked in every format, by cases and by cost; fields, depth, periods and filters."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: ranking
timezone: Asia/Shanghai
causes: {material: {label: {zh: 材料}, sub: {foil: {}, jaw: {}}}, design: {}}
fields: {warehouse: {}}
steps:
  - {step: investigate, within: 5d}
close: {withdrawn: {}, duplicate: {}}
"""
# Month and day of receipt, batch, cause, warehouse, cost: batches B-7 four times, C-1 twice, one other, three unknown.
CASES = (
    ("10-01", "B-7", "material/foil", "North", "10.50 CNY"),
    ("10-02", "b-7", "material/foil", "north ", "4.50 CNY"),
    ("10-03", "Ｂ－７", "material/jaw", "ＮＯＲＴＨ", ""),
    ("10-31", "B-7 ", "material", "South", "1 CNY"),
    ("11-01", "C-1", "design", "South", "84 CNY"),
    ("11-02", "c-1", "design", "", "not known yet"),
    ("11-03", "D", "", "-", ""),
    ("11-04", "", "", "unknown", ""),
    ("11-05", "NI", "", "N/A", ""),
    ("11-06", "不详", "", "?", ""),
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return filled(tmp_path_factory.mktemp("pareto"), CASES)


def filled(folder: Path, cases: Sequence[tuple[str, ...]]) -> Book:
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml", lang="en")
    for day, batch, cause, warehouse, cost in cases:
        at = f"2026-{day}T09:00"
        facts = {"product.batch": batch, "cause.class": cause, "x.warehouse": warehouse, "remedy.cost": cost}
        sets = [word for name, text in facts.items() if text for word in ("--set", f"{name}={text}")]
        book.open("Cracked", "--received", at, "--at", at, *sets)
    return book


def ranking(book: Book, *options: str) -> dict[str, Any]:
    shown = book.json("report", "pareto", "--as-of", "2026-11-20T12:00", *options)
    return dict(shown["pareto"])


def counted(book: Book, *options: str) -> list[tuple[str, str | None, int, bool | None]]:
    rows = ranking(book, *options)["rows"]
    return [(row["kind"], row["value"], row["cases"], row["vital"]) for row in rows]


def test_the_vital_few_are_marked_and_the_unknown_come_last(book: Book) -> None:
    assert counted(book, "--by", "batch") == [
        ("value", "B-7", 4, True),
        ("value", "C-1", 2, True),
        ("value", "D", 1, False),
        ("unknown", None, 3, False),
    ]
    content = ranking(book, "--by", "batch")
    assert {name: content[name] for name in ("cases", "known", "unknown", "values", "vital", "tied")} == {
        "cases": 10,
        "known": 7,
        "unknown": 3,
        "values": 3,
        "vital": 2,
        "tied": 0,
    }
    assert [row["cumulative"] for row in content["rows"]] == [0.5714, 0.8571, 1.0, None]
    assert [entry["text"] for entry in content["rows"][-1]["spellings"]] == ["", "NI", "不详"]


def test_people_see_the_same_figures(book: Book) -> None:
    shown = book.call("report", "pareto", "--by", "batch", "--as-of", "2026-11-20T12:00", check=0).stdout
    for line in (
        "Pareto by batch at 2026-11-20 12:00",
        "2 of 3 values make 85.7 % of 7 cases.",
        "3 of 10 cases name no value: (none) 1, NI 1, 不详 1.",
    ):
        assert line in shown.splitlines()
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert rows[-4:] == [
        "● B-7 4 57.1 % 57.1 %",
        "● C-1 2 28.6 % 85.7 %",
        "D 1 14.3 % 100.0 %",
        "unknown 3 30.0 % of 10",
    ]


def test_every_format_has_the_same_figures(book: Book) -> None:
    call = ("report", "pareto", "--by", "batch", "--as-of", "2026-11-20T12:00", "--format")
    rows = ranking(book, "--by", "batch")["rows"]
    lines = book.call(*call, "jsonl", check=0).stdout.splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = list(csv.DictReader(io.StringIO(book.call(*call, "csv", check=0).stdout)))
    assert [(row["value"], row["cases"], row["share"], row["vital"]) for row in table] == [
        *(("B-7", "4", "0.5714", "yes"), ("C-1", "2", "0.2857", "yes"), ("D", "1", "0.1429", "no")),
        ("", "3", "", "no"),
    ]
    markdown = book.call(*call, "md", check=0).stdout.splitlines()
    assert markdown[0] == "# Pareto by batch at 2026-11-20 12:00"
    assert "| ● | B-7 | 4 | 57.1 % | 57.1 % |" in markdown


def test_programs_read_the_same_in_chinese(book: Book) -> None:
    for output_format in ("json", "jsonl", "csv", "plain"):
        call = ("report", "pareto", "--by", "cause", "--as-of", "2026-11-20T12:00", "--format", output_format)
        assert book.call("--lang", "zh", *call, check=0).stdout == book.call(*call, check=0).stdout


def test_people_read_the_labels_of_their_language(book: Book) -> None:
    call = ("report", "pareto", "--by", "cause", "--depth", "1", "--as-of", "2026-11-20T12:00")
    shown = book.call("--lang", "zh", *call, check=0).stdout
    assert "帕累托分析" in shown
    assert "材料" in shown
    assert "关键少数" in shown


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--by", "cause"), [("design", 2), ("material/foil", 2), ("material", 1), ("material/jaw", 1)]),
        (("--by", "cause", "--depth", "1"), [("material", 4), ("design", 2)]),
        (("--by", "warehouse"), [("North", 3), ("South", 2)]),
        (("--by", "x.warehouse", "--from", "2026-11"), [("South", 1)]),
        (("--by", "batch", "--month", "2026-10"), [("B-7", 4)]),
        (("--by", "batch", "--to", "2026-10-30"), [("B-7", 3)]),
        (("--by", "batch", "--where", "cause.class=design"), [("C-1", 2)]),
        (
            ("--by", "batch", "--where", "cause.class=design", "--or", "product.batch=ｄ"),
            [("C-1", 2), ("D", 1)],
        ),
    ],
)
def test_fields_depth_periods_and_filters(
    book: Book, options: tuple[str, ...], expected: list[tuple[str, int]]
) -> None:
    rows = counted(book, *options)
    assert [(value, cases) for kind, value, cases, _vital in rows if kind == "value"] == expected


def test_the_smaller_values_share_a_row(book: Book) -> None:
    content = ranking(book, "--by", "batch", "--top", "1")
    assert [(row["kind"], row["cases"], row["cumulative"]) for row in content["rows"]] == [
        *(("value", 4, 0.5714), ("others", 3, 1.0), ("unknown", 3, None))
    ]
    assert content["vital"] == 2


def test_costs_are_added_and_cases_without_one_are_told(book: Book) -> None:
    # C-1 cost 84.00 and B-7 10.50 + 4.50 + 1 = 16.00; 84 of 100 are 84 %. Six cases have no amount.
    content = ranking(book, "--by", "batch", "--measure", "cost")
    assert [
        (row["value"], row["cases"], row["cost"], row["share"], row["vital"]) for row in content["rows"]
    ] == [*(("C-1", 1, 84.0, 0.84, True), ("B-7", 3, 16.0, 0.16, False))]
    assert (content["currency"], content["without_cost"]) == ("CNY", 6)
    shown = book.call("report", "pareto", "--by", "batch", "--measure", "cost", check=0).stdout
    assert "1 of 2 values makes 84.0 % of 100.00 CNY." in shown
    assert "6 cases have no cost." in shown


def test_duplicates_count_with_their_original(tmp_path: Path) -> None:
    book = filled(tmp_path, CASES[4:6])
    (case,) = book.json("list", "--where", "received=2026-11-01")["cases"]
    force = ("--outcome", "duplicate", "--force", "--reason", "the original is kept elsewhere")
    book.call("close", case["id"], *force, "--at", "2026-11-05T09:00", check=0)
    assert counted(book, "--by", "batch") == [("value", "c-1", 1, True)]
    assert counted(book, "--by", "batch", "--with-duplicates") == [("value", "C-1", 2, True)]


def test_costs_in_two_currencies_are_not_added(tmp_path: Path) -> None:
    book = filled(tmp_path, (("11-01", "D", "", "", "1 CNY"), ("11-02", "E", "", "", "5 EUR")))
    call = ("report", "pareto", "--by", "batch", "--measure", "cost")
    assert refused(book, 2, *call) == (
        "The costs are in several currencies: CNY, EUR. Choose one, for example with --where remedy.cost~EUR."
    )
    content = book.json(*call, "--where", "remedy.cost~eur")["pareto"]
    assert (content["currency"], content["rows"][0]["value"]) == ("EUR", "E")


def test_nothing_to_rank_is_said(book: Book) -> None:
    shown = book.call("report", "pareto", "--by", "batch", "--where", "title=None", check=0).stdout
    assert "Nothing to rank." in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--by", "wharehouse"), "wharehouse"),
        (("--by", "actions"), "actions may have several values in one case"),
        (("--measure", "money"), "--measure cannot be money. Choose from: cases, cost."),
        (("--from", "2026-11", "--to", "2026-10"), "--to 2026-10 is not after --from 2026-11."),
        (("--format", "xml"), "xml"),
    ],
)
def test_what_cannot_be_meant_is_refused(book: Book, options: tuple[str, ...], words: str) -> None:
    assert words in refused(book, 2, "report", "pareto", *options)
