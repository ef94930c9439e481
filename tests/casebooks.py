"""Casebooks for the tests: real folders and real git, the console script as a process or in this one."""

import atexit
import contextlib
import functools
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from complaintctl import cli
from complaintctl.render.text import language
from tests.commands import processes
from tests.language import chinese

ACTOR = "li.wei"
NAME = "Li Wei"
ADDRESS = "li.wei@example.com"
ZONE = "Asia/Shanghai"
# The language that a test speaks where it names none: `make test-zh` runs the command line's tests in Chinese.
LANG = language.parse_language(os.environ.get("COMPLAINTCTL_TEST_LANG")) or "en"
# How the environment of such a test says Chinese: what it is told is read back into English.
_READ_BACK = "zh_CN"
# What programs read is never translated.
_FOR_PEOPLE = {"table", "md", "text", "github", "mermaid"}
# What prints a template or what was filled into one: text of its own, of which a test says both languages.
_PAPER = ("letter ", "form ", "template show ")
# Of the casebooks that others are copied from.
_NUMBERS = itertools.count()
_PATIENCE = 300  # seconds
MOST_LINES = 2  # of an error: what, where, and what to do next

# What a process cannot do without, and what lets a coverage run see the processes too.
_INHERITED = ("PATH", "PYTHONPATH", "SYSTEMROOT", "TMPDIR", "TEMP", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_INHERITED_BEGINNINGS = ("COV_", "COVERAGE_")

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.stdout)


class UnexpectedExitError(AssertionError):
    """A command ended otherwise than the test says."""

    def __init__(self, arguments: Sequence[str], wanted: int, result: Result) -> None:
        said = f"stdout: {result.stdout}\nstderr: {result.stderr}"
        super().__init__(f"{' '.join(arguments)} ended with {result.returncode}, not {wanted}\n{said}")


def environment(
    home: Path, lang: str | None = None, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """An environment that knows nothing of this machine's user: its own home, a git identity, a language."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith(_INHERITED_BEGINNINGS)
    }
    identity = {
        "GIT_AUTHOR_NAME": NAME,
        "GIT_AUTHOR_EMAIL": ADDRESS,
        "GIT_COMMITTER_NAME": NAME,
        "GIT_COMMITTER_EMAIL": ADDRESS,
    }
    # No template: git would copy a dozen sample hooks into every repository.
    settings = {
        "user.name": NAME,
        "user.email": ADDRESS,
        "gc.auto": "0",
        "maintenance.auto": "false",
        "core.fsync": "none",
        "init.templateDir": "",
        # Most tests are about what git alone leaves in conflict; see `with_driver`.
        "merge.complaintctl.driver": "git merge-file --marker-size=%L -L HEAD -L base -L theirs %A %O %B",
    }
    git = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(settings)),
        **{f"GIT_CONFIG_KEY_{place}": name for place, name in enumerate(settings)},
        **{f"GIT_CONFIG_VALUE_{place}": value for place, value in enumerate(settings.values())},
    }
    told = {"zh": _READ_BACK}.get(LANG, LANG) if lang is None else lang
    ours = {"HOME": str(home), "COMPLAINTCTL_LANG": told, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    return {**kept, **identity, **git, **ours, **(extra or {})}


def author(name: str) -> dict[str, str]:
    """What makes git record somebody else as author, for the environment of one command."""
    return {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": f"{name}@example.com"}


def with_driver(variables: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The same environment, where git merges cases with `complaintctl merge-driver`; the folder gets the program."""
    program = folder / "complaintctl"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        program.write_text(
            f'#!/bin/sh\nexec {sys.executable} -X utf8 -m complaintctl "$@"\n', encoding="utf-8"
        )
        program.chmod(0o755)
    place = next(name for name, value in variables.items() if value == "merge.complaintctl.driver")
    path = os.pathsep.join((str(folder), variables["PATH"]))
    package = str(Path(cli.__file__).parent.parent)
    return {**variables, place: "complaintctl.test", "PATH": path, "PYTHONPATH": package}


def without_identity(variables: Mapping[str, str]) -> dict[str, str]:
    """The same environment for somebody whom git does not know, and must not guess."""
    mine = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_")
    kept = {name: value for name, value in variables.items() if not name.startswith(mine)}
    only = {"GIT_CONFIG_KEY_0": "user.useConfigOnly", "GIT_CONFIG_VALUE_0": "true"}
    return {**kept, "GIT_CONFIG_COUNT": "1", **only}


def run(
    folder: Path,
    variables: Mapping[str, str],
    *arguments: str,
    stdin: str | None = None,
    check: int | None = None,
) -> Result:
    """Run the console script as a process in a folder; `check` is the exit code it must have."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with processes.start_command(arguments, folder, _with_keys(variables, arguments), **pipes) as process:
        try:
            stdout, stderr = process.communicate((stdin or "").encode(), timeout=_PATIENCE)
        except BaseException:
            process.kill()
            raise
    result = Result(returncode=process.returncode, stdout=stdout.decode(), stderr=stderr.decode())
    return _checked(arguments, _in_english(folder, variables, arguments, result), check)


def call(
    folder: Path,
    variables: Mapping[str, str],
    *arguments: str,
    stdin: str | None = None,
    check: int | None = None,
) -> Result:
    """The same through the same entry without a new process: ten times as fast, its surroundings restored."""
    # Streams of bytes, as a process has them: on these the command line escapes what would steer a terminal.
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _stream in range(2))
    code: int | str | None = 0
    typed = io.StringIO(stdin or "")
    with (
        _surroundings(folder, _with_keys(variables, arguments), ["complaintctl", *arguments], typed),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as ending:
            code = ending.code
        printed = _written(sys.stdout), _written(sys.stderr)
    number = code if isinstance(code, int) else 0 if code is None else 1
    result = Result(returncode=number, stdout=printed[0], stderr=printed[1])
    return _checked(arguments, _in_english(folder, variables, arguments, result), check)


def _written(stream: Any) -> str:
    stream.flush()
    written: bytes = stream.buffer.getvalue()
    return written.decode()


def _is_read_back(variables: Mapping[str, str], arguments: Sequence[str]) -> bool:
    asked = dict(itertools.pairwise(arguments)).get("--lang")
    return variables.get("COMPLAINTCTL_LANG") == _READ_BACK and asked not in language.LANGUAGES


def _with_keys(variables: Mapping[str, str], arguments: Sequence[str]) -> dict[str, str]:
    """The environment; Chinese that is read back has its keys, as a label alone may stand for several English words."""
    keys = {"COMPLAINTCTL_KEYS": "1"} if _is_read_back(variables, arguments) else {}
    return {**variables, **keys}


def _in_english(
    folder: Path, variables: Mapping[str, str], arguments: Sequence[str], result: Result
) -> Result:
    """The same read back, where the test named no language."""
    if not arguments or not _is_read_back(variables, arguments):
        return result
    words = dict(itertools.pairwise(arguments))
    for_people = "--json" not in arguments and words.get("--format", "table") in _FOR_PEOPLE
    is_paper = " ".join(arguments).startswith(_PAPER)
    return Result(
        returncode=result.returncode,
        stdout=chinese.english(result.stdout, folder) if for_people and not is_paper else result.stdout,
        stderr=chinese.english(result.stderr, folder),
    )


def _checked(arguments: Sequence[str], result: Result, wanted: int | None) -> Result:
    if wanted is not None and result.returncode != wanted:
        raise UnexpectedExitError(arguments, wanted, result)
    return result


@contextlib.contextmanager
def _surroundings(
    folder: Path, variables: Mapping[str, str], arguments: list[str], stdin: io.StringIO
) -> Iterator[None]:
    before = dict(os.environ), Path.cwd(), sys.argv, sys.stdin, language.current_language()
    try:
        os.environ.clear()
        os.environ.update(variables)
        os.chdir(folder)
        sys.argv, sys.stdin = arguments, stdin
        yield
    finally:
        os.environ.clear()
        os.environ.update(before[0])
        os.chdir(before[1])
        sys.argv, sys.stdin = before[2], before[3]
        language.set_language(before[4])


@dataclass(frozen=True, kw_only=True)
class Book:
    """A casebook in a folder of its own; every command runs there with `variables` as its environment."""

    root: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(
        self,
        *arguments: str,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        check: int | None = None,
    ) -> Result:
        """Run a command as a process; `env` is added to the environment, `check` the exit code demanded."""
        return run(self.root, {**self.variables, **(env or {})}, *arguments, stdin=stdin, check=check)

    def call(
        self,
        *arguments: str,
        stdin: str | None = None,
        env: Mapping[str, str] | None = None,
        check: int | None = None,
    ) -> Result:
        """Run a command in this process."""
        return call(self.root, {**self.variables, **(env or {})}, *arguments, stdin=stdin, check=check)

    def json(self, *arguments: str, env: Mapping[str, str] | None = None, check: int = 0) -> Any:
        """What a command prints with --json."""
        return self.call(*arguments, "--json", env=env, check=check).json()

    def open(self, title: str, *arguments: str) -> str:
        """Register a complaint; gives its id."""
        return str(self.json("open", "--title", title, *arguments)["id"])

    def english(self, said: str) -> str:
        """What a process of its own said here, read back."""
        result = Result(returncode=0, stdout="", stderr=said)
        return _in_english(self.root, self.variables, ("",), result).stderr

    def speaking(self, lang: language.Language) -> "Book":
        """The same casebook, asked in a language that the test is about."""
        return Book(root=self.root, variables={**self.variables, "COMPLAINTCTL_LANG": lang})

    def git(self, *arguments: str) -> str:
        """What git answers in the casebook's folder."""
        return git(self.root, self.variables, *arguments)

    def head(self) -> str:
        """The hash of the last commit."""
        return self.git("rev-parse", "HEAD").strip()

    def file(self, case_id: str) -> Path:
        """The one file of a case."""
        (path,) = (self.root / "cases").rglob(f"{case_id}.yaml")
        return path

    def clone(self, folder: Path) -> "Book":
        """A clone of the casebook in another folder."""
        git(self.root.parent, self.variables, "clone", "--quiet", str(self.root), str(folder))
        return Book(root=folder, variables=self.variables)


def git(folder: Path, variables: Mapping[str, str], *arguments: str) -> str:
    """What git answers in a folder; raises where it fails."""
    process = subprocess.run(
        ["git", "-c", "core.quotePath=false", *arguments],
        cwd=folder,
        env=dict(variables),
        capture_output=True,
        check=False,
    )
    if process.returncode != 0:
        raise AssertionError(arguments, process.stdout.decode(), process.stderr.decode())
    return process.stdout.decode()


def make_book(
    folder: Path, policy: str | Path = "electronics", timezone: str = ZONE, lang: str | None = None
) -> Book:
    """A fresh casebook below a temporary folder, after a shipped policy or a policy file."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    variables = environment(home, lang)
    source = Path(policy).read_bytes() if Path(policy).is_file() else None
    shutil.copytree(_made_once(str(policy), source, timezone, lang), folder / "book", symlinks=True)
    return Book(root=folder / "book", variables=variables)


@functools.cache
def _made_once(policy: str, _source: bytes | None, timezone: str, lang: str | None) -> Path:
    """A casebook of this process that others are copied from; a policy file that was changed makes another."""
    folder = new_kept_folder()
    home = folder / "home"
    home.mkdir()
    options = ("--policy", policy, "--timezone", timezone, "--lang", lang or LANG, "--yes")
    call(folder, environment(home, lang), "init", "book", *options, check=0)
    # As in every repository; many a test writes a hook there.
    (folder / "book" / ".git" / "hooks").mkdir(exist_ok=True)
    return folder / "book"


def new_kept_folder() -> Path:
    """A new folder for a casebook that others are copied from; it is removed when this process ends."""
    folder = _kept_folder() / str(next(_NUMBERS))
    folder.mkdir()
    return folder


@functools.cache
def _kept_folder() -> Path:
    """A folder that is removed when this process ends."""
    kept = tempfile.TemporaryDirectory(prefix="complaintctl-tests-", ignore_cleanup_errors=True)
    atexit.register(kept.cleanup)
    return Path(kept.name)


def spoken(en: T, zh: T) -> T:
    """What a letter or a form says in the language of the test: their words are no sentences of the catalogue."""
    return zh if LANG == "zh" else en


def faults_with(book: Book, entry: str) -> tuple[str, str]:
    """What `policy check` says with one more entry in the list before `steps:`, and the place of that entry."""
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("steps:\n", f"  - {entry}\nsteps:\n", 1), encoding="utf-8")
    result = book.call("policy", "check", check=1)
    place = text.splitlines().index("steps:") + 1
    return result.stdout + result.stderr, f"complaintctl.yaml:{place}:"


def refused(
    book: Book,
    code: int,
    *arguments: str,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
    as_process: bool = False,
) -> str:
    """What a refused command says: this exit code, a line or two on stderr, and nothing written anywhere."""
    # The last commit and every changed file, of one process of git.
    state = ("status", "--porcelain=v2", "--branch", "--untracked-files=all")
    before = book.git(*state)
    way = book.run if as_process else book.call
    result = way(*arguments, stdin=stdin, env=env, check=code)
    after = book.git(*state)
    if after != before:
        raise AssertionError(arguments, "was refused but wrote something", before, after)
    if (
        _beside_the_error_object(result.stdout, arguments)
        or "Traceback" in result.stderr
        or not 1 <= result.stderr.count("\n") <= MOST_LINES
    ):
        raise AssertionError(arguments, "was not refused in a line or two", result)
    return result.stderr.strip()


def _beside_the_error_object(stdout: str, arguments: Sequence[str]) -> str:
    """What a refused command printed on stdout, but for the error object of one that was asked for JSON."""
    if "--json" not in arguments and not {"json", "jsonl"} & set(arguments):
        return stdout
    *before, last = stdout.splitlines() or [""]
    return "\n".join(before) if "error" in json.loads(last) else stdout


def git_merge(book: Book, other: Book, *options: str) -> int:
    """Runs `git merge` with the branch of another clone; returns git's exit code."""
    book.git("fetch", "--quiet", str(other.root), "HEAD")
    merged = subprocess.run(
        ["git", "merge", "--quiet", "--no-edit", *options, "FETCH_HEAD"],
        cwd=book.root,
        env=dict(book.variables),
        capture_output=True,
        check=False,
    )
    return merged.returncode
