"""Tests running git in the casebook's repository, regardless of the environment."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from complaintctl.errors import Broken
from complaintctl.storage.git import git, revisions
from tests.casebooks import Book, environment
from tests.casebooks import git as run_git


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> git.Repository:
    """A repository with one committed file, in an isolated git environment."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    made = git.create_repository(tmp_path_in(tmp_path))
    (made.top / "kept.txt").write_text("kept\n", encoding="utf-8")
    git.commit_paths(made, [made.top / "kept.txt"], "Keep\n")
    return made


def tmp_path_in(folder: Path) -> Path:
    inner = folder / "投诉 库"
    inner.mkdir()
    return inner.resolve()


def asked(repository: git.Repository, *words: str) -> str:
    return run_git(repository.top, os.environ, *words)


def written(repository: git.Repository, name: str, text: str) -> Path:
    path = repository.top / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_outside_of_git_there_is_no_repository(tmp_path: Path) -> None:
    assert git.find_repository(tmp_path) is None


def test_the_repository_a_hook_hands_down_is_not_taken_for_ours(
    repository: git.Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere" / "index"))
    assert git.find_repository(repository.top) == repository


def test_a_commit_takes_its_own_paths_and_leaves_what_else_is_staged(repository: git.Repository) -> None:
    asked(repository, "add", str(written(repository, "staged.txt", "staged\n")))
    own = written(repository, "cases/投诉.yaml", "a: 1\n")
    git.commit_paths(repository, [own], "C-1 note\n\nCase: C-1\n")
    assert asked(repository, "show", "--format=", "--name-only", "HEAD").split() == ["cases/投诉.yaml"]
    assert asked(repository, "status", "--porcelain") == "A  staged.txt\n"


def test_a_moved_file_is_one_commit_even_where_its_removal_was_staged_before(
    repository: git.Repository,
) -> None:
    old = written(repository, "open/a.yaml", "a: 1\n")
    git.commit_paths(repository, [old], "Open\n")
    new = written(repository, "closed/a.yaml", "a: 1\n")
    old.unlink()
    asked(repository, "add", "--all")
    git.commit_paths(repository, [new, old], "Close\n")
    assert asked(repository, "ls-tree", "-r", "--name-only", "HEAD").split() == ["closed/a.yaml", "kept.txt"]
    assert asked(repository, "status", "--porcelain") == ""


def test_a_path_that_git_never_saw_and_that_is_gone_hinders_no_commit(repository: git.Repository) -> None:
    new = written(repository, "a.yaml", "a: 1\n")
    git.commit_paths(repository, [new, repository.top / "never.yaml"], "Open\n")
    assert git.changed_paths(repository, [new]) == ()


def test_an_ignored_case_is_committed_all_the_same(repository: git.Repository) -> None:
    git.commit_paths(repository, [written(repository, ".gitignore", "*.yaml\n")], "Ignore\n")
    git.commit_paths(repository, [written(repository, "a.yaml", "a: 1\n")], "Open\n")
    assert "a.yaml" in asked(repository, "ls-tree", "--name-only", "HEAD")


def test_the_message_is_kept_as_it_is(repository: git.Repository) -> None:
    message = "C-1 note: #1 王芳\n\nCase: C-1\nEvent: note ABCDEFGH\n"
    path = written(repository, "a.yaml", "a: 1\n")
    git.commit_paths(repository, [path], message)
    assert asked(repository, "log", "-1", "--format=%B").strip() == message.strip()
    (found,) = revisions.commit_history(repository, [path])
    assert (found.subject, found.events) == ("C-1 note: #1 王芳", ("ABCDEFGH",))


def test_a_hook_that_refuses_is_quoted(repository: git.Repository) -> None:
    hook = written(
        repository, ".git/hooks/pre-commit", "#!/bin/sh\necho 'error: not on a Sunday' >&2\nexit 1\n"
    )
    hook.chmod(0o755)
    with pytest.raises(Broken) as failure:
        git.commit_paths(repository, [written(repository, "a.yaml", "a: 1\n")], "Open\n")
    assert failure.value.values["detail"] == "error: not on a Sunday"


def test_what_a_merge_left_is_told_with_all_its_versions(repository: git.Repository) -> None:
    path = written(repository, "cases/投诉.yaml", "base\n")
    git.commit_paths(repository, [path], "Base\n")
    asked(repository, "checkout", "--quiet", "-b", "theirs")
    git.commit_paths(repository, [written(repository, "cases/投诉.yaml", "theirs\n")], "Theirs\n")
    asked(repository, "checkout", "--quiet", "main")
    git.commit_paths(repository, [written(repository, "cases/投诉.yaml", "ours\n")], "Ours\n")
    assert git.unfinished_operation(repository) is None
    with pytest.raises(AssertionError):
        asked(repository, "merge", "theirs")
    assert git.unfinished_operation(repository) == "merge"
    ((found, versions),) = git.conflict_versions(repository, repository.top / "cases").items()
    assert found == path
    assert [git.read_object(repository, versions[stage]) for stage in (1, 2, 3)] == [
        b"base\n",
        b"ours\n",
        b"theirs\n",
    ]
    assert git.unmerged_files(repository, repository.top / "elsewhere") == ()
    path.write_text("both\n", encoding="utf-8")
    git.mark_path_resolved(repository, path)
    assert git.unmerged_files(repository, repository.top) == ()


def test_merging_texts_marks_only_where_both_changed(repository: git.Repository) -> None:
    base = b"a\nb\nc\nd\ne\n"
    assert (
        git.merge_file_versions(repository, base, b"A\nb\nc\nd\ne\n", b"a\nb\nc\nd\nE\n")
        == b"A\nb\nc\nd\nE\n"
    )
    assert git.merge_file_versions(repository, base, base + b"f\n", base + b"g\n").count(b"\n=======\n") == 1


def test_a_shallow_clone_is_noticed(repository: git.Repository, tmp_path: Path) -> None:
    git.commit_paths(repository, [written(repository, "a.yaml", "a: 1\n")], "Open\n")
    asked(repository, "clone", "--quiet", "--depth=1", f"file://{repository.top}", str(tmp_path / "shallow"))
    shallow = git.find_repository(tmp_path / "shallow")
    assert shallow is not None
    assert git.is_shallow(shallow)
    assert not git.is_shallow(repository)


def test_without_git_on_the_path_a_casebook_still_works(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    variables = {**environment(home), "PATH": str(home)}
    policy = Path(__file__).parents[3] / "templates" / "policies" / "electronics.yaml"
    book = Book(root=tmp_path / "book", variables=variables)
    book.root.mkdir()
    (book.root / "complaintctl.yaml").write_bytes(policy.read_bytes())
    said = subprocess.run(
        [sys.executable, "-m", "complaintctl", "open", "--title", "Battery swells"],
        cwd=book.root,
        env=variables,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert said.returncode == 0, said.stderr.decode()
    assert book.file(said.stdout.decode().strip()).is_file()
