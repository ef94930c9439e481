"""What a command says about its write, compared with what then lies in the files and in git."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.render.sentences.outcomes import OUTCOME_SENTENCES
from tests.casebooks import Book, Result

_EVENT: Final = re.compile(r"\bid: [\"']?([0-9A-HJKMNP-TV-Z]{8})[\"']?\}")
_PATTERNS: Final = {
    key: re.compile(re.sub(r"\\\{\w+\\\}", "(.+)", re.escape(sentence)))
    for key, sentence in OUTCOME_SENTENCES.items()
}
_COMPLETED: Final = "Completed an interrupted command: "


class UntrueError(AssertionError):
    """A sentence about a write that files or git contradict."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """The ids of the events in the files of a casebook, and of those in the last commit."""

    files: frozenset[str]
    head: frozenset[str]


def written(book: Book) -> Written:
    """What lies there now."""
    paths = (book.root / "cases").rglob("C-*.yaml")
    texts = (path.read_text(encoding="utf-8") for path in paths)
    committed = book.git("grep", "-h", "-e", "did:", "-e", "complaintctl:", "HEAD", "--", ".")
    return Written(files=frozenset(_EVENT.findall("".join(texts))), head=frozenset(_EVENT.findall(committed)))


def check_places(book: Book) -> None:
    """No case lies in two folders."""
    names = [path.name for path in (book.root / "cases").rglob("C-*.yaml")]
    if len(set(names)) != len(names):
        raise UntrueError("a case lies in two folders", sorted(names))


def outcome(said: str) -> str | None:
    """The key of the sentence about the write, or None if nothing is said about it."""
    lines = said.splitlines()
    keys = [key for key, pattern in _PATTERNS.items() if any(map(pattern.fullmatch, lines))]
    if len(keys) > 1:
        raise UntrueError("more than one sentence about the write", keys, said)
    return keys[0] if keys else None


def compare(book: Book, before: Written, result: Result, *, commit: bool = True) -> str | None:
    """Compare what a command said with what it did; returns the key of its sentence about the write."""
    check_places(book)
    now, said = written(book), result.stderr
    own, key = now.files - before.files, outcome(said)
    committed, waiting = own & now.head, before.files - before.head
    told = (key or "done", result.returncode, said, own, committed)
    if before.files - now.files or now.head - now.files or before.head - now.head:
        raise UntrueError("an event was lost", told)
    if _COMPLETED in said and commit and not waiting <= now.head:
        raise UntrueError("said to be completed, not committed", told)
    if not _is_true(key, own, committed, result, commit=commit):
        raise UntrueError(told)
    return key


def _is_true(
    key: str | None, own: frozenset[str], committed: frozenset[str], result: Result, *, commit: bool
) -> bool:
    if key is None:
        done = bool(own) and committed == (own if commit else frozenset())
        return done if result.returncode in {0, 1} else not own
    if key in {"change-nowhere", "change-behind", "change-left-over"}:
        return not own
    if key == "change-committed":
        return bool(own) and committed == own
    counted = _PATTERNS[key].search(result.stderr)
    if key.startswith("bulk") and counted is not None and int(counted[1]) != len(own):
        return False
    if key == "bulk-part-committed":
        return committed == own
    return bool(own) and not committed


def promised(book: Book, case_id: str, before: Written, key: str | None) -> None:
    """Run the next writing command: what was said to be committed by it is, what was not recorded stays so."""
    now = written(book)
    book.call("note", case_id, "the next command", check=0)
    later = written(book)
    check_places(book)
    if later.files != later.head or not now.files < later.files or len(later.files - now.files) != 1:
        raise UntrueError("the next command did not do what was said of it", key, before, now, later)
    if book.git("status", "--porcelain") or list((book.root / "cases").rglob("*.tmp")):
        raise UntrueError("something was left", key, book.git("status", "--porcelain"))


def result_of(book: Book, folder: Path) -> Result:
    """How a command ended that wrote its streams and its exit code into the files of a folder."""
    out, err, code = (folder.joinpath(name).read_text(encoding="utf-8") for name in ("out", "err", "code"))
    return Result(returncode=int(code), stdout=out, stderr=book.english(err))
