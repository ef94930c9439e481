"""What is judged of an e-mail before it is recorded, for whatever bytes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.intake import mail_ids, mail_words
from complaintctl.exchange.mail.mail_head import judge_mail
from complaintctl.exchange.mail.mail_kind import OurAddresses
from complaintctl.exchange.mail.message import parse_message
from complaintctl.exchange.mail.quoted_text import trim_quoted_text

NOW = datetime(2026, 11, 30, tzinfo=UTC)
OURS = OurAddresses(desk=frozenset({"care@example.com"}), people=frozenset())
LINES = st.sampled_from(
    [
        b"From: a <a@x>", b"From: MAILER-DAEMON", b"Return-Path: <>", b"Subject: =?gbk?b?u9i4tA==?= C-20261121-8G2W2",
        b"References: <a@x> <<b@x>> <>", b"In-Reply-To: <c-20261121-8g2w2@example.com>", b"Message-ID: <{[a]}@x>",
        b"Date: Mon, 99 Foo 9999 99:99:99 +9999", b"Date: Mon, 1 Jan 0001 00:00:00 +0000", b"Auto-Submitted: auto-replied",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b", b"List-Id: <>", b"", b"--b", b"--b--",
    ]
) | st.binary(max_size=30)  # fmt: skip


@given(st.lists(LINES, max_size=12))
def test_no_bytes_whatsoever_raise(lines: list[bytes]) -> None:
    message = parse_message(b"\r\n".join(lines))
    judged = judge_mail(message, 0, OURS, NOW)
    assert judged.head.at <= NOW
    assert judged.head.id
    assert judged.head.id not in judged.head.references
    text = mail_words.clean_text(message.text)
    assert len(trim_quoted_text(text).text) <= len(text)
    assert 0 < len(mail_words.mail_title(message.subject, text, "none")) <= 150


@given(st.text(max_size=300))
def test_every_id_can_stand_in_a_case_file(text: str) -> None:
    mail_id = mail_ids.plain_mail_id(text)
    assert not set(mail_id) & set(" \t\n,[]{}\"'<>#|")
    assert mail_ids.plain_mail_id(f"<{mail_id}>") == mail_id


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: AW: 回复：转发: Fwd: Kettle", "Kettle"),
        ("RE[2]: Re(3)：Kettle", "Kettle"),
        ("答复： 您的投诉", "您的投诉"),
        ("Reklamation: Kettle", "Reklamation: Kettle"),
        ("Regarding: Kettle", "Regarding: Kettle"),
        ("I: want my money", "want my money"),
        ("Re:", "It leaks."),
        ("", "It leaks."),
        ("a\r\nBcc: x@y\u202e", "a Bcc: x@y"),
    ],
)
def test_a_title_has_no_reply_marks(subject: str, title: str) -> None:
    assert mail_words.mail_title(subject, "\n  It leaks.\nBadly.", "none") == title


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Re: [c-20261121-8g2w2] kettle", ["C-20261121-8G2W2"]),
        ("Ｃ－２０２６１１２１－８Ｇ２Ｗ２", ["C-20261121-8G2W2"]),
        ("C–20261121–8G2W2, C-20261121-7K3FQ", ["C-20261121-8G2W2", "C-20261121-7K3FQ"]),
        ("ABC-20261121-8G2W2", []),
        ("C-20261121-8G2W2X", []),
    ],
)
def test_a_case_number_is_found_however_it_is_written(text: str, numbers: list[str]) -> None:
    assert list(mail_ids.find_case_numbers(text)) == numbers
