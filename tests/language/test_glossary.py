"""One word for one thing in Chinese: the words that are used, and the second words that are not."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from complaintctl.domain.case import fixed_labels
from tests.language import messages

TEMPLATES: Final = messages.PACKAGE.parent / "templates"
# The word, and what else it could be called.
GLOSSARY: Final = {
    "何因": "何故",
    "鱼骨图": "因果图|石川图|鱼刺图",
    "超期": "逾期|过期未办",
    "撤回": "撤销",
    "客户": "顾客",
    "案件": "(?<![每单])个案|案子",
    "延长": "延期|展期",
    "键名": "键值名",
    "重新打开": "重开|重启案件",
    "知会": "抄送",
    "模板": "模版",
    "审批": "审核批准|核批",
    "负责人": "责任人",
}


def said_in_chinese() -> Iterator[str]:
    """Yields every Chinese sentence and fixed label of the program."""
    for message in messages.written():
        if message.id:
            yield from map(str, message.string if isinstance(message.string, tuple) else [message.string])
    tables = (value for name, value in vars(fixed_labels).items() if name.endswith("_LABELS"))
    yield from (labels["zh"] for table in tables for labels in table.values())


def form_labels(node: Any) -> Iterator[str]:
    """Yields the Chinese labels of a form."""
    if isinstance(node, dict):
        if isinstance(node.get("zh"), str):
            yield node["zh"]
        for value in node.values():
            yield from form_labels(value)
    elif isinstance(node, list):
        for value in node:
            yield from form_labels(value)


@pytest.mark.parametrize("word", GLOSSARY)
def test_one_thing_has_one_word_in_chinese(word: str) -> None:
    second = re.compile(GLOSSARY[word])
    assert [text for text in said_in_chinese() if second.search(text)] == []


@pytest.mark.parametrize("word", ["何因", "鱼骨图"])
@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("forms/*.yaml")), ids=lambda path: path.stem)
def test_a_form_has_the_same_word(path: Path, word: str) -> None:
    labels = form_labels(yaml.load(path.read_bytes(), yaml.CBaseLoader))  # noqa: S506 - makes only texts
    assert [text for text in labels if re.search(GLOSSARY[word], text)] == []
