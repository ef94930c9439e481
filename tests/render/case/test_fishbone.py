"""The picture of a fishbone: for any text of a case it is valid XML, nothing overlaps, nothing leaves the picture."""

import itertools
import re
import unicodedata
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcswidth

from complaintctl.render.case import analysis, analysis_picture
from complaintctl.render.case.analysis import Analysis
from complaintctl.render.text import wrapping
from tests.storage.arbitrary import AWKWARD, NIGHTLY

SVG: Final = "{http://www.w3.org/2000/svg}"
LONG: Final = "来料检验只抽检外观，未检测挥发性有机物含量。" * 10
HOSTILE: Final = "<script>alert(\"x\")</script> & 'y' ]]> --> \x00\x1b\ufffe\u202e"
# Minimum width in em of one terminal column, in any font.
NARROWEST: Final = 0.5
WORDS: Final = st.one_of(
    st.text(min_size=1, max_size=60),
    st.text(alphabet="胶水批次异常，固化剂（不足）。a 1", min_size=1, max_size=120),
    st.sampled_from([*AWKWARD, HOSTILE, LONG, "x" * 200, "W" * 200, "👩‍👩‍👧" * 30, "e\u0301" * 90]),
)
ANALYSES: Final = st.builds(
    Analysis,
    case=st.just("C-20261121-8G2W2"),
    title=WORDS,
    problem=st.dictionaries(st.sampled_from(["What", "何地", "Where"]), WORDS, max_size=3),
    branches=st.dictionaries(WORDS, st.lists(WORDS, min_size=1, max_size=6), max_size=9),
    whys=st.lists(WORDS, max_size=6),
    result=st.dictionaries(st.just("Cause"), WORDS, max_size=1),
)
Box = tuple[float, float, float, float, str]


def an_analysis(**parts: object) -> Analysis:
    empty: dict[str, object] = {"problem": {}, "branches": {}, "whys": [], "result": {}}
    return Analysis(**{"case": "C-20261121-8G2W2", "title": "Battery swells", **empty, **parts})  # type: ignore[arg-type]


def boxes(root: ET.Element) -> list[Box]:
    """Returns the least area that each line of text covers: left, top, right, bottom, and the text."""
    covered = []
    for line in root.iter(f"{SVG}text"):
        words, size = line.text or "", float(line.attrib["font-size"])
        x, y, wide = (
            float(line.attrib["x"]),
            float(line.attrib["y"]),
            max(wcswidth(words), 0) * NARROWEST * size,
        )
        left = x - wide / 2 if line.attrib["text-anchor"] == "middle" else x
        covered.append((left, y - 0.93 * size, left + wide, y + 0.24 * size, words))
    return covered


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def judged(found: Analysis) -> ET.Element:
    """Returns the parsed picture; fails if texts overlap or leave it."""
    root = ET.fromstring(analysis_picture.analysis_svg(found))  # noqa: S314 - our own picture
    width, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {width:.0f} {high:.0f}"
    texts = boxes(root)
    outside = [box for box in texts if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > high]
    assert outside == []
    assert [pair for pair in itertools.combinations(texts, 2) if overlap(*pair)] == []
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "rect", "text", "path", "circle")
    }
    return root


def shown(root: ET.Element) -> str:
    return "".join("".join(line.text or "" for line in root.iter(f"{SVG}text")).split())


@settings(max_examples=NIGHTLY or 100, deadline=None)
@given(ANALYSES)
def test_any_analysis_makes_a_picture_in_which_every_text_has_its_place(found: Analysis) -> None:
    judged(found)


@pytest.mark.parametrize(
    "branches",
    [
        {"料": [LONG, "短"], "法": [LONG] * 3},
        {"material": [f"cause {number} that led to the failure of the seam" for number in range(30)]},
        {f"branch {number}": ["foil"] * (number + 1) for number in range(12)},
        {"x" * 200: ["a"], "料" * 90: ["b"]},
        {HOSTILE: [HOSTILE]},
        {"00000 000000\ufffd⺀、0⺀⺀⺀⺀": ["0"], "0": ["0"], "00": ["0" * 11, "0"]},
    ],
)
def test_many_causes_and_long_ones_stand_in_the_picture_whole(branches: dict[str, list[str]]) -> None:
    root = judged(an_analysis(branches=branches, whys=[LONG], problem={"What": LONG}))
    words = shown(root)
    for text in itertools.chain(branches, *branches.values(), [LONG]):
        assert "".join(re.sub("[\x00\x1b\ufffe\u202e]", "\ufffd", text).split()) in words


def test_a_cause_stands_beside_its_bone_and_its_branch_at_the_end() -> None:
    root = judged(an_analysis(branches={"above": ["first"], "below": ["second"]}))
    place = {
        line.text: (float(line.attrib["x"]), float(line.attrib["y"])) for line in root.iter(f"{SVG}text")
    }
    assert place["above"][1] < place["first"][1] < place["second"][1] < place["below"][1]
    names = [words for words in place if words not in {None, "Battery swells"}]
    assert all(place[name][0] < place["Battery swells"][0] for name in names if name in {"first", "second"})


def test_without_bones_the_picture_holds_the_rest() -> None:
    root = judged(an_analysis(whys=["gas forms", "the seam leaks"]))
    assert "gasforms2" in shown(root)


def test_who_does_not_see_it_is_told_what_the_picture_shows() -> None:
    root = judged(an_analysis(branches={"material": ["foil too thin", "glue"]}))
    ids = {element.attrib.get("id"): element.text for element in root}
    assert root.attrib["aria-labelledby"].split() == ["title", "desc"]
    assert ids["title"] == "Cause analysis C-20261121-8G2W2: Battery swells"
    assert ids["desc"] == "material: foil too thin; glue"


@settings(max_examples=NIGHTLY or 100, deadline=None)
@given(ANALYSES)
def test_any_analysis_makes_a_diagram_that_mermaid_can_read(found: Analysis) -> None:
    first, problem, *rows = analysis.analysis_mermaid(found).splitlines()
    assert first == "flowchart LR"
    node = r"""(?:\["L"\]|\("L"\)|\{\{"L"\}\})""".replace("L", r"""(?:#\d+;|[^"#<>&;`\x00-\x1f])+""")
    assert re.fullmatch(rf"  problem{node}", problem)
    known = ["problem"]
    for row in rows:
        match = re.fullmatch(rf"  (\w+){node} --> (\w+)", row)
        assert match, row
        assert match[2] in known
        known.append(match[1])
    assert (
        len(known)
        == len(set(known))
        == 1 + len(found.whys) + sum(1 + len(causes) for causes in found.branches.values())
    )


@settings(max_examples=NIGHTLY or 100, deadline=None)
@given(WORDS, st.integers(4, 40))
def test_text_is_broken_into_lines_that_fit_and_nothing_is_lost(words: str, room: int) -> None:
    broken = list(wrapping.wrap_to_measure(words, room, wrapping.text_width))
    assert "".join("".join(broken).split()) == "".join(words.split())
    joined = any(unicodedata.category(sign)[0] in "MC" for sign in words)
    assert joined or all(wrapping.text_width(line) <= room for line in broken)
