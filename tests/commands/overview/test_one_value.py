"""Tests that the spellings of a value are one value for every command, and that an unknown one is like no other."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: spellings
timezone: Asia/Shanghai
roles: [quality]
fields: {line: {}, kind: {choices: {none: {}, slow: {}}}}
repetition:
  - {same: [product.model, product.batch], cases: 3, within: 30d, to: quality}
  - {same: [x.kind], cases: 3, within: 30d, to: quality}
steps:
  - {step: investigate, within: 5d}
close: {withdrawn: {}}
"""
SPELLINGS = ("B-7", "b-7", "Ｂ－７", "B-7 ")
LINES = ("Line 2", "LINE  2", "Ｌｉｎｅ　２", " line 2 ")
UNKNOWN = ("unknown", "UNK", "Ｎ／Ａ", "不详")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def received(book: Book, day: int, batch: str, *options: str, model: str = "X 100") -> str:
    at = f"2024-03-{day:02}T09:00"
    facts = ("--model", model, "--set", f"product.batch={batch}")
    return book.open("Cracked", "--received", at, "--at", at, *facts, *options)


def found(book: Book, *options: str) -> list[str]:
    rows = book.json("list", "--columns", "id", "--sort", "received", *options)["cases"]
    return [row["id"] for row in rows]


def repeated(book: Book, case_id: str) -> list[list[str]]:
    cases = book.json("escalate", "--due", "--as-of", "2024-03-05T08:00")["cases"]
    return [
        rule["alike"]
        for entry in cases
        if entry["id"] == case_id
        for rule in entry["event"].get("repeated", [])
    ]


def test_a_condition_finds_every_spelling_and_the_text_stays_as_typed(book: Book) -> None:
    ids = [
        received(book, day, text, "--set", f"x.line={LINES[day - 1]}")
        for day, text in enumerate(SPELLINGS, 1)
    ]
    for text in SPELLINGS:
        assert found(book, "--where", f"product.batch={text}") == ids
        assert found(book, "--where", f"product.batch!={text}") == []
        assert found(book, "--search", text) == ids
    for text in LINES:
        assert found(book, "--where", f"x.line={text}") == ids
    assert found(book, "--where", "product.model=ｘ  １００") == ids
    assert "batch: Ｂ－７" in book.file(ids[2]).read_text(encoding="utf-8")


def test_a_list_has_an_entry_however_it_is_written(book: Book) -> None:
    case_id = received(book, 1, "B-7", "--set", "watchers=Ｑuality;Zhao Min")
    assert found(book, "--where", "watchers=zhao  min") == [case_id]


def test_cases_alike_are_counted_however_their_batch_and_model_are_written(book: Book) -> None:
    models = ("X 100", "x  100", "Ｘ １００", "X 100")
    ids = [received(book, day, SPELLINGS[day - 1], model=models[day - 1]) for day in (1, 2, 3, 4)]
    assert repeated(book, ids[3]) == [ids[:3]]


def test_unknown_batches_are_not_alike(book: Book) -> None:
    ids = [received(book, day, "unknown") for day in (1, 2, 3, 4)]
    assert repeated(book, ids[3]) == []


def test_a_word_that_the_policy_lists_is_a_value(book: Book) -> None:
    ids = [received(book, day, "unknown", "--set", "x.kind=none") for day in (1, 2, 3)]
    assert repeated(book, ids[2]) == [ids[:2]]


@pytest.mark.parametrize(("cause", "batch"), [("Ｆｏｉｌ", "b-7"), ("foil ", "Ｂ－７"), ("FOIL", "B-7 ")])
def test_an_action_is_opened_again_however_cause_and_batch_are_written(
    book: Book, cause: str, batch: str
) -> None:
    earlier = with_action(book, "B-7")
    later = received(book, 11, batch, model="Y")
    again = book.json("investigate", later, "--cause", cause, "--at", "2024-03-12T15:00")["opened_again"]
    assert [entry["case"] for entry in again] == [earlier]


@pytest.mark.parametrize("batch", UNKNOWN)
def test_an_unknown_batch_opens_no_action_again(book: Book, batch: str) -> None:
    with_action(book, batch)
    later = received(book, 11, batch, model="Y")
    done = book.json("investigate", later, "--cause", "foil", "--at", "2024-03-12T15:00")
    assert "opened_again" not in done


def with_action(book: Book, batch: str) -> str:
    """A case of another model whose action was done."""
    case_id = received(book, 4, batch)
    for words in (
        ("investigate", case_id, "--cause", "foil", "--at", "2024-03-04T10:00"),
        *(
            (
                "action",
                case_id,
                "--what",
                "w",
                "--who",
                "z",
                "--due",
                "2024-03-08",
                "--at",
                "2024-03-04T11:00",
            ),
        ),
        ("action", case_id, "--done", "1", "--at", "2024-03-06T10:00"),
    ):
        book.call(*words, check=0)
    return case_id


def test_a_lesson_is_found_however_model_cause_and_words_are_written(book: Book) -> None:
    case_id = received(book, 1, "B-7", "--set", "cause.class=Ｆｏｉｌ  weld")
    close = ("--outcome", "withdrawn", "--lesson", "Check the ｆｏｉｌ", "--at", "2024-03-02T09:00")
    book.call("close", case_id, *close, check=0)
    for words in (("--model", "ｘ １００"), ("--cause", "foil weld "), ("FOIL",), ("ｃｈｅｃｋ",)):
        assert [entry["case"] for entry in book.json("lessons", *words)["lessons"]] == [case_id], words
    assert book.json("lessons", "--model", "X1000")["lessons"] == []
