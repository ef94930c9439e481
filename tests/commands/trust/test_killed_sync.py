"""Kill -9 in the middle of a sync, with git and its hooks: the next command goes on, and nothing is lost."""

import os
import random
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.casebooks import Book, author, git, make_book
from tests.commands.casebook.clones import read
from tests.commands.processes import command, start_command
from tests.commands.trust.test_merge_driver import POLICY
from tests.sampling import sample

KILL = "kill -9 0\n"
# Where the process group is killed: a hook of git or, for `smudge`, the n-th file that git writes.
PLACES = [
    "smudge 3",
    "commit-msg",
    "reference-transaction --rebase",
    "smudge 1",
    "reference-transaction",
    "pre-push",
    "smudge 2 --rebase",
    "post-checkout --rebase",
    "pre-push --rebase",
]
KILLS = 40


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Book, Book]:
    """Two clones of a bare repository with something to send each: notes on one case, new cases, a closed one."""
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    made = make_book(tmp_path, tmp_path / "policy.yaml")
    for title in ("Battery swells", "Late", "Scratched"):
        made.open(title, "--channel", "phone")
    git(tmp_path, made.variables, "clone", "--quiet", "--bare", "book", "hub.git")
    books = []
    for person in ("li.wei", "zhao.min"):
        git(tmp_path, made.variables, "clone", "--quiet", "hub.git", person)
        books.append(Book(root=tmp_path / person, variables={**made.variables, **author(person)}))
    return books[0], books[1]


def work(ours: Book, theirs: Book) -> None:
    first, second, third = sorted(path.stem for path in (ours.root / "cases" / "open").glob("C-*.yaml"))[:3]
    theirs.call("note", first, "two", check=0)
    theirs.call("close", second, "--outcome", "withdrawn", check=0)
    theirs.open("Theirs", "--channel", "phone")
    theirs.call("sync", check=0)
    ours.call("note", first, "one", check=0)
    ours.call("note", second, "one", check=0)
    ours.call("note", third, "one", check=0)
    ours.open("Ours", "--channel", "phone")


def events(book: Book) -> set[tuple[str, str]]:
    cases = map(read, (book.root / "cases").rglob("C-*.yaml"))
    return {(case.id, event.id) for case in cases for event in case.history}


def arm(book: Book, place: str, kill: str = KILL) -> None:
    """Let git kill the process group once, at this place."""
    if place.startswith("smudge"):
        counter = book.root.parent / "counter"
        counter.write_text("", encoding="utf-8")
        script = book.root.parent / "smudge"
        number = place.split()[1]
        script.write_text(
            f"#!/bin/sh\necho x >> {shlex.quote(str(counter))}\n"
            f"test $(wc -l < {shlex.quote(str(counter))}) -eq {number} && {kill}cat\n",
            encoding="utf-8",
        )
        script.chmod(0o755)
        (book.root / ".git" / "info").mkdir(exist_ok=True)
        (book.root / ".git" / "info" / "attributes").write_text("*.yaml filter=killer\n", encoding="utf-8")
        book.git("config", "filter.killer.smudge", str(script))
        return
    hook = book.root / ".git" / "hooks" / place
    hook.parent.mkdir(exist_ok=True)
    only = "grep -q refs/heads/ || exit 0\n" if place == "reference-transaction" else ""
    hook.write_text(f"#!/bin/sh\n{only}rm -f {shlex.quote(str(hook))}\n{KILL}", encoding="utf-8")
    hook.chmod(0o755)


def disarm(book: Book, place: str) -> None:
    if place.startswith("smudge"):
        (book.root / ".git" / "info" / "attributes").unlink()
    else:
        (book.root / ".git" / "hooks" / place).unlink(missing_ok=True)


def run_until_killed(book: Book, *options: str, seconds: float = 60) -> bool:
    """Runs `sync` as a process group of its own; kills it after a time; returns whether it was killed."""
    process = start_command(
        ("sync", *options),
        book.root,
        book.variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode == -signal.SIGKILL


def check_complete(ours: Book, theirs: Book, wanted: set[tuple[str, str]]) -> None:
    assert events(ours) == wanted
    assert ours.git("status", "--porcelain") == ""
    assert not (ours.root / ".git" / "complaintctl.sync").exists()
    assert git(ours.root.parent, ours.variables, "-C", "hub.git", "rev-parse", "main").strip() == ours.head()
    theirs.call("sync", check=0)
    assert events(theirs) == wanted


@pytest.mark.parametrize("place", sample(PLACES, 1))
def test_the_next_sync_completes_a_killed_one(pair: tuple[Book, Book], place: str) -> None:
    ours, theirs = pair
    work(ours, theirs)
    wanted = events(ours) | events(theirs)
    stage, options = place.removesuffix(" --rebase"), ["--rebase"] if "--rebase" in place else []
    arm(ours, stage)
    assert run_until_killed(ours, *options)
    disarm(ours, stage)
    ours.call("sync", *options, check=0)
    check_complete(ours, theirs, wanted)


@pytest.mark.parametrize("place", sample(["smudge 2", "smudge 3 --rebase"], 1))
def test_another_command_undoes_what_a_killed_sync_left_half_done(
    pair: tuple[Book, Book], place: str
) -> None:
    ours, theirs = pair
    work(ours, theirs)
    stage, options = place.removesuffix(" --rebase"), ["--rebase"] if "--rebase" in place else []
    arm(ours, stage)
    head = ours.head()
    assert run_until_killed(ours, *options)
    disarm(ours, stage)
    case_id = ours.open("After", "--channel", "phone")
    assert ours.git("rev-parse", "HEAD~1").strip() == head
    assert ours.git("show", "--format=", "--name-only").split() == [f"cases/open/{case_id}.yaml"]
    assert ours.git("status", "--porcelain") == ""
    wanted = events(ours) | events(theirs)
    ours.call("sync", check=0)
    check_complete(ours, theirs, wanted)


@pytest.mark.nightly
def test_a_file_edited_after_a_killed_sync_is_not_overwritten(pair: tuple[Book, Book]) -> None:
    ours, theirs = pair
    work(ours, theirs)
    wanted = events(ours) | events(theirs)
    arm(ours, "smudge 3")
    assert run_until_killed(ours)
    disarm(ours, "smudge 3")
    changed = ours.git("diff", "--name-only", "--diff-filter=M").split()[0]
    path = ours.root / changed
    path.write_text(path.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    refused = ours.call("sync", check=4)
    assert changed in refused.stderr
    assert path.read_text(encoding="utf-8").endswith("# a remark\n")
    ours.git("restore", "--source", "HEAD", changed)
    ours.call("sync", check=0)
    check_complete(ours, theirs, wanted)


@pytest.mark.nightly
def test_ctrl_c_in_the_middle_leaves_everything_as_it_was(pair: tuple[Book, Book]) -> None:
    ours, theirs = pair
    work(ours, theirs)
    wanted, head = events(ours) | events(theirs), ours.head()
    arm(ours, "smudge 3", "kill -INT 0\n")
    process = subprocess.run(
        command("sync"),
        cwd=ours.root,
        env=dict(ours.variables),
        capture_output=True,
        start_new_session=True,
        check=False,
    )
    disarm(ours, "smudge 3")
    assert process.returncode == 130
    assert ours.english(process.stderr.decode()).startswith("Stopped. Nothing was lost")
    assert ours.head() == head
    assert ours.git("status", "--porcelain") == ""
    ours.call("sync", check=0)
    check_complete(ours, theirs, wanted)


@pytest.mark.nightly
def test_syncs_killed_at_random_times_lose_nothing(pair: tuple[Book, Book]) -> None:
    ours, theirs = pair
    dice = random.Random(13)  # noqa: S311
    started = time.monotonic()
    run_until_killed(ours)
    whole = time.monotonic() - started
    killed = 0
    for number in range(KILLS):
        for book in (ours, theirs):
            cases = sorted((book.root / "cases" / "open").glob("C-*.yaml"))
            book.call("note", dice.choice(cases).stem, f"{number} {book.root.name}", check=0)
            book.open(f"{number} {book.root.name}", "--channel", "phone")
        theirs.call("sync", check=0)
        wanted = events(ours) | events(theirs)
        options = dice.choice([(), ("--rebase",)])
        killed += run_until_killed(ours, *options, seconds=dice.uniform(0.2, 1.2) * whole)
        ours.call("sync", check=0)
        check_complete(ours, theirs, wanted)
    print(f"{killed} of {KILLS} syncs killed")
    assert killed > KILLS // 3
