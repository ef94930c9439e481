"""Decodes texts whose charset is missing, unknown or wrong."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import chardet

from complaintctl.exchange.mail.mime.usual_characters import usual_share

# Names that mail programs write, and the charset that is meant: browsers read them in the same way, because writers
# use the larger charset under the name of the smaller one (https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT: Final = {
    "ansi_x3.4-1968": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "euc-cn": "gb18030",
    "cn-gb": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big-5": "cp950",
    "cn-big5": "cp950",
    "x-x-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "ks_c_5601-1989": "cp949",
    "windows-949": "cp949",
    "x-windows-949": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "dos-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "utf8": "utf-8",
    "utf-8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-2-0-utf-7": "utf-7",
}
_SEVEN_BIT: Final = frozenset({"utf-7", "hz", "iso2022_jp_ext", "iso2022_kr", "iso2022_jp", "iso2022_jp_2"})
# What is tried if neither the e-mail nor chardet names a charset that fits.
_CANDIDATES: Final = ("gb18030", "cp950", "cp932", "cp949", "euc_jp", "cp1251", "cp1252")
_WIDE: Final = frozenset(
    {"gb18030", "cp950", "big5hkscs", "cp932", "cp949", "euc_jp", "utf-8", "johab", "shift_jis_2004"}
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How much of a text is judged.
_SAMPLE_BYTES: Final = 16 * 1024
# A text is believed to be in a charset if so many of its characters outside ASCII are usual ones.
_PLAUSIBLE: Final = 0.7
# A single-byte charset cannot fail. Texts in Latin letters have fewer letters outside ASCII than this share.
_SUSPICIOUS_SHARE: Final = 0.4
_SUSPICIOUS_BYTES: Final = 4
_CONFIDENT: Final = 0.2
# A charset of one byte a character explains everything, so it counts less.
_SINGLE_BYTE_FACTOR: Final = 0.8
_DETECTED_BONUS: Final = 0.25
_DECLARED_BONUS: Final = 0.15
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_LETTERS: Final = re.compile(rb"[A-Za-z\x80-\xff]")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,40}")
_ESCAPE_JP: Final = re.compile(rb"\x1b\$[@B]|\x1b\([IJ]")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text and its charset; `damaged` counts places that fit no charset, `is_repaired` if the declaration was not followed."""

    text: str
    charset: str
    damaged: int = 0
    is_repaired: bool = False


def decode_text(content: bytes, declared: str | None, hint: str | None = None) -> DecodedText:
    """Decodes a text by its declared charset if that fits, else by the one that fits best.

    `hint` is the charset of another text of the same e-mail, for text that declares none.
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            text = _try_decoding(content[len(mark) :], charset)
            if text is not None:
                return DecodedText(text, charset)
    named = find_charset(declared)
    if not _HIGH.search(content):
        return _decode_seven_bit(content, named)
    charset = named if named and _is_fitting(content, named) else _best_charset(content, named, hint)
    text = content.decode(charset, "replace")
    damaged = text.count("\ufffd") - content.count("\ufffd".encode())
    return DecodedText(text, charset, max(damaged, 0), bool(declared) and charset != named)


def find_charset(name: str | None) -> str | None:
    """Returns Python's name of the charset that is meant, or None if the name is missing or unknown."""
    plain = (name or "").strip().strip("\"'").strip().lower()
    plain = _MEANT.get(plain, plain)
    if not _NAME.fullmatch(plain):
        return None
    try:
        found = codecs.lookup(plain).name
        # Raises LookupError for codecs such as `rot13` and `zip`, which decode no text.
        b"a".decode(found)
    except (LookupError, ValueError):
        return None
    return None if found in _NO_CHARSETS else _MEANT.get(found, found)


_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "mbcs", "oem"}
)


def _decode_seven_bit(content: bytes, named: str | None) -> DecodedText:
    charset = named if named in _SEVEN_BIT else None
    if named and named.startswith(("utf-16", "utf-32")) and _try_decoding(content, named) is not None:
        charset = named
    if charset is None and _ESCAPE_JP.search(content):
        charset = "iso2022_jp_ext"
    text = _try_decoding(content, charset) if charset else None
    if charset is None or text is None:
        return DecodedText(content.decode("ascii"), "ascii")
    return DecodedText(text, charset, is_repaired=charset != (named or charset))


def _is_fitting(content: bytes, named: str) -> bool:
    """Whether a text with bytes outside ASCII can be in the declared charset."""
    sample = _sample(content)
    text = _try_decoding(content, named)
    if text is None:
        return False
    if named in {"utf-8", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"}:
        return True
    # Valid UTF-8 by chance is rare; if the declared charset has characters of two bytes, it happens in short texts.
    other = _try_decoding(sample, "utf-8")
    if (
        other is not None
        and len(other) < len(sample)
        and (named not in _WIDE or usual_share(other) > usual_share(sample.decode(named, "replace")))
    ):
        return False
    if named in _WIDE:
        return usual_share(sample.decode(named, "replace")) >= _PLAUSIBLE
    return not _is_suspicious(sample) or _detect(sample) not in _WIDE | {"cp1251", "koi8-r", "cp1253"}


def _best_charset(content: bytes, named: str | None, hint: str | None) -> str:
    """The charset that fits best; the declared one if none does."""
    sample = _sample(content)
    if _try_decoding(content, "utf-8") is not None or _is_mostly_utf8(sample):
        return "utf-8"
    hinted, detected = find_charset(hint), _detect(sample)
    if hinted and _is_hint_fitting(sample, hinted):
        return hinted
    fits = {charset: _fit(sample, charset) for charset in (detected, named, *_CANDIDATES) if charset}
    if detected:
        fits[detected] += _DETECTED_BONUS
    if named:
        fits[named] += _DECLARED_BONUS
    best = max(fits, key=lambda charset: fits[charset])
    return best if fits[best] >= _PLAUSIBLE / 2 else named or best


def _is_hint_fitting(sample: bytes, hinted: str) -> bool:
    is_usual = usual_share(sample.decode(hinted, "replace")) >= _PLAUSIBLE
    return is_usual and (hinted in _WIDE or not _is_suspicious(sample) or hinted != "cp1252")


def _fit(sample: bytes, charset: str) -> float:
    """How well a charset explains a text: the share of usual characters; damaged places are unusual."""
    share = usual_share(sample.decode(charset, "replace"))
    return share if charset in _WIDE else share * _SINGLE_BYTE_FACTOR


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether UTF-8 with a few damaged places, such as a cut character, explains the text."""
    text = sample.decode("utf-8", "replace")
    wide = sum(character > "\x7f" for character in text)
    return wide > 0 and text.count("\ufffd") * 10 <= wide


def _is_suspicious(sample: bytes) -> bool:
    high = sum(map(len, _HIGH.findall(sample)))
    return high >= _SUSPICIOUS_BYTES and high >= _SUSPICIOUS_SHARE * len(_LETTERS.findall(sample))


def _detect(sample: bytes) -> str | None:
    """The charset that chardet names."""
    found = chardet.detect(sample)
    return find_charset(found["encoding"]) if found["confidence"] >= _CONFIDENT else None


def _sample(content: bytes) -> bytes:
    """The first lines that have bytes outside ASCII."""
    if len(content) <= _SAMPLE_BYTES:
        return content
    return b"\n".join(_high_lines(content))


def _high_lines(content: bytes) -> Iterator[bytes]:
    size = 0
    start = 0
    while size < _SAMPLE_BYTES and (match := _HIGH.search(content, start)):
        begin = content.rfind(b"\n", start, match.start()) + 1 or max(start, match.start() - 200)
        end = content.find(b"\n", match.start())
        end = len(content) if end < 0 else end
        yield content[begin : min(end, begin + _SAMPLE_BYTES)]
        size += end - begin
        start = end


def _try_decoding(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        return None
