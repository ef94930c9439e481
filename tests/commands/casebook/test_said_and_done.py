"""Every sentence about a write is true: on a full disk, in folders that cannot be written, where git refuses.

After each command its words are compared with files and git (`writes.py`), and so is what the next one does.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, make_book
from tests.commands.casebook.writes import compare, outcome, promised, result_of, written
from tests.commands.processes import command, start_command
from tests.sampling import sample

POLICY: Final = """\
complaintctl: 1
name: truth
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
categories: {defect: {department: quality}}
steps:
  - {step: classify, within: {urgent: 4h, general: 8h}}
  - {step: respond, within: 72h}
close: {withdrawn: {}}
escalation: [{late: 0h, to: owner}]
"""
MAP: Final = """\
mapping: 1
system: shop
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: id
received: received
closed: closed
fields:
  title: title
  outcome: outcome
"""
# How many KiB are left on a full disk. One note needs about forty.
FREE: Final = (0, 4, 8, 12, 20, 32, 64)
# What keeps a folder from being written, also by root.
READ_ONLY: Final = (
    'for name in $FOLDERS; do mount --bind "$name" "$name"; mount -o remount,bind,ro "$name"; done'
)
# A copy of the casebook on a disk of its own, with $FREE KiB left for the command; then what lies there afterwards.
SMALL_DISK: Final = """
mkdir -p "$HOME/disk" && mount -t tmpfs -o size=64m tmpfs "$HOME/disk" && cp -a . "$HOME/disk/book"
cd "$HOME/disk/book" && used=$(df --output=used "$HOME/disk" | tail -n 1)
mount -o remount,size=$((used + FREE))k "$HOME/disk"
"""
RUN: Final = '"$@" > "$HOME/out" 2> "$HOME/err"; echo $? > "$HOME/code"'


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def commands(book: Book, case_id: str) -> dict[str, tuple[str, ...]]:
    """One command of every kind that writes."""
    photo, table = book.root.parent / "photo.jpg", book.root.parent / "table.csv"
    photo.write_bytes(b"x" * 9000)
    return {
        "open": ("open", "--title", "Another"),
        "note": ("note", case_id, "the customer called"),
        "close": ("close", case_id, "--outcome", "withdrawn"),
        "attach": ("attach", case_id, str(photo)),
        "escalate": ("escalate", "--due"),
        "import": importing(book, table, "shop", 30),
    }


def importing(book: Book, table: Path, system: str, count: int, *, closed: bool = False) -> tuple[str, ...]:
    """Returns the command that imports `count` rows: one event for each, two if it is closed."""
    (book.root.parent / f"{system}.yaml").write_text(MAP.replace("shop", system), encoding="utf-8")
    ends = "2025-04-01 10:00,withdrawn" if closed else ","
    lines = [f"m{number},2025-03-{number % 28 + 1:02} 10:00,Case {number},{ends}" for number in range(count)]
    table.write_text("\n".join(["id,received,title,closed,outcome", *lines, ""]), encoding="utf-8")
    return "import", "csv", str(table), "--map", str(book.root.parent / f"{system}.yaml")


def in_namespace(
    book: Book, prepare: str, words: tuple[str, ...], variables: Mapping[str, str], after: str = ""
) -> None:
    """Run a command in a mount namespace of its own; skips the test if this machine allows none."""
    if shutil.which("unshare") is None:
        pytest.skip("this machine has no mount namespaces")
    script = "\n".join([f"{{ {prepare}\n}} || exit 9", RUN, after, "exit 0"])
    line = ["unshare", "--map-root-user", "--mount", "bash", "-c", script, "sh", *command(*words)]
    done = subprocess.run(
        line, cwd=book.root, env={**book.variables, **variables}, capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"this machine allows no mount namespace: {done.stderr.decode()}")


def home(book: Book) -> Path:
    return book.root.parent / "home"


# --- 6: the disk ---


@pytest.mark.parametrize("free", sample(FREE, 2))
@pytest.mark.parametrize(
    "name", ["close", *(pytest.param(name, marks=pytest.mark.nightly) for name in ("note", "open", "attach"))]
)
def test_on_a_disk_that_fills_up_every_sentence_is_true(book: Book, name: str, free: int) -> None:
    case_id = book.open("Battery swells")
    words, before = commands(book, case_id)[name], written(book)
    small = Book(root=book.root.parent / "small", variables=book.variables)
    in_namespace(book, SMALL_DISK, words, {"FREE": str(free)}, f'cp -a . "{small.root}"')
    result = result_of(book, home(book))
    key = compare(small, before, result)
    print(f"{name} with {free} KiB left: exit {result.returncode}, {key}")
    assert (result.returncode == 0) == (key is None)
    assert result.returncode in {0, 4}
    promised(small, case_id, before, key)


@pytest.mark.parametrize("free", sample([0, 8, 40, 100, 132, 160, 240], 2))
def test_an_import_on_a_disk_that_fills_up_says_how_many_cases_it_wrote(book: Book, free: int) -> None:
    case_id = book.open("Battery swells")
    words, before = commands(book, case_id)["import"], written(book)
    small = Book(root=book.root.parent / "small", variables=book.variables)
    in_namespace(book, SMALL_DISK, words, {"FREE": str(free)}, f'cp -a . "{small.root}"')
    result = result_of(book, home(book))
    key = compare(small, before, result)
    print(f"import with {free} KiB left: exit {result.returncode}, {key}")
    assert (result.returncode, key is None) in {(0, True), (4, False)}
    promised(small, case_id, before, key)
    small.call(*words, check=0)
    assert len(list(small.root.rglob("C-*.yaml"))) == 31


@pytest.mark.parametrize(
    ("name", "folders"),
    sample(
        [
            ("note", "cases/open"),
            ("note", ".git/objects"),
            ("note", "."),
            ("close", "cases/open"),
            ("close", ".git/refs"),
            ("attach", "cases/open"),
            ("open", ".git"),
            *(
                pytest.param(name, folders, marks=pytest.mark.nightly)
                for name in ("note", "close", "attach", "open")
                for folders in ("cases", "cases/closed", "attachments", ".git", ".git/objects", ".git/logs")
            ),
        ],
        2,
    ),
)
def test_in_a_read_only_folder_every_sentence_is_true(book: Book, name: str, folders: str) -> None:
    case_id = book.open("Battery swells")
    (book.root / "attachments").mkdir(exist_ok=True)
    words, before = commands(book, case_id)[name], written(book)
    in_namespace(book, READ_ONLY, words, {"FOLDERS": folders})
    result = result_of(book, home(book))
    key = compare(book, before, result)
    print(f"{name}, {folders} read-only: exit {result.returncode}, {key}")
    assert (result.returncode, key is None) in {(0, True), (4, False)}
    assert len(result.stderr.splitlines()) <= 2 or result.returncode == 0
    promised(book, case_id, before, key)


def test_a_close_that_cannot_remove_the_open_file_closes_nothing(book: Book) -> None:
    case_id = book.open("Battery swells")
    before = book.file(case_id).read_bytes()
    in_namespace(book, READ_ONLY, commands(book, case_id)["close"], {"FOLDERS": "cases/open"})
    said = result_of(book, home(book))
    assert (said.returncode, outcome(said.stderr)) == (4, "change-nowhere")
    assert book.file(case_id).read_bytes() == before
    assert "interrupted" not in book.call("check", check=0).stderr


def test_an_import_that_cannot_remove_the_open_file_moves_no_case(book: Book) -> None:
    table = book.root.parent / "table.csv"
    book.call(*importing(book, table, "shop", 3), check=0)
    before = written(book)
    words = importing(book, table, "shop", 3, closed=True)
    in_namespace(book, READ_ONLY, words, {"FOLDERS": "cases/open"})
    said = result_of(book, home(book))
    assert (said.returncode, compare(book, before, said)) == (4, "change-nowhere")
    assert book.json(*words)["changed"] == 3
    assert list((book.root / "cases/open").glob("C-*")) == []


# --- 7: a repository that git does not open ---

NOT_OURS: Final = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}


@pytest.mark.parametrize("why", sample(["owner", "path", "broken"], 1))
def test_where_git_refuses_the_repository_nothing_is_written(book: Book, tmp_path: Path, why: str) -> None:
    case_id = book.open("Battery swells")
    before, kept = written(book), book.root / ".git"
    env = {"owner": NOT_OURS, "path": {"PATH": str(tmp_path)}, "broken": {}}[why]
    words = {"owner": "dubious ownership", "path": "git was not found", "broken": "invalid gitfile format"}[
        why
    ]
    if why == "broken":
        kept.rename(tmp_path / "kept")
        kept.write_text("something else\n", encoding="utf-8")
    results = [book.call(*line, env=env) for line in commands(book, case_id).values()]
    results.append(book.call("note", case_id, "mine", "--no-commit", env=env))
    reading = [book.call(*line, env=env, check=0) for line in (("check",), ("log", case_id), ("list",))]
    resolving = book.call("resolve", env=env)
    if why == "broken":
        kept.unlink()
        (tmp_path / "kept").rename(kept)
    for result in results:
        assert (result.returncode, compare(book, before, result)) == (4, "change-nowhere")
        assert words in result.stderr
    assert all(words in result.stderr for result in reading[:2])
    assert (resolving.returncode, words in resolving.stderr) == (4, True)
    assert book.git("status", "--porcelain", "--ignored") == ""


def test_where_git_refuses_the_repository_no_casebook_is_made(book: Book) -> None:
    result = book.run("init", "inner", "--policy", "electronics", "--yes", env=NOT_OURS, check=4)
    assert "dubious ownership" in result.stderr
    assert not (book.root / "inner").exists()


def test_a_folder_without_git_above_it_works_without_git(book: Book, tmp_path: Path) -> None:
    alone = Book(root=tmp_path / "alone", variables={**book.variables, "PATH": str(tmp_path)})
    alone.root.mkdir()
    (alone.root / "complaintctl.yaml").write_text(POLICY, encoding="utf-8")
    result = alone.run("open", "--title", "Battery swells", check=0)
    assert "This folder is not a git repository" in result.stderr
    assert [path.name for path in alone.root.glob(".*")] == [".complaintctl.lock"]


# --- 8: git's own lock, a sparse checkout ---


@pytest.mark.parametrize("name", sample(["note", "close", "open", "escalate", "import"], 2))
def test_with_a_lock_of_git_the_message_says_what_is_in_the_file(book: Book, name: str) -> None:
    case_id = book.open("Battery swells", "--at", "3d", "--received", "3d")
    lock = book.root / ".git" / "index.lock"
    lock.touch()
    os.utime(lock, (time.time() - 600, time.time() - 600))
    before = written(book)
    result = book.call(*commands(book, case_id)[name], check=4)
    assert "index.lock" in result.stderr
    key = compare(book, before, result)
    # A bulk change is committed without the index, which is then brought up to date.
    assert key in ({"change-committed"} if name in {"escalate", "import"} else {"change-uncommitted"})
    again = written(book)
    second = book.call("note", case_id, "lost?", check=4)
    assert compare(book, again, second) == "change-behind"
    lock.unlink()
    promised(book, case_id, again, key)


def test_in_a_sparse_checkout_cases_are_closed_reopened_and_imported(book: Book) -> None:
    case_id = book.open("Battery swells")
    book.git("sparse-checkout", "set", "cases/open")
    for words in (
        ("close", case_id, "--outcome", "withdrawn"),
        ("reopen", case_id, "--reason", "it came back"),
        ("note", case_id, "again"),
        importing(book, book.root.parent / "first.csv", "shop", 3),
        importing(book, book.root.parent / "again.csv", "shop", 3, closed=True),
        importing(book, book.root.parent / "other.csv", "other", 2, closed=True),
    ):
        before = written(book)
        assert compare(book, before, book.call(*words, check=0)) is None
        assert book.git("status", "--porcelain") == ""


# --- 12: an earlier change that git does not commit ---


def refuse_commits(book: Book, way: str) -> None:
    if way == "hook":
        hook = book.root / ".git" / "hooks" / "pre-commit"
        hook.write_text("#!/bin/sh\necho 'error: not today' >&2\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)
    else:
        book.git("config", "commit.gpgsign", "true")
        book.git("config", "gpg.program", "false")


def accept_commits(book: Book) -> None:
    (book.root / ".git" / "hooks" / "pre-commit").unlink(missing_ok=True)
    book.git("config", "commit.gpgsign", "false")


@pytest.mark.parametrize("way", sample(["hook", "signing"], 1))
@pytest.mark.parametrize("first", ["open", "import"])
def test_an_earlier_change_that_git_does_not_commit_is_not_reported_as_this_one(
    book: Book, way: str, first: str
) -> None:
    case_id = book.open("Battery swells", "--at", "3d", "--received", "3d")
    refuse_commits(book, way)
    before = written(book)
    earlier = book.call(*commands(book, case_id)[first], check=4)
    key = compare(book, before, earlier)
    assert key == {"open": "change-uncommitted", "import": "bulk-uncommitted"}[first]
    before = written(book)
    for words in commands(book, case_id).values():
        result = book.call(*words, check=4)
        assert compare(book, before, result) == "change-behind"
        assert {"open": "open", "import": "import shop"}[first] in result.stderr.splitlines()[-1]
    accept_commits(book)
    promised(book, case_id, before, key)


def test_whoever_commits_himself_is_not_held_up_by_an_earlier_change(book: Book) -> None:
    case_id = book.open("Battery swells")
    refuse_commits(book, "hook")
    for earlier in ("open", "import"):
        book.call(*commands(book, case_id)[earlier], check=4)
        before = written(book)
        result = book.call("note", case_id, "mine", "--no-commit", check=0)
        assert compare(book, before, result, commit=False) is None
        assert (
            f"Not committed, commit it yourself with git: {'C-' if earlier == 'open' else 'import shop'}"
            in (result.stderr)
        )
        before = written(book)
        assert compare(book, before, book.call("note", case_id, "next", check=4)) == "change-behind"
        accept_commits(book)
        book.git("add", "--all")
        book.git("commit", "--quiet", "--message", "mine")
        refuse_commits(book, "hook")
    accept_commits(book)
    promised(book, case_id, written(book), None)


# --- stopped ---


@pytest.mark.parametrize(
    "words", sample([("note",), ("close",), ("import",)], 2, single=True), ids=lambda words: words[0]
)
@pytest.mark.parametrize("times", sample([1, 2], 1))
def test_control_c_says_what_is_in_the_file(book: Book, words: tuple[str], times: int) -> None:
    case_id, reached = book.open("Battery swells"), book.root.parent / "reached"
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\ntouch '{reached}'\nexec sleep 30\n", encoding="utf-8")
    hook.chmod(0o755)
    before = written(book)
    with start_command(
        commands(book, case_id)[words[0]],
        book.root,
        book.variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        while not reached.exists() and process.poll() is None:
            time.sleep(0.02)
        for _time in range(times):
            os.killpg(process.pid, signal.SIGINT)
            time.sleep(0.01)
        said = book.english(process.communicate(timeout=30)[1].decode())
    hook.unlink()
    assert (process.returncode, said.count("\n")) == (130, 2)
    key = outcome(said)
    assert key == ("bulk-uncommitted" if words[0] == "import" else "change-uncommitted")
    now = written(book)
    assert now.files - before.files
    promised(book, case_id, now, key)
