"""Tests that every command that reads the archive says the same with the index as after reading every file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from complaintctl import application
from tests.casebooks import Book
from tests.commands.index.archive import archive_book, assert_same, closed_files
from tests.sampling import sample

SOON = "--as-of 2099-01-01T12:00"
PAST = "--as-of 2026-06-01T12:00"
# Every command with --no-index, in its families of options.
COMMANDS = (
    f"report {SOON}",
    f"report --json {SOON}",
    f"report --json {PAST}",
    f"report --month 2026-03 --json {SOON}",
    f"report --month 2026-03 --compare previous --json {SOON}",
    f"report --period 2026H1 --compare year --basis closed --json {SOON}",
    f"report --from 2026-02-03 --basis taken --json {SOON}",
    f"report --by owner --by month,level --json {SOON}",
    f"report --by product.model,cause.class --json {SOON}",
    f"report --by customer.name --json {SOON}",
    f"report --by week --basis taken --last 90d --json {SOON}",
    f"report --where level=important --or owner=li.wei --json {SOON}",
    f"report --with-duplicates --format csv {SOON}",
    f"report pareto --by cause.class --json {SOON}",
    f"report chart --json {SOON}",
    f"report management-review --period 2026H1 {SOON}",
    f"report handler li.wei --period 2026 {SOON}",
    f"report department logistics --period 2026 {SOON}",
    f"trend --json {SOON}",
    f"list --closed {SOON}",
    f"list --closed --json {PAST}",
    f"list --all --sort -received,owner --limit 20 --format csv {SOON}",
    f"list --all --search 电池 --columns id,title,customer.name,data,forced {SOON}",
    f"list --closed --where received>=2026-03 --reveal --json {SOON}",
    "lessons",
    "lessons --json",
    f"actions --archive {SOON}",
    f"check --archive --json {SOON}",
    f"board {PAST}",
    f"today --json {PAST}",
    "survey sample --closed-since 2024-01-01 --size 7 --seed 5 --again --json",
    f"survey list {SOON}",
    f"customer 13630717212 --json {SOON}",
    f"export jsonl --all --history --personal {SOON}",
    f"export csv --closed --personal {SOON}",
    f"retention list --json {SOON}",
    "policy diff HEAD --json",
)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """An archive of which the index knows every case."""
    made = archive_book(tmp_path_factory.mktemp("index"))
    made.call("report", "--json", check=0)
    return made


@pytest.mark.parametrize("words", sample(COMMANDS, 5))
def test_a_command_says_the_same_with_and_without_the_index(book: Book, words: str) -> None:
    assert_same(book, words)


def test_every_command_with_the_option_is_compared() -> None:
    compared = {words.split(" -")[0] for words in COMMANDS}
    names = set(_with_option(get_command(application.build_app()), ""))
    not_here = {
        *("dashboard", "site", "report site", "report improvement", "report regulator"),
        *("notify", "export ics", "policy simulate", "export xlsx"),
    }
    missing = {name for name in names if not any(words.startswith(name) for words in compared)}
    assert missing <= not_here


def _with_option(group: object, prefix: str) -> Iterator[str]:
    for name, command in getattr(group, "commands", {}).items():
        if any("--no-index" in parameter.opts for parameter in command.params):
            yield f"{prefix}{name}"
        yield from _with_option(command, f"{prefix}{name} ")


AGAIN = (f"report --json {SOON}", f"report --month 2026-03 --json {SOON}", f"list --all --json {SOON}")


def _assert_all_same(book: Book) -> None:
    for words in AGAIN:
        assert_same(book, words)


@pytest.mark.nightly
def test_edits_moves_damage_and_old_commits_change_both_in_the_same_way(tmp_path: Path) -> None:
    book = archive_book(tmp_path)
    book.call("report", check=0)
    first, second, third, fourth, *_others = closed_files(book)
    old = first.read_bytes()
    first.write_bytes(old.replace(b"level: ", b"level:  ").replace(b"channel: ", b"channel: x"))
    _assert_all_same(book)
    book.git("commit", "-qam", "an edit by hand")
    _assert_all_same(book)
    first.write_bytes(old)
    _assert_all_same(book)
    book.git("checkout", "-q", "HEAD~1", "--", ".")
    moved = second.parent.parent / "2020" / second.name
    moved.parent.mkdir()
    second.rename(moved)
    _assert_all_same(book)
    third.write_bytes(third.read_bytes()[:900])
    shutil.copy(fourth, book.root / "cases" / "open" / fourth.name)
    _assert_all_same(book)
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("timezone: Asia/Shanghai", "timezone: UTC"),
        encoding="utf-8",
    )
    _assert_all_same(book)


def test_an_edit_of_the_same_size_in_the_same_moment_is_seen(tmp_path: Path) -> None:
    book = archive_book(tmp_path)
    book.call("report", check=0)
    path = next(path for path in closed_files(book) if b"outcome: upheld" in path.read_bytes())
    status = path.stat()
    path.write_bytes(path.read_bytes().replace(b"outcome: upheld", b"outcome: partly"))
    import os

    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size
    assert_same(book, f"report --json {SOON}")
