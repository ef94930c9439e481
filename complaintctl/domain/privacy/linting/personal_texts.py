"""Finds personal data in a text: telephone numbers, addresses, identity and card numbers. Pure patterns, no names."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from complaintctl.domain.privacy.linting import personal_numbers
from complaintctl.domain.privacy.linting.postal_addresses import find_addresses

PersonalKind = Literal["phone", "email", "address", "id-number", "bank-card", "passport", "customer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalSpan:
    """Personal data in a text: from character `start` to before `end`, counted from 0."""

    kind: PersonalKind
    start: int
    end: int


# Without one of these, a text has nothing to find.
_MAY_CONTAIN: Final = re.compile(r"\d|@|[\[(] ?at ?[\])]|[一二三四五六七八九十百][号栋幢弄]", re.IGNORECASE)
# No number of a person is shorter, but for some passports.
_SEVEN_DIGITS: Final = re.compile(r"\d(?:[ ()/.+-]{0,3}\d){6}")
_LEFT: Final = r"(?<![0-9A-Za-z])(?<![0-9][.,])(?<![A-Za-z0-9]-)(?<![A-Za-z0-9]/)(?<!#)"
_RIGHT: Final = r"(?![0-9A-Za-z])(?![-/.,][0-9])"
# Numbers after these words are not those of a person, whatever they look like.
_OTHER_NUMBER: Final = re.compile(
    r"(?:(?<![A-Za-z])(?:order|invoice|tracking|parcel|waybill|shipment|serial|s/?n|batch|lot|imei|sku|item|part|model|"
    r"article|case|ticket|ref|reference|contract|receipt|transaction|asset|barcode|ean|upc|device|firmware|bestellung|"
    r"bestellnummer|rechnung|rechnungsnummer|seriennummer)|订单|运单|快递|物流|发票|序列|批次|工单|案件|合同|流水|交易|"
    r"条码|产品|设备|固件|机身|受理|单号|编号|货号|型号|批号|件号)"
    r"[\s.:：#]{0,3}(?:no|nr|num|number|code|id|号码|编号|号|码)?[\s.:：#=是为]{0,4}[(（]?$",
    re.IGNORECASE,
)
_LOOK_BACK: Final = 32
_MOBILE: Final = re.compile(
    rf"{_LEFT}(?:(?:\+|00)?86[ -]?)?(?:13\d|14[014-9]|15[0-35-9]|16[2567]|17[0-8]|18\d|19\d)"
    rf"(?:[ -]?\d{{4}}[ -]?\d{{4}}|\d{{2}} \d{{3}} ?\d{{3}}|[ -]\d{{3}}[ -]\d{{5}}){_RIGHT}"
)
_LANDLINE: Final = re.compile(
    rf"{_LEFT}(?:\(0(?:10|2\d|[3-9]\d\d)\) ?|(?:(?:\+|00)86[ -]?)?0(?:10|2\d|[3-9]\d\d)[ -])"
    rf"[2-8]\d{{2,3}}[ -]?\d{{4}}(?:(?:-|转| ?ext\.? ?)\d{{1,5}})?{_RIGHT}"
)
_INTERNATIONAL: Final = re.compile(
    rf"(?<![0-9A-Za-z+])(?:\+|(?<![0-9.,])00(?=[1-9]\d{{0,2}}[ -]))[1-9]\d{{0,3}}(?:[ ./-]?\(0?\d{{1,4}}\))?(?:[ ./-]{{0,2}}\d){{5,13}}{_RIGHT}"
)
_AMERICAN: Final = re.compile(
    rf"{_LEFT}(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d(?P<sep>[ .-]))[2-9]\d\d(?(sep)(?P=sep)|[ .-])\d{{4}}{_RIGHT}"
)
_EUROPEAN: Final = re.compile(
    rf"{_LEFT}(?:020 \d{{4}} ?\d{{4}}|07\d{{3}} ?\d{{3}} ?\d{{3}}|01\d{{2,3}} \d{{3}} ?\d{{3,4}}|0[1-9]\d{{1,3}}(?:[ /]|-(?=\d{{6}}))\d{{3,4}} ?\d{{3,5}}|"
    rf"0[1-9](?: \d\d){{4}}){_RIGHT}"
)
_AFTER_WORD: Final = re.compile(
    r"(?:\btel(?:efon|ephone|\.)?|\b(?:mobile|cell)?phone|\bmobile|\bcell|\bfax|\bwhatsapp|\bhandy|\brückruf|\bcall(?:ed)?(?: me| us| him| her| back)?"
    r"(?: at| on)?|\bQQ|电话|手机|座机|致电|联系方式|回电|传真|热线)(?: ?(?:number|no\.?|nr\.?|号码|号|is|是|为|改为))?[\s:：=是为,，]{0,3}"
    rf"(?P<number>\(?\d[\d ()/-]{{5,18}}\d){_RIGHT}",
    re.IGNORECASE,
)
_WORD_DIGITS: Final = range(7, 14)
# Beginnings of numbers that belong to companies: 400 and 800.
_SERVICE_NUMBER: Final = re.compile(r"(?:\+?86[ -]?)?[48]00[ -]?\d{3,4}[ -]?\d{3,4}")
_DAY: Final = re.compile(r"(?:19|20)\d\d[-./ ]?(?:0?[1-9]|1[0-2])[-./ ]?(?:[0-2]?\d|3[01])(?!\d)")
_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+'-]{1,64}(?:@| ?[\[(] ?at ?[\])] ?)"
    r"(?:[A-Za-z0-9-]{1,63}(?:\.| ?[\[(] ?dot ?[\])] ?)){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9@])",
    re.IGNORECASE,
)
# Addresses of an office, not of a person; and names of pictures such as logo@2x.png.
_OFFICE: Final = re.compile(
    r"(?:service|services|support|info|help|helpdesk|hello|contact|sales|office|complaints?|feedback|care|"
    r"customer[._-]?(?:service|care|support)|no-?reply|do-?not-?reply|noreply|postmaster|webmaster|admin|"
    r"mailer-daemon|git|press|hr|jobs|privacy|dpo|kefu|tousu|kundenservice)[+@ ].*",
    re.IGNORECASE,
)
_PICTURE: Final = re.compile(r".*\.(?:png|jpe?g|gif|svg|webp|ico)", re.IGNORECASE)
_IDENTITY: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[ -]?(?:19|20)\d\d[01]\d[0-3]\d[ -]?\d{3}[\dXx](?![0-9A-Za-z])"
)
_IDENTITY_WORD: Final = re.compile(
    r"(?:身份证|证件|\bID card|\bidentity card|\bID)(?: ?(?:number|no\.?|号码|号))?[\s:：=是为]{0,3}"
    r"(?P<number>\d{17}[\dXx]|\d{15})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_CARD: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![A-Za-z0-9][-/])(?:\d{13,19}|\d{4}(?:(?P<sep>[ -])\d{4})(?:(?P=sep)\d{4}){1,3}(?:(?P=sep)?\d{1,3})?|"
    r"\d{4}[ -]\d{6}[ -]\d{4,5})(?![0-9A-Za-z])(?!-\d)"
)
_PASSPORT_WORD: Final = re.compile("护照|通行证|pass", re.IGNORECASE)
_PASSPORT: Final = re.compile(
    r"(?:护照|通行证|\bpassport|\breisepass)(?: ?(?:number|no\.?|nr\.?|号码|号|is|是|为))?[\s:：=是为#]{0,3}"
    r"(?P<number>[A-Z]{1,2}\d{7,8}|\d{9}|[CFGHJKLMNPRTVWXYZ](?=[A-Z]*\d)[0-9A-Z]{8})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_CHINESE_DIGITS: Final = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_SPELLED: Final = re.compile(r"[零〇一二三四五六七八九幺]{7,}")
_DASHES: Final = str.maketrans(
    dict.fromkeys("‐‑‒–—−－", "-") | dict.fromkeys("\u00a0\u2002\u2003\u2009\u3000", " ")
)


def find_personal(text: str) -> Iterator[PersonalSpan]:
    """Yields the personal data in a text, in order, without overlaps; of two that overlap, the one listed first here.

    Digits may be wide or Chinese words. Numbers of offices (400, 800, info@…) are no personal data.
    """
    plain = plain_signs(text)
    if not _MAY_CONTAIN.search(plain):
        return
    spans: list[PersonalSpan] = []
    for find in _FINDERS if _SEVEN_DIGITS.search(plain) else _FINDERS_WITHOUT_NUMBERS:
        for span in find(plain):
            if not any(span.start < other.end and other.start < span.end for other in spans):
                spans.append(span)
    yield from sorted(spans, key=_span_start)


def _span_start(span: PersonalSpan) -> int:
    return span.start


def plain_signs(text: str) -> str:
    """Returns the text with ASCII digits, signs and blanks for wide ones and Chinese digits; its length stays."""
    if text.isascii():
        return text
    text = "".join(sign if sign < "\uff00" else _narrow(sign) for sign in text.translate(_DASHES))
    return _SPELLED.sub(lambda match: match[0].translate(_CHINESE_DIGITS), text)


def _narrow(sign: str) -> str:
    narrow = unicodedata.normalize("NFKC", sign)
    return narrow if len(narrow) == 1 else sign


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _is_other_number(text: str, start: int) -> bool:
    return _OTHER_NUMBER.search(text[max(0, start - _LOOK_BACK) : start]) is not None


def is_number_name(name: str) -> bool:
    """Whether a field of this name holds numbers of orders, serials or parcels, which are those of no person."""
    return _OTHER_NUMBER.search(name.replace("_", " ") + " ") is not None


def _find_identities(text: str) -> Iterator[PersonalSpan]:
    for match in _IDENTITY.finditer(text):
        if personal_numbers.is_identity_number(match[0].replace(" ", "").replace("-", "")):
            yield PersonalSpan(kind="id-number", start=match.start(), end=match.end())
    for match in _IDENTITY_WORD.finditer(text):
        if personal_numbers.has_identity_form(match["number"]):
            yield PersonalSpan(kind="id-number", start=match.start("number"), end=match.end("number"))


def _find_cards(text: str) -> Iterator[PersonalSpan]:
    for match in _CARD.finditer(text):
        if personal_numbers.is_card_number(_digits(match[0])) and not _is_other_number(text, match.start()):
            yield PersonalSpan(kind="bank-card", start=match.start(), end=match.end())


def _find_passports(text: str) -> Iterator[PersonalSpan]:
    if not _PASSPORT_WORD.search(text):
        return
    for match in _PASSPORT.finditer(text):
        yield PersonalSpan(kind="passport", start=match.start("number"), end=match.end("number"))


def _find_emails(text: str) -> Iterator[PersonalSpan]:
    if (
        "@" not in text
        and " at" not in text.lower()
        and "[at" not in text.lower()
        and "(at" not in text.lower()
    ):
        return
    for match in _EMAIL.finditer(text):
        if not _OFFICE.fullmatch(match[0]) and not _PICTURE.fullmatch(match[0]):
            yield PersonalSpan(kind="email", start=match.start(), end=match.end())


def _find_international(text: str) -> Iterator[PersonalSpan]:
    for match in _INTERNATIONAL.finditer(text):
        digits = _digits(match[0].removeprefix("00").replace("(0)", ""))
        grouped = len(match[0]) > len(digits) + 1 or len(digits) >= len("49301234567")
        if grouped and personal_numbers.is_international_number(digits) and not _is_service(match[0]):
            yield PersonalSpan(kind="phone", start=match.start(), end=match.end())


def _find_phones(text: str) -> Iterator[PersonalSpan]:
    for pattern in (_MOBILE, _LANDLINE, _AMERICAN, _EUROPEAN):
        for match in pattern.finditer(text):
            if not (_is_other_number(text, match.start()) or _is_service(match[0]) or _DAY.match(match[0])):
                yield PersonalSpan(kind="phone", start=match.start(), end=match.end())


def _find_after_words(text: str) -> Iterator[PersonalSpan]:
    for match in _AFTER_WORD.finditer(text):
        number = match["number"]
        count = len(_digits(number))
        if count in _WORD_DIGITS and not _DAY.match(number) and not _is_service(number):
            yield PersonalSpan(kind="phone", start=match.start("number"), end=match.end("number"))


def _is_service(number: str) -> bool:
    return _SERVICE_NUMBER.fullmatch(number) is not None


def _find_postal(text: str) -> Iterator[PersonalSpan]:
    for start, end in find_addresses(text):
        yield PersonalSpan(kind="address", start=start, end=end)


_FINDERS: Final[tuple[Callable[[str], Iterator[PersonalSpan]], ...]] = (
    _find_identities,
    _find_emails,
    _find_passports,
    _find_cards,
    _find_international,
    _find_phones,
    _find_after_words,
    _find_postal,
)
_FINDERS_WITHOUT_NUMBERS: Final = (_find_emails, _find_passports, _find_postal)
