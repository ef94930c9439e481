"""One commit of very many files: git is fed as a stream, never called once per file.

Where no hook and no signing asks for it, `git fast-import` writes the objects into one pack; else `git commit`
works on an index of its own, as `commit --only` does inside. (Given the paths themselves, `git add` and
`commit --only` compare every file with every path: hours instead of seconds.)
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

# The hooks that `git commit` runs and `git fast-import` would pass by.
_HOOKS: Final = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")
# Attributes by which git stores something else than the file holds.
_FILTERS: Final = ("filter", "ident", "working-tree-encoding")
# Where the commit waits until it is whole; a name of its own in each work tree.
_IMPORT_REF: Final = "refs/worktree/complaintctl-import"

ListNames = Callable[[], Iterable[str]]


def commit_many_files(repository: Repository, names: ListNames, message: str) -> None:
    """Commit the present state of these files alone, whatever else is staged; nothing changed, no commit.

    `names` gives paths from the top of the work tree, as often as it is asked; a file that is gone is removed.
    Calling it again after an interruption completes it. Raises Broken with git's own words.
    """
    if needs_plain_commit(repository, names):
        _commit_by_index(repository, names, message)
    else:
        _commit_by_fast_import(repository, names, message)
    _update_index(repository, names, {})


def needs_plain_commit(repository: Repository, names: ListNames) -> bool:
    """Whether hooks, signing or filters of the user want to see the commit."""
    signing = _output_or_empty(repository, "config", "--type=bool", "--get", "commit.gpgsign") == "true"
    configured = bool(_output_or_empty(repository, "config", "--get-regexp", r"^hook\."))
    folder = repository.top / _output_or_empty(repository, "rev-parse", "--git-path", "hooks")
    hooked = any(os.access(folder / name, os.X_OK) for name in _HOOKS)
    return signing or configured or hooked or _has_git_filter(repository, names)


def _has_git_filter(repository: Repository, names: ListNames) -> bool:
    """Whether attributes change a file on its way into git; files of one folder are taken to be alike."""
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
    """The commit in the language of fast-import, the files read as it goes."""
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
        own = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        born = bool(_output_or_empty(repository, "rev-parse", "--verify", "--quiet", "HEAD"))
        if born:
            _run_checked(repository, ["read-tree", "HEAD"], (), own)
        _update_index(repository, names, own)
        if born and _is_unchanged(repository, own):
            return
        try:
            _run_checked(repository, ["commit", "--quiet", "--file=-"], (message.encode(),), own)
        except Broken as error:
            raise Broken("commit-failed", detail=error.values["detail"]) from error


def _is_unchanged(repository: Repository, own: dict[str, str]) -> bool:
    arguments = ["diff-index", "--cached", "--quiet", "HEAD"]
    return _run_with_input(repository, arguments, (), own)[0] == 0


def _update_index(repository: Repository, names: ListNames, own: dict[str, str]) -> None:
    """Bring the files' state into the index, so that `git status` is clean and other staged work stays."""
    feed = (f"{name}\0".encode() for name in names())
    _run_checked(repository, ["update-index", "-z", "--add", "--remove", "--stdin"], feed, own)


def _run_checked(
    repository: Repository, arguments: list[str], chunks: Iterable[bytes], own: dict[str, str]
) -> None:
    code, said = _run_with_input(repository, arguments, chunks, own)
    if code != 0:
        raise Broken("git-failed", command=arguments[0], detail=git.git_error_line(said))


def _run_with_input(
    repository: Repository, arguments: list[str], chunks: Iterable[bytes], own: dict[str, str]
) -> tuple[int, bytes]:
    """Run git with what it reads as a stream; its exit code and what it said."""
    command = ["git", "-C", str(repository.top), *arguments]
    with tempfile.TemporaryFile() as said:
        try:
            run = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                env={**git.git_environment(), **own},
            )
        except FileNotFoundError as error:
            raise Broken("git-missing") from error
        with run:
            _write_chunks(run, chunks)
        said.seek(0)
        return run.returncode, said.read()


def _write_chunks(run: subprocess.Popen[bytes], chunks: Iterable[bytes]) -> None:
    """Write until git has all or has gone; why it went stands in what it said."""
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
