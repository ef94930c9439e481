"""Every hard e-mail is read as its row says."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from complaintctl.exchange.mail.message import MailLimits, parse_message, read_message
from tests.exchange.mail.hard_mails import HARD_MAILS, HEAD, PNG, TEXT, HardMail, file, multi, plain


@pytest.mark.parametrize("mail", HARD_MAILS, ids=lambda mail: mail.name)
def test_a_hard_mail_is_read(mail: HardMail) -> None:
    message = read_message(mail.raw, MailLimits())
    assert message.subject == mail.subject
    assert (message.sender.address if message.sender else None) == mail.sender
    assert not message.sender or message.sender.name == mail.sender_name
    assert message.text == mail.text
    assert tuple((one.name, one.content) for one in message.attachments) == mail.files
    assert tuple(note.key for note in message.notes) == mail.notes
    assert message.raw == mail.raw


def test_there_are_more_than_eighty_hard_mails_with_names_of_their_own() -> None:
    assert len({mail.name for mail in HARD_MAILS}) == len(HARD_MAILS) > 80


def test_ids_times_and_recipients_are_read() -> None:
    raw = (
        b"Received: from a by b; Sat, 21 Nov 2026 09:15:00 +0800 (CST)\n"
        b"Received: from c by a; Sat, 21 Nov 2026 01:14:30 +0000\n"
        b"Date: 21 Nov 2026 09:14 +0800\n"
        b"Message-ID: < 2@example.com >\nIn-Reply-To: Your mail of Friday <1@example.com>\n"
        b"References: <0@example.com>\n\t<1@example.com> <0@example.com>\n"
        b'To: undisclosed-recipients:;\nTo: "Li, Wei" <li.wei@example.com>; a@example.com\nCC: B <b@example.com>\n'
        b"X-Ticket: =?utf-8?B?5oqV6K+J?=\nx-ticket: two\n" + HEAD + b"\nIt swells."
    )
    message = parse_message(raw)
    china = timezone(timedelta(hours=8))
    assert message.received == datetime(2026, 11, 21, 9, 15, tzinfo=china)
    assert message.sent == datetime(2026, 11, 21, 9, 14, tzinfo=china)
    assert message.message_id == "<2@example.com>"
    assert message.in_reply_to == ("<1@example.com>",)
    assert message.references == ("<0@example.com>", "<1@example.com>")
    assert [(one.name, one.address) for one in message.recipients] == [
        ("Li, Wei", "li.wei@example.com"),
        ("", "a@example.com"),
        ("B", "b@example.com"),
    ]
    assert message.headers["x-ticket"] == ("投诉", "two")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sat, 21 Nov 2026 01:14:00 -0000", datetime(2026, 11, 21, 1, 14, tzinfo=UTC)),
        ("Sat, 21 Nov 2026 01:14:00", datetime(2026, 11, 21, 1, 14, tzinfo=UTC)),
        ("2026-11-21T01:14:00Z", datetime(2026, 11, 21, 1, 14, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:00 -1200", None),
        ("Thu, 1 Jan 1000 00:00:00 +1400", None),
        ("32 Foo 2026 99:99 +9999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_time_is_aware_or_missing(written: str, expected: datetime | None) -> None:
    message = parse_message(b"Date: " + written.encode() + b"\n" + HEAD + b"\n")
    assert message.sent == expected
    assert not message.sent or message.sent.tzinfo


def test_what_exceeds_a_limit_is_left_out_with_a_note_and_the_rest_is_kept() -> None:
    files = [file(f"; filename={number}.png".encode(), PNG * number) for number in range(1, 7)]
    limits = MailLimits(file_bytes=5 * len(PNG), files=4, text_characters=5)
    message = read_message(multi(TEXT, *files), limits)
    assert [one.name for one in message.attachments] == ["1.png", "2.png", "3.png", "4.png"]
    assert message.text == "It sw"
    assert [(note.key, dict(note.values)) for note in message.notes] == [
        ("mail-file-too-large", {"file": "6.png", "size": 66, "limit": 55}),
        ("mail-files-left-out", {"count": 1, "limit": 4}),
        ("mail-text-cut", {"characters": 10, "limit": 5}),
    ]
    assert message.raw == multi(TEXT, *files)


def test_parts_and_levels_beyond_the_limits_are_kept_unsplit() -> None:
    inner = multi(multi(TEXT, head=b"").replace(b"=_b", b"=_c"), head=b"")
    message = read_message(multi(inner.replace(b"=_b", b"=_a")), MailLimits(depth=1))
    assert [one.name for one in message.attachments] == ["parts.eml"]
    assert b"It swells." in message.attachments[0].content
    assert [note.key for note in message.notes] == ["mail-parts-left-out"]
    many = read_message(multi(*[TEXT] * 9), MailLimits(parts=4))
    assert [note.key for note in many.notes] == ["mail-parts-left-out"]
    assert many.text.count("It swells.") == 9


def test_a_mail_that_is_longer_than_the_limit_is_cut_with_a_note() -> None:
    message = read_message(plain(b"It swells." * 100), MailLimits(mail_bytes=len(HEAD) + 11))
    assert (message.text, [note.key for note in message.notes]) == ("It swells.", ["mail-cut"])


def test_an_attachment_of_ten_megabytes_is_kept_whole() -> None:
    content = PNG * 1_000_000
    message = parse_message(multi(TEXT, file(b"; filename=a.png", content)))
    assert [(one.name, one.content == content) for one in message.attachments] == [("a.png", True)]
    assert message.notes == ()
