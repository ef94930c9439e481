"""Two clones with commands that hypothesis draws, merged both ways: same files, no event lost, the driver agrees.

3 examples, or 1,000 in the night.
"""

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintctl.storage.merge.driver import DriverFiles, merge_for_git
from tests.casebooks import Book, author
from tests.commands.casebook.clones import chained, files_of, random_command, read, settle
from tests.commands.casebook.command_pairs import Ground, make_ground

EXAMPLES: Final = 1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 3
# As many commands a clone: more make it likelier that two meet, and harder to read what fails.
MOST_COMMANDS: Final = 6
PEOPLE: Final = ("li.wei", "zhao.min")
NUMBERS: Final = iter(range(10**9))
# What all examples together came to.
SEEN: Final = Counter[str]()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = make_ground(tmp_path_factory.mktemp("ground"))
    # One pack: every example copies it twice.
    made.book.git("gc", "--quiet", "--prune=now")
    shutil.rmtree(made.book.root / ".git" / "logs", ignore_errors=True)
    yield made
    print(dict(SEEN))


def events(book: Book) -> Counter[tuple[str, str, str, str, str]]:
    """Every event of every case, by what nobody may change in it."""
    cases = map(read, (book.root / "cases").rglob("C-*.yaml"))
    return Counter(
        (case.id, event.id, event.by, event.did, event.text or "") for case in cases for event in case.history
    )


def copy(book: Book, folder: Path, person: str) -> Book:
    shutil.copytree(book.root, folder, symlinks=True)
    return Book(root=folder, variables={**book.variables, **author(person)})


def merged_by_driver(folder: Path, versions: tuple[bytes, bytes, bytes], name: str) -> tuple[bytes, bool]:
    """What the driver makes of the ancestor and both sides of a case, and whether it is settled."""
    folder.mkdir(exist_ok=True)
    for part, text in zip(("O", "A", "B"), versions, strict=True):
        (folder / part).write_bytes(text)
    files = DriverFiles(folder=folder, base="O", ours="A", theirs="B", path=name, marker_size=7)
    settled = merge_for_git(files).settled
    return (folder / "A").read_bytes(), settled


def case_texts(book: Book) -> dict[str, bytes]:
    """The file of each case, by its name."""
    return {path.name: path.read_bytes() for path in (book.root / "cases").rglob("C-*.yaml")}


def check_driver(folder: Path, start: Book, before: list[dict[str, bytes]], merged: Book) -> None:
    """The driver comes to the file that the merge has, from either side, wherever it is sure."""
    bases = case_texts(start)
    for path in (merged.root / "cases").rglob("C-*.yaml"):
        if not all(path.name in texts for texts in (bases, *before)):
            continue
        base, one, two = (texts[path.name] for texts in (bases, *before))
        if one == two or base in (one, two):
            continue
        name = path.relative_to(merged.root).as_posix()
        both = [merged_by_driver(folder, sides, name) for sides in ((base, one, two), (base, two, one))]
        assert both[0][1] == both[1][1]
        SEEN["united by the driver" if both[0][1] else "left by the driver"] += 1
        if both[0][1]:
            result = path.read_bytes()
            assert {text for text, _settled in both} == {result}
            # Once more with one of the sides changes nothing.
            assert merged_by_driver(folder, (one, result, one), name) == (result, True)
            assert merged_by_driver(folder, (base, result, one), name) == (result, True)


def merge_theirs(book: Book) -> int:
    """Merges the branch of the other clone; gives how many contradictions a person had to decide."""
    merged = subprocess.run(
        ["git", "merge", "--quiet", "--no-edit", "theirs"],
        cwd=book.root,
        env=dict(book.variables),
        capture_output=True,
        check=False,
    )
    return 0 if merged.returncode == 0 else settle(book)


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(dice=st.randoms(use_true_random=False), counts=st.tuples(*[st.integers(1, MOST_COMMANDS)] * 2))
def test_two_clones_merged_both_ways_have_the_same_files_and_all_events(
    ground: Ground, tmp_path_factory: pytest.TempPathFactory, dice: random.Random, counts: tuple[int, int]
) -> None:
    folder = tmp_path_factory.mktemp("clones")
    clones = [copy(ground.book, folder / person, person) for person in PEOPLE]
    for book, count in zip(clones, counts, strict=True):
        for _command in range(count):
            done = book.call(*random_command(dice, book, next(NUMBERS))).returncode == 0
            SEEN["commands" if done else "refused commands"] += 1
    before = [case_texts(book) for book in clones]
    wanted = events(clones[0]) | events(clones[1])
    for book, other in zip(clones, reversed(clones), strict=True):
        book.git("fetch", "--quiet", str(other.root), "HEAD:refs/heads/theirs")
    decided = [merge_theirs(book) for book in clones]
    assert decided[0] == decided[1]
    assert files_of(clones[0]) == files_of(clones[1])
    SEEN["examples"] += 1
    SEEN["contradictions"] += decided[0]
    for book in clones:
        book.call("verify", check=0)
        assert events(book) == wanted
        assert all(map(chained, map(read, (book.root / "cases").rglob("C-*.yaml"))))
    ids = Counter((case_id, event_id) for case_id, event_id, *_rest in events(clones[0]))
    assert max(ids.values()) == 1
    if not decided[0]:
        check_driver(folder / "driver", ground.book, before, clones[0])
    shutil.rmtree(folder)


@settings(max_examples=EXAMPLES, deadline=None, database=None)
@given(dice=st.randoms(use_true_random=False), counts=st.tuples(*[st.integers(1, 4)] * 3))
def test_three_clones_come_to_the_same_file_whichever_two_are_merged_first(
    ground: Ground,
    tmp_path_factory: pytest.TempPathFactory,
    dice: random.Random,
    counts: tuple[int, int, int],
) -> None:
    folder = tmp_path_factory.mktemp("three")
    clones = [copy(ground.book, folder / person, person) for person in (*PEOPLE, "wang.fang")]
    for book, count in zip(clones, counts, strict=True):
        for _command in range(count):
            book.call(*random_command(dice, book, next(NUMBERS)))
    for path in (ground.book.root / "cases").rglob("C-*.yaml"):
        base = path.read_bytes()
        one, two, three = (book.file(path.stem).read_bytes() for book in clones)
        ends = []
        for first, second, last in ((one, two, three), (two, three, one), (three, one, two)):
            merged = united(folder / "driver", base, first, second, path.stem)
            ends.append(merged and united(folder / "driver", base, merged, last, path.stem))
        settled = [text for text in ends if text is not None]
        SEEN["three sides united" if len(settled) == len(ends) else "three sides in contradiction"] += 1
        if 0 < len(settled) < len(ends):
            SEEN["united in one order, left in another"] += 1
        assert len(set(settled)) <= 1
    shutil.rmtree(folder)


def united(folder: Path, base: bytes, one: bytes, two: bytes, case_id: str) -> bytes | None:
    """What the driver makes of both sides, in the open or in the closed place; None if a person must decide."""
    for name in (f"cases/open/{case_id}.yaml", f"cases/closed/2024/03/{case_id}.yaml"):
        text, settled = merged_by_driver(folder, (base, one, two), name)
        if settled:
            return text
    return None
