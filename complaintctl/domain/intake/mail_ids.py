"""The ids by which e-mails find each other and their case: Message-IDs, and case numbers in them and elsewhere."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

# A Message-ID (RFC 5322, 3.6.4) that can stand in a case file as it is; any other is replaced by its hash.
_PLAIN_ID: Final = re.compile(r"[A-Za-z0-9!$+./=?^_~-][A-Za-z0-9!#$%&*+./=?^_~-]*@[A-Za-z0-9._:-]+")
_LONGEST_ID: Final = 200
# The domain `.invalid` belongs to nobody (RFC 2606), so no mail has such an id of its own.
_HASHED_ID_DOMAIN: Final = "message-id.invalid"
_CONTENT_DOMAIN: Final = "no-message-id.invalid"
# A thread of a thousand mails has its first mail, and the latest ones, in `References`.
_FIRST_REFERENCES: Final = 5
_LAST_REFERENCES: Final = 15
_CASE_NUMBER: Final = re.compile(
    r"(?<![0-9A-Za-z])C-(\d{8})-([0-9A-HJKMNP-TV-Z]{5})(?![0-9A-Za-z])", re.IGNORECASE
)
# The ids of our letters (exchange/documents/mail.py): `<c-20261121-7k3fq@…>` and `<c-20261121-7k3fq.HASH@…>`.
_LETTER_ID: Final = re.compile(r"(c-\d{8}-[0-9a-hjkmnp-tv-z]{5})(\.[0-9a-f]{16})?@", re.IGNORECASE)
# Signs that people and mail programs put for the hyphen of a case number.
_HYPHENS: Final = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))


def plain_mail_id(text: str) -> str:
    """Returns a Message-ID without its angle brackets, as it stands in a case file; "" for an empty one.

    An id that is too long, or has signs that would need quotes in YAML, is replaced by its hash.
    """
    mail_id = "".join(text.split()).removeprefix("<").removesuffix(">")
    if not mail_id:
        return ""
    if len(mail_id) <= _LONGEST_ID and _PLAIN_ID.fullmatch(mail_id):
        return mail_id
    return f"{_digest(mail_id)}@{_HASHED_ID_DOMAIN}"


def hidden_mail_id(mail_id: str) -> str:
    """Returns the hash of an id: some programs make a Message-ID of the sender's address. A hash stays as it is."""
    return hash_mail_id(mail_id, _HASHED_ID_DOMAIN, _CONTENT_DOMAIN) if mail_id else mail_id


def hash_mail_id(mail_id: str, domain: str, *others: str) -> str:
    """Returns the hash of an id under a domain that no mail has; one with this domain, or one of the others, is a hash."""
    if mail_id.endswith(tuple(f"@{name}" for name in (domain, *others))):
        return mail_id
    return f"{_digest(mail_id)}@{domain}"


def content_mail_id(parts: Iterable[str]) -> str:
    """Returns the id of a mail without a Message-ID: a hash of what it says, the same in every mailbox."""
    return f"{_digest(chr(0).join(parts))}@{_CONTENT_DOMAIN}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def plain_references(mail_id: str, references: Iterable[str], in_reply_to: Iterable[str]) -> tuple[str, ...]:
    """Returns the mails that a mail refers to, its parent last; of very many the first and the latest."""
    parents = [plain_mail_id(text) for text in in_reply_to]
    whole = [plain_mail_id(text) for text in references]
    # The one parent that `In-Reply-To` names is the nearest; several are no order (RFC 5322 allows them).
    ordered = [*(parents if len(parents) > 1 else ()), *whole, *(parents if len(parents) == 1 else ())]
    ids = list(dict.fromkeys(reversed([one for one in ordered if one and one != mail_id])))[::-1]
    if len(ids) > _FIRST_REFERENCES + _LAST_REFERENCES:
        ids = [*ids[:_FIRST_REFERENCES], *ids[-_LAST_REFERENCES:]]
    return tuple(ids)


def find_case_numbers(*texts: str) -> Iterator[str]:
    """Yields the case numbers in texts such as a subject or an address, however their letters are written."""
    for text in texts:
        plain = unicodedata.normalize("NFKC", text.translate(_HYPHENS))
        for day, ending in _CASE_NUMBER.findall(plain):
            yield f"C-{day}-{ending.upper()}"


def find_letter_cases(mail_ids: Iterable[str]) -> Iterator[str]:
    """Yields the cases of our own letters among Message-IDs."""
    for mail_id in mail_ids:
        if match := _LETTER_ID.match(mail_id):
            yield match[1].upper()
