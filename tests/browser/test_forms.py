"""Forms in a real browser: accessible, printed with every glyph, each page as somebody has looked at it.

Of every page there is a picture, which may differ by a hair, and of every form its text, which may not differ at all.
Changed on purpose: COMPLAINTCTL_SNAPSHOTS=write writes both anew; look at each before it is kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.browser import chromium, devtools
from tests.browser.chromium import SNAPSHOTS
from tests.browser.devtools import Page
from tests.browser.formpages import KINDS, POLICIES, full_case, pages
from tests.casebooks import Book, make_book
from tests.commands.stories.test_story_manufacturing import PEOPLE, begun, walked
from tests.stories import make_team

MOST_BYTES = 40_000
SCALE = 1.1
# Pixels that lie beside each other are compared as one: a line moves by a hair from one version of a face to the next.
COARSE = 8
MOST_DIFFERENCE = 1.0
TWO_LETTERS = {"en": "Page {} of {}", "zh": "第 {} 页，共 {} 页"}


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str]:
    """A pump that is exchanged: analysed, planned, agreed, signed by two of three."""
    chromium.browser()
    story = begun(make_team(tmp_path_factory.mktemp("signed"), "manufacturing", PEOPLE))
    walked(story, "approve return-request")
    for who in ("wang.fang", "zhou.qi"):
        story.do("approve return-request", "03-06T17:00", by=who)
    action = (
        "--what",
        "检验刀具并建立更换台账",
        "--who",
        "li.wei",
        "--due",
        "2024-03-28",
        "--at",
        "2024-03-06T17:10",
    )
    story.book.call("action", story.case, *action, check=0)
    return story.book, story.case


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """Policy, language and page of every form, of a case of which nothing is known and of one with everything."""
    chromium.browser()
    made: list[tuple[str, str, str]] = []
    for policy in POLICIES:
        book = make_book(tmp_path_factory.mktemp("forms"), policy)
        bare = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05")
        for case in (bare, full_case(book)):
            made += [(policy, lang, page) for _kind, lang, page in pages(book, case)]
    assert len(made) == 2 * 2 * len(KINDS) * len(POLICIES)
    return made


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_form_is_accessible(forms: list[tuple[str, str, str]], tmp_path: Path, lang: str) -> None:
    judged = chromium.one_of_each_frame(page for _policy, spoken, page in forms if spoken == lang)
    assert len(judged) >= 2 * len(KINDS)
    accessible(chromium.faults(judged, tmp_path))


@pytest.mark.nightly
@pytest.mark.parametrize("policy", POLICIES)
def test_every_form_of_every_policy_is_accessible(
    forms: list[tuple[str, str, str]], tmp_path: Path, policy: str
) -> None:
    accessible(chromium.faults([page for name, _lang, page in forms if name == policy], tmp_path))


def accessible(found: list[dict[str, Any]]) -> None:
    assert [fault for one in found for fault in one["faults"]] == []
    assert min(one["passes"] for one in found) >= 15


def test_axe_finds_a_fault_where_there_is_one(tmp_path: Path) -> None:
    page = '<!DOCTYPE html><html><head><title>t</title></head><body><p style="color: #ccc">A pale text.</p></body></html>'
    (found,) = chromium.faults([page], tmp_path)
    named = {fault.partition(":")[0] for fault in found["faults"]}
    assert {"color-contrast", "html-has-lang", "landmark-one-main"} <= named


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One browser that prints every page."""
    with devtools.opened(tmp_path_factory.mktemp("printer")) as page:
        yield page


# The browser that the command starts prints the same (the last form); each start takes a second.
@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_printed_form_looks_as_it_did_when_it_was_reviewed(
    signed: tuple[Book, str], printer: Page, tmp_path: Path, kind: str, lang: str
) -> None:
    book, case = signed
    name = f"{kind}.{lang}"
    words = ("form", case, kind, "--lang", lang, "--as-of", "2024-03-06T18:00")
    pdf = printer.printed(book.call(*words, "--format", "html", check=0).stdout, tmp_path)
    written = chromium.texts(pdf)
    if kind == KINDS[-1]:
        book.call(*words, "-o", f"{name}.pdf", check=0)
        assert chromium.texts(book.root / f"{name}.pdf") == written
    for place, text in enumerate(written, 1):
        assert TWO_LETTERS[lang].format(place, len(written)) in " ".join(text.split())
        assert case in text
    said = chromium.reviewed(written, book, case)
    assert said == chromium.as_reviewed(said, SNAPSHOTS / f"{name}.txt")
    for place, page in enumerate(chromium.pictures(pdf, SCALE), 1):
        picture = page.quantize(8).convert("L")
        kept = SNAPSHOTS / (f"{name}.png" if place == 1 else f"{name}.{place}.png")
        if chromium.WRITING:
            picture.quantize(8).save(kept, optimize=True)
        assert kept.stat().st_size <= MOST_BYTES
        assert difference(picture, Image.open(kept).convert("L")) <= MOST_DIFFERENCE


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much two pages differ, from 0 to 255: the mean over squares of pixels."""
    assert one.size == other.size
    small = (one.width // COARSE, one.height // COARSE)
    between = ImageChops.difference(*(page.resize(small, Image.Resampling.BOX) for page in (one, other)))
    return ImageStat.Stat(between).mean[0]


def test_every_chinese_glyph_is_drawn(signed: tuple[Book, str]) -> None:
    book, case = signed
    book.call("form", case, "record", "--lang", "zh", "-o", "glyphs.pdf", check=0)
    found = chromium.glyphs(book.root / "glyphs.pdf")
    # A box for a glyph that is not there looks like every other one.
    assert len(found) >= 60
    assert len(set(found.values())) == len(found)


def test_long_texts_flow_over_pages_and_no_signatures_are_cut(
    signed: tuple[Book, str], tmp_path: Path
) -> None:
    book = signed[0].clone(tmp_path / "clone")
    for lines in (55, 60, 65, 70, 140):
        numbered = "\n".join(f"[{number}] 密封圈过短，水泵漏水。" for number in range(lines))
        case = book.open("t", "--description", numbered)
        book.call("form", case, "action", "-o", "long.pdf", check=0)
        written = chromium.texts(book.root / "long.pdf")
        assert len(written) >= 2
        assert all(f"[{number}]" in "".join(written) for number in range(lines))
        (page,) = [text for text in written if "Signatures" in text]
        assert all(
            role in page.split("Signatures")[1] for role in ("Responsible", "Verified by", "Approved by")
        )
