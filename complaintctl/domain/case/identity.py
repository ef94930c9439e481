"""Which spellings of a telephone number, an e-mail address or a serial number mean the same.

A case keeps the text as it was typed. Search, filters, repetition, surveys and `customer` compare these keys.
"""

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from complaintctl.domain.case import fields, folding
from complaintctl.domain.case.case import Case, Customer

PHONE_FIELD: Final = "customer.phone"
EMAIL_FIELD: Final = "customer.email"
SERIAL_FIELD: Final = "product.serial"
BATCH_FIELD: Final = "product.batch"
# Fields that are compared by key and not letter by letter.
IDENTITY_FIELDS: Final = frozenset({PHONE_FIELD, EMAIL_FIELD, SERIAL_FIELD, BATCH_FIELD})

# ITU-T E.164: the country codes of two digits; 1 and 7 have one digit, all others three.
_TWO_DIGIT_CODES: Final = frozenset(
    {20, 27, 36, 39, 40, 41, 81, 82, 84, 86, 98}
    | {*range(30, 35), *range(43, 50), *range(51, 59), *range(60, 67), *range(90, 96)}
)
# A longer number without a leading 0 begins with a country code (`8613800138000`).
_LONGEST_NATIONAL: Final = 11
_LONGEST_NORTH_AMERICAN: Final = 10
_SHORTEST_NUMBER: Final = 5
# Numbers side by side in one field have at least this many digits each; shorter parts belong together.
_SHORTEST_OF_SEVERAL: Final = 7
_SHORTEST_SERIAL: Final = 3
_DIGIT_RUN: Final = re.compile(r"[+(\s]*\d[\d\s().\-‐‑–—/]*")
_EXTENSION_WORD: Final = re.compile(r"(extension|ext|x|#|转|轉|分机|分機|内线|durchwahl)[.:\s]*")
_FOREIGN_DIGIT: Final = re.compile(r"(?![0-9])\d")
_ADDRESS: Final = re.compile(r"[^\s<>,;:，；、()\"]+@[^\s<>,;:，；、()\"]+")
_LETTERS_AND_DIGITS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneNumber:
    """A telephone number: country code (if the policy has one), national number without trunk 0, extension."""

    code: str
    national: str
    extension: str = ""

    @property
    def key(self) -> str:
        """The text that all spellings of the number have in common."""
        return f"{self.code}{self.national}{self.extension}"

    def is_same_line(self, other: "PhoneNumber") -> bool:
        """Whether the numbers are equal; a number without extension equals the number with any."""
        extensions = {self.extension, other.extension} - {""}
        return (self.code, self.national) == (other.code, other.national) and len(extensions) <= 1


def fold_text(text: str) -> str:
    """Returns the text in lower case, with full-width letters and the digits of all scripts as ASCII."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if folded.isascii():
        return folded
    return _FOREIGN_DIGIT.sub(lambda digit: str(int(digit[0])), folded)


def squeeze_text(text: str) -> str:
    """Returns the folded text without anything but letters and digits: `SN-44 11` and `sn4411` become equal."""
    return "".join(_LETTERS_AND_DIGITS.findall(fold_text(text)))


def country_digits(country_code: str | None) -> str:
    """Returns the digits of a country code such as `+86`; "" without one."""
    return "".join(re.findall(r"\d", country_code or "")).lstrip("0")


def parse_phones(text: str, country_code: str | None) -> tuple[PhoneNumber, ...]:
    """Returns the telephone numbers in a text; numbers without a country code have that of the policy.

    Without a policy's code, country codes are ignored: `+86 138…` and `138…` are the same number then, too.
    """
    folded, numbers, end = fold_text(text), list[PhoneNumber](), 0
    for run in _DIGIT_RUN.finditer(folded):
        between, end = folded[end : run.start()].strip(), run.end()
        digits = _digits(run[0])
        if numbers and _EXTENSION_WORD.fullmatch(between):
            last = numbers[-1]
            numbers[-1] = PhoneNumber(code=last.code, national=last.national, extension=digits)
        elif _is_number(digits):
            numbers += [_parse_number(part, country_digits(country_code)) for part in _parts(run[0])]
    return tuple(numbers)


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))


def _is_number(digits: str) -> bool:
    """False for short runs and for placeholders such as 00000000000."""
    return len(digits) >= _SHORTEST_NUMBER and len(set(digits)) > 1


def _parts(run: str) -> list[str]:
    """Returns the numbers of a run of digits: `13800138000 / 13900139000` are two."""
    parts = re.split(r"\s*/\s*|\s+", run.strip(" /"))
    is_list = all(len(_digits(part)) >= _SHORTEST_OF_SEVERAL for part in parts)
    return parts if is_list else [run]


def _parse_number(run: str, country: str) -> PhoneNumber:
    digits = _digits(run.replace("(0)", ""))
    longest = _LONGEST_NORTH_AMERICAN if country == "1" else _LONGEST_NATIONAL
    exit_code = "011" if country == "1" else "00"
    if "+" in run:
        is_international = True
    elif digits.startswith(exit_code):
        digits, is_international = digits.removeprefix(exit_code), True
    else:
        is_international = not digits.startswith("0") and len(digits) > longest
    code = _calling_code(digits) if is_international else country
    national = digits.removeprefix(code) if is_international else digits
    return PhoneNumber(code=f"+{code}" if country else "", national=national.removeprefix("0") or digits)


def _calling_code(digits: str) -> str:
    if digits[:1] in {"1", "7"}:
        return digits[:1]
    return digits[:2] if int(digits[:2]) in _TWO_DIGIT_CODES else digits[:3]


def parse_emails(text: str) -> frozenset[str]:
    """Returns the e-mail addresses in a text, in lower case, without names and brackets."""
    return frozenset(address.removeprefix("mailto:") for address in _ADDRESS.findall(fold_text(text)))


def comparable_keys(field: str, text: str, country_code: str | None) -> frozenset[str]:
    """Returns the keys by which the value of a field is compared; a field may hold several telephone numbers."""
    keys = frozenset[str]()
    if field == PHONE_FIELD:
        keys = frozenset(number.key for number in parse_phones(text, country_code))
    elif field == EMAIL_FIELD:
        keys = parse_emails(text)
    elif field == BATCH_FIELD:
        # Only blanks and width: a hyphen distinguishes the batches 11-2 and 1-12.
        return frozenset({"".join(fold_text(text).split())})
    elif field not in IDENTITY_FIELDS:
        return frozenset({folding.fold_value(text)})
    return keys or frozenset({squeeze_text(text) or text})


def comparable_text(field: str, text: str, country_code: str | None) -> str:
    """Returns one text by which the values of a field are grouped: equal for all spellings of a value."""
    return " ".join(sorted(comparable_keys(field, text, country_code)))


def needle_text(field: str, text: str, country_code: str | None) -> str:
    """Returns the part that the squeezed value of an identity field contains if it contains the typed text."""
    numbers = parse_phones(text, country_code) if field == PHONE_FIELD else ()
    return numbers[0].national if numbers else squeeze_text(text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """What a customer can be recognised by: numbers, addresses, the serial number of the product, the name.

    `pseudonyms` stand for the numbers, addresses and the name of a sealed customer: `phone-…`, `email-…`, `name-…`.
    """

    phones: tuple[PhoneNumber, ...] = ()
    emails: frozenset[str] = frozenset()
    serial: str = ""
    name: str = ""
    pseudonyms: frozenset[str] = frozenset()

    def needles(self) -> frozenset[str]:
        """Texts of which the squeezed file of a case with the same contact contains at least one."""
        phones = {number.national for number in self.phones}
        texts = {*map(squeeze_text, (*self.emails, *self.pseudonyms)), self.serial, self.name}
        return frozenset({*phones, *texts} - {""})


def make_contact(
    country_code: str | None, *, phone: str | None, email: str | None, serial: str | None, name: str | None
) -> Contact:
    """Returns what a customer with these texts, as typed, can be recognised by."""
    return Contact(
        phones=parse_phones(phone or "", country_code),
        emails=parse_emails(email or ""),
        serial=_serial_key(serial or ""),
        name=squeeze_text(name or ""),
    )


def contact_of_case(case: Case, country_code: str | None) -> Contact:
    """Returns what the customer of a case can be recognised by; of a sealed one the pseudonyms."""
    customer = case.customer or Customer()
    contact = make_contact(
        country_code,
        phone=customer.phone,
        email=customer.email,
        serial=case.product.serial if case.product else None,
        name=customer.name,
    )
    return dataclasses.replace(contact, pseudonyms=frozenset(customer.known_by))


def pseudonyms_of(contact: Contact, kind: str) -> frozenset[str]:
    """Returns the pseudonyms of one kind: `phone`, `email`, `name`."""
    return frozenset(text for text in contact.pseudonyms if text.startswith(f"{kind}-"))


def case_comparable_text(case: Case, field: str, country_code: str | None) -> str:
    """Returns one text by which the values of a field are compared between cases; "" if the case has none.

    Of a sealed customer it is the pseudonyms, so sealed cases are like each other but like no case in plain text.
    """
    customer = case.customer
    if customer is not None and customer.sealed is not None and field in fields.PSEUDONYM_FIELDS:
        kind = field.rpartition(".")[2]
        return " ".join(sorted(text for text in customer.known_by if text.startswith(f"{kind}-")))
    text = fields.text_at(case, field)
    return comparable_text(field, text, country_code) if text else ""


def parse_contact(text: str, country_code: str | None) -> Contact:
    """Returns a typed text as everything that it can be: a number, an address, a serial number, a name."""
    words = _EXTENSION_WORD.sub("", _DIGIT_RUN.sub("", fold_text(text)))
    return Contact(
        phones=() if words.strip("+() ") else parse_phones(text, country_code),
        emails=parse_emails(text),
        serial=_serial_key(text),
        name=squeeze_text(text),
    )


def _serial_key(text: str) -> str:
    """Returns the squeezed serial number; "" for a word such as `unknown`, which identifies no product."""
    key = squeeze_text(text)
    return key if len(key) >= _SHORTEST_SERIAL and any(map(str.isdigit, key)) and len(set(key)) > 1 else ""


def shared_parts(one: Contact, other: Contact) -> tuple[str, ...]:
    """Returns by what two contacts are the same: phone, email, serial, name."""
    shared = {
        "phone": any(left.is_same_line(right) for left in one.phones for right in other.phones),
        "email": bool(one.emails & other.emails),
        "serial": one.serial == other.serial != "",
        "name": one.name == other.name != "",
    }
    kinds = {text.partition("-")[0] for text in one.pseudonyms & other.pseudonyms}
    return tuple(name for name, is_shared in shared.items() if is_shared or name in kinds)
