"""The catalogue the other way round: the English of what was said in Chinese, of sentences and of a policy's words."""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import yaml

from complaintctl.domain.case import fixed_labels
from complaintctl.render.sentences.filling import drop_suggestion
from complaintctl.render.text import labels
from tests.language import messages

Words = tuple[Mapping[str, str], ...]

_LETTER: Final = re.compile(r"[一-鿿]")
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = r"[\d,.]"
_TERMS: Final = (
    fixed_labels.FIELD_LABELS,
    fixed_labels.COLUMN_LABELS,
    fixed_labels.DATE_LABELS,
    fixed_labels.OUTCOME_LABELS,
    fixed_labels.MARK_LABELS,
    fixed_labels.STATUS_LABELS,
    fixed_labels.ACTION_KIND_LABELS,
)
# What two English words are called in Chinese: in the heading of a table, in its cells, elsewhere.
_SEVERAL: Final = {
    "分类": ("category", "category", "category"),
    "原因": ("cause", "cause", "cause"),
    "按时": ("met", "met", "in time"),
    "时限": ("limit", "limit", "Clocks"),
    "状态": ("state", "status", "status"),
    "等待客户": ("waiting", "waiting", "waiting"),
    "负责人": ("owner", "the owner", "the owner"),
    "超期": ("overdue", "OVERDUE", "OVERDUE"),
    "五个为什么": ("five whys", "five whys", "Five whys"),
    "结论": ("outcome", "outcome", "Result"),
    "调查结果": ("finding", "Finding", "finding"),
    "何事": ("what happened", "What", "What"),
    "何时": ("when", "When", "When"),
    "何地": ("where", "Where", "Where"),
    "何人": ("who", "Who", "Who"),
    "如何": ("how", "How", "How"),
    "影响": ("effect", "impact", "impact"),
    "鱼骨图": ("fishbone", "fishbone", "Fishbone"),
    "危机": ("crisis", "the crisis", "the crisis"),
    "重新打开": ("reopen", "reopen", "the reopening"),
}
# Longer than any that names only a command, a file or a field.
_ENGLISH: Final = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Template:
    """A sentence of the catalogue, to be found in what was said; `ours` is its English, one and many."""

    ours: tuple[str, ...]
    fixed: tuple[str, ...]
    pattern: re.Pattern[str]


Match = tuple[tuple[str, ...], re.Match[str]]


@lru_cache(maxsize=10_000)
def of_chinese(said: str) -> tuple[Match, ...]:
    """The sentences that this may be, in English, with their facts; the most telling ones first."""
    return tuple(_matching(_chinese_templates(), said))


@lru_cache(maxsize=10_000)
def is_english(said: str) -> bool:
    """Whether it is a sentence of ours in English."""
    return any(_matching(_english_templates(), said))


def _matching(templates: tuple[_Template, ...], said: str) -> Iterator[Match]:
    for one in templates:
        if all(part in said for part in one.fixed) and (found := one.pattern.fullmatch(said)):
            yield one.ours, found


@cache
def _chinese_templates() -> tuple[_Template, ...]:
    """The Chinese of every sentence, the most telling ones first."""
    return tuple(
        _template(form(_texts(message.string)[0]), tuple(map(form, _texts(message.id))))
        for message in _by_length()
        for form in (str, drop_suggestion)
        if _LETTER.search(_texts(message.string)[0])
    )


@cache
def _english_templates() -> tuple[_Template, ...]:
    """The English of every sentence that is more than a word or two."""
    ours = (text for message in _by_length() for text in _texts(message.id))
    return tuple(_template(text, (text,)) for text in ours if _ENGLISH.search(text))


def _template(text: str, ours: tuple[str, ...]) -> _Template:
    text = text.replace("{{", "{").replace("}}", "}")
    fixed = tuple(part for part in re.split(r"\{\w+\}", text) if part)
    return _Template(ours=ours, fixed=fixed, pattern=_pattern(text))


def _by_length() -> list[Any]:
    known = [message for message in messages.written() if message.id]
    return sorted(known, key=lambda one: -len(PLACEHOLDER.sub("", _texts(one.string)[0])))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value or ""),)


def _pattern(text: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{_NUMBER if name == 'count' else '.'}*?)"

    escaped = re.sub(r"\\\{(\w+)\\\}", r"{\1}", re.escape(text))
    return re.compile(PLACEHOLDER.sub(group, escaped))


@cache
def words(policy: bytes) -> Words:
    """The words of a heading, a cell and a line: those of the policy before those of the shipped ones."""
    known = {label["zh"]: label["en"] for entry in _TERMS for label in entry.values()}
    known["危机="] = "crisis"
    for key, label in {**fixed_labels.FIELD_LABELS, **fixed_labels.COLUMN_LABELS}.items():
        known[f"{key} {label['zh']}"] = (
            labels.key_with_label(key, label["en"]) if key in fixed_labels.COLUMN_LABELS else key
        )
        known[f"{key} {label['zh']}："] = f"{key}: "
    for key, label in {
        **fixed_labels.STEP_LABELS,
        **fixed_labels.LINK_LABELS,
        **fixed_labels.OUTCOME_LABELS,
    }.items():
        known[f"{key} {label['zh']}"] = key
    known |= _shipped() | dict(_words(policy))
    for key, word in labels.EVENT_LABELS.items():
        known[f"{key} {_chinese()[word]}"] = key
    return tuple({**known, **{zh: words[place] for zh, words in _SEVERAL.items()}} for place in range(3))


@cache
def _chinese() -> dict[str, str]:
    return {_texts(message.id)[0]: _texts(message.string)[0] for message in _by_length()}


@cache
def _shipped() -> dict[str, str]:
    templates = messages.PACKAGE.parent / "templates"
    files = sorted((templates / "policies").glob("*.yaml"))
    words = dict(pair for path in files for pair in _words(path.read_bytes()))
    for path in sorted((templates / "letters").glob("*.zh.md")):
        name, title = (
            path.name.partition(".")[0],
            re.findall(r"^title: (.+)$", path.read_text("utf-8"), re.MULTILINE),
        )
        words[f"{name} {title[0]}"] = name
    return words


def _words(policy: bytes) -> Iterator[tuple[str, str]]:
    """The labels of a policy in Chinese, alone and behind their keys, with what English says for them."""
    with contextlib.suppress(yaml.YAMLError):
        for key, texts in _labels(yaml.load(policy, yaml.CBaseLoader), ""):  # noqa: S506 - makes only texts
            english, chinese = texts.get("en", ""), texts["zh"]
            yield chinese, english or key
            yield f"{chinese}=", key  # before a limit English reads the key
            if key != "what":  # what a task asks for is nobody's name
                yield f"{key} {chinese}", key
                yield f"{key} {chinese}：=", f"{labels.key_with_label(key, english)}: "
                yield f"x.{key} {chinese}", labels.key_with_label(f"x.{key}", english)


def _labels(node: Any, key: str) -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(node, list):
        for entry in node:
            yield from _labels(entry, key)
    elif isinstance(node, dict):
        if isinstance(node.get("zh"), str):
            yield key, node
        name = str(node.get("step") or node.get("name") or key)
        for inner, value in node.items():
            yield from _labels(value, name if inner == "label" else inner)
