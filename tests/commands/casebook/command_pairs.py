"""Plays each pair of commands in two clones of one casebook, one a clone, merges with git and finishes with `resolve`.

    python -m tests.commands.casebook.command_pairs

prints how many pairs git merged alone, how many `resolve` settled, and those left with the reason.
"""

import itertools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.casebooks import Book, git_merge, make_book

POLICY: Final = """\
complaintctl: 1
name: merging
timezone: Asia/Shanghai
levels: [urgent, important, general]
channels: [phone]
categories: {defect: {department: quality}, other: {department: service}}
people: {li.wei: {}, zhao.min: {}, wang.fang: {}, chen.jie: {}}
remedies: [exchange, refund]
steps:
  - {step: assess, within: 1h}
  - {step: classify, within: 24h, after: []}
  - {step: investigate, within: 48h, after: []}
  - {step: plan, within: 48h, after: []}
  - {step: respond, within: 72h, after: []}
close: {withdrawn: {}, not-upheld: {steps: []}}
"""
# What a command does in the first clone, and in the second. {case}, {other}, {event} and {file} stand for what the
# casebook has. Several command lines: the last one needs those before it.
Lines = tuple[str, ...]
COMMANDS: Final[dict[str, tuple[Lines, Lines]]] = {
    "note": (("note {case} one",), ("note {case} two",)),
    "assign": (("assign {case} --to zhao.min",), ("assign {case} --to wang.fang",)),
    "classify": (
        ("classify {case} --level urgent --category defect",),
        ("classify {case} --level general --category other",),
    ),
    "investigate": (("investigate {case} --finding crack",), ("investigate {case} --finding dent",)),
    "plan": (("plan {case} --remedy exchange",), ("plan {case} --remedy refund --measure sort",)),
    "respond": (("respond {case} --via phone --text sorry",), ("respond {case} --text told",)),
    "wait": (("wait {case} --reason photo",), ("wait {case} --reason receipt",)),
    "resume": (
        ("wait {case} --reason photo", "resume {case}"),
        ("wait {case} --reason bill", "resume {case}"),
    ),
    "heard": (("heard {case} --via phone",), ("heard {case} --via phone --text angry",)),
    "escalate": (
        ("escalate {case} --level urgent --reason danger --watch chen.jie",),
        ("escalate {case} --to chen.jie --reason late --watch wang.fang --crisis",),
    ),
    "edit": (
        ("edit {case} --set customer.name=Wang --set x.batch=7",),
        ("edit {case} --set customer.phone=138 --set x.shift=2",),
    ),
    "attach": (("attach {case} {file} --name a.txt",), ("attach {case} {file} --name b.txt",)),
    "task": (
        ("task {case} --to warehouse --what count --due +24h",),
        ("task {case} --done lab --result cracked",),
    ),
    "action": (("action {case} --what train --who li.wei --due 2030-01-01",), ("action {case} --done 1",)),
    "link": (("link {case} {other}",), ("link {case} {other} --as follows",)),
    "close": (("close {case} --outcome withdrawn",), ("close {case} --outcome not-upheld --lesson care",)),
    "reopen": (
        ("close {case} --outcome withdrawn", "reopen {case} --reason again"),
        ("close {case} --outcome withdrawn", "reopen {case} --reason still"),
    ),
    "retract": (("retract {case} {event} --reason wrong",), ("retract {case} {event} --reason mistaken",)),
}
PAIRS: Final = tuple(itertools.combinations_with_replacement(COMMANDS, 2))


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The casebook that both clones start from, and what the command lines name in it."""

    book: Book
    words: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of a pair: `git`, `resolve` or `left`; what was said where it is left; the file of each clone."""

    end: str
    said: tuple[str, ...]
    clones: tuple[Book, Book]
    case_id: str


def make_ground(folder: Path) -> Ground:
    """A casebook with a case that has an owner, a task and an action, and with another case."""
    policy = folder / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    book = make_book(folder, policy)
    moment = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")
    case_id, other = (book.open(title, "--channel", "phone", *moment) for title in ("Battery swells", "Late"))
    event = book.json("assign", case_id, "--to", "li.wei", "--at", "2024-03-04T09:20")["event"]["id"]
    book.call("task", case_id, "--to", "lab", "--what", "test", check=0)
    book.call("action", case_id, "--what", "sort", "--who", "zhao.min", "--due", "2030-01-01", check=0)
    file = folder / "photo.txt"
    file.write_text("a photo", encoding="utf-8")
    return Ground(book=book, words={"case": case_id, "other": other, "event": event, "file": str(file)})


def play_pair(ground: Ground, folder: Path, one: str, other: str) -> Played:
    """Plays both commands, merges each clone into the other, and finishes both merges."""
    clones = tuple(_copy(ground.book, folder / name) for name in ("ours", "theirs"))
    for book, lines in zip(clones, (COMMANDS[one][0], COMMANDS[other][1]), strict=True):
        for line in lines:
            book.call(*(word.format(**ground.words) for word in line.split()), check=0)
    before = [_copy(book, folder / f"before-{book.root.name}") for book in clones]
    ends = [finish_merge(book, incoming) for book, incoming in zip(clones, reversed(before), strict=True)]
    said = tuple(line for _end, lines in ends for line in lines)
    return Played(
        end=max((end for end, _lines in ends), key=("git", "resolve", "left").index),
        said=tuple(dict.fromkeys(said)),
        clones=(clones[0], clones[1]),
        case_id=ground.words["case"],
    )


def _copy(book: Book, folder: Path) -> Book:
    shutil.copytree(book.root, folder, symlinks=True)
    return Book(root=folder, variables=book.variables)


def merge(book: Book, other: Book, *options: str) -> bool:
    """Merges the other clone's branch with plain git; whether git could do it alone."""
    return git_merge(book, other, *options) == 0


def finish_merge(book: Book, other: Book) -> tuple[str, tuple[str, ...]]:
    """Merges the other clone and finishes with `resolve --commit`: who did it, and what was said of what is left."""
    if merge(book, other):
        return "git", ()
    result = book.call("resolve", "--commit")
    if result.returncode == 0:
        return "resolve", ()
    return "left", tuple(result.stderr.splitlines())


def main() -> None:
    """Play every pair and print the three figures."""
    ends: dict[str, list[str]] = {"git": [], "resolve": [], "left": []}
    with tempfile.TemporaryDirectory() as name:
        ground = make_ground(Path(name))
        for one, other in PAIRS:
            folder = Path(name, f"{one}-{other}")
            folder.mkdir()
            played = play_pair(ground, folder, one, other)
            ends[played.end].append(f"{one} + {other}: {' | '.join(played.said)}")
            shutil.rmtree(folder)
    print(f"{len(PAIRS)} pairs: {', '.join(f'{len(pairs)} {end}' for end, pairs in ends.items())}")
    for line in ends["left"]:
        print(f"  {line}")


if __name__ == "__main__":
    main()
