"""A run that reads only new commits finds what a run finds that reads everything."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book
from tests.commands.trust.attacks import test_judged, test_structure
from tests.commands.trust.attacks.story import Story, copy_story
from tests.commands.trust.attacks.test_judged import Attack
from tests.commands.trust.attacks.test_structure import Caught, Desk, origin
from tests.sampling import sample

__all__ = ["origin"]


# What a clone alone can tell.
NOT_IN_THE_HISTORY = ("audit-uncommitted", "audit-rebased", "audit-rewritten")


def told(book: Book, *options: str) -> set[tuple[str, ...]]:
    """What `verify` says: of a finding about the files of the last commit, that commit is no part."""
    answer: dict[str, Any] = book.call("verify", "--json", *options).json()["verify"]
    return {
        (one["key"], str(one["warning"]), str(one["case"]), one["file"], str(one["facts"].get("event")))
        for one in (*answer["findings"], *answer["warnings"])
        if not one["key"].startswith(NOT_IN_THE_HISTORY)
    }


def go_on(book: Book) -> None:
    """Touch every case that can still be read."""
    for path in sorted((book.root / "cases").rglob("C-*.yaml")):
        book.call("note", path.stem, "another day")


@pytest.mark.parametrize("attack", sample(test_structure.ATTACKS, 3), ids=lambda attack: attack.__name__)
def test_an_attack_on_the_files_is_told_by_each_later_run(
    origin: Desk, tmp_path: Path, attack: Callable[[Desk], Caught]
) -> None:
    desk = origin.copy(tmp_path)
    desk.book.call("verify", check=0)
    attack(desk)
    for _day in range(2):
        found = told(desk.book)
        assert found == told(desk.book, "--full")
        desk.book.git("checkout", "--quiet", ".")
        go_on(desk.book)


@pytest.mark.parametrize("attack", sample(test_judged.ATTACKS, 3), ids=str)
def test_a_contradiction_is_told_by_each_later_run(tmp_path: Path, attack: Attack) -> None:
    story: Story = copy_story(tmp_path)
    attack.forge(story)
    first = told(story.book, "--full")
    assert told(story.book) == first
    go_on(story.book)
    assert told(story.book) == told(story.book, "--full")
