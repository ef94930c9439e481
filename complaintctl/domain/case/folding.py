"""Which spellings of a free text are one value, and which texts say that the value is not known.

A case keeps the text as it was typed. Reports, trends, repetition, recurrence and filters compare folded values.
"""

import unicodedata
from typing import Final

# Letters and digits of the texts that stand for a missing value, as registers and people write them: NI is "no
# information" and UNK "unknown" in the registers of the FDA; the others are of spreadsheets and of HL7 null flavours.
_UNKNOWN: Final = frozenset(
    {
        "na",
        "nan",
        "ni",
        "nil",
        "none",
        "null",
        "noinformation",
        "notapplicable",
        "notavailable",
        "notknown",
        "notprovided",
        "notreported",
        "unk",
        "unkn",
        "unknown",
        "unspecified",
        "不明",
        "不详",
        "不清楚",
        "不知道",
        "不适用",
        "无",
        "暂无",
        "未知",
        "未提供",
    }
)


def fold_value(text: str) -> str:
    """Returns the text by which values are compared: Unicode form NFKC, case folded, each run of blanks one space.

    `B-7`, `b-7`, full-width `Ｂ－７` and `B-7 ` are one value. Folding a folded value changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Case folding may leave letters that NFKC joins or splits (U+0390): so in Unicode, section 3.13, D146.
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def is_unknown_value(text: str | None) -> bool:
    """Whether a text names no value: blank, only punctuation (`-`, `?`, `*`), or a word such as NI, UNK, n/a, 不详.

    A key that the policy lists for a field is a value whatever it says: ask only about free texts.
    """
    folded = fold_value(text or "")
    letters = "".join(character for character in folded if character.isalnum())
    if letters:
        return letters in _UNKNOWN
    return all(unicodedata.category(character)[0] in "PZC" for character in folded)
