"""The words of an e-mail as they stand in a case: a title without reply marks, a text without control characters."""

import re
from typing import Final

# Marks that mail programs put before the subject of an answer or a forwarded mail, in the languages of their menus.
# https://en.wikipedia.org/wiki/List_of_email_subject_abbreviations
_REPLY_WORDS: Final = (
    "re", "aw", "antw", "antwort", "sv", "vs", "ref", "rif", "res", "odp", "ynt", "vá", "bls", "atb", "回复", "回覆",
    "答复", "答覆", "返信", "답장", "회신",
)  # fmt: skip
_FORWARD_WORDS: Final = (
    "fwd", "fw", "wg", "tr", "rv", "enc", "i", "vl", "vb", "vid", "pd", "ilt", "i̇lt", "továbbítás", "转发", "轉寄",
    "转寄", "轉發", "転送", "전달",
)  # fmt: skip
_COUNT: Final = r"\s*(?:[\[(（]\s*\d{1,3}\s*[\])）]|\^\d{1,3})?\s*"
_REPLY_MARK: Final = re.compile(
    rf"\s*(?:{'|'.join(sorted(map(re.escape, (*_REPLY_WORDS, *_FORWARD_WORDS)), key=len, reverse=True))}){_COUNT}[:：]",
    re.IGNORECASE,
)
_FORWARD_MARK: Final = re.compile(
    rf"\s*(?:(?:{'|'.join(map(re.escape, _REPLY_WORDS))}){_COUNT}[:：]\s*)*"
    rf"(?:{'|'.join(sorted(map(re.escape, _FORWARD_WORDS), key=len, reverse=True))}){_COUNT}[:：]",
    re.IGNORECASE,
)
_SPACE: Final = re.compile(r"\s+")
_LINE_END: Final = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Not allowed in YAML: control characters, halves of surrogate pairs, and two signs that are no characters.
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_DIRECTION: Final = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_EMPTY_LINES: Final = re.compile(r"\n{4,}")
_LONGEST_TITLE: Final = 150
CUT_MARK: Final = "…"


def clean_line(text: str) -> str:
    """Returns a text on one line, without control characters and signs that turn the direction of writing."""
    return _SPACE.sub(" ", _DIRECTION.sub("", _FORBIDDEN.sub("", _LINE_END.sub(" ", text)))).strip()


def clean_text(text: str) -> str:
    """Returns a text of several lines without what YAML forbids, and with at most two empty lines together."""
    lines = _FORBIDDEN.sub("", _LINE_END.sub("\n", text)).split("\n")
    return _EMPTY_LINES.sub("\n\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


def cut_text(text: str, longest: int, name: str) -> str:
    """Returns the text, or its beginning and the name of the file that has the rest."""
    if len(text) <= longest:
        return text
    return f"{text[:longest].rstrip()}\n[{CUT_MARK} {name}]"


def without_reply_marks(subject: str) -> str:
    """Returns a subject without marks such as `Re:`, `AW:`, `回复：` and `Fwd:` at its beginning."""
    line = clean_line(subject)
    while (match := _REPLY_MARK.match(line)) is not None:
        line = line[match.end() :].strip()
    return line


def is_forwarded(subject: str) -> bool:
    """Whether the subject says that somebody passes another mail on."""
    return _FORWARD_MARK.match(clean_line(subject)) is not None


def has_reply_mark(subject: str) -> bool:
    """Whether the subject begins with the mark of an answer or of a forwarded mail."""
    return _REPLY_MARK.match(clean_line(subject)) is not None


def mail_title(subject: str, text: str, otherwise: str) -> str:
    """Returns the title of a case: the subject, else the first line of the text, else `otherwise`."""
    first_line = next((line for line in map(clean_line, text.splitlines()) if line), "")
    title = without_reply_marks(subject) or first_line or otherwise
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}{CUT_MARK}"
