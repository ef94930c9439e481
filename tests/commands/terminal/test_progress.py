"""What a terminal says while a command is slow: how far it is, nothing in the first second, and nothing afterwards."""

import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, make_book
from tests.terminal import left_on_screen, on_terminal, pty_only

pytestmark = pty_only
# Cases and notes in each of them: reading the casebook takes more than two seconds on a fast machine too.
CASES: Final = 18
NOTES: Final = 6_400
NOTE: Final = "  - {at: 2026-11-01T10:00:00+08:00, by: li.wei, did: note, text: hello, id: A0000000}\n"
SAID: Final = {"en": "Reading cases: ", "zh": "正在读取案件："}


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = make_book(tmp_path_factory.mktemp("slow"))
    for number in range(CASES):
        file = made.file(made.open(str(number), "--received", "2026-11-01 10:00", "--at", "2026-11-01 10:00"))
        with file.open("a", encoding="utf-8") as stream:
            stream.writelines(NOTE.replace("A0000000", f"A{note:07}") for note in range(NOTES))
    return made


@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.nightly), "zh"])
def test_a_slow_command_says_how_far_it_is_and_leaves_nothing(slow: Book, lang: str) -> None:
    written = on_terminal(slow, "--lang", lang, "list", "--ids", "--no-index")
    counts = [part for part in written.split("\r") if part.startswith(SAID[lang])]
    assert counts
    assert all(str(CASES) in count for count in counts)
    ids = sorted(path.stem for path in (slow.root / "cases" / "open").glob("*.yaml"))
    assert left_on_screen(written).split() == ids


@pytest.mark.nightly
def test_a_pipe_and_ci_see_no_progress(slow: Book, tmp_path: Path) -> None:
    assert on_terminal(slow, "list", "--json", stdout=subprocess.PIPE) == ""
    assert SAID["en"] not in on_terminal(slow, "--lang", "en", "list", "--ids", env={"CI": "true"})
    with (tmp_path / "list.json").open("wb") as file:
        assert SAID["en"] in on_terminal(slow, "--lang", "en", "list", "--json", stdout=file)


def test_a_quick_command_shows_no_progress(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case_id = book.open("t")
    assert on_terminal(book, "list", "--ids") == f"{case_id}\n"
