"""Chinese read back into English: what the tests of the command line compare where the casebooks speak Chinese.

Every sentence must be one of the catalogue, and every table aligned; a sentence of ours left in English is an error.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from wcwidth import wcswidth, wcwidth

from complaintctl.domain import terms
from complaintctl.render import labels, tables
from complaintctl.render.facts import without_question
from tests import messages

Words = tuple[Mapping[str, str], ...]

WIDE: Final = re.compile(r"[　-〿一-鿿＀-￯“”]")
_RULE: Final = re.compile(r"-{2,}(?:  -+)*")
_LETTER: Final = re.compile(r"[一-鿿]")
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
# What stands before a sentence: the indent of a list, a place in a file, what CI reads.
_BEFORE: Final = re.compile(r"(\S+?:\d+:\d+: |::\w+ .*?::|\s*(?:[-*#>] |#+ |\d+\. )?)(.+)")
# A key with its label: `ack 确认收到`.
_KEYED: Final = re.compile(r"(?<![\w-])[a-z][a-z0-9._-]* [一-鿿\w]+")
_BEHIND: Final = re.compile(r"(.+)（([^（）]+)）")
# Behind it, in one line, what else happens.
_WARNING: Final = "警告："
_KNOWS: Final = "应告知"
_TERMS: Final = (
    terms.FIELDS,
    terms.COLUMNS,
    terms.DATES,
    terms.OUTCOMES,
    terms.MARKS,
    terms.STATUSES,
    terms.ACTION_KINDS,
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
    "重新打开": ("reopen", "reopen", "the reopening"),
}
_JOINED: Final = {
    "；": "; ",
    "：": ": ",
    "、": ", ",
    "; ": "; ",
    ": ": ": ",
    ", ": ", ",
    "  ": "  ",
    " — ": " — ",
    " → ": " → ",
    " / ": " / ",
    "/": "/",
    " ": " ",
}
# On a terminal, what waits for its answer, and what is proposed.
_QUESTION: Final = re.compile(r"(.+?)( \[.*\])?：")
# Longer than any that names only a command, a file or a field.
_ENGLISH: Final = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}")


class LeftInEnglishError(AssertionError):
    """A sentence of the catalogue was said in English."""


class CrookedTableError(AssertionError):
    """A cell of a table that does not stand below its heading."""


def english(text: str, folder: Path) -> str:
    """What a command said, read back; the words of the policy are those of the casebook in the folder."""
    if text.startswith("{"):
        return text
    policy = folder / "complaintctl.yaml"
    words = _known(policy.read_bytes() if policy.is_file() else b"")
    return "".join(_lines(text.splitlines(keepends=True), words))


def _lines(lines: list[str], words: Words) -> Iterator[str]:
    place = 0
    while place < len(lines):
        rule = lines[place + 1].rstrip("\n") if place + 1 < len(lines) else ""
        if _RULE.fullmatch(rule):
            end = next((at for at in range(place + 2, len(lines)) if not lines[at].strip()), len(lines))
            yield _table([line.rstrip("\n") for line in lines[place:end]], words)
            place = end
        else:
            yield _line(lines[place], words)
            place += 1


def _line(line: str, words: Words) -> str:
    if line.startswith("| "):
        cells = line.strip().strip("|").split(" | ")
        return f"| {' | '.join(_value(cell.strip(), words[1]) for cell in cells)} |\n"
    if asked := _QUESTION.fullmatch(line):
        return f"{_value(asked[1], words[2])}{asked[2] or ''}: "
    text = line.rstrip("\n")
    before, said = found.groups() if (found := _BEFORE.fullmatch(text)) else ("", text)
    if not WIDE.search(said) and any(_matching(_of_english(), said)):
        raise LeftInEnglishError(said)
    if before and not _sentence(said, words[2]) and (whole := _sentence(text, words[2])):
        return whole + line[len(text) :]
    if said.startswith(_WARNING):
        before, said = f"{before}warning: ", said.removeprefix(_WARNING)
    return before + _value(said, words[2]) + line[len(text) :]


def _table(lines: list[str], words: Words) -> str:
    """A table with its cells read back, laid out again; each cell must begin and end below the rule of its column."""
    ends = [(found.start(), found.end()) for found in re.finditer("-+", lines[1])]
    cells = [list(_cells(line, ends)) for line in (lines[0], *lines[2:])]
    columns = {str(number): _value(name, words[0]) for number, name in enumerate(cells[0])}
    rows = [[_value(cell, words[1]) for cell in row] for row in cells[1:]]
    return tables.rows(columns, [dict(zip(columns, row, strict=True)) for row in rows], "table")


def _cells(line: str, ends: list[tuple[int, int]]) -> Iterator[str]:
    columns = "".join(sign + "\0" * (wcwidth(sign) - 1) for sign in line)
    for number, (start, end) in enumerate(ends):
        gap = columns[ends[number - 1][1] if number else 0 : start]
        if gap.strip(" ") or columns[start : start + 1] == "\0" or wcswidth(line) > ends[-1][1]:
            raise CrookedTableError(line)
        yield columns[start:end].replace("\0", "").strip()


def _value(said: str, words: Mapping[str, str]) -> str:
    """A text read back: as a word, as a sentence, or part by part; what is nobody's word stays as it is."""
    if not WIDE.search(said):
        return said
    said = _KEYED.sub(lambda found: words.get(found[0], found[0]), said)
    for sign in ("；", "; ", "、"):
        if sign in said and _KNOWS in said.split(sign)[0]:
            return _JOINED[sign].join(_value(part, words) for part in said.split(sign))
    if _KNOWS in said and (behind := _BEHIND.fullmatch(said)):
        return f"{_value(behind[1], words)} ({_value(behind[2], words)})"
    whole = words.get(said) or _sentence(said, words)
    return _parts(said, words) if whole is None else whole


def _parts(said: str, words: Mapping[str, str]) -> str:
    for found in re.finditer("[；，]", said):
        if (rest := _sentence(said[found.start() :], words)) is not None:
            return _value(said[: found.start()], words) + rest
    if behind := _BEHIND.fullmatch(said):
        return f"{_value(behind[1], words)} ({_value(behind[2], words)})"
    key, _space, rest = said.partition(" ")
    if not WIDE.search(key) and (told := _sentence(rest, words)) is not None:
        return f"{key} {told}"
    for sign, ours in _JOINED.items():
        if sign in said:
            return ours.join(_value(part, words) for part in said.split(sign))
    return said


def _sentence(said: str, words: Mapping[str, str]) -> str | None:
    for ours, found in _matching(_of_chinese(), said):
        facts = {name: _value(text, words) for name, text in found.groupdict().items()}
        numbers = [facts[name] for name in _PLACEHOLDER.findall(ours[0]) if facts[name].isdecimal()]
        return ours[0 if numbers[-1:] == ["1"] else -1].format_map(facts)
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Template:
    """A sentence of the catalogue, to be found in what was said; `ours` is its English, one and many."""

    ours: tuple[str, ...]
    fixed: tuple[str, ...]
    pattern: re.Pattern[str]


def _matching(templates: tuple[_Template, ...], said: str) -> Iterator[tuple[tuple[str, ...], re.Match[str]]]:
    for one in templates:
        if all(part in said for part in one.fixed) and (found := one.pattern.fullmatch(said)):
            yield one.ours, found


@cache
def _of_chinese() -> tuple[_Template, ...]:
    """The Chinese of every sentence, the most telling ones first."""
    return tuple(
        _template(form(_texts(message.string)[0]), tuple(map(form, _texts(message.id))))
        for message in _by_length()
        for form in (str, without_question)
        if _LETTER.search(_texts(message.string)[0])
    )


@cache
def _of_english() -> tuple[_Template, ...]:
    """The English of every sentence that is more than a word or two."""
    ours = (text for message in _by_length() for text in _texts(message.id))
    return tuple(_template(text, (text,)) for text in ours if _ENGLISH.search(text))


def _template(text: str, ours: tuple[str, ...]) -> _Template:
    text = text.replace("{{", "{").replace("}}", "}")
    fixed = tuple(part for part in re.split(r"\{\w+\}", text) if part)
    return _Template(ours=ours, fixed=fixed, pattern=_pattern(text))


def _by_length() -> list[Any]:
    known = [message for message in messages.written() if message.id]
    return sorted(known, key=lambda one: -len(_PLACEHOLDER.sub("", _texts(one.string)[0])))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value or ""),)


def _pattern(text: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>.*?)"

    escaped = re.sub(r"\\\{(\w+)\\\}", r"{\1}", re.escape(text))
    return re.compile(_PLACEHOLDER.sub(group, escaped))


@cache
def _known(policy: bytes) -> Words:
    """The words of a heading, a cell and a line: those of the policy before those of the shipped ones."""
    known = {label["zh"]: label["en"] for entry in _TERMS for label in entry.values()}
    for key, label in {**terms.STEPS, **terms.FIELDS, **terms.LINKS}.items():
        known[f"{key} {label['zh']}"] = key
    known |= _shipped() | dict(_words(policy))
    for key, word in labels.EVENTS.items():
        known[f"{key} {_chinese()[word]}"] = key
    return tuple({**known, **{zh: words[place] for zh, words in _SEVERAL.items()}} for place in range(3))


@cache
def _chinese() -> dict[str, str]:
    return {_texts(message.id)[0]: _texts(message.string)[0] for message in _by_length()}


@cache
def _shipped() -> dict[str, str]:
    files = sorted((messages.PACKAGE.parent / "templates/policies").glob("*.yaml"))
    return dict(pair for path in files for pair in _words(path.read_bytes()))


def _words(policy: bytes) -> Iterator[tuple[str, str]]:
    """The labels of a policy in Chinese, alone and behind their keys, with what English says for them."""
    with contextlib.suppress(yaml.YAMLError):
        for key, texts in _labels(yaml.load(policy, yaml.CBaseLoader), ""):  # noqa: S506 - makes only texts
            english, chinese = texts.get("en", ""), texts["zh"]
            yield chinese, english or key
            if key != "what":  # what a task asks for is nobody's name
                yield f"{key} {chinese}", key
                yield f"x.{key} {chinese}", labels.labelled(f"x.{key}", english)


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
