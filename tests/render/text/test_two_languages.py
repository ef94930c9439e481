"""Shipped texts have both languages; the reader for Chinese test runs translates output back into English."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.language import chinese
from tests.language.chinese import CrookedTableError, LeftInEnglishError

TEMPLATES: Final = Path(__file__).resolve().parents[3] / "templates"
SHIPPED: Final = sorted([*TEMPLATES.glob("policies/*.yaml"), *TEMPLATES.glob("forms/*.yaml")])
LETTERS: Final = sorted({path.name.split(".")[0] for path in TEMPLATES.glob("letters/*.md")})
CHINESE: Final = re.compile("[一-鿿]")
# Texts that are the same in both languages.
SAME: Final = re.compile(r"[\dA-Z./ %+:-]*")


def texts(node: Any) -> Iterator[dict[str, Any]]:
    """Yields every mapping from language to text, at any depth."""
    if isinstance(node, dict):
        if {"en", "zh"} & set(node):
            yield node
        for value in node.values():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_label_that_is_shipped_has_both_languages(path: Path) -> None:
    found = list(texts(yaml.load(path.read_bytes(), yaml.CBaseLoader)))  # noqa: S506 - makes only texts
    assert found
    for text in found:
        assert {"en", "zh"} <= set(text), text
        assert CHINESE.search(str(text["zh"])) or SAME.fullmatch(str(text["zh"])), text
        assert not CHINESE.search(str(text["en"])), text


@pytest.mark.parametrize("kind", LETTERS)
def test_every_letter_has_both_languages_and_tells_the_same_facts(kind: str) -> None:
    english, letter = ((TEMPLATES / f"letters/{kind}.{lang}.md").read_text("utf-8") for lang in ("en", "zh"))
    heads = [yaml.safe_load(text.split("---")[1]) for text in (english, letter)]
    assert CHINESE.search(letter)
    assert not CHINESE.search(english)
    assert [heads[0].get(key) for key in ("needs", "when", "records")] == [
        heads[1].get(key) for key in ("needs", "when", "records")
    ]


def test_chinese_is_read_back_sentence_by_sentence_and_column_by_column(tmp_path: Path) -> None:
    said = "步骤             剩余\n---------------  ------\nassess 初步判断  2小时\n\n未结案件 2 件，其中 1 件超期（截至 2024-03-04 13:30）。\n"
    assert chinese.english(said, tmp_path).splitlines() == [
        "step    left",
        "------  ------",
        "assess  2 h",
        "",
        "Open cases: 2. 1 of them is overdue at 2024-03-04 13:30.",
    ]


def test_a_sentence_left_in_english_and_a_crooked_table_are_errors(tmp_path: Path) -> None:
    with pytest.raises(LeftInEnglishError):
        chinese.english("Open cases: 2. 1 of them is overdue at 2024-03-04 13:30.\n", tmp_path)
    with pytest.raises(CrookedTableError):
        chinese.english("步骤  剩余\n----  ------\n初步判断  2小时\n", tmp_path)
