"""Checks of numbers that name a person: Chinese identity cards, bank cards, telephone numbers."""

import re
from datetime import date
from typing import Final

# GB 11643-1999: the weights and the check characters of ISO 7064 MOD 11-2.
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS: Final = "10X98765432"
# GB/T 2260: the first two digits are the province.
_PROVINCE: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_ID_LENGTH: Final = 18
_OLD_ID_LENGTH: Final = 15
_FIRST_BIRTH_YEAR: Final = 1900
_LAST_BIRTH_YEAR: Final = 2099
# ISO/IEC 7812: the first and the last beginning of a number, and its lengths, by issuer.
_ISSUERS: Final[tuple[tuple[str, str, frozenset[int]], ...]] = (
    ("4", "4", frozenset({13, 16, 19})),  # Visa
    ("51", "55", frozenset({16})),  # Mastercard
    ("2221", "2720", frozenset({16})),  # Mastercard
    ("34", "34", frozenset({15})),  # American Express
    ("37", "37", frozenset({15})),  # American Express
    ("62", "62", frozenset({16, 17, 18, 19})),  # UnionPay
    ("81", "81", frozenset({16, 17, 18, 19})),  # UnionPay
    ("6011", "6011", frozenset({16})),  # Discover
    ("644", "659", frozenset({16})),  # Discover
    ("3528", "3589", frozenset({16})),  # JCB
    ("300", "305", frozenset({14})),  # Diners Club
    ("36", "36", frozenset({14})),  # Diners Club
    ("38", "39", frozenset({14})),  # Diners Club
)
# ITU-T E.164: the first two digits of every country code but 1 and 7 (whole codes or the beginning of three digits).
_COUNTRY: Final = re.compile(r"2[0-79]|[3-69]\d|8[0-24-8]")
_ELEVEN_DIGIT_COUNTRIES: Final = ("1", "7")
_INTERNATIONAL_LENGTHS: Final = range(8, 16)


def is_identity_number(number: str) -> bool:
    """Whether 18 digits (the last may be X) are a Chinese identity number: province, date of birth, check digit."""
    sign = _CHECK_SIGNS[
        sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11
    ]
    return has_identity_form(number) and number[-1].upper() == sign


def has_identity_form(number: str) -> bool:
    """Whether 18 or 15 digits have a province and a date of birth where an identity number has them."""
    if not _PROVINCE.match(number) or len(number) not in {_ID_LENGTH, _OLD_ID_LENGTH}:
        return False
    born = number[6:14] if len(number) == _ID_LENGTH else f"19{number[6:12]}"
    try:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    return _FIRST_BIRTH_YEAR <= day.year <= _LAST_BIRTH_YEAR


def is_card_number(number: str) -> bool:
    """Whether digits are a bank card: the beginning and length of an issuer, and the check digit of Luhn."""
    return is_luhn_number(number) and any(
        len(number) in lengths and first <= number[: len(first)] <= last for first, last, lengths in _ISSUERS
    )


def is_luhn_number(number: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0


def is_international_number(digits: str) -> bool:
    """Whether the digits after `+` begin with a country code and have a possible length."""
    if digits.startswith(_ELEVEN_DIGIT_COUNTRIES):
        return len(digits) == 1 + 10
    return _COUNTRY.match(digits) is not None and len(digits) in _INTERNATIONAL_LENGTHS
