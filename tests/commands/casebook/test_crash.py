"""Kill -9 in the middle of commands: no case is lost, none half written, what was said is in files and git.

`make nightly` kills 200 commands at random times, the normal run 2. The critical times are tested one by one below,
in every run.
"""

import contextlib
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.storage.case import casefile
from tests.casebooks import Book, make_book
from tests.commands.casebook.writes import UntrueError, compare, outcome, written
from tests.commands.processes import start_command
from tests.sampling import sample

# The number of killed commands, and how many of them at least must be killed while they write: of a few, perhaps none;
# the single times below are reached in every run.
KILLS: Final = {"some": (2, 0), "many": (200, 60)}
CASEBOOKS: Final = 2
SEED: Final = 20_261_121
# Of ten kills, this many happen after the first write of the command; the others at any time of its run.
AIMED: Final = 8

BEFORE: Final = "before the first write"
COMPLETING: Final = "while completing the command killed before it"
ANNOUNCED: Final = "first write done, case file not yet"
WRITTEN: Final = "case file written, not committed"
IN_GIT: Final = "git at work, its locks left behind"
COMMITTED: Final = "committed, journal still there"
AFTER: Final = "after the last write"
COMPLETED: Final = "Completed an interrupted command: "
# What `check` says of a command that was killed, and what the next writing command makes of it.
FOLLOWS: Final = {
    "The next writing command completes it.": COMPLETED,
    "It is NOT recorded.": "Interrupted before it was written, so NOT recorded: ",
}
INSIDE: Final = (ANNOUNCED, WRITTEN, IN_GIT)

POLICY = """\
complaintctl: 1
name: crash
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
categories: {defect: {department: quality}}
steps:
  - {step: classify, within: {urgent: 4h, general: 8h}}
  - {step: respond, within: 72h}
close: {withdrawn: {}}
"""


@dataclass(kw_only=True)
class Trial:
    """A casebook whose commands are killed, and what must be recorded in it."""

    book: Book
    chance: random.Random
    stages: Counter[str] = field(default_factory=Counter)
    locks: Counter[str] = field(default_factory=Counter)
    reported: list[str] = field(default_factory=list)
    sentences: Counter[str] = field(default_factory=Counter)
    predicted: str | None = None
    seen: set[str] = field(default_factory=set)
    number: int = 0

    @property
    def journal(self) -> Path:
        return self.book.root / ".git" / "complaintctl.pending"

    @property
    def files(self) -> list[Path]:
        return sorted((self.book.root / "cases").rglob("C-*.yaml"))


def announced(trial: Trial) -> bytes | None:
    """The change that the journal announces."""
    try:
        return trial.journal.read_bytes()
    except FileNotFoundError:
        return None


def head(trial: Trial) -> str:
    return (trial.book.root / ".git" / "refs" / "heads" / "main").read_text(encoding="ascii").strip()


def cases(trial: Trial) -> dict[str, Case]:
    """All cases; asserts that each file is faultless."""
    found = {}
    for path in trial.files:
        loaded, problems = casefile.read_case(path)
        assert problems == [], (path, problems)
        assert loaded is not None
        found[loaded.case.id] = loaded.case
    return found


def some_command(trial: Trial, there: dict[str, Case]) -> tuple[str, ...]:
    """A random command that the casebook should accept."""
    trial.number += 1
    still_open = sorted(name for name, case in there.items() if case.status != "closed")
    closed = sorted(there.keys() - set(still_open))
    kinds = ["open", "note", "classify", "assign", "close", "attach"] if still_open else ["open"]
    kind = trial.chance.choice([*kinds, *(["reopen"] * (len(closed) > 3))])
    if kind == "open":
        return kind, "--title", f"Complaint {trial.number}", "--description", "One\ntwo\n" * 20
    case_id = trial.chance.choice(closed if kind == "reopen" else still_open)
    words = {
        "note": ("the customer called",),
        "classify": ("--level", trial.chance.choice(["urgent", "general"]), "--category", "defect"),
        "assign": ("--to", f"person-{trial.number}"),
        "close": ("--outcome", "withdrawn"),
        "reopen": ("--reason", "it came back"),
        "attach": (str(attachment(trial)),),
    }
    return kind, case_id, *words[kind]


def attachment(trial: Trial) -> Path:
    path = trial.book.root.parent / f"photo-{trial.number}.jpg"
    path.write_bytes(trial.chance.randbytes(200_000))
    return path


def started(trial: Trial, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    return start_command(
        words,
        trial.book.root,
        trial.book.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def await_first_write(trial: Trial, process: subprocess.Popen[bytes], before: bytes | None) -> None:
    while process.poll() is None and announced(trial) in {before, None}:
        time.sleep(0.0005)


def measured(trial: Trial) -> tuple[float, float]:
    """Median seconds of a whole command, and from its first write to its end, of commands that are not killed."""
    whole, window = [], []
    for _ in range(3):
        begun = time.monotonic()
        process = started(trial, (*some_command(trial, cases(trial)), "--json"))
        await_first_write(trial, process, None)
        first = time.monotonic()
        while trial.journal.exists():
            time.sleep(0.0005)
        window.append(time.monotonic() - first)
        note_end(trial, process, None)
        whole.append(time.monotonic() - begun)
    return sorted(whole)[1], sorted(window)[1]


def note_end(trial: Trial, process: subprocess.Popen[bytes], pending: bytes | None) -> None:
    """Compare what an ended or killed command said with files and git; `pending` is the journal it found."""
    out, error = process.communicate()
    said = trial.book.english(error.decode())
    trial.reported += re.findall(r'"event": "(\w+)"', out.decode())
    told = [words for words in FOLLOWS.values() if words in said]
    if outcome(said) is not None or len(told) > 1 or (told and pending is None):
        raise UntrueError(said)
    if told and pending is not None:
        event, now = re.findall(rb"Event: [\w-]+ (\w{8})", pending)[-1].decode(), written(trial.book)
        trial.sentences[told[0]] += 1
        if told != [trial.predicted] or {event in now.files, event in now.head} != {told == [COMPLETED]}:
            raise UntrueError(said, event, trial.predicted)
    elif process.returncode == 0 and pending is not None:
        raise UntrueError("nothing is said of the command killed before", said)
    trial.predicted = prediction(trial) if process.returncode == -signal.SIGKILL else None


def prediction(trial: Trial) -> str | None:
    """What will be said of the command that was just killed, by what `check` says now."""
    if not trial.journal.exists():
        return None
    said = trial.book.run("check", "--fail-on", "never", check=0).stderr
    (words,) = [then for now, then in FOLLOWS.items() if now in said]
    return words


def kill(trial: Trial, process: subprocess.Popen[bytes]) -> None:
    """Kills the command with all its child processes, or in half of the cases only the command itself."""
    end = os.killpg if trial.chance.random() < 0.5 else os.kill
    try:
        end(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def locks(book: Book, since: float = 0.0) -> list[str]:
    """The lock files that git left: of the index, HEAD and the branch."""
    names = []
    for path in (book.root / ".git").rglob("*.lock"):
        with contextlib.suppress(FileNotFoundError):  # git outlives the command
            if path.stem != "complaintctl" and path.stat().st_mtime >= since:
                names.append(path.name)
    return names


def stage_of(trial: Trial, before: tuple[bytes | None, str], begun: float) -> str:
    """Returns how far a killed command had come, judged by the files and git right after the kill."""
    journal, now = announced(trial), head(trial)
    changed = now != before[1] and trial.book.git("log", "--format=%B", f"{before[1]}..{now}")
    left = locks(trial.book, begun)
    if journal is None or journal == before[0]:
        own = changed and changed.count("Event: ") > (before[0] is not None)
        own = own or (changed and before[0] is None)
        if own:
            return AFTER
        return COMPLETING if journal != before[0] or changed or (before[0] and left) else BEFORE
    event = re.findall(rb"Event: [\w-]+ (\w{8})", journal)[-1].decode()
    if changed and event in changed:
        return COMMITTED
    if not any(event in path.read_text(encoding="utf-8") for path in trial.files):
        return ANNOUNCED
    if left:
        trial.locks[", ".join(sorted(re.sub(r"-\d+", "", name) for name in left))] += 1
    return IN_GIT if left else WRITTEN


def killed_once(trial: Trial, whole: float, window: float) -> bool:
    """Runs one command and kills it at a random time; returns False if it had already ended."""
    before, begun = (announced(trial), head(trial)), time.time()
    process = started(trial, (*some_command(trial, cases(trial)), "--json"))
    if trial.chance.randrange(10) < AIMED:
        await_first_write(trial, process, before[0])
        time.sleep(trial.chance.random() * window)
    else:
        time.sleep(trial.chance.random() * whole)
    kill(trial, process)
    process.wait()
    if process.returncode == -signal.SIGKILL:
        trial.stages[stage_of(trial, before, begun)] += 1
    note_end(trial, process, before[0])
    return process.returncode == -signal.SIGKILL


def run_trial(trial: Trial, kills: int) -> Trial:
    whole, window = measured(trial)
    while trial.stages.total() < kills:
        killed_once(trial, whole, window)
        there = cases(trial)
        assert trial.seen <= there.keys(), "a case is lost"
        trial.seen |= there.keys()
    return trial


def commits(book: Book) -> list[str]:
    """The ids of the events in the history of git."""
    return book.git("log", "--format=%(trailers:key=Event,valueonly)").split()[1::2]


def check_whole(trial: Trial) -> None:
    """Asserts that after one more command files, histories, attachments and git agree."""
    book = trial.book
    there = cases(trial)
    told = [event.id for case in there.values() for event in case.history]
    assert sorted(told) == sorted(commits(book))
    assert set(trial.reported) <= set(told)
    assert len({path.stem for path in trial.files}) == len(trial.files)
    for case in there.values():
        for entry in case.attachments:
            kept = book.root / "attachments" / case.id / entry.file
            assert hashlib.sha256(kept.read_bytes()).hexdigest() == entry.sha256
    assert book.git("status", "--porcelain") == ""
    assert book.git("fsck", "--strict", "--no-dangling") == ""
    # The temporary index of a killed git has its process id in its name and blocks no other git.
    assert [name for name in locks(book) if not name.startswith("next-index-")] == []
    assert [path for path in book.root.rglob("*.tmp") if ".git" not in path.parts] == []
    assert not trial.journal.exists()
    book.call("check", "--archive", "--fail-on", "never", check=0)


def trials(folder: Path) -> Iterator[Trial]:
    for number in range(CASEBOOKS):
        home = folder / f"{number}"
        home.mkdir()
        (home / "policy.yaml").write_text(POLICY, encoding="utf-8")
        book = make_book(home, home / "policy.yaml")
        for place in range(6):
            book.open(f"First {place}")
        yield Trial(book=book, chance=random.Random(SEED + number))  # noqa: S311


def told(stages: Counter[str], left: Counter[str]) -> str:
    lines = [f"{stages[stage]:5} {stage}" for stage in (BEFORE, COMPLETING, *INSIDE, COMMITTED, AFTER)]
    inside = sum(stages[stage] for stage in INSIDE)
    lines.append(f"{inside:5} of {stages.total()} between the first write and the end of the commit")
    lines += [f"      {count} times left behind: {names}" for names, count in left.most_common()]
    return "\n".join(lines)


@pytest.mark.parametrize("amount", ["some", pytest.param("many", marks=pytest.mark.nightly)])
def test_a_command_killed_at_any_moment_loses_no_case_and_nothing_it_reported(
    tmp_path: Path, amount: str
) -> None:
    kills, least = KILLS[amount]
    begun = time.monotonic()
    books = list(trials(tmp_path))
    with ThreadPoolExecutor(CASEBOOKS) as pool:
        list(pool.map(lambda trial: run_trial(trial, kills // CASEBOOKS), books))
    stages, left, sentences = Counter[str](), Counter[str](), Counter[str]()
    for trial in books:
        stages += trial.stages
        left += trial.locks
        sentences += trial.sentences
    print(f"kill -9 of {stages.total()} commands in {time.monotonic() - begun:.0f} s:")
    print(told(stages, left))
    print("; ".join(f"{count} times said: {words.strip()}" for words, count in sentences.items()))
    assert stages.total() == kills
    assert sum(stages[stage] for stage in INSIDE) >= least
    for trial in books:
        trial.book.run("note", trial.files[0].stem, "after all that", check=0)
        check_whole(trial)


# Single times, each reached in every run: a git hook kills the command


def with_hook(book: Book, name: str, *lines: str) -> None:
    hook = book.root / ".git" / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("\n".join(["#!/bin/sh", *lines, ""]), encoding="utf-8")
    hook.chmod(0o755)


def ended(book: Book, *words: str) -> int:
    """Run a command in a process group of its own, which a hook may kill."""
    process = start_command(
        words,
        book.root,
        book.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return process.wait(timeout=60)


# The hook runs in the group of the command: 0 is all of it, git and the command.
KILL_ALL: Final = "kill -9 0"


@pytest.mark.parametrize(
    ("hook", "left"),
    [
        (("pre-commit", KILL_ALL), "index.lock"),
        (("reference-transaction", f'[ "$1" = prepared ] && {KILL_ALL}', "exit 0"), "HEAD.lock"),
        (("reference-transaction", f'[ "$1" = prepared ] && {KILL_ALL}', "exit 0"), "main.lock"),
        (("post-commit", KILL_ALL), None),
        # Without `git commit`: the copy of the index is changed but not installed; the branch has moved.
        (("post-index-change", KILL_ALL), "index.lock"),
        (("reference-transaction", f'[ "$1" = committed ] && {KILL_ALL}', "exit 0"), "index.lock"),
    ],
    ids=["index", "HEAD", "branch", "after", "index copy", "moved branch"],
)
@pytest.mark.parametrize(
    "words",
    sample([("note", "later"), ("close", "--outcome", "withdrawn")], 1, single=True),
    ids=["note", "close"],
)
def test_the_next_command_completes_what_was_killed_inside_of_git(
    tmp_path: Path, hook: tuple[str, ...], left: str | None, words: tuple[str, ...]
) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case_id, other = book.open("Battery swells"), book.open("Another")
    with_hook(book, *hook)
    assert ended(book, words[0], case_id, *words[1:]) == -signal.SIGKILL
    assert left is None or left in locks(book)
    (book.root / ".git" / "hooks" / hook[0]).unlink()
    if left is not None:
        told = book.call("check", "--fail-on", "never", check=0).stderr
        assert f"interrupted before its commit: {case_id} {words[0]}" in told

    said = book.call("note", other, "the next command", check=0).stderr

    assert f"Completed an interrupted command: {case_id} {words[0]}" in said
    trial = Trial(book=book, chance=random.Random(SEED), reported=[])  # noqa: S311
    check_whole(trial)
    assert [event.did for event in cases(trial)[case_id].history] == ["open", words[0]]


def test_a_command_killed_before_it_wrote_is_said_to_be_not_recorded(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case_id = book.open("Battery swells")
    entry = {
        "message": f"{case_id} note\n\nCase: {case_id}\nEvent: note ABCDEFGH\nActor: li.wei\n",
        "commit": True,
        "files": {f"cases/open/{case_id}.yaml": "never written"},
        "new": [],
        "removed": [],
        "marks": ["ABCDEFGH"],
        "together": {},
    }
    (book.root / ".git" / "complaintctl.pending").write_text(json.dumps(entry), encoding="utf-8")
    said = book.call("check", check=0).stderr
    assert f"A command was interrupted before it had written: {case_id} note. It is NOT recorded." in said
    before, result = written(book), book.call("note", case_id, "the next", check=0)
    assert compare(book, before, result) is None
    assert f"Interrupted before it was written, so NOT recorded: {case_id} note\n" in result.stderr
    assert "ABCDEFGH" not in written(book).files


def test_a_git_that_lives_on_in_a_slow_hook_is_waited_for(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case_id = book.open("Battery swells")
    begun, ended = tmp_path / "begun", tmp_path / "ended"
    with_hook(book, "pre-commit", f"[ -e '{begun}' ] && exit 0", f"touch '{begun}'; sleep 5; touch '{ended}'")
    process = start_command(
        ("note", case_id, "one"),
        book.root,
        book.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not begun.exists():
        time.sleep(0.01)
    process.kill()
    process.wait()
    book.run("note", case_id, "two", check=0)
    assert ended.exists()
    trial = Trial(book=book, chance=random.Random(SEED))  # noqa: S311
    check_whole(trial)
    assert [event.text for event in cases(trial)[case_id].history] == [None, "one", "two"]
    assert len(book.git("ls-tree", "-r", "--name-only", "HEAD").splitlines()) == 5


def test_a_lock_that_somebody_else_holds_is_named_and_left_alone(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case_id = book.open("Battery swells")
    lock = book.root / ".git" / "index.lock"
    lock.touch()
    os.utime(lock, (time.time() - 600, time.time() - 600))
    for text, key in (("one", "change-uncommitted"), ("two", "change-behind")):
        before, result = written(book), book.call("note", case_id, text, check=4)
        assert compare(book, before, result) == key
        assert "index.lock" in result.stderr
        assert lock.exists()
    lock.unlink()
    assert "Completed" in book.call("note", case_id, "three", check=0).stderr
    trial = Trial(book=book, chance=random.Random(SEED))  # noqa: S311
    check_whole(trial)
    assert [event.text for event in cases(trial)[case_id].history] == [None, "one", "three"]


@pytest.mark.nightly
def test_a_casebook_whose_making_was_killed_is_completed(tmp_path: Path) -> None:
    template = tmp_path / "template"
    book = make_book(tmp_path)
    hooks = template / "hooks"
    hooks.mkdir(parents=True)
    (hooks / "pre-commit").write_text(f"#!/bin/sh\n{KILL_ALL}\n", encoding="utf-8")
    (hooks / "pre-commit").chmod(0o755)
    words = ("init", "second", "--policy", "electronics", "--yes")
    outside = Book(root=tmp_path, variables={**book.variables, "GIT_TEMPLATE_DIR": str(template)})
    assert ended(outside, *words) == -signal.SIGKILL
    second = Book(root=tmp_path / "second", variables=book.variables)
    (second.root / ".git" / "hooks" / "pre-commit").unlink()
    second.run("open", "--title", "The first", check=0)
    assert second.git("status", "--porcelain") == ""
    assert "complaintctl.yaml" in second.git("ls-tree", "--name-only", "HEAD")
    second.run("check", check=0)


@pytest.mark.parametrize("times", [1, pytest.param(8, marks=pytest.mark.nightly)])
def test_a_casebook_whose_making_was_killed_anywhere_can_be_made_again(tmp_path: Path, times: int) -> None:
    home = make_book(tmp_path)
    chance = random.Random(SEED)  # noqa: S311
    outside = Book(root=tmp_path, variables=home.variables)
    for number in range(times):
        second = Book(root=tmp_path / f"second-{number}", variables=home.variables)
        words = ("init", second.root.name, "--policy", "electronics", "--yes")
        trial = Trial(book=second, chance=chance)
        process = started(Trial(book=outside, chance=chance), words)
        await_first_write(trial, process, None)
        time.sleep(chance.random() * 0.03)
        kill(trial, process)
        process.communicate()
        made = second.root / "complaintctl.yaml"
        outside.run(*words, check=2 if made.exists() else 0)
        second.run("open", "--title", "The first", check=0)
        assert second.git("status", "--porcelain") == ""
        assert len(second.git("ls-tree", "-r", "--name-only", "HEAD").splitlines()) == 5
