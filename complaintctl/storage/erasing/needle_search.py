"""Searches bytes for very many pieces of text at once, however a file may write them."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from complaintctl.domain.privacy.personal_values import ErasedValue, Needle, contains_needle, make_needles

# What was found: words that somebody wrote, or a name, number or address.
WORDS: Final = 1
NAMES: Final = 2
# Spreadsheet programs write tables in these encodings, too.
_ENCODINGS: Final = ("utf-8", "utf-16-le", "gb18030")
# So many spellings are faster to search one by one than by their first bytes.
_FEW: Final = 100
_KEY_BYTES: Final = 4


def spellings(text: str) -> tuple[bytes, ...]:
    """Returns how files may write a text: in the usual encodings, and as JSON and YAML escape it."""
    found = {text.encode(encoding, "replace") for encoding in _ENCODINGS}
    # JSON may escape every sign outside ASCII; YAML escapes as JSON does, or doubles an apostrophe.
    found |= {json.dumps(text, ensure_ascii=is_ascii)[1:-1].encode() for is_ascii in (True, False)}
    found.add(text.replace("'", "''").encode())
    return tuple(found)


class NeedleSearch:
    """Finds the pieces of erased values in bytes.

    Of many pieces only those are compared whose first four bytes stand somewhere in the content: the time for an object
    then hardly depends on how many cases were erased.
    """

    def __init__(self, values: Iterable[ErasedValue]) -> None:
        self._weights: dict[bytes, tuple[int, bool]] = {}
        for value in values:
            for needle in make_needles([value]):
                for spelling in spellings(needle.text):
                    weight = max(WORDS if value.free else NAMES, self._weights.get(spelling, (0, False))[0])
                    self._weights[spelling] = (weight, needle.whole)
        self._by_key: dict[int, list[bytes]] = defaultdict(list)
        self._others: list[bytes] = []
        for spelling in self._weights:
            if len(self._weights) <= _FEW or len(spelling) < _KEY_BYTES:
                self._others.append(spelling)
            else:
                self._by_key[_key(spelling)].append(spelling)
        self._keys = frozenset(self._by_key)

    def weigh(self, content: bytes) -> int:
        """Returns `NAMES` for a name, number or address in the content, `WORDS` for somebody's own words, 0 for neither."""
        text: str | None = None
        heaviest = 0
        for spelling in (*self._others, *self._candidates(content)):
            weight, whole = self._weights[spelling]
            if weight <= heaviest or spelling not in content:
                continue
            if whole and b"\0" not in spelling:
                text = content.decode("utf-8", "replace") if text is None else text
                if not _stands_alone(text, spelling):
                    continue
            heaviest = weight
        return heaviest

    def _candidates(self, content: bytes) -> Iterator[bytes]:
        if not self._keys:
            return
        seen: set[int] = set()
        for start in range(_KEY_BYTES):
            whole_words = memoryview(content)[
                start : start + (len(content) - start) // _KEY_BYTES * _KEY_BYTES
            ]
            words = whole_words.cast("I")
            if not self._keys.isdisjoint(words):
                seen |= self._keys.intersection(words)
        for key in seen:
            yield from self._by_key[key]


def _key(spelling: bytes) -> int:
    return int.from_bytes(spelling[:_KEY_BYTES], sys.byteorder)


def _stands_alone(text: str, spelling: bytes) -> bool:
    try:
        return contains_needle(text, Needle(text=spelling.decode(), whole=True))
    except UnicodeDecodeError:
        # A spelling in another encoding: what stands beside it cannot be read.
        return True
