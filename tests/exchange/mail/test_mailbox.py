"""Mailboxes are split lazily, and only where a mail begins."""

import io

import pytest

from complaintctl.exchange.mail.mailbox import is_mailbox, split_mailbox
from complaintctl.exchange.mail.message import MailLimits, parse_message

LINE = b"From fang@example.com Sat Nov 21 09:14:00 2026\n"


def split(content: bytes, limits: MailLimits | None = None) -> list[bytes]:
    return list(split_mailbox(io.BytesIO(content), limits))


def test_a_mailbox_is_split_and_escaped_lines_are_restored() -> None:
    first = b"Subject: a\n\n>From me\n>>From you\n> From it\n"
    assert split(LINE + first + b"\n" + LINE + b"Subject: b\n\nhi\n") == [
        b"Subject: a\n\nFrom me\n>From you\n> From it\n",
        b"Subject: b\n\nhi\n",
    ]


def test_a_line_of_text_that_begins_with_from_is_no_new_mail() -> None:
    text = b"Subject: a\n\nFrom Monday on.\nFrom 12:30 to 13:30 in 2026\nI wait.\n"
    assert split(LINE + text) == [text]


@pytest.mark.parametrize(
    "line",
    [
        b"From - Sat Nov 21 09:14:00 2026\n",
        b"From 1234@xxx Sat Nov 21 09:14:00 +0000 2026\n",
        b"From MAILER-DAEMON Sat Nov 21 09:14 CST 2026\n",
    ],
)
def test_the_lines_of_other_programs_begin_a_mail(line: bytes) -> None:
    assert split(LINE + b"Subject: a\n\nhi\n\n" + line + b"Subject: b\n\nhi\n") == [
        b"Subject: a\n\nhi\n",
        b"Subject: b\n\nhi\n",
    ]


def test_line_ends_of_windows_and_empty_mails_are_kept() -> None:
    mailbox = (LINE + b"Subject: a\n\nhi\n\n" + LINE + b"Subject: b\n\n").replace(b"\n", b"\r\n")
    assert split(mailbox) == [b"Subject: a\r\n\r\nhi\r\n", b"Subject: b\r\n\r\n"]


def test_a_single_mail_is_one_mail_and_an_empty_stream_none() -> None:
    assert split(b"Subject: a\n\nhi") == [b"Subject: a\n\nhi"]
    assert split(b"") == split(b"\n\n") == []


def test_a_mail_beyond_the_limit_is_cut_and_noted_and_the_next_one_is_read() -> None:
    limits = MailLimits(mail_bytes=100)
    mails = split(LINE + b"Subject: a\n\n" + b"x" * 1_000_000 + b"\n\n" + LINE + b"Subject: b\n\n", limits)
    assert [len(mail) for mail in mails] == [101, 12]
    assert [note.key for note in parse_message(mails[0], limits).notes] == ["mail-cut"]


def test_a_mailbox_is_read_no_further_than_its_next_mail() -> None:
    stream = io.BytesIO((LINE + b"Subject: a\n\nhi\n\n") * 1_000)
    next(iter(split_mailbox(stream)))
    assert stream.tell() < 200


def test_a_mailbox_is_recognised_by_its_first_lines() -> None:
    assert is_mailbox(LINE + b"Subject: a\n")
    assert is_mailbox(LINE + b">From other\n")
    assert is_mailbox(b"\n" + LINE)
    assert not is_mailbox(b"From: fang@example.com\n")
    assert not is_mailbox(b"From Monday on.\nI wait.\n")
    assert not is_mailbox(b"")
