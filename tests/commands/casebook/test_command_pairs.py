"""Every pair of commands, one in each of two clones: merged by git, by `resolve`, or a contradiction that is named."""

import re
from pathlib import Path

import pytest

from tests.casebooks import Book
from tests.commands.casebook.command_pairs import PAIRS, Ground, Played, make_ground, play_pair
from tests.sampling import sample

# Two different values of one fact: nobody but a person can know which one is right. The fields that contradict.
CONTRADICTIONS = {
    ("assign", "assign"): {"owner"},
    ("assign", "escalate"): {"owner"},
    ("classify", "classify"): {"level", "category", "department"},
    ("investigate", "investigate"): {"cause.finding"},
    ("plan", "plan"): {"plan.remedy"},
    ("close", "close"): {"outcome"},
}
# Each kind of meeting once; every command is in one of them.
SAMPLE = [
    ("assign", "assign"),
    ("assign", "retract"),
    ("attach", "attach"),
    ("attach", "link"),
    ("action", "action"),
    ("classify", "classify"),
    ("close", "close"),
    ("edit", "attach"),
    ("edit", "edit"),
    ("escalate", "edit"),
    ("escalate", "escalate"),
    ("heard", "close"),
    ("investigate", "plan"),
    ("note", "note"),
    ("respond", "close"),
    ("resume", "reopen"),
    ("task", "task"),
    ("wait", "close"),
    ("wait", "resume"),
    ("close", "reopen"),
]
assert set(SAMPLE) <= set(PAIRS)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return make_ground(tmp_path_factory.mktemp("ground"))


def check_pair(ground: Ground, folder: Path, one: str, other: str) -> Played:
    """Only a contradiction is left, each named with both values; all else is the same faultless file in both clones."""
    played = play_pair(ground, folder, one, other)
    named = {
        match[1]
        for line in played.said
        if (match := re.search(r":\d+: (\S+): one side has \S+, the other \S+\. ", line))
    }
    assert named == CONTRADICTIONS.get((one, other), set()), played.said
    if played.end != "left":
        texts = [_only_text(book, played.case_id) for book in played.clones]
        assert texts[0] == texts[1]
        for book in played.clones:
            checked = book.call("check", "--archive", "--fail-on", "never", check=0)
            assert checked.stderr.count("\n") == 1, checked.stderr
            assert book.git("status", "--porcelain") == ""
    return played


def _only_text(book: Book, case_id: str) -> tuple[str, str]:
    path = book.file(case_id)
    return path.relative_to(book.root).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("one", "other"), sample(SAMPLE, 6))
def test_a_pair_of_commands_merges_or_names_both_values(
    ground: Ground, tmp_path: Path, one: str, other: str
) -> None:
    check_pair(ground, tmp_path, one, other)


@pytest.mark.nightly
def test_all_171_pairs_merge_or_are_contradictions(ground: Ground, tmp_path: Path) -> None:
    ends: dict[str, list[str]] = {"git": [], "resolve": [], "left": []}
    for one, other in PAIRS:
        folder = tmp_path / f"{one}-{other}"
        folder.mkdir()
        played = check_pair(ground, folder, one, other)
        ends[played.end].append(f"{one} + {other}")
    print({end: len(pairs) for end, pairs in ends.items()}, "left:", ends["left"])
    assert len(PAIRS) == 171
    assert len(ends["left"]) == len(CONTRADICTIONS)
