"""The filters of templates: `join`, `listed`, `money`, `where`, `wrap` and text filters."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from complaintctl.storage.documents.worker_guard import GuardedEnvironment, require_printable

# Decimal point, as both languages write amounts; thousands are separated by commas on output.
_MONEY_AMOUNT: Final = re.compile(r"\s*(-?\d{1,15}(?:\.\d{1,4})?)\s*+([A-Za-z]{3})?\s*+")
_WIDE_CLASSES: Final = frozenset("WF")
# A word with the spaces before it; each wide (Chinese) character is a word.
_WORD: Final = re.compile(r"[^\S\n]*(?:[\u2e80-\uffef]|[^\s\u2e80-\uffef]+)")
# Punctuation that must not begin a line.
_NOT_AT_LINE_START: Final = frozenset("，。！？；：、）》」』”’")
_MIN_WIDTH: Final = 10

FilterWords = Mapping[str, str]


def make_filters(words: FilterWords, made: Callable[[], GuardedEnvironment]) -> dict[str, Callable[..., Any]]:
    """Returns our filters by name. `words` are in the reader's language, `made` returns the environment."""

    def join(values: Iterable[Any], sign: str = "", part: str | None = None) -> str:
        texts = _entry_texts(made(), values, part)
        pairs = ((sign, text) if index else (text,) for index, text in enumerate(texts))
        return made().joined(piece for pair in pairs for piece in pair)

    def listed(values: Iterable[Any], part: str | None = None) -> str:
        *first, last = [str(text) for text in _entry_texts(made(), values, part)] or [""]
        if not first:
            return last
        return words["and"].format(first=join(first, words["comma"]), last=last)

    def money(value: Any) -> str:
        match = _MONEY_AMOUNT.fullmatch(str(require_printable(value)))
        if match is None:
            return str(value)
        whole, dot, cents = match[1].partition(".")
        amount = f"{int(whole):,}{dot}{cents}"
        if match[2] is None:
            return amount
        currency = match[2].upper()
        return words["money"].format(amount=amount, currency=words.get(currency, currency))

    def wrap(value: Any, width: int = 72) -> str:
        text = str(require_printable(value))
        return made().joined(_wrapped_pieces(text, max(width, _MIN_WIDTH)))

    def where(values: Iterable[Any], part: str, wanted: Any) -> list[Any]:
        return [value for value in values if made().getattr(value, part) == wanted]

    plain: dict[str, Callable[[str], str]] = {"lower": str.lower, "trim": str.strip, "upper": str.upper}
    texts = {name: _text_filter(way) for name, way in plain.items()}
    # D-072
    return {**texts, "join": join, "listed": listed, "money": money, "where": where, "wrap": wrap}


def _text_filter(way: Callable[..., str]) -> Callable[[Any], str]:
    return lambda value: way(str(require_printable(value)))


def _entry_texts(environment: GuardedEnvironment, values: Iterable[Any], part: str | None) -> Iterator[Any]:
    """The entries of a list, or the attribute `part` of each; raises NotPrintableError if one is not printable."""
    return (require_printable(environment.getattr(value, part) if part else value) for value in values)


def _wrapped_pieces(text: str, width: int) -> Iterator[str]:
    """Yields the text in pieces, wrapped to a width in terminal columns; a long word is not split."""
    for index, line in enumerate(text.split("\n")):
        yield "\n" if index else ""
        used = 0
        for word in _WORD.findall(line):
            word_width = sum(2 if unicodedata.east_asian_width(sign) in _WIDE_CLASSES else 1 for sign in word)
            if used and used + word_width > width and word not in _NOT_AT_LINE_START:
                word, used = word.lstrip(), 0  # noqa: PLW2901 -- the line break replaces the spaces
                word_width = len(word) if word.isascii() else word_width
                yield "\n"
            yield word
            used += word_width
