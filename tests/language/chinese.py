"""Chinese read back into English: what the tests of the command line compare where the casebooks speak Chinese.

Every sentence must be one of the catalogue, and every table aligned; a sentence of ours left in English is an error.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from wcwidth import wcswidth, wcwidth

from complaintctl.render.text import tables
from tests.language import catalogue
from tests.language.catalogue import Words

WIDE: Final = re.compile(r"[　-〿一-鿿＀-￯“”]")
_RULE: Final = re.compile(r"-{2,}(?:  -+)*")
# What stands before a sentence: the indent of a list, a place in a file, what CI reads.
_BEFORE: Final = re.compile(r"(\S+?:\d+:\d+: |::\w+ .*?::|\s*(?:[-*#>] |#+ |\d+\. )?)(.+)")
# A key with its label: `ack 确认收到`.
_KEYED: Final = re.compile(r"(?<![\w-])[a-z][a-z0-9._-]* [一-鿿\w]+")
_TITLE: Final = re.compile(f"{_KEYED.pattern}：")
# A step by its whole label: what taking it promises, and by when.
_PROMISED: Final = re.compile(rf"{_KEYED.pattern}：(?=\S+ \d+[mhdw])")
_BEHIND: Final = re.compile(r"(.*)（([^（）]+)）")
# The word of a policy and its key, which English says once.
_CHOSEN: Final = re.compile(r"(.+)（([a-z0-9.-]+)）")
# A level or a class, of which English says the key, and its limit.
_LIMITED: Final = re.compile(r"(\S+) (\d+\S*)")
# The other way round, where a limit is explained.
_RULED: Final = re.compile(r"((?:\d+[a-z]+)?)（(\S+)）")
# What is written into the box of a diagram.
_BOX: Final = re.compile(r'(\s*\w+[\[({]+")(.*)("[\])}]+.*)')
_WARNING: Final = "警告："
# Behind it, in one line, what else happens, and which cases are alike.
_KNOWS: Final = "应告知"
_JOINED: Final = {
    " · ": " · ",
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
# What stands between two sentences.
_SENTENCES: Final = re.compile("[；：]|; ")


class LeftInEnglishError(AssertionError):
    """A sentence of the catalogue was said in English."""


class CrookedTableError(AssertionError):
    """A cell of a table that does not stand below its heading."""


def english(text: str, folder: Path) -> str:
    """What a command said, read back; the words of the policy are those of the casebook in the folder."""
    if text.startswith("{"):
        return text
    policy = folder / "complaintctl.yaml"
    words = catalogue.words(policy.read_bytes() if policy.is_file() else b"")
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
    if box := _BOX.fullmatch(text):
        return f"{box[1]}{_value(box[2], words[2])}{box[3]}\n"
    before, said = found.groups() if (found := _BEFORE.fullmatch(text)) else ("", text)
    if not WIDE.search(said) and catalogue.is_english(said):
        raise LeftInEnglishError(said)
    if before and _is_whole_line(text, said) and (whole := _sentence(text, words[2])):
        return whole + line[len(text) :]
    if said.startswith(_WARNING):
        before, said = f"{before}warning: ", said.removeprefix(_WARNING)
    return before + _value(said, words[2]) + line[len(text) :]


def _is_whole_line(text: str, said: str) -> bool:
    """Whether more of a line is one sentence, with what stands before it, than of the rest alone."""
    longest = [
        max((len(match.re.pattern) for _ours, match in catalogue.of_chinese(part)), default=0)
        for part in (text, said)
    ]
    return longest[0] > longest[1]


def _table(lines: list[str], words: Words) -> str:
    """A table with its cells read back, laid out again; each cell must begin and end below the rule of its column."""
    ends = [(found.start(), found.end()) for found in re.finditer("-+", lines[1])]
    cells = [list(_cells(line, ends)) for line in (lines[0], *lines[2:])]
    columns = {str(number): _value(name, words[0]) for number, name in enumerate(cells[0])}
    rows = [[_value(cell, words[1]) for cell in row] for row in cells[1:]]
    return tables.format_rows(columns, [dict(zip(columns, row, strict=True)) for row in rows], "table")


def _cells(line: str, ends: list[tuple[int, int]]) -> Iterator[str]:
    columns = "".join(sign + "\0" * (wcwidth(sign) - 1) for sign in line)
    for number, (start, end) in enumerate(ends):
        gap = columns[ends[number - 1][1] if number else 0 : start]
        if gap.strip(" ") or columns[start : start + 1] == "\0" or wcswidth(line) > ends[-1][1]:
            raise CrookedTableError(line)
        yield columns[start:end].replace("\0", "").strip()


def _value(said: str, words: Mapping[str, str]) -> str:
    """A text read back: as a word, as a sentence, or part by part; what is nobody's word stays as it is."""
    said = _PROMISED.sub(lambda found: words.get(f"{found[0]}=", found[0]), said)
    for kind in (_TITLE, _KEYED):
        said = kind.sub(lambda found: words.get(found[0], found[0]), said)
    if not WIDE.search(said):
        return said
    if chosen := _CHOSEN.fullmatch(said):
        choice = _value(chosen[1], words)
        if f": {choice}".endswith(f": {chosen[2]}"):
            return choice
    if "；" not in said and _KNOWS in said:
        if behind := _BEHIND.fullmatch(said):
            return f"{_told(behind[1], words)} ({_value(behind[2], words)})"
        if _KNOWS in said.partition("、")[0]:
            return ", ".join(_told(part, words) for part in said.split("、"))
    if (limited := _LIMITED.fullmatch(said)) and (key := words.get(f"{limited[1]}=")):
        return f"{key} {limited[2]}"
    return _told(said, words)


def _told(said: str, words: Mapping[str, str]) -> str:
    if (ruled := _RULED.fullmatch(said)) and (key := words.get(f"{ruled[2]}=")):
        return f"{ruled[1]} ({key})"
    whole = words.get(said) or _sentence(said, words)
    return _parts(said, words) if whole is None else whole


def _parts(said: str, words: Mapping[str, str]) -> str:
    for found in re.finditer("[；，]", said):
        if (rest := _sentence(said[found.start() :], words)) is not None:
            return _value(said[: found.start()], words) + rest
    for sign in ("；", " → "):
        if sign in said and all(map(_is_whole, said.split(sign))):
            return _JOINED[sign].join(_value(part, words) for part in said.split(sign))
    if (behind := _BEHIND.fullmatch(said)) and _is_whole(behind[1]):
        return f"{_value(behind[1], words)} ({_value(behind[2], words)})"
    key, _space, rest = said.partition(" ")
    if not WIDE.search(key) and (told := _sentence(rest, words)) is not None:
        return f"{key} {told}"
    for sign, ours in _JOINED.items():
        if sign in said and all(map(_is_whole, said.split(sign))):
            return ours.join(_value(part, words) for part in said.split(sign))
    return said


def _sentence(said: str, words: Mapping[str, str]) -> str | None:
    """A sentence with its facts; the one whose facts hold no other sentence comes first."""
    found = [one for one in catalogue.of_chinese(said) if all(map(_is_whole, one[1].groups()))]
    if not found or (not any(map(_is_one, found)) and "；" in said):
        return None
    ours, match = min(found, key=lambda one: not _is_one(one))
    facts = {name: _value(text, words) for name, text in match.groupdict().items()}
    # The count stands before the first place where the forms for one and for more differ.
    same = os.path.commonprefix([ours[0], ours[-1]])  # noqa: RUF071 - texts, not paths
    counts = [facts[name] for name in catalogue.PLACEHOLDER.findall(same) if facts[name].isdecimal()]
    sentence = ours[0 if counts[-1:] == ["1"] else -1]
    # A sentence without facts is not formatted: its braces are YAML.
    return sentence.format_map(facts) if facts else sentence


def _is_one(found: catalogue.Match) -> bool:
    """Whether none of the facts holds another sentence."""
    return not any(map(_SENTENCES.search, found[1].groups()))


def _is_whole(text: str) -> bool:
    """Whether every bracket is closed behind the one that opened it, or is all that is said."""
    return len(text) == 1 or not set("（）“”") & set(re.sub("（[^（）]*）|“[^“”]*”", "", text))
