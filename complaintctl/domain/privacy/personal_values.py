"""What to search for after an erasing: the values that were erased, cut into pieces that every format keeps whole."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case

# A shorter piece of a text is found in texts of others, too.
_SHORTEST_LINE: Final = 12
_SHORTEST_CJK_LINE: Final = 6
# Names, numbers and addresses of a person are searched for whatever their length, except single signs.
_SHORTEST_NAME: Final = 2
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_NO_DIGIT: Final = re.compile(r"\D+")
_SHORTEST_NUMBER: Final = 7
# The fields that name a person or lead to one.
_NAMING: Final = ("customer.", "problem.who", "product.serial")
_LINE_END: Final = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_WORD: Final = re.compile(r"\w")


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasedValue:
    """A text that an erasing takes out; `free`: somebody's own words, not the name, number or address of a person."""

    text: str
    free: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Needle:
    """A piece of text to search for; `whole`: only where no letter or digit stands beside it."""

    text: str
    whole: bool


def values_to_erase(case: Case, cleared: Iterable[str]) -> tuple[ErasedValue, ...]:
    """Returns what an erasing takes out of a case: of the fields named, of its events and of their mails."""
    found = [
        ErasedValue(text=text, free=not name.startswith(_NAMING))
        for name in cleared
        if (text := fields.text_at(case, name))
    ]
    for event in case.history:
        if event.text:
            found.append(ErasedValue(text=event.text, free=True))
        if event.mail:
            ids = (event.mail.id, *event.mail.references)
            found += [ErasedValue(text=mail_id, free=False) for mail_id in ids]
    return tuple(dict.fromkeys(found))


def make_needles(values: Iterable[ErasedValue]) -> tuple[Needle, ...]:
    """Returns the pieces to search for: each line of each value, and the digits of a telephone number."""
    return tuple(dict.fromkeys(needle for value in values for needle in _needles_of(value)))


def _needles_of(value: ErasedValue) -> Iterator[Needle]:
    for piece in _LINE_END.split(value.text):
        line = piece.strip()
        shortest = _SHORTEST_NAME
        if value.free:
            shortest = _SHORTEST_CJK_LINE if _CJK.search(line) else _SHORTEST_LINE
        if len(line) >= shortest:
            # In Chinese no blank separates words; elsewhere `Li` is not to be found in `Liverpool`.
            yield Needle(text=line, whole=not _CJK.search(line))
    digits = _NO_DIGIT.sub("", value.text)
    if (
        not value.free
        and "@" not in value.text
        and len(digits) >= _SHORTEST_NUMBER
        and len(digits) * 2 > len(value.text)
    ):
        yield Needle(text=digits, whole=True)


def names_person(text: str, values: Iterable[ErasedValue]) -> bool:
    """Whether a text contains the name, the number or the address of the person."""
    needles = make_needles(value for value in values if not value.free)
    return any(contains_needle(text, needle) for needle in needles)


def contains_needle(text: str, needle: Needle) -> bool:
    """Whether a text contains a piece."""
    place = text.find(needle.text)
    while place >= 0:
        end = place + len(needle.text)
        before, after = text[max(place - 1, 0) : place], text[end : end + 1]
        if not needle.whole or not (_joins(before, needle.text[0]) or _joins(needle.text[-1], after)):
            return True
        place = text.find(needle.text, place + 1)
    return False


def _joins(left: str, right: str) -> bool:
    """Whether two neighbouring signs belong to one word."""
    return bool(left and right and _WORD.match(left) and _WORD.match(right))
