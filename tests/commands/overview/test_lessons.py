"""Tests `lessons`: closed cases found by words, class, cause, product and mark."""

import csv
import io
import json
from dataclasses import dataclass

import pytest

from tests.casebooks import Book, make_book, refused

DESIGN = ("--set", "cause.class=quality/design", "--set", "cause.finding=Old firmware; the screen FREEZES")


@dataclass(frozen=True, kw_only=True)
class Library:
    """A casebook with three closed lessons, a closed case without one, and an open case that has one."""

    book: Book
    tv: str
    watch: str
    phone: str


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    book = make_book(tmp_path_factory.mktemp("lessons"))

    def closed(title: str, hour: str, facts: tuple[str, ...], *options: str) -> str:
        case_id = book.open(title, "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", *facts)
        book.call("close", case_id, "--outcome", "withdrawn", "--at", f"2024-03-04T{hour}", *options, check=0)
        return case_id

    tv = closed(
        "TV freezes",
        "12:00",
        ("--category", "quality/function/software", "--set", "product.model=TV-9", *DESIGN),
        *("--lesson", "Free upgrade for all owners", "--mark", "success"),
    )
    watch = closed(
        "Watch brushed off",
        "11:00",
        ("--category", "after-sales/attitude", "--set", "plan.principle=Apologise first"),
        *("--lesson", "升级前先道歉", "--mark", "失败"),
    )
    phone = closed(
        "Phone", "13:00", ("--category", "quality", "--set", "product.model=tv-90"), "--lesson", "x"
    )
    closed("Nothing learned", "14:00", ())
    book.open("Still open", "--at", "2024-03-04T09:05", "--set", "lesson=too early")
    return Library(book=book, tv=tv, watch=watch, phone=phone)


def found(library: Library, *words: str) -> list[str]:
    return [entry["case"] for entry in library.book.json("lessons", *words)["lessons"]]


def test_the_case_closed_last_comes_first_and_only_what_taught_something_is_kept(library: Library) -> None:
    assert found(library) == [library.phone, library.tv, library.watch]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("freezes",), ["tv"]),
        (("UPGRADE free",), ["tv"]),
        (("upgrade 道歉",), []),
        (("道歉",), ["watch"]),
        (("apologise",), ["watch"]),
        (("quality/design",), ["tv"]),
        (("TV-9",), []),
        (("--category", "quality"), ["phone", "tv"]),
        (("--category", "产品质量"), ["phone", "tv"]),
        (("--cause", "quality"), ["tv"]),
        (("--cause", "quality/design", "free"), ["tv"]),
        (("--model", "tv-9"), ["tv"]),
        (("--mark", "success"), ["tv"]),
        (("--mark", "失败"), ["watch"]),
        (("--mark", "failure", "--category", "quality"), []),
    ],
)
def test_lessons_are_found_by_words_class_cause_product_and_mark(
    library: Library, words: tuple[str, ...], expected: list[str]
) -> None:
    assert found(library, *words) == [getattr(library, name) for name in expected]


def test_every_format_holds_the_lesson(library: Library) -> None:
    def text(output_format: str) -> str:
        return library.book.call("lessons", "freezes", "--format", output_format, check=0).stdout

    row = {
        "case": library.tv,
        "closed": "2024-03-04T12:00:00+08:00",
        "mark": "success",
        "category": "quality/function/software",
        "cause": "quality/design",
        "model": "TV-9",
        "title": "TV freezes",
        "lesson": "Free upgrade for all owners",
    }
    assert json.loads(text("json")) == {"version": 1, "lessons": [row]}
    assert [json.loads(line) for line in text("jsonl").splitlines()] == [row]
    assert list(csv.DictReader(io.StringIO(text("csv")))) == [row]
    assert text("plain") == "\t".join(row.values()) + "\n"
    assert f"| {library.tv} | 2024-03-04 | success |" in text("md")
    assert "Free upgrade for all owners" in text("table")


def test_people_read_the_words_of_their_language(library: Library) -> None:
    result = library.book.call("--lang", "zh", "lessons", "freezes", check=0)
    assert "成功" in result.stdout
    assert "产品质量/功能故障/软件问题" in result.stdout
    assert result.stderr == "共 1 条经验教训\n"


def test_a_mark_may_be_set_and_taken_away_later(library: Library) -> None:
    library.book.call("edit", library.phone, "--set", "lesson_mark=success", check=0)
    assert found(library, "--mark", "success") == [library.phone, library.tv]
    text = library.book.file(library.phone).read_text(encoding="utf-8")
    assert "\nlesson: x\nlesson_mark: success\n" in text
    library.book.call("edit", library.phone, "--set", "lesson_mark=", check=0)
    assert found(library, "--mark", "success") == [library.tv]


def test_an_unknown_mark_or_class_is_named_with_the_choices(library: Library) -> None:
    assert "success, failure" in refused(library.book, 2, "lessons", "--mark", "good")
    assert "success, failure" in refused(library.book, 2, "edit", library.tv, "--set", "lesson_mark=good")
    assert "quality" in refused(library.book, 2, "lessons", "--category", "qualty")


def test_a_mark_written_by_hand_that_is_none_is_named_with_its_line(library: Library) -> None:
    path = library.book.file(library.watch)
    before = path.read_bytes()
    path.write_bytes(before.replace(b"lesson_mark: failure", b"lesson_mark: bad"))
    result = library.book.call("lessons", check=4)
    path.write_bytes(before)
    assert "lesson_mark must be one of success, failure" in result.stderr
    assert result.stderr.endswith("2 lessons\n")
