"""Tests the commits of a case: the same with git's commit-graph, which is asked for one path at a time, and without."""

import os
import subprocess
from pathlib import Path

import pytest

from complaintctl.storage.git import git, revisions
from complaintctl.storage.git.git import Repository
from tests.casebooks import environment
from tests.casebooks import git as run_git

OPEN, CLOSED = "cases/open/a.yaml", "cases/closed/2026/11/a.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A case that is opened, noted on, closed, reopened and closed again within one second, beside others."""
    variables = {**environment(tmp_path), "GIT_COMMITTER_DATE": "1764500000 +0000"}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    made = git.create_repository(tmp_path)
    commit(made, "open", {OPEN: "1\n2\n3\n"})
    commit(made, "other", {"cases/open/b.yaml": "b\n"})
    commit(made, "note", {OPEN: "1\n2\n3\nnote\n"})
    commit(made, "close", {OPEN: None, CLOSED: "1\n2\n3\nnote\n"})
    commit(made, "reopen", {OPEN: "1\n2\n3\nnote\n", CLOSED: None})
    commit(made, "close again", {OPEN: None, CLOSED: "1\n2\n3\nnote\nend\n"})
    commit(made, "other again", {"cases/open/b.yaml": "c\n"})
    return made


def commit(repository: Repository, subject: str, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        path = repository.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    asked(repository, "add", "--all", "cases")
    asked(repository, "commit", "--quiet", f"--message={subject}\n\nEvent: x {subject.upper()[:8]}")


def asked(repository: Repository, *words: str) -> str:
    return run_git(repository.top, os.environ, *words)


def write_graph(repository: Repository, *options: str) -> None:
    asked(repository, "commit-graph", "write", "--reachable", *options)


def history(repository: Repository) -> list[str]:
    found = revisions.commit_history(repository, [repository.top / OPEN, repository.top / CLOSED])
    assert [entry.subject for entry in found if entry.events] == [
        entry.subject for entry in found if not entry.subject.startswith("Merge")
    ]
    return [entry.subject for entry in found]


@pytest.mark.parametrize("options", [(), ("--split=replace",)], ids=["one graph", "chain"])
def test_each_commit_of_the_case_is_there_once_and_in_order(
    repository: Repository, options: tuple[str, ...]
) -> None:
    asked(repository, "config", "log.follow", "true")
    expected = asked(repository, "log", "--reverse", "--format=%s", "--", OPEN, CLOSED).splitlines()
    assert expected == ["open", "note", "close", "reopen", "close again"]
    assert not revisions.has_changed_paths(repository)
    assert history(repository) == expected
    write_graph(repository, *options)
    assert not revisions.has_changed_paths(repository)
    write_graph(repository, "--changed-paths", *options)
    assert revisions.has_changed_paths(repository)
    assert history(repository) == expected


@pytest.mark.parametrize("both", [False, True], ids=["one side", "both sides"])
def test_of_merges_those_are_told_that_have_something_of_their_own(
    repository: Repository, *, both: bool
) -> None:
    asked(repository, "checkout", "--quiet", "-b", "theirs")
    commit(repository, "their note", {CLOSED: "1\n2\n3\nnote\nend\ntheirs\n"})
    asked(repository, "checkout", "--quiet", "main")
    commit(repository, "our note", {CLOSED if both else "cases/open/b.yaml": "0\n1\n2\n3\nnote\nend\n"})
    merge = ["git", "-C", str(repository.top), "merge", "--quiet", "--no-edit", "theirs"]
    subprocess.run(merge, check=True, capture_output=True)
    without = history(repository)
    assert set(without[5:]) == {"their note", *(("our note", "Merge branch 'theirs'") if both else ())}
    write_graph(repository, "--changed-paths")
    assert set(history(repository)) == set(without)


def test_a_damaged_commit_graph_is_not_counted_on(repository: Repository) -> None:
    write_graph(repository, "--changed-paths")
    graph = repository.folder / "objects" / "info" / "commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(b"CGPH\1\1\6\0OIDF")
    assert not revisions.has_changed_paths(repository)
