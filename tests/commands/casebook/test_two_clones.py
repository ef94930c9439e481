"""Two clones with hundreds of random commands each, merged both ways and finished: same files, no event lost."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.casebook.clones import chained, events_of, files_of, finish, read, work
from tests.commands.casebook.command_pairs import Ground, make_ground

CASES = 6


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    made = make_ground(tmp_path_factory.mktemp("ground"))
    for number in range(CASES - 2):
        made.book.open(f"Case {number}", "--channel", "phone")
    return made


def rounds(seed: int, count: int) -> Iterator[tuple[int, int]]:
    """The number of events and the seed of each round: after the first, both clones have two common ancestors."""
    yield count, seed
    yield max(count // 5, 5), seed + 1


def check_clones(ground: Ground, folder: Path, seed: int, count: int) -> None:
    clones = [ground.book.clone(folder / name) for name in ("ours", "theirs")]
    first = 0
    for part, own_seed in rounds(seed, count):
        for place, book in enumerate(clones):
            work(book, random.Random(f"{own_seed} {place}"), part, first)  # noqa: S311
        first += 20 * part
        wanted = {
            name: set().union(*(events_of(book).get(name, set()) for book in clones))
            for name in set().union(*map(events_of, clones))
        }
        before = [book.clone(folder / f"{book.root.name} before {own_seed}") for book in clones]
        decided = [finish(book, other) for book, other in zip(clones, reversed(before), strict=True)]
        assert decided[0] == decided[1]
        assert files_of(clones[0]) == files_of(clones[1])
        print(
            f"seed {own_seed}: {part} events a clone, {len(wanted)} cases, {decided[0]} contradictions decided"
        )
        for book in clones:
            assert events_of(book) == wanted
            assert all(map(chained, map(read, (book.root / "cases").rglob("C-*.yaml"))))
            checked = book.call("check", "--archive", "--fail-on", "never", check=0)
            assert checked.stderr.count("\n") == 1, checked.stderr
            assert book.git("status", "--porcelain") == ""


@pytest.mark.nightly
def test_two_clones_with_random_commands_come_to_the_same_files(ground: Ground, tmp_path: Path) -> None:
    check_clones(ground, tmp_path, seed=16, count=12)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_two_clones_with_200_random_commands_each_come_to_the_same_files(
    ground: Ground, tmp_path: Path, seed: int
) -> None:
    check_clones(ground, tmp_path, seed=100 * seed, count=200)
