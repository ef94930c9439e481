"""Tests that no command prints control characters from untrusted text."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, make_book
from tests.sampling import sample

# Clipboard, hidden text, window title, an 8-bit control, two bidirectional controls, carriage return.
HOSTILE: Final = "a\x1b]52;c;aGk=\x07\x1b[8mb\x9b31m\u202ec\u2066d\x7f\x08\re"
QUOTED: Final = json.dumps(HOSTILE)[1:-1].replace("\x7f", "\\u007f")
STEERING: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\r(?!\n)")
# A name, which refuses the sign that goes to the beginning of the line.
NAME: Final = HOSTILE.replace("\r", "")
QUOTED_NAME: Final = QUOTED.replace("\\r", "")
NAMES: Final = ("title", "owner", "product.batch", "customer.name")
FIELD: Final = f'fields:\n  mood: {{label: {{en: "{QUOTED_NAME}", zh: "{QUOTED_NAME}"}}}}\n'
PERSON: Final = f'people: {{evil: {{name: "{QUOTED_NAME}", email: evil@example.com}}}}\n'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A casebook in which every text is hostile, even the author of a commit."""
    made = make_book(tmp_path_factory.mktemp("steering"), lang="en")
    policy = made.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    text = text.replace("fields:\n", FIELD, 1).replace("people: {}\n", PERSON, 1)
    policy.write_text(text, encoding="utf-8")
    case_id = made.open(
        "A", "--customer-name", "Ann", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10"
    )
    made.call("classify", case_id, "--level", "urgent", "--category", "quality", "--at", "2024-03-04T09:30")
    made.call("note", case_id, HOSTILE, "--at", "2024-03-04T09:40", check=0)
    facts = (
        "title",
        "description",
        "customer.name",
        "x.mood",
        "problem.what",
        "owner",
        "product.batch",
        "lesson",
    )
    sets = [word for fact in facts for word in ("--set", f"{fact}={NAME if fact in NAMES else HOSTILE}")]
    made.call(
        "edit", case_id, *sets, "--by", "evil", "--bone", f"{NAME}: {HOSTILE}", "--why", HOSTILE, check=0
    )
    made.call("task", case_id, "--to", NAME, "--what", HOSTILE, "--due", "2024-03-05")
    made.call("action", case_id, "--what", HOSTILE, "--who", NAME, "--due", "2024-03-05")
    (made.root / "notes.txt").write_text("x", encoding="utf-8")
    made.call("attach", case_id, "notes.txt", check=0)
    made.git("commit", "--allow-empty", "--quiet", "--message", HOSTILE)
    letters = made.root / "templates" / "letters"
    letters.mkdir(parents=True)
    head = f'---\ntitle: "{QUOTED}"\nsubject: "{QUOTED}"\n---\n'
    (letters / "visit.en.md").write_text(head + '{{ case.title }} {{ "\\x1b[8m" }}\n', encoding="utf-8")
    return made


def case_of(book: Book) -> str:
    return next((book.root / "cases" / "open").glob("*.yaml")).stem


@pytest.mark.parametrize(
    "words",
    sample(
        [
            *(("list", "--format", form) for form in ("table", "plain", "json", "jsonl", "csv", "md")),
            *(("check", "--format", form) for form in ("table", "json", "github", "junit", "sarif")),
            *(("analysis", "CASE", "--format", form) for form in ("text", "md", "svg", "json")),
            *(("letter", "CASE", "visit", "--format", form) for form in ("text", "md", "html", "json")),
            *(("form", "CASE", "record", "--format", form) for form in ("html", "md", "json")),
            ("show", "CASE"),
            ("explain", "CASE"),
            ("log", "CASE"),
            ("today",),
            ("board",),
            ("report",),
            ("actions",),
            ("policy", "show"),
            ("template", "list"),
            ("show", HOSTILE),
            ("list", "--level", HOSTILE),
            ("note", "CASE"),
            (HOSTILE,),
        ],
        12,
        single=True,
    ),
    ids=" ".join,
)
def test_no_command_lets_a_sign_out_that_steers_a_terminal(book: Book, words: Sequence[str]) -> None:
    result = book.call(*(case_of(book) if word == "CASE" else word for word in words))
    assert STEERING.findall(result.stdout + result.stderr) == []
    assert result.returncode != 70, result.stderr


def test_such_a_sign_is_shown_as_its_number_which_json_reads_back(book: Book) -> None:
    assert (
        "a\\u001b]52;c;aGk=\\u0007\\u001b[8mb\\u009b31m\\u202ec\\u2066d\\u007f\\u0008"
        in book.call("list").stdout
    )
    (case,) = book.call("list", "--json").json()["cases"]
    assert case["title"] == NAME


def test_a_letter_kept_as_a_file_holds_none_either(book: Book, tmp_path: Path) -> None:
    for form in ("text", "md", "html"):
        file = tmp_path / f"letter.{form}"
        book.call("letter", case_of(book), "visit", "--format", form, "-o", str(file), check=0)
        assert STEERING.findall(file.read_text(encoding="utf-8")) == []
