"""Takes what names a customer out of a text: their name, telephone numbers, e-mail addresses and postal address."""

import re
from typing import Final

from complaintctl.domain.case import identity
from complaintctl.domain.case.case import Customer

# A name of one character, or a short word, would be found in other words.
_SHORTEST_NAME: Final = 2
_SHORTEST_WORD: Final = 3
_NUMBER: Final = re.compile(r"[+(]?\d[\d\s().\-‐‑–—/]{3,}\d")


def hide_customer(text: str, customer: Customer, country_code: str | None) -> str:
    """Returns the text with the field in brackets, such as `[customer.phone]`, for every value of the customer in it.

    A telephone number is found in every spelling, a name only as a whole.
    """
    for address in sorted(identity.parse_emails(customer.email or ""), key=len, reverse=True):
        text = re.sub(re.escape(address), f"[{identity.EMAIL_FIELD}]", text, flags=re.IGNORECASE)
    text = _hide_phones(text, customer.phone or "", country_code)
    text = _hide_words(text, customer.address, "customer.address")
    return _hide_words(text, customer.name, "customer.name")


def _hide_phones(text: str, phones: str, country_code: str | None) -> str:
    # As one text and in parts: blanks inside make one number of `13800138000 / 021-6407 1234`.
    typed = (phones, *phones.split("/"))
    known = [number for part in typed for number in identity.parse_phones(part, country_code)]

    def replace(match: re.Match[str]) -> str:
        found = identity.parse_phones(match[0], country_code)
        is_known = any(one.national == other.national for one in known for other in found)
        return f"[{identity.PHONE_FIELD}]" if is_known else match[0]

    return _NUMBER.sub(replace, text) if known else text


def _hide_words(text: str, value: str | None, field: str) -> str:
    words = (value or "").split()
    joined = "".join(words)
    shortest = _SHORTEST_WORD if joined.isascii() else _SHORTEST_NAME
    if len(joined) < shortest:
        return text
    pattern = r"\s+".join(map(re.escape, words))
    # Chinese has no spaces between words; an ASCII name must not be a part of another word.
    edged = rf"(?<!\w){pattern}(?!\w)" if joined.isascii() else pattern
    return re.sub(edged, f"[{field}]", text, flags=re.IGNORECASE)
