"""Tests that the short way of committing leaves exactly what `git commit` leaves, and is taken only where it may be.

Both ways start from copies of one repository. With the dates of author and committer given, equal commit hashes mean
equal trees, messages, authors, committers and parents.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.quick import index_copy, quick_commit
from tests.casebooks import environment
from tests.casebooks import git as run_git

DATES = {"GIT_AUTHOR_DATE": "1764500000 +0800", "GIT_COMMITTER_DATE": "1764500007 -0330"}
OPEN, CLOSED = "cases/open/C-1.yaml", "cases/closed/2026/11/C-1.yaml"
MESSAGE = "C-1 close: 退货\n\nCase: C-1\nEvent: close ABCDEFGH\nActor: li.wei\n"
# Written by every `git commit`, and by nothing else.
TRACE = "COMMIT_EDITMSG"


@dataclass(frozen=True, kw_only=True)
class Side:
    """A copy of the repository; `casebook` is a folder in it."""

    top: Path

    def git(self, *words: str) -> str:
        return run_git(self.top, os.environ, *words)

    def write(self, name: str, text: str = "id: C-1\n") -> None:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def move(self) -> None:
        """Close the case, as `close` does."""
        self.write(CLOSED, "id: C-1\nstatus: closed\n")
        (self.top / OPEN).unlink()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Side:
    """A repository with two open cases and a file of the user's, all committed."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    top = tmp_path / "start"
    top.mkdir()
    side = Side(top=git.create_repository(top).top)
    side.write(OPEN)
    side.write("cases/open/C-2.yaml")
    side.write("mine.txt", "mine\n")
    side.git("add", ".")
    side.git("commit", "--quiet", "--message=start")
    (side.top / ".git" / TRACE).unlink()
    return side


def copied(start: Side, name: str) -> Side:
    top = start.top.with_name(name)
    shutil.copytree(start.top, top, symlinks=True)
    return Side(top=top)


def commit(side: Side, *names: str, quick: bool = True, message: str = MESSAGE) -> bool:
    """Commits files; returns whether it was done without `git commit`."""
    repository = git.find_repository(side.top)
    assert repository is not None
    if quick:
        assert index_copy.unfinished_operation(repository) is None
        quick_commit.commit_paths(repository, [side.top / name for name in names], message)
    else:
        git.commit_paths(repository, [side.top / name for name in names], message)
    return not (repository.folder / TRACE).exists()


def state(side: Side) -> dict[str, str]:
    """All that git knows: branch, index, what is staged, what it says of the past, and whether its files are whole."""
    return {
        "head": side.git("rev-parse", "HEAD"),
        "index": side.git("ls-files", "--stage"),
        "status": side.git("status", "--porcelain"),
        "reflog": side.git("reflog", "show", "--format=%H %gn %ge %gs", "HEAD"),
        "faults": side.git("fsck", "--strict", "--no-dangling"),
    }


def change(side: Side) -> None:
    side.write(OPEN, "id: C-1\ntext: changed\n")


def stage_others(side: Side) -> None:
    """The user has staged a new file, a changed one and a removed one, and changed one without staging it."""
    side.write("staged.txt", "staged\n")
    side.write("mine.txt", "staged\n")
    side.git("add", "staged.txt", "mine.txt")
    side.git("rm", "--quiet", "--cached", "cases/open/C-2.yaml")
    side.write("mine.txt", "not staged\n")
    change(side)


def stage_the_case(side: Side) -> None:
    side.write(OPEN, "id: C-1\ntext: staged before\n")
    side.git("add", OPEN)
    change(side)


def stage_the_removal(side: Side) -> None:
    side.move()
    side.git("add", "--all")


def empty_the_folder(side: Side) -> None:
    side.git("rm", "--quiet", "cases/open/C-2.yaml")
    side.git("commit", "--quiet", "--message=less")
    (side.top / ".git" / TRACE).unlink()
    side.move()


def pack_all(side: Side) -> None:
    side.git("gc", "--quiet")
    side.git("pack-refs", "--all")
    side.move()


def set_then_change(*settings: str) -> Callable[[Side], None]:
    def prepare(side: Side) -> None:
        side.git(*settings)
        change(side)

    return prepare


def write_odd_names(side: Side) -> None:
    side.write('attachments/C-1/发票 "一".txt', "1\n")
    side.write("attachments/C-1/run", "#!/bin/sh\n")
    (side.top / "attachments/C-1/run").chmod(0o755)
    # These two sort otherwise as files than as folders.
    side.write("attachments/C-1.txt")
    side.write("attachments/C-1-x/a")


PREPARED = {
    "change": (change, (OPEN,)),
    "move": (Side.move, (CLOSED, OPEN)),
    "a path that git never saw": (change, (OPEN, "never.yaml", "not/a/folder.yaml")),
    "odd names": (
        write_odd_names,
        (
            'attachments/C-1/发票 "一".txt',
            "attachments/C-1/run",
            "attachments/C-1.txt",
            "attachments/C-1-x/a",
        ),
    ),
    "others staged": (stage_others, (OPEN,)),
    "the case staged": (stage_the_case, (OPEN,)),
    "the removal staged": (stage_the_removal, (CLOSED, OPEN)),
    "a folder gets empty": (empty_the_folder, (CLOSED, OPEN)),
    "packed": (pack_all, (CLOSED, OPEN)),
    "no branch": (set_then_change("checkout", "--quiet", "--detach"), (OPEN,)),
    "index of version 4": (set_then_change("update-index", "--index-version", "4"), (OPEN,)),
    "untracked cache": (set_then_change("update-index", "--untracked-cache"), (OPEN,)),
    "line ends converted": (set_then_change("config", "core.autocrlf", "input"), (OPEN,)),
}


@pytest.mark.parametrize("prepared", PREPARED)
def test_both_ways_leave_the_same(start: Side, prepared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DATES.items():
        monkeypatch.setenv(name, value)
    prepare, names = PREPARED[prepared]
    prepare(start)
    plain, quick = copied(start, "plain"), copied(start, "quick")
    assert not commit(plain, *names, quick=False)
    assert commit(quick, *names)
    assert state(quick) == state(plain)


def test_both_ways_leave_the_same_where_names_are_longer(tmp_path: Path, start: Side) -> None:
    side = Side(top=tmp_path / "longer")
    side.top.mkdir()
    side.git("init", "--quiet", "--object-format=sha256")
    shutil.copytree(start.top / "cases", side.top / "cases")
    side.git("add", ".")
    side.git("commit", "--quiet", "--message=start")
    (side.top / ".git" / TRACE).unlink()
    side.move()
    assert commit(side, CLOSED, OPEN)
    assert state(side)["status"] == ""
    assert side.git("ls-tree", "-r", "--name-only", "HEAD").split() == [CLOSED, "cases/open/C-2.yaml"]


def test_in_a_linked_work_tree_its_own_branch_moves(start: Side) -> None:
    start.git("worktree", "add", "--quiet", "-b", "other", str(start.top.with_name("linked")))
    linked, before = Side(top=start.top.with_name("linked")), start.git("rev-parse", "main")
    change(linked)
    assert commit(linked, OPEN)
    assert linked.git("status", "--porcelain") == ""
    assert linked.git("log", "--format=%s", "other").split() == ["C-1", "close:", "退货", "start"]
    assert (start.git("rev-parse", "main"), start.git("status", "--porcelain")) == (before, "")


def test_without_given_dates_the_commit_has_the_present_time_and_zone(
    start: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    plain, quick = copied(start, "plain"), copied(start, "quick")
    for side in (plain, quick):
        change(side)
    assert not commit(plain, OPEN, quick=False)
    assert commit(quick, OPEN)
    monkeypatch.delenv("TZ")
    time.tzset()
    dates = [side.git("log", "-1", "--format=%at %ct", "--date=raw").split() for side in (plain, quick)]
    assert all(0 <= int(dates[1][place]) - int(dates[0][place]) <= 5 for place in (0, 1))
    zones = [side.git("log", "-1", "--format=%ad|%cd", "--date=format:%z") for side in (plain, quick)]
    assert zones == ["+0545|+0545\n"] * 2


def make_hook(side: Side, folder: str, name: str = "pre-commit") -> None:
    hook = side.top / folder / name
    hook.parent.mkdir(parents=True, exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {side.top}/hooked\n", encoding="utf-8")
    hook.chmod(0o755)


def hook_elsewhere(side: Side) -> None:
    side.git("config", "core.hooksPath", "my hooks")
    make_hook(side, "my hooks")


def filter_files(side: Side) -> None:
    side.git("config", "filter.upper.clean", "tr a-z A-Z")
    (side.top / ".git" / "info").mkdir(exist_ok=True)
    (side.top / ".git" / "info" / "attributes").write_text("*.yaml filter=upper\n", encoding="utf-8")


def attribute(words: str, text: str) -> Callable[[Side], None]:
    def prepare(side: Side) -> None:
        (side.top / ".git" / "info").mkdir(exist_ok=True)
        (side.top / ".git" / "info" / "attributes").write_text(f"*.yaml {words}\n", encoding="utf-8")
        side.write(OPEN, text)

    return prepare


def sparse(side: Side) -> None:
    side.git("sparse-checkout", "set", "--no-cone", "/*", "!/cases/closed/")


def message_left(side: Side) -> None:
    (side.top / ".git" / "MERGE_MSG").write_text("half\n", encoding="utf-8")


def first_commit(side: Side) -> None:
    side.git("update-ref", "-d", "HEAD")


OBSTACLES: dict[str, Callable[[Side], object]] = {
    "pre-commit": lambda side: make_hook(side, ".git/hooks"),
    "post-commit": lambda side: make_hook(side, ".git/hooks", "post-commit"),
    "hooks elsewhere": hook_elsewhere,
    "filter": filter_files,
    "line ends": attribute("text", "id: C-1\r\nx: 1\r\n"),
    "ident": attribute("ident", "id: C-1\n# $Id: old$\n"),
    "encoding": attribute("working-tree-encoding=UTF-16LE", "i\0d\0:\0 \0C\0\n\0"),
    "cleanup": lambda side: side.git("config", "commit.cleanup", "strip"),
    "encoded messages": lambda side: side.git("config", "i18n.commitEncoding", "ISO-8859-1"),
    "shared": lambda side: side.git("config", "core.sharedRepository", "group"),
    "sparse": sparse,
    "split index": lambda side: side.git("update-index", "--split-index"),
    "message left": message_left,
    "first commit": first_commit,
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_where_git_would_do_more_it_commits_itself(
    start: Side, obstacle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in DATES.items():
        monkeypatch.setenv(name, value)
    change(start)
    OBSTACLES[obstacle](start)
    plain, quick = copied(start, "plain"), copied(start, "quick")
    assert not commit(plain, OPEN, quick=False)
    assert not commit(quick, OPEN)
    assert state(quick) == state(plain)


def test_many_files_at_once_are_left_to_git(start: Side) -> None:
    names = [f"attachments/C-1/{number}" for number in range(21)]
    for name in names:
        start.write(name)
    assert not commit(start, *names)


def test_a_commit_that_shall_be_signed_is_left_to_git(start: Side) -> None:
    start.git("config", "commit.gpgSign", "true")
    start.git("config", "gpg.program", "false")
    change(start)
    with pytest.raises(Broken) as refusal:
        commit(start, OPEN)
    assert refusal.value.key == "commit-failed"


@pytest.mark.parametrize("message", ["C-1  \n", "\nC-1\n", "C-1\n\n\nEvent: x\n", "C-1", "C-1\n\n"], ids=repr)
def test_a_message_that_git_would_tidy_up_is_left_to_git(start: Side, message: str) -> None:
    change(start)
    assert not commit(start, OPEN, message=message)


def test_a_lock_of_another_git_is_named_and_left_alone(start: Side) -> None:
    change(start)
    lock = start.top / ".git" / "index.lock"
    lock.write_text("theirs", encoding="utf-8")
    with pytest.raises(Broken) as refusal:
        commit(start, OPEN)
    assert (refusal.value.key, lock.read_text(encoding="utf-8")) == ("git-failed", "theirs")


def test_a_commit_of_somebody_else_in_between_is_kept(start: Side) -> None:
    make_hook(start, ".git/hooks", "post-index-change")
    hook = start.top / ".git" / "hooks" / "post-index-change"
    moved = "git update-ref HEAD $(git commit-tree -p HEAD -m theirs 'HEAD^{tree}')"
    hook.write_text(f"#!/bin/sh\nrm $0\nunset GIT_INDEX_FILE\n{moved}\n", encoding="utf-8")
    change(start)
    assert not commit(start, OPEN)
    assert start.git("log", "--format=%s").splitlines() == ["C-1 close: 退货", "theirs", "start"]
    assert start.git("status", "--porcelain") == ""


def test_conflicts_without_a_merge_are_seen_although_the_index_was_known(start: Side) -> None:
    change(start)
    assert commit(start, OPEN)
    repository = git.find_repository(start.top)
    assert repository is not None
    assert index_copy.unfinished_operation(repository) is None
    start.write("mine.txt", "stashed\n")
    start.git("stash", "--quiet")
    start.write("mine.txt", "committed\n")
    start.git("commit", "--quiet", "--all", "--message=mine")
    with pytest.raises(AssertionError):
        start.git("stash", "pop")
    assert index_copy.unfinished_operation(repository) == "merge"
