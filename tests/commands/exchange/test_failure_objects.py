"""A command that was asked for JSON and fails prints one object on stdout, and its sentence on stderr."""

import json
from pathlib import Path
from typing import Any

import pytest

from complaintctl import failure_exits
from complaintctl.commands.exchange.published_schemas import error_schema
from tests.casebooks import Book, Result, make_book
from tests.commands.exchange.published import faults

SCHEMA = error_schema()
UNKNOWN = "C-20200101-AAAAA"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("failures"), lang="en")


def error_of(result: Result) -> dict[str, Any]:
    """The error object, the only line on stdout, which fits the published schema."""
    document = json.loads(result.stdout)
    assert faults(SCHEMA, document) == []
    assert result.stdout.count("\n") == 1
    error: dict[str, Any] = document["error"]
    assert error["exit_code"] == result.returncode
    assert error["message"] in result.stderr.replace("\n", " ")
    return error


@pytest.mark.parametrize(
    ("words", "code", "key", "facts", "hint"),
    [
        (("show", UNKNOWN, "--json"), 5, "no-such-case", {"part": UNKNOWN}, None),
        (
            ("list", "--columns", "ownr", "--format", "jsonl"),
            2,
            "unknown-field",
            {"field": "ownr", "near": "owner"},
            "Did you mean owner?",
        ),
        (("list", "--format=json", "--zzz"), 2, "usage-unknown-option", {"name": "--zzz"}, "Try"),
        (("shwo", "--json"), 2, "usage-unknown-command-near", {"name": "shwo", "near": "show"}, "Try"),
        (("show", "--json"), 2, "usage-argument-missing", {"name": "CASE"}, "Try"),
        (
            ("open", "--title", "t", "--at", "2999-01-01", "--json"),
            2,
            "time-too-far",
            {"value": "2999-01-01", "first": 1900},
            "Write a time",
        ),
    ],
)
def test_a_failure_is_an_object_with_key_facts_and_hint(
    book: Book, words: tuple[str, ...], code: int, key: str, facts: dict[str, Any], hint: str | None
) -> None:
    error = error_of(book.call(*words, check=code))
    assert error["key"] == key
    assert facts.items() <= error["facts"].items() or key == "time-too-far"
    assert (error["hint"] or "").startswith(hint) if hint else error["hint"] is None


def test_a_refusal_lists_the_missing_fields_as_data(book: Book) -> None:
    case = book.open("t")
    book.call("assess", case, check=0)
    error = error_of(book.call("classify", case, "--category", "quality", "--json", check=3))
    assert error["key"] == "fields-missing"
    assert error["facts"]["step"] == "classify"
    assert error["facts"]["case"] == case
    assert {"customer.name", "product.model", "description"} <= set(error["facts"]["fields"])
    assert error["hint"].startswith("Record them: complaintctl edit")


def test_times_carry_their_offset_and_chinese_words_keep_the_keys(book: Book) -> None:
    case = book.open("t", "--received", "2026-03-02T09:00", "--at", "2026-03-02T09:05")
    words = ("ack", case, "--at", "2026-03-02T08:00", "--json", "--lang", "zh")
    error = error_of(book.call(*words, check=3))
    assert error["key"] == "before-receipt"
    assert error["facts"] == {
        "received": "2026-03-02T09:00:00+08:00",
        "time": "2026-03-02T08:00:00+08:00",
    }


def test_without_json_nothing_is_on_stdout(book: Book) -> None:
    assert book.call("show", UNKNOWN, check=5).stdout == ""
    assert book.call("list", "--columns", "ownr", "--format", "csv", check=2).stdout == ""


def test_a_file_that_cannot_be_written_and_an_answer_of_no_are_objects(tmp_path: Path) -> None:
    book = make_book(tmp_path, lang="en")
    (book.root / "complaintctl.yaml").write_text("steps: 3\n", encoding="utf-8")
    error = error_of(book.call("list", "--json", check=4))
    assert (error["key"], error["exit_code"]) == ("policy-faulty", 4)
    assert error["hint"] == "Check it: complaintctl policy check"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["list", "--json"], True),
        (["list", "--format", "jsonl"], True),
        (["list", "--format=json"], True),
        (["list", "--format", "csv"], False),
        (["customer", "--", "--json"], False),
        (["note", "C-1", "json"], False),
        ([], False),
    ],
)
def test_the_words_of_the_command_line_say_who_wants_json(words: list[str], wanted: object) -> None:
    assert failure_exits.wants_json(words) is wanted


def test_the_object_is_the_last_line_below_an_answer_that_had_begun(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print('{"row": 1}')
    failure_exits.print_error_object({"key": "disk"})
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line) for line in lines] == [{"row": 1}, {"version": 1, "error": {"key": "disk"}}]
