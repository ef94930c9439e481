"""No bytes whatsoever raise, and what hostile e-mails cost is bounded by the work they cause, not by a clock."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.exchange.mail.message import MailLimits, MailMessage, read_message
from complaintctl.exchange.mail.mime.file_names import MAX_NAME_BYTES, MAX_NAME_CHARACTERS
from complaintctl.exchange.mail.mime.html_text import MAX_PAGE_CHARACTERS
from fuzz.mail_mutator import mutate_mail
from tests.exchange.mail.hard_mails import HARD_MAILS, HEAD, page

SMALL: list[bytes] = [mail.raw for mail in HARD_MAILS if len(mail.raw) < 100_000]
HEADER_NAMES = ("From", "To", "Subject", "Date", "Received", "Message-ID", "References", "Content-Type")
VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        (
            b"multipart/mixed; boundary=b",
            b"text/html; charset=gbk",
            b"text/plain; format=flowed; charset=utf-7",
            b"message/rfc822",
            b"=?gbk?B?" + b"1tDOxA==" + b"?=",
            b'"a, b" <c@d>',
            b"Sat, 21 Nov 2026 09:14:00 +0800",
        )
    ),
)


def assert_sound(message: MailMessage, raw: bytes) -> None:
    """What every reader of a message relies on."""
    assert message.raw == raw
    for text in (message.subject, message.text, *(one.name for one in message.recipients)):
        text.encode()
        assert "\0" not in text
    assert message.subject.isprintable() or not message.subject.isascii()
    names = [one.name for one in message.attachments]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert name
        assert len(name) <= MAX_NAME_CHARACTERS
        assert len(name.encode()) <= MAX_NAME_BYTES
        assert not set(name) & set('/\\<>:"|?*\0')
        assert not name.startswith((".", "=", "-", "+", "@", " "))
        assert not name.endswith((".", " "))
    for moment in (message.sent, message.received):
        assert moment is None or moment.tzinfo


@given(raw=st.binary(max_size=3_000))
def test_random_bytes_are_read(raw: bytes) -> None:
    assert_sound(read_message(raw, MailLimits()), raw)


@given(seed=st.sampled_from(SMALL), number=st.integers(0, 2**32))
def test_neighbours_of_hard_mails_are_read(seed: bytes, number: int) -> None:
    raw = mutate_mail(seed, random.Random(number))  # noqa: S311 - no secret
    assert_sound(read_message(raw, MailLimits()), raw)


@given(
    headers=st.lists(st.tuples(st.sampled_from(HEADER_NAMES), VALUES), max_size=8),
    bodies=st.lists(st.one_of(st.binary(max_size=200), st.sampled_from(SMALL)), max_size=5),
)
def test_structured_mails_are_read(headers: list[tuple[str, bytes]], bodies: list[bytes]) -> None:
    head = b"".join(name.encode() + b": " + value + b"\n" for name, value in headers)
    raw = head + b"\n" + b"\n--b\n".join(bodies)
    assert_sound(read_message(raw, MailLimits()), raw)


@given(name=st.text(max_size=200))
def test_every_name_of_an_attachment_becomes_safe(name: str) -> None:
    written = name.encode("utf-8", "surrogatepass").replace(b"\n", b"").replace(b"\r", b"")
    raw = HEAD + b'Content-Type: image/png\nContent-Disposition: attachment; filename="' + written + b'"\n\nx'
    message = read_message(raw, MailLimits())
    assert len(message.attachments) == 1
    assert_sound(message, raw)


@pytest.mark.parametrize(
    "make",
    [
        lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 20_000,
        lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 20_000,
        lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000,
        lambda: HEAD + b"Content-Type: " + b"(" * 60_000 + b"\n\nx",
        lambda: HEAD + b"To: " + b'"\\' * 30_000 + b"\n\nx",
        lambda: HEAD + b"Content-Type: text/plain; a=" + b'"\\' * 30_000 + b"\n\nx",
        lambda: HEAD + b"X-A: b\n" * 50_000 + b"\nx",
        lambda: HEAD + page("<div>" * 100_000 + "x"),
        lambda: HEAD + page("<ul>" * 150 + "<li>x" * 5_000),
        lambda: HEAD + page("<blockquote type=cite>" * 150 + "<p>x</p>" * 1_000),
        lambda: HEAD + page("<table><tr><td>" + "x" * 100_000 + "<td>y" + "<tr><td>a<td>b" * 2_000),
        lambda: HEAD + page("<p style='margin-top:99999999em;padding-left:99999999em'>x</p>"),
        lambda: HEAD + page("<!--" * 100_000 + "x"),
    ],
)
def test_bombs_make_no_text_that_is_much_larger_than_they_are(make: Callable[[], bytes]) -> None:
    raw = make()
    message = read_message(raw, MailLimits())
    assert len(message.text) + sum(len(one.content) for one in message.attachments) <= 16 * len(raw)
    assert "x" in message.text or message.attachments


def test_a_page_of_more_than_the_library_reads_keeps_its_words() -> None:
    words = "word " * (MAX_PAGE_CHARACTERS // 5)
    message = read_message(HEAD + page(f"<style>s{{}}</style><p>begin {words}</p><p>end&amp;"), MailLimits())
    assert message.text.startswith("begin word word")
    assert message.notes[-1].key == "mail-text-cut"
