"""Finds postal addresses in a text: Chinese ones by road, number and room, Western ones by a street and its number."""

import re
from collections.abc import Iterator
from typing import Final

# A Chinese address goes from the large to the small. One part that ends in a number is enough with a road before it.
_REGIONS: Final = r"(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|州|盟|区|县|旗|镇|乡|街道))*"
_ROAD: Final = r"[\u4e00-\u9fff]{2,8}?(?:路|大街|街|大道|道|巷|弄|胡同|里弄)"
_ESTATE: Final = r"[\u4e00-\u9fff]{2,8}?(?:小区|花园|家园|公寓|大厦|新村|社区|苑|村|庄|府|城|里)"
_NUMBER: Final = r"[ ]?(?:\d{1,5}(?:[-之]\d{1,4})?|[一二三四五六七八九十百]{1,5})[ ]?"
_INNER: Final = rf"(?:{_NUMBER}(?:号楼|号院|栋|幢|座|单元|楼|层|室|号|户))"
_BY_ROAD: Final = re.compile(
    rf"{_REGIONS}{_ROAD}(?:{_NUMBER}弄)?{_NUMBER}号(?!线|机|样|批|门店|店|仓|工位|件|电池|产品|模具|车间)(?:院|楼)?(?:[\u4e00-\u9fff]{{0,8}}?{_INNER})*"
)
_BY_ESTATE: Final = re.compile(
    rf"{_REGIONS}{_ESTATE}(?:{_INNER}){{2,}}|{_REGIONS}{_ESTATE}{_NUMBER}(?:号楼|栋|幢)"
)
_BY_ROOM: Final = re.compile(rf"{_NUMBER}(?:号楼|栋|幢|号){_NUMBER}单元{_NUMBER}(?:室|号|户)?")
# Roads that no post knows: circuits, pipes, trains of thought, production lines.
_NO_ROAD: Final = re.compile(
    r"(?:[线电网油气回管水套思短断支通并串开闭旁链公铁高售退出来走半一上下]路|[知渠频管轨赛味报]道)(?=[ ]?[\d一二三四五六七八九十])"
)
_STREET_WORD: Final = (
    r"(?:Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Lane|Ln\.?|Drive|Dr\.?|Boulevard|Blvd\.?|Court|Ct\.?|Terrace|Ter\.?|"
    r"Square|Sq\.?|Parkway|Pkwy|Crescent|Close|Highway|Hwy|Place|Pl\.?|Way)"
)
_ENGLISH: Final = re.compile(
    rf"(?<![\w#$€£.,-])\d{{1,5}}[A-Za-z]?,? (?:(?:N|S|E|W|North|South|East|West)\.? )?(?:[A-Z][a-z]+(?:'s)? |\d{{1,3}}(?:st|nd|rd|th) ){{1,3}}{_STREET_WORD}"
    r"(?![A-Za-z])(?:,? (?:Apt|Apartment|Unit|Suite|Flat|#)\.? ?[0-9A-Za-z-]{1,5})?(?:,? [A-Z][a-z]+(?: [A-Z][a-z]+)?,? (?:[A-Z]{2} \d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}))?"
)
_POST_BOX: Final = re.compile(r"\bP\.? ?O\.? Box \d{1,6}\b", re.IGNORECASE)
_GERMAN: Final = re.compile(
    r"(?<![\w])(?:(?:Am|An der|Auf der|Im|In der|Zum|Zur) )?[A-ZÄÖÜ][a-zäöüß]+(?:-[A-ZÄÖÜ][a-zäöüß]+)*[- ]?(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|[Ww]eg|[Pp]latz|[Aa]llee|[Gg]asse|[Rr]ing|[Dd]amm|[Uu]fer)"
    r" \d{1,4} ?[a-z]?(?![\w%])(?:,? (?:D-)?\d{5} [A-ZÄÖÜ][a-zäöüß]+)?"
)
_CHINESE_SIGNS: Final = frozenset("号室栋幢弄单")


def find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yields start and end of each postal address; the digits of the text are ASCII digits."""
    if not text.isascii() and not _CHINESE_SIGNS.isdisjoint(text):
        yield from _find_chinese(text)
    for pattern in (_ENGLISH, _GERMAN, _POST_BOX):
        yield from (match.span() for match in pattern.finditer(text))


def _find_chinese(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (_BY_ROAD, _BY_ESTATE, _BY_ROOM):
        for match in pattern.finditer(text):
            if pattern is not _BY_ROAD or not _NO_ROAD.search(match[0]):
                yield match.span()
