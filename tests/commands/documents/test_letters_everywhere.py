"""Tests every letter in both languages under every shipped policy: valid HTML, fully translated, recordable."""

import itertools
import re
from pathlib import Path

import html5lib
import pytest

from complaintctl.storage.documents import letterfile
from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book
from tests.sampling import sample

SENDER = "sender: {name: 客户服务中心, address: 上海市漕溪北路88号, phone: 400-820-0000, email: care@example.com}\n"
PLACE = {"html": "http://www.w3.org/1999/xhtml"}
# Latin letters allowed in a Chinese letter: the case id and our address.
LATIN = re.compile(r"[A-Za-z][A-Za-z._-]+")


def example(folder: Path, policy: str) -> tuple[Book, str]:
    """A casebook with a case that has every field and an overdue promise, made on the command line."""
    book = make_book(folder, policy)
    file = book.root / "complaintctl.yaml"
    people = "people: {li.wei: {name: 李伟, email: li.wei@example.com}}\n"
    text = file.read_text(encoding="utf-8").replace("people: {}\n", "")
    file.write_text(text + people + SENDER, encoding="utf-8")
    found, problems = policyfile.read_policy(file)
    assert found is not None, problems
    remedy = next(iter(found.policy.remedies), "退款")
    promised = ("--promise-by", "2024-03-06T09:00")
    names = ("--customer-name", "王芳", "--email", "wang.fang@example.com", "--owner", "li.wei")
    case = book.open(
        "杯子 <碎> 了", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05", *promised, *names
    )
    facts = (
        "--set",
        "cause.finding=杯壁太薄",
        "--set",
        f"plan.remedy={remedy}",
        "--set",
        "x.improvement=加厚杯壁",
    )
    book.call("edit", case, *facts, check=0)
    return book, case


LETTERS = sorted(letterfile.letter_files(None))
NAMES = policyfile.shipped_policy_names()
# All letters with the common policy, which stands first so that each is tested in every run, and some with every other;
# `make nightly` tests all pairs.
SOME = [
    (name, LETTERS if name == "electronics" else LETTERS[place % 6 :: 6])
    for place, name in enumerate(sorted(NAMES, key=lambda name: name != "electronics"))
]
EVERY = [pytest.param(name, LETTERS, marks=pytest.mark.nightly) for name in NAMES if name != "electronics"]


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("name", "letters"), [*sample(SOME, 3), *EVERY], ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_letter_is_a_sound_page_in_the_words_of_its_reader(
    tmp_path: Path, name: str, letters: list[tuple[str, str]]
) -> None:
    book, case = example(tmp_path, name)
    assert letters
    for kind, lang in letters:
        outcome = "not-upheld" if kind == "refusal" else "upheld"
        told = (
            "--set",
            f"outcome={outcome}",
            "--text",
            "请提供照片。\n谢谢！",
            "--promise-by",
            "2030-01-02T10:00",
        )
        page = book.call("letter", case, kind, "--lang", lang, "--format", "html", *told, check=0).stdout
        tree = html5lib.HTMLParser(strict=True).parse(page)
        assert tree.get("lang") == lang
        text = " ".join(part for part in tree.find("html:body", PLACE).itertext())
        for words in (case, "王芳", "李伟", "客户服务中心"):
            assert words in text, (kind, lang)
        assert not re.search(r"[{}*\\]", text), (kind, lang)
        # The survey asks its own questions.
        assert "请提供照片。" in text or kind in {"ack", "survey"}, (kind, lang)
        if lang == "zh":
            latin = set(LATIN.findall(text.replace(case, ""))) - {"care", "example.com", "phone", "email"}
            assert latin == set(), kind


@pytest.mark.parametrize("path", sorted(letterfile.letter_files(None).values()), ids=lambda path: path.name)
def test_a_letter_is_written_for_who_edits_it(path: Path) -> None:
    letter, problems = letterfile.read_letter(path)
    assert (letter is not None, problems) == (True, [])
    assert letter is not None
    # Each paragraph is one line: lines break only where the letter has a break.
    lines = letter.body.strip().splitlines()
    pairs = [(one, after) for one, after in itertools.pairwise(lines) if one and after]
    wrapped = [one for one, after in pairs if not one.endswith(("\\", "%}")) and after[0] not in "-123{"]
    assert wrapped == []
    ends = (
        "{{ signature }}"
        if letter.language == "en"
        else "此致\\\n敬礼！\n\n{{ signature }}\\\n{{ today.day }}"
    )
    assert letter.body.rstrip().endswith(ends)
    assert letter.body.strip().startswith("Dear " if letter.language == "en" else "尊敬的")


def test_every_letter_is_there_in_both_languages_and_says_the_same_of_itself() -> None:
    letters = {
        named: letterfile.read_letter(path)[0] for named, path in letterfile.letter_files(None).items()
    }
    for kind in sorted({kind for kind, _lang in letters}):
        english, chinese = letters[kind, "en"], letters[kind, "zh"]
        assert english is not None
        assert chinese is not None
        both = [(one.head.needs, one.head.when, one.head.records) for one in (english, chinese)]
        assert both[0] == both[1]
