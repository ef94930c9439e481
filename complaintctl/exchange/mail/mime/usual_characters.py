"""How usual characters are in the texts that people write: text in a wrong charset has many unusual ones."""

import re
from functools import cache
from typing import Final

# From the highest weight to the lowest; Chinese characters and Korean syllables are judged by old charsets.
_WEIGHTS: Final = (
    (re.compile("[‘’“”–—…€™•，。！？：；（）、《》「」【】·～￥\u3000]"), 1.0),
    # Latin, Greek and Cyrillic letters, Japanese syllables.
    (re.compile("[\u00c0-\u024f\u0370-\u052f\u1e00-\u1eff\u3040-\u30ff]"), 0.95),
    # Hebrew, Arabic, Indic, Thai; emoji.
    (re.compile("[\u05d0-\u06ff\u0900-\u0dff\u0e00-\u0e5b\U0001f300-\U0001faff]"), 0.9),
    (re.compile("[\u00a0-\u00bf\u2010-\u2bff\ufe0f\uff01-\uff5e]"), 0.5),
)
# The last rows of the first levels of GB 2312 and Big5, which have the characters in daily use; the same of JIS X 0208.
_LAST_SIMPLIFIED: Final = 0xD7
_LAST_TRADITIONAL: Final = 0xC6
_FIRST_JAPANESE: Final = 0xB0
_LAST_JAPANESE: Final = 0xCF


def usual_share(text: str) -> float:
    """The share of usual characters among those outside ASCII, from 0 to 1; 0 if there are none."""
    wide = [character for character in text if character > "\x7f"]
    return sum(map(_weigh_character, wide)) / len(wide) if wide else 0.0


@cache
def _weigh_character(character: str) -> float:
    if "\u4e00" <= character <= "\u9fff":
        return _weigh_han(character)
    if "\uac00" <= character <= "\ud7a3":
        return 1.0 if _encode(character, "euc_kr") else 0.1
    return next((weight for pattern, weight in _WEIGHTS if pattern.match(character)), 0.0)


def _weigh_han(character: str) -> float:
    simplified = _encode(character, "gb2312")
    if simplified and simplified[0] <= _LAST_SIMPLIFIED:
        return 1.0
    if (traditional := _encode(character, "big5")) and traditional[0] <= _LAST_TRADITIONAL:
        return 0.9
    japanese = _encode(character, "euc_jp")
    return 0.8 if japanese and _FIRST_JAPANESE <= japanese[0] <= _LAST_JAPANESE else 0.2


def _encode(character: str, charset: str) -> bytes:
    try:
        return character.encode(charset)
    except UnicodeError:
        return b""
