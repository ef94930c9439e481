"""Several clones that exchange through one bare repository with `sync`: nothing is lost, ids are unique.

3 clones with 40 commands, or 5 with 500 in the night; prints what was decided by hand, and why.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from tests.casebooks import Book, author, git
from tests.commands.casebook.clones import chained, decide, files_of, random_command, read
from tests.commands.casebook.command_pairs import make_ground

PEOPLE: Final = ("li.wei", "zhao.min", "wang.fang", "chen.jie", "sun.li")
# How often somebody exchanges with the others instead of recording something.
SYNCS: Final = 0.25
MOST_ROUNDS: Final = 5


@dataclass(kw_only=True)
class Team:
    """Clones of one casebook, each of another person, and every event that was ever recorded in one of them."""

    clones: list[Book]
    recorded: set[tuple[str, str, str, str]] = field(default_factory=set)
    ways: Counter[str] = field(default_factory=Counter)
    contradictions: list[str] = field(default_factory=list)

    def note_events(self, book: Book) -> None:
        self.recorded |= events(book)

    def sync(self, book: Book) -> None:
        """Exchange; what contradicts itself is decided as a person does."""
        result = book.call("sync", "--json")
        answer = result.json()
        self.ways[answer["way"]] += 1
        if result.returncode == 0:
            return
        assert result.returncode == 4, result
        self.decide(book, answer)
        book.call("sync", check=0)

    def decide(self, book: Book, answer: dict[str, Any]) -> None:
        left = answer["left"]
        assert {entry["problem"] for entry in left} == {"conflict-values"}, left
        assert all(entry["ours"] != entry["theirs"] for entry in left)
        self.contradictions += [f"{entry['field']}: {entry['ours']} or {entry['theirs']}" for entry in left]
        for name in {entry["file"] for entry in left}:
            decide(book, name, [entry["field"] for entry in left if entry["file"] == name])
        book.call("resolve", "--commit", check=0)


def events(book: Book) -> set[tuple[str, str, str, str]]:
    cases = map(read, (book.root / "cases").rglob("C-*.yaml"))
    return {(case.id, event.id, event.by, event.text or "") for case in cases for event in case.history}


def make_team(folder: Path, count: int, cases: int) -> Team:
    start = make_ground(folder).book
    for number in range(cases - 2):
        start.open(f"Case {number}", "--channel", "phone")
    git(folder, start.variables, "clone", "--quiet", "--bare", str(start.root), "hub.git")
    clones = []
    for person in PEOPLE[:count]:
        git(folder, start.variables, "clone", "--quiet", "hub.git", person)
        clones.append(Book(root=folder / person, variables={**start.variables, **author(person)}))
    return Team(clones=clones)


def work_together(team: Team, dice: random.Random, commands: int) -> None:
    done = number = 0
    while done < commands:
        book = dice.choice(team.clones)
        if dice.random() < SYNCS:
            team.sync(book)
        number += 1
        if book.call(*random_command(dice, book, number)).returncode == 0:
            done += 1
            team.note_events(book)


def check_team(team: Team, folder: Path) -> None:
    for _round in range(MOST_ROUNDS):
        for book in team.clones:
            team.sync(book)
        if len({book.head() for book in team.clones}) == 1:
            break
    first = team.clones[0]
    for book in team.clones:
        assert book.head() == first.head()
        assert files_of(book) == files_of(first)
        assert book.git("status", "--porcelain") == ""
    assert git(folder, first.variables, "-C", "hub.git", "rev-parse", "main").strip() == first.head()
    assert team.recorded - events(first) == set()
    assert events(first) - team.recorded == set()
    for path in (first.root / "cases").rglob("C-*.yaml"):
        case = read(path)
        assert chained(case)
        assert max(Counter(event.id for event in case.history).values()) == 1, path
    first.call("verify", check=0)
    checked = first.call("check", "--archive", "--fail-on", "never", check=0)
    assert checked.stderr.count("\n") == 1, checked.stderr


def play(folder: Path, seed: int, clones: int, commands: int) -> None:
    started = time.monotonic()
    team = make_team(folder, clones, cases=clones + 1)
    for book in team.clones:
        team.note_events(book)
    work_together(team, random.Random(seed), commands)  # noqa: S311
    check_team(team, folder)
    seconds = time.monotonic() - started
    print(
        f"seed {seed}: {clones} clones, {commands} commands, {sum(team.ways.values())} syncs {dict(team.ways)}, "
        f"{len(team.recorded)} events, {len(team.contradictions)} contradictions, {seconds:.0f} s"
    )
    for line in team.contradictions:
        print(f"  {line}")


@pytest.mark.nightly
def test_three_clones_that_sync_lose_nothing(tmp_path: Path) -> None:
    play(tmp_path, seed=13, clones=3, commands=40)


@pytest.mark.nightly
def test_five_clones_that_sync_lose_nothing_in_500_commands(tmp_path: Path) -> None:
    play(tmp_path, seed=130, clones=5, commands=500)
