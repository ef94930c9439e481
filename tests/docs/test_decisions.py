"""docs/decisions.md: numbers that code can cite, entries that are short, contents that are true."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
SOURCES = sorted((ROOT / "complaintctl").rglob("*.py"))
# What remains has no one place in the code: what was left out, the shipped policies and letters, the tests.
FEWEST_CITED = 125
# About three lines, four at most.
MOST_CHARACTERS = 480
ENTRY = re.compile(r"\*\*(D-\d{3}) · (\d{4}-\d\d-\d\d) · [^*]+\.\*\* \S")
CITATION = re.compile(r"\bD-\d{3}\b")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
CONTENTS = re.compile(r"^- \[(.+)\]\(#(.+)\): (.+)$", re.MULTILINE)


def sections() -> dict[str, list[str]]:
    """The entries under each heading, each on one line."""
    _head, *parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    split = (part.partition("\n") for part in parts)
    return {
        heading: [" ".join(text.split()) for text in body.strip().split("\n\n")]
        for heading, _newline, body in split
    }


ENTRIES = [text for texts in sections().values() for text in texts]


def number_of(text: str) -> str:
    found = ENTRY.match(text)
    return found[1] if found else ""


def anchor_of(heading: str) -> str:
    """The name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def listed(ranges: str) -> Iterator[str]:
    """The numbers of a line of the contents: `D-001 to D-008, D-150`."""
    for part in ranges.split(", "):
        first, _to, last = part.partition(" to ")
        for number in range(int(first[2:]), int((last or first)[2:]) + 1):
            yield f"D-{number:03}"


@pytest.mark.parametrize("text", ENTRIES, ids=lambda text: text[2:7])
def test_every_decision_has_a_number_a_date_and_a_title_and_is_short(text: str) -> None:
    assert ENTRY.match(text), text
    assert len(text) <= MOST_CHARACTERS


def test_the_numbers_run_without_gap_or_repetition() -> None:
    assert sorted(map(number_of, ENTRIES)) == [f"D-{number:03}" for number in range(1, len(ENTRIES) + 1)]


def test_the_contents_list_every_heading_with_its_numbers() -> None:
    contents = [(heading, anchor, list(listed(ranges))) for heading, anchor, ranges in CONTENTS.findall(PAGE)]
    assert contents == [
        (heading, anchor_of(heading), sorted(map(number_of, texts))) for heading, texts in sections().items()
    ]
    assert [heading for heading, _anchor, _numbers in contents] == HEADING.findall(PAGE)


def cited_in(path: Path) -> list[str]:
    return CITATION.findall(path.read_text(encoding="utf-8"))


def test_every_decision_that_the_code_cites_exists() -> None:
    known = set(map(number_of, ENTRIES))
    unknown = [
        f"{path.relative_to(ROOT)}: {number}"
        for path in SOURCES
        for number in cited_in(path)
        if number not in known
    ]
    assert unknown == []


def test_the_code_cites_most_decisions() -> None:
    assert len({number for path in SOURCES for number in cited_in(path)}) >= FEWEST_CITED


def test_every_decision_that_another_decision_names_exists() -> None:
    known = set(map(number_of, ENTRIES))
    assert set(CITATION.findall(PAGE)) <= known
