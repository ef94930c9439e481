"""The report on a terminal has bars and sparklines, in a pipe plain numbers."""

import re
from pathlib import Path
from typing import Final

import pytest
from wcwidth import wcswidth

from complaintctl.render.text.bars import BLOCKS
from tests.casebooks import Book, make_book
from tests.terminal import Terminal, pty_only

AS_OF: Final = ("--as-of", "2024-06-01T00:00")
BAR: Final = re.compile(f"[{BLOCKS}]+$")
COLUMNS: Final = 80


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Six cases: three in March, of them two urgent; one in April; two in May."""
    made = make_book(tmp_path_factory.mktemp("bars"), lang="en")
    for day, level in (
        ("03-04", "urgent"),
        ("03-05", "urgent"),
        ("03-06", "general"),
        ("04-02", "general"),
        ("05-06", "urgent"),
        ("05-07", "urgent"),
    ):
        made.open("t", "--level", level, "--received", f"2024-{day}T09:00", "--at", f"2024-{day}T09:00")
    return made


def screen(book: Book, lang: str, *arguments: str, **more: str) -> list[str]:
    """The lines that a terminal of 80 columns shows."""
    variables = {
        **book.variables,
        "TERM": "xterm-256color",
        "COLUMNS": str(COLUMNS),
        "COMPLAINTCTL_LANG": lang,
        **more,
    }
    asked = Book(root=book.root, variables=variables)
    terminal = Terminal(book.root, asked, "report", *AS_OF, *arguments, only_errors=False)
    # A terminal takes a few thousand signs at a time.
    while shown := terminal._read():
        terminal.screen += shown
    code, _printed = terminal.ended()
    assert code == 0
    return terminal.screen.decode().replace("\r\n", "\n").splitlines()


def table_after(lines: list[str], title: str) -> list[str]:
    """The lines of the table with this title, without its headings."""
    start = lines.index(title) + 4
    return lines[start : next(at for at in range(start, len(lines) + 1) if at == len(lines) or not lines[at])]


@pty_only
@pytest.mark.parametrize(
    ("lang", "level", "course"),
    [("en", "By level", "By level and month: cases"), ("zh", "按级别", "按级别和月：案件数")],
)
def test_counts_have_bars_and_months_a_sparkline(book: Book, lang: str, level: str, course: str) -> None:
    lines = screen(book, lang, "--by", "level", "--by", "level,month", NO_COLOR="")
    urgent, general = table_after(lines, level)
    # Four and two cases: the second bar is half as long, and begins in the same column.
    drawn = [BAR.search(row) for row in (urgent, general)]
    first, second = [len(bar[0]) for bar in drawn if bar]
    assert first == 2 * second >= 12
    assert len({wcswidth(BAR.sub("", row)) for row in (urgent, general)}) == 1
    urgent, general = table_after(lines, course)
    assert urgent.endswith("█▁█")  # 2, 0, 2
    assert general.endswith("██▁")  # 1, 1, 0
    assert all(wcswidth(line) <= COLUMNS for line in lines)
    assert "\x1b" not in "".join(lines)


@pty_only
@pytest.mark.parametrize("more", [{"TERM": "linux"}, {"PYTHONIOENCODING": "ascii"}], ids=str)
def test_a_terminal_without_blocks_has_bars_of_ascii(book: Book, more: dict[str, str]) -> None:
    urgent, general = table_after(screen(book, "en", **more), "By level")
    assert urgent.endswith(" " + "#" * 24)
    assert general.endswith(" " + "#" * 12)


def test_a_pipe_has_plain_numbers_whatever_its_width(book: Book) -> None:
    said = book.call("report", *AS_OF, "--by", "level,month", env={"COLUMNS": "80"}, check=0).stdout
    assert not set(said) & set(BLOCKS)
    assert "course" not in said


@pty_only
def test_a_file_has_plain_numbers_though_a_terminal_looks_on(book: Book, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    screen(book, "en", "-o", str(file))
    assert not set(file.read_text(encoding="utf-8")) & set(BLOCKS)


@pty_only
def test_a_workbook_is_not_for_the_screen(book: Book) -> None:
    terminal = Terminal(book.root, book, "report", "--format", "xlsx", only_errors=False)
    code, _printed = terminal.ended()
    assert code == 2
    assert "-o FILE" in terminal.shown
