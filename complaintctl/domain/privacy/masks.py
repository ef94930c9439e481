"""What people see in place of customer data: enough to recognise a customer on the phone, too little to contact them.

The forms are those usual in China for de-identified display (GB/T 35273-2020, 7.2): the surname, the first three and
last four digits of a mobile number, the first letter of an e-mail address. A mask still narrows down who it is, so it
is for the screen of the desk only.
"""

from collections.abc import Callable, Mapping
from typing import Final

from complaintctl.domain.case import identity
from complaintctl.domain.privacy.public_case import LEFT_OUT

# A fixed number of stars does not tell how long a text is.
STARS: Final = "***"
_DIGIT_STARS: Final = "****"
# A number this long keeps its first three and last four digits, so that at least four stay hidden.
_LONG_NUMBER: Final = 11
# A shorter one keeps its last three digits, from this length on.
_USUAL_NUMBER: Final = 8
# Most Chinese, Japanese and Korean names have two or three characters.
_MOST_SIGNS: Final = 2


def mask_text(name: str, text: str, country_code: str | None) -> str:
    """Returns what stands for the value of a personal field; never empty, so that the field still counts as known."""
    mask = _MASKS.get(name)
    return LEFT_OUT if mask is None else mask(text, country_code)


def _mask_name(text: str, _country_code: str | None) -> str:
    return " ".join(map(_mask_word, text.split())) or STARS


def _mask_word(word: str) -> str:
    first = word[0]
    if not first.isalpha():
        return STARS
    # Letters with upper and lower case are those of an alphabet; the others stand for a syllable or a word.
    if first.lower() != first.upper():
        return f"{first}{STARS}"
    return f"{first}{'*' * min(len(word) - 1, _MOST_SIGNS)}" if len(word) > 1 else STARS


def _mask_phone(text: str, country_code: str | None) -> str:
    numbers = identity.parse_phones(text, country_code)
    return _and_more([_mask_digits(number.national) for number in numbers], _DIGIT_STARS)


def _mask_digits(digits: str) -> str:
    if len(digits) >= _LONG_NUMBER:
        return f"{digits[:3]}{_DIGIT_STARS}{digits[-4:]}"
    return f"{_DIGIT_STARS}{digits[-3:] if len(digits) >= _USUAL_NUMBER else ''}"


def _mask_email(text: str, _country_code: str | None) -> str:
    addresses = [address.rpartition("@") for address in sorted(identity.parse_emails(text))]
    return _and_more([f"{_first_letter(local)}{STARS}@{domain}" for local, _at, domain in addresses], STARS)


def _first_letter(local: str) -> str:
    return local[0] if len(local) > 1 else ""


def _and_more(masks: list[str], nothing: str) -> str:
    """Returns the first mask, and a sign that there are more: two would be read as bold text in Markdown."""
    if not masks:
        return nothing
    return masks[0] if len(masks) == 1 else f"{masks[0]} {LEFT_OUT}"


_MASKS: Final[Mapping[str, Callable[[str, str | None], str]]] = {
    "customer.name": _mask_name,
    identity.PHONE_FIELD: _mask_phone,
    identity.EMAIL_FIELD: _mask_email,
}
