"""Commits very many files at once: the file names go to git as a stream, not one git call per file.

Without hooks, signing or filters, `git fast-import` writes all objects into one pack; else `git commit` works on a
temporary index, as `commit --only` does internally. (`git add` and `commit --only` with the paths as arguments
compare every file with every path: hours instead of seconds.)
"""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

# The hooks that `git commit` runs and `git fast-import` does not.
_HOOKS: Final = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")
# Attributes that make git store other bytes than the file has.
_FILTERS: Final = ("filter", "ident", "working-tree-encoding")
# The temporary ref of an unfinished import; refs/worktree/ is separate for each work tree (D-057).
_IMPORT_REF: Final = "refs/worktree/complaintctl-import"

ListNames = Callable[[], Iterable[str]]


def commit_many_files(repository: Repository, names: ListNames, message: str) -> None:
    """Commit only these files, whatever else is staged; makes no commit if nothing changed or none is named.

    `names` returns paths from the top of the work tree and is called several times; a missing file is removed.
    Can be called again after an interruption. Raises Broken with git's message.
    """
    if next(iter(names()), None) is None:
        return
    if needs_plain_commit(repository, names):
        _commit_by_index(repository, names, message)
    else:
        _commit_by_fast_import(repository, names, message)
    _update_index(repository, names, {})


def needs_plain_commit(repository: Repository, names: ListNames) -> bool:
    """Whether the repository has hooks, signing or filters, which `git fast-import` would skip."""
    signing = _output_or_empty(repository, "config", "--type=bool", "--get", "commit.gpgsign") == "true"
    configured = bool(_output_or_empty(repository, "config", "--get-regexp", r"^hook\."))
    folder = repository.top / _output_or_empty(repository, "rev-parse", "--git-path", "hooks")
    return signing or configured or has_hooks(folder) or _has_git_filter(repository, names)


def has_hooks(folder: Path) -> bool:
    """Whether a folder of hooks has one that `git commit` runs."""
    return any(os.access(folder / name, os.X_OK) for name in _HOOKS)


def _has_git_filter(repository: Repository, names: ListNames) -> bool:
    """Whether an attribute changes files on their way into git; checks one file per folder."""
    samples: dict[str, str] = {}
    for name in names():
        samples.setdefault(name.rpartition("/")[0], name)
    answer = git.git_output(repository, "check-attr", "-z", *_FILTERS, "--", *samples.values())
    return bool({*answer.split("\0")[2::3]} - {"unspecified", "unset"})


def _output_or_empty(repository: Repository, *arguments: str) -> str:
    try:
        return git.git_output(repository, *arguments).strip()
    except Broken:
        return ""


def _commit_by_fast_import(repository: Repository, names: ListNames, message: str) -> None:
    old = _output_or_empty(repository, "rev-parse", "--verify", "--quiet", "HEAD")
    _run_checked(
        repository,
        ["fast-import", "--quiet", "--force", "--done"],
        _fast_import_stream(repository, names, message, old),
        {},
    )
    new = git.git_output(repository, "rev-parse", "--verify", _IMPORT_REF).strip()
    if not old or _tree_hash(repository, old) != _tree_hash(repository, new):
        subject = message.partition("\n")[0]
        expected = old or "0" * len(new)
        git.git_output(repository, "update-ref", "-m", f"commit: {subject}", "HEAD", new, expected)
    git.git_output(repository, "update-ref", "-d", _IMPORT_REF)


def _tree_hash(repository: Repository, commit_hash: str) -> str:
    return git.git_output(repository, "rev-parse", f"{commit_hash}^{{tree}}").strip()


def _fast_import_stream(repository: Repository, names: ListNames, message: str, old: str) -> Iterator[bytes]:
    """Yields the commit as a fast-import stream, reading the files one by one."""
    author, committer = (
        git.git_output(repository, "var", f"GIT_{role}_IDENT").strip().encode()
        for role in ("AUTHOR", "COMMITTER")
    )
    text = message.encode()
    yield b"commit %s\nauthor %s\ncommitter %s\n" % (_IMPORT_REF.encode(), author, committer)
    yield b"data %d\n%s\n" % (len(text), text)
    if old:
        yield b"from %s\n" % old.encode()
    for name in names():
        try:
            content = (repository.top / name).read_bytes()
        except FileNotFoundError:
            yield b"D %s\n" % _quote_path(name)
        else:
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (_quote_path(name), len(content), content)
    yield b"done\n"


def _quote_path(name: str) -> bytes:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode()


def _commit_by_index(repository: Repository, names: ListNames, message: str) -> None:
    with tempfile.TemporaryDirectory(prefix="complaintctl-", dir=repository.folder) as folder:
        environment = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        has_head = bool(_output_or_empty(repository, "rev-parse", "--verify", "--quiet", "HEAD"))
        if has_head:
            _run_checked(repository, ["read-tree", "HEAD"], (), environment)
        _update_index(repository, names, environment)
        if has_head and _is_unchanged(repository, environment):
            return
        try:
            _run_checked(repository, ["commit", "--quiet", "--file=-"], (message.encode(),), environment)
        except Broken as error:
            raise Broken("commit-failed", detail=error.values["detail"]) from error


def _is_unchanged(repository: Repository, environment: dict[str, str]) -> bool:
    arguments = ["diff-index", "--cached", "--quiet", "HEAD"]
    return _run_with_input(repository, arguments, (), environment)[0] == 0


def _update_index(repository: Repository, names: ListNames, environment: dict[str, str]) -> None:
    """Update these files in the index, so that `git status` is clean; other staged changes stay."""
    feed = (f"{name}\0".encode() for name in names())
    _run_checked(repository, ["update-index", "-z", "--add", "--remove", "--stdin"], feed, environment)


def _run_checked(
    repository: Repository, arguments: list[str], chunks: Iterable[bytes], environment: dict[str, str]
) -> None:
    code, output = _run_with_input(repository, arguments, chunks, environment)
    if code != 0:
        raise Broken("git-failed", command=arguments[0], detail=git.git_error_line(output))


def _run_with_input(
    repository: Repository, arguments: list[str], chunks: Iterable[bytes], environment: dict[str, str]
) -> tuple[int, bytes]:
    """Run git with a stream as its input; returns exit code and output."""
    command = ["git", "-C", str(repository.top), *arguments]
    with tempfile.TemporaryFile() as output:
        try:
            run = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**git.git_environment(), **environment},
            )
        except FileNotFoundError as error:
            raise Broken("git-missing") from error
        with run:
            _write_chunks(run, chunks)
        output.seek(0)
        return run.returncode, output.read()


def _write_chunks(run: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> None:
    """Write all chunks to git. If git exits early, its output has the reason."""
    if run.stdin is None:
        return
    try:
        for chunk in chunks:
            run.stdin.write(chunk)
        run.stdin.close()
    except BrokenPipeError:
        pass
    except BaseException:
        run.kill()
        raise
