"""Reads addresses, ids and times of headers as mail programs write them, also against the rules of RFC 5322."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from complaintctl.exchange.mail.mime.header_words import clean_line, decode_header
from complaintctl.exchange.mail.mime.mail_values import MailAddress

# The pieces of a list of addresses: quoted text, comment, address in brackets, separator, other text.
_TOKEN: Final = re.compile(
    rb'"((?:[^"\\]|\\(?:.|$))*)(?:"|$)|\(([^()]*)\)|<([^<>]*)(?:>|$)|([,;])|([^"(<,;]+|[(<"])', re.DOTALL
)
_ADDRESS: Final = re.compile(r"[^\s<>\"(),;:@]+@[^\s<>\"(),;:@]+")
_GROUP: Final = re.compile(rb"^[^@<]*:(?!//)")
MAX_ADDRESSES: Final = 1_000
_ID: Final = re.compile(r"<([^<>]{1,998})>")
_BARE_ID: Final = re.compile(r"[!-;=?-~]{1,400}@[!-;=?-~]{1,400}")
MAX_IDS: Final = 1_000
# Other years are no times of an e-mail, and some cannot be converted to another zone.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 9998
_COMMENT: Final = re.compile(r"\([^()]*\)")


def parse_addresses(value: bytes, hint: str | None = None) -> Iterator[MailAddress]:
    """Yields the mailboxes of a header. Whatever is no address stays in the name, with an empty address."""
    words: list[bytes] = []
    comments: list[bytes] = []
    bracket: bytes | None = None
    found = 0
    ending: tuple[bytes | None, ...] = (None, None, None, b",", None)
    for groups in (*(match.groups() for match in _TOKEN.finditer(value)), ending):
        quoted, comment, inner, separator, other = groups
        if separator:
            if found < MAX_ADDRESSES and (address := _make_address(words, comments, bracket, hint)):
                found += 1
                yield address
            words, comments, bracket = [], [], None
        elif quoted is not None:
            words.append(re.sub(rb"\\(.)", rb"\1", quoted))
        elif comment is not None:
            comments.append(comment)
        elif inner is not None:
            bracket = inner if bracket is None or b"@" in inner else bracket
        elif other is not None:
            words.append(_GROUP.sub(b"", other) if not words else other)


def _make_address(
    words: list[bytes], comments: list[bytes], bracket: bytes | None, hint: str | None
) -> MailAddress | None:
    name = decode_header(b" ".join(words), hint).text
    note = decode_header(b" ".join(comments), hint).text
    address = clean_line(decode_header(bracket, hint).text).replace(" ", "") if bracket is not None else ""
    if "@" not in address and (match := _ADDRESS.search(name)):
        # `a@b.example (Name)`, or a whole mailbox in an encoded word.
        rest = (name[: match.start()] + " " + name[match.end() :]).strip(" <>\"'")
        address, name = match[0], clean_line(rest)
    address = (
        address.removeprefix("mailto:").rpartition(":")[2]
        if address.startswith(("@", "mailto:"))
        else address
    )
    name = (name or note).strip(" '\"") if name != address else note
    return MailAddress(name=name, address=address) if name or address else None


def parse_ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a header, in angle brackets, each once."""
    found = [f"<{''.join(match[1].split())}>" for match in _ID.finditer(text)]
    if not found:
        found = [f"<{match[0]}>" for match in _BARE_ID.finditer(text)]
    return tuple(dict.fromkeys(one for one in found if one != "<>"))[:MAX_IDS]


def parse_time(text: str) -> datetime | None:
    """A time of a header, or None. Without a zone it is UTC, as RFC 5322 says for `-0000`."""
    plain = _COMMENT.sub(" ", text).strip()
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(plain)
        except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
            continue
        if _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
