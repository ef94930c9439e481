"""Tests the schema of files: every fault is reported once, in our own words."""

from pathlib import Path

import pytest

from complaintctl.storage.case import casefile
from tests.casebooks import Book, make_book


@pytest.fixture(scope="module")
def case_text(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    book: Book = make_book(tmp_path_factory.mktemp("schema"))
    case = book.open("Battery swells", "--at", "2024-03-04T09:10")
    return case, book.file(case).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("added", "keys"),
    [
        ("title: again\n", ["duplicate-key"]),
        ("? [1, 2]\n: 3\n", ["key-not-text"]),
        ("titel: x\n", ["unknown-key"]),
        ("titel: x\ntitel: y\n", ["unknown-key", "duplicate-key"]),
    ],
)
def test_a_key_at_fault_is_named_once(
    tmp_path: Path, case_text: tuple[str, str], added: str, keys: list[str]
) -> None:
    case, text = case_text
    path = tmp_path / f"{case}.yaml"
    path.write_text(text + added, encoding="utf-8")

    _loaded, problems = casefile.read_case(path)

    assert [problem.key for problem in problems] == keys


def test_a_choice_is_named_by_its_words_alone(tmp_path: Path, case_text: tuple[str, str]) -> None:
    case, text = case_text
    path = tmp_path / f"{case}.yaml"
    path.write_text(text.replace("status: open", "status: opened"), encoding="utf-8")

    _loaded, (problem,) = casefile.read_case(path)

    assert (problem.key, problem.values["expected"]) == ("not-one-of", ["open", "waiting", "closed"])
