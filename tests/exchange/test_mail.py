"""E-mail drafts: they parse back to what was written, and no text can become a header."""

from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from complaintctl.exchange import mail
from complaintctl.exchange.mail import Draft

AT = datetime.fromisoformat("2024-03-04T09:30:00+08:00")
EIGHTY = "A subject of eighty letters, which no header line of an e-mail may hold in one go"[:80]
NAMES = ("王芳", "Wáng Fāng 🙂", "O'Brien, Pat", '"Li" <li@example.com>', "👨‍👩‍👧")


def drafted(**changes: object) -> bytes:
    facts: dict[str, object] = {
        "case_id": "C-20240304-7K3FQ",
        "number": 0,
        "sender": mail.address("玻璃屋客服", "care@example.com"),
        "to": mail.address("王芳", "wang.fang@example.com"),
        "at": AT,
        "subject": "Your complaint",
        "text": "Dear 王芳,\n\n– 🙂\n",
        "page": "<!DOCTYPE html>\n<p>Dear 王芳</p>\n",
        "files": {},
    }
    return mail.draft(Draft(**{**facts, **changes}))  # type: ignore[arg-type]


def parsed(**changes: object) -> EmailMessage:
    content = drafted(**changes)
    assert content.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    found = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


@pytest.mark.parametrize("name", NAMES)
def test_names_come_back_as_they_were(name: str) -> None:
    found = parsed(to=mail.address(name, "w@example.com"), sender=mail.address(name, "care@example.com"))
    for header, address in (("To", "w@example.com"), ("From", "care@example.com")):
        (one,) = found[header].addresses
        assert (one.display_name, one.addr_spec) == (name, address)


@pytest.mark.parametrize("subject", [EIGHTY, "玻璃杯碎了 🙁", "很长的标题" * 16, "re: [a]"])
def test_subjects_come_back_as_they_were(subject: str) -> None:
    assert parsed(subject=subject)["Subject"] == subject


def test_a_long_name_is_written_in_several_words_that_are_one() -> None:
    # Read by the rule (RFC 2047): blanks between encoded words are none. The new parser of Python 3.11 keeps them.
    found = message_from_bytes(drafted(to=mail.address("欧阳" * 30, "w@example.com")))
    assert str(make_header(decode_header(found["To"]))) == "欧阳" * 30 + " <w@example.com>"


def test_text_page_and_files_come_back_as_they_were() -> None:
    files = {
        "凭证 🙂.pdf": bytes(range(256)),
        "a note.txt": "您好\n".encode(),
        "noending": b"",
        "x.eml": b"To: a\n",
    }
    found = parsed(files=files)
    plain, page = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().splitlines() == ["Dear 王芳,", "", "– 🙂"]
    assert page.get_content().splitlines() == ["<!DOCTYPE html>", "<p>Dear 王芳</p>"]
    back = {part.get_filename(): part.get_payload(decode=True) for part in found.iter_attachments()}
    assert back == files
    assert found.get_content_type() == "multipart/mixed"
    assert next(part.get_content_type() for part in found.iter_parts()) == "multipart/alternative"


def test_a_draft_is_opened_for_sending_and_joins_the_thread_of_its_case() -> None:
    first, third = parsed(), parsed(number=2)
    assert (first["X-Unsent"], first["MIME-Version"]) == ("1", "1.0")
    assert first["Date"].datetime == AT
    assert first["Message-ID"] == "<c-20240304-7k3fq.0@example.com>"
    assert (first["In-Reply-To"], first["References"]) == (None, None)
    assert third["In-Reply-To"] == "<c-20240304-7k3fq.1@example.com>"
    assert third["References"].split() == [first["Message-ID"], third["In-Reply-To"]]


HOSTILE = "x\r\nBcc: spy@example.com\n\n\x00<script>\u2028\u0085\x0by"


def test_what_looks_like_a_header_stays_within_its_own() -> None:
    found = parsed(
        subject=HOSTILE,
        to=mail.address(HOSTILE, "w@example.com"),
        sender=mail.address(HOSTILE, "care@example.com"),
        files={HOSTILE: b"x"},
    )
    assert found["Bcc"] is None
    kept = "x Bcc: spy@example.com <script> y"
    assert found["Subject"] == kept
    assert [one.display_name for one in found["To"].addresses] == [kept]
    assert [part.get_filename() for part in found.iter_attachments()] == [kept]


@pytest.mark.parametrize(
    ("text", "domain"),
    [("a.b+c@example.com", "example.com"), ("a@例子.中国", "xn--fsqu00a.xn--fiqs8s"), ("a@mail", "mail")],
)
def test_a_domain_stands_in_the_letters_that_mail_servers_know(text: str, domain: str) -> None:
    assert parsed(to=mail.address("王芳", text))["To"].addresses[0].domain == domain


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a@", "@b", "a b@c.de", "a@b c", "a@@b", "<a@b.de>", "a@b.de>", "a@b.de, c@d.de"),
        *("a@b.de\nBcc: c@d.de", "王@b.de", "a..b@c.de", ".a@c.de", 'a"@c.de', "a@b..de", f"a@{'b' * 70}.de"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        mail.address("王芳", text)
