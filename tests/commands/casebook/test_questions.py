"""Tests input on a terminal: wide characters, deleted, incomplete, or invalid."""

import re
import signal
from pathlib import Path

import pytest
from wcwidth import wcwidth

from complaintctl.domain.policy.policy import Person
from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book
from tests.sampling import sample
from tests.terminal import Terminal, pty_only


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


# `init` asks while its stdout is no terminal, so without readline.
TEAM = ("init", "new", "--policy", "electronics", "--timezone", "UTC", "--lang", "en", "--hours", "always")


def team_of(book: Book) -> dict[str, Person | None]:
    loaded, _problems = policyfile.read_policy(book.root / "new" / "complaintctl.yaml")
    assert loaded is not None
    return loaded.policy.people


def answer_the_rest(terminal: Terminal, name: str) -> None:
    for question in (f"address of {name}", f"Roles of {name}", f"Department of {name}"):
        terminal.answer(question, "-")
    terminal.answer("Another team member", "-")


@pytest.mark.nightly
@pty_only
@pytest.mark.parametrize(("whole", "deleted"), [(True, 2), (False, 6)])
def test_wide_signs_are_deleted_while_they_are_typed(book: Book, deleted: int, *, whole: bool) -> None:
    terminal = Terminal(book.root, book.speaking("en"), *TEAM)
    terminal.await_words("Team member")
    terminal.delete_signs(whole=whole)
    terminal.type("王芳鼓胀".encode() + b"\x7f" * deleted + "芳\n".encode())
    answer_the_rest(terminal, "王芳芳")
    assert terminal.ended()[0] == 0
    assert list(team_of(book)) == ["王芳芳"]


@pty_only
def test_a_sign_that_was_half_deleted_is_said_and_asked_again(book: Book) -> None:
    terminal = Terminal(book.root, book.speaking("en"), *TEAM)
    terminal.await_words("Team member")
    terminal.delete_signs(whole=False)
    terminal.type("电池\x7f膨胀\n".encode())
    terminal.answer("The input is not text. Type it again.\nTeam member", "王芳")
    answer_the_rest(terminal, "王芳")
    assert terminal.ended()[0] == 0
    assert list(team_of(book)) == ["王芳"]


@pty_only
def test_a_description_on_a_terminal_that_is_no_text_is_refused(book: Book) -> None:
    before = book.head()
    terminal = Terminal(book.root, book, "open", "--title", "t", "--description", "-")
    terminal.type("王\n".encode("gb18030") + b"\x04")
    assert terminal.ended() == (2, b"")
    assert "The input is not UTF-8." in terminal.shown
    assert (book.head(), book.git("status", "--porcelain")) == (before, "")


@pty_only
def test_a_deleted_sign_is_gone_from_the_screen_with_both_its_columns(book: Book) -> None:
    asking = Book(root=book.root, variables={**book.variables, "TERM": "xterm"})
    terminal = Terminal(book.root, asking, "open", only_errors=False)
    terminal.await_words("in one line")
    terminal.type("电池鼓胀".encode() + b"\x7f" * 2 + "膨胀\n".encode() + b"\n" * 12)
    assert terminal.ended()[0] == 0
    question, *_rest = terminal.screen.decode().split("\r\n")
    assert book.english(seen(question)) == "The complaint in one line: 电池膨胀"


def seen(text: str) -> str:
    """Returns the visible text of a line after its cursor movements."""
    cells: list[str] = []
    column = 0
    for sign in re.findall(r"\x1b\[[\d?;]*[A-Za-z]|.", text):
        if sign == "\b":
            column -= 1
        elif sign == "\x1b[K":
            del cells[column:]
        elif not sign.startswith("\x1b"):
            width = wcwidth(sign)
            cells[column : column + width] = [sign, *[""] * (width - 1)]
            column += width
    return "".join(cells)


@pty_only
@pytest.mark.parametrize("interrupted", sample([True, False], 1), ids=["Ctrl-C", "Ctrl-D"])
def test_a_question_without_an_answer_changes_nothing_where_all_is_a_terminal(
    book: Book, *, interrupted: bool
) -> None:
    before = book.head()
    terminal = Terminal(book.root, book, "open", only_errors=False)
    terminal.await_words("in one line: ")
    if interrupted:
        terminal.process.send_signal(signal.SIGINT)
        terminal.type(b"\n")  # readline handles only now a signal that came before it waited
    else:
        terminal.type(b"\x04")
    assert terminal.ended()[0] == 130
    assert re.search(r"\nStopped\. Nothing was changed\.\n$", terminal.shown)
    assert (book.head(), book.git("status", "--porcelain")) == (before, "")
