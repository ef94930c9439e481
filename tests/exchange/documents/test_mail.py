"""Tests e-mail drafts: they parse back to their input, and no text can become a header."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.exchange.documents import mail
from complaintctl.exchange.documents.mail import MailDraft

AT = datetime.fromisoformat("2024-03-04T09:30:00+08:00")
EIGHTY = "A subject of eighty letters, which no header line of an e-mail may hold in one go"[:80]
NAMES = ("王芳", "Wáng Fāng 🙂", "O'Brien, Pat", '"Li" <li@example.com>', "👨‍👩‍👧")


def drafted(**changes: object) -> bytes:
    defaults: dict[str, object] = {
        "case_id": "C-20240304-7K3FQ",
        "sender": mail.parse_mail_address("玻璃屋客服", "care@example.com"),
        "to": mail.parse_mail_address("王芳", "wang.fang@example.com"),
        "at": AT,
        "subject": "Your complaint",
        "text": "Dear 王芳,\n\n– 🙂\n",
        "page": "<!DOCTYPE html>\n<p>Dear 王芳</p>\n",
        "files": {},
        "answered": [],
    }
    return mail.draft_bytes(MailDraft(**{**defaults, **changes}))  # type: ignore[arg-type]


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
    found = parsed(
        to=mail.parse_mail_address(name, "w@example.com"),
        sender=mail.parse_mail_address(name, "care@example.com"),
    )
    for header, address in (("To", "w@example.com"), ("From", "care@example.com")):
        (one,) = found[header].addresses
        assert (one.display_name, one.addr_spec) == (name, address)


@pytest.mark.parametrize("subject", [EIGHTY, "玻璃杯碎了 🙁", "很长的标题" * 16, "re: [a]"])
def test_subjects_come_back_as_they_were(subject: str) -> None:
    assert parsed(subject=subject)["Subject"] == subject


def test_a_long_name_is_written_in_several_words_that_are_one() -> None:
    # Decoded as RFC 2047 requires: spaces between encoded words are ignored. Python 3.11's new parser keeps them.
    found = message_from_bytes(drafted(to=mail.parse_mail_address("欧阳" * 30, "w@example.com")))
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
    found = parsed(answered=["<1@mail.example>", "<2@mail.example>"])
    assert (found["X-Unsent"], found["MIME-Version"]) == ("1", "1.0")
    assert found["Date"].datetime == AT
    thread = "<c-20240304-7k3fq@example.com>"
    assert re.fullmatch(r"<c-20240304-7k3fq\.[0-9a-f]{16}@example\.com>", found["Message-ID"])
    assert found["In-Reply-To"] == "<2@mail.example>"
    assert found["References"].split() == [thread, "<1@mail.example>", "<2@mail.example>"]
    assert parsed()["In-Reply-To"] == parsed()["References"] == thread


def test_the_same_draft_has_the_same_number_and_another_one_another() -> None:
    later = AT.replace(minute=31)
    changes: list[dict[str, object]] = [
        {},
        {"subject": "s"},
        {"text": "t"},
        {"at": later},
        {"files": {"a": b""}},
    ]
    numbers = [parsed(**change)["Message-ID"] for change in changes]
    assert len(set(numbers)) == len(changes)
    assert numbers == [parsed(**change)["Message-ID"] for change in changes]


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (b"Message-ID: <a@b>\r\n\r\n", "<a@b>"),
        (b"To: x\nmessage-id:\n\t<a@b>\n\n<c@d>", "<a@b>"),
        *((text, None) for text in (b"", b"\xff\n", b"\nMessage-ID: <a@b>", b"Message-ID: a@b\n")),
        *((b"Message-ID: <" + text + b">\n", None) for text in (b"a", b"a b@c", "王@b".encode(), b"a" * 999)),
    ],
)
def test_the_number_of_an_e_mail_that_was_kept(content: bytes, number: str | None) -> None:
    assert mail.read_message_id(content) == number


HOSTILE = "x\r\nBcc: spy@example.com\n\n\x00<script>\u2028\u0085\x0by"


def test_what_looks_like_a_header_stays_within_its_own() -> None:
    found = parsed(
        subject=HOSTILE,
        to=mail.parse_mail_address(HOSTILE, "w@example.com"),
        sender=mail.parse_mail_address(HOSTILE, "care@example.com"),
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
    assert parsed(to=mail.parse_mail_address("王芳", text))["To"].addresses[0].domain == domain


@pytest.mark.parametrize(
    "text",
    [
        *("", "a", "a@", "@b", "a b@c.de", "a@b c", "a@@b", "<a@b.de>", "a@b.de>", "a@b.de, c@d.de"),
        *("a@b.de\nBcc: c@d.de", "王@b.de", "a..b@c.de", ".a@c.de", 'a"@c.de', "a@b..de", f"a@{'b' * 70}.de"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        mail.parse_mail_address("王芳", text)


def test_the_name_of_a_file_is_not_turned_round() -> None:
    (file,) = parsed(files={"photo\u202egpj.exe": b"x"}).iter_attachments()
    assert file.get_filename() == "photogpj.exe"


# Texts that people type, and texts that mail programs could misread.
TYPED = st.text(
    st.characters(codec="utf-8") | st.sampled_from('王芳🙂𠮷",;:<>()@\\.[]=?_ ab\r\n\t'), max_size=200
)
ENCODED = re.compile(r"=\?[^?\s]*\?b\?[^?\s]*\?=")
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Unsent"]


def plainly(text: str) -> str:
    """The text as in a header: one line, without control and bidirectional characters."""
    none = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
    return " ".join(none.sub("", text).split())


@given(name=TYPED, subject=TYPED, file=TYPED)
def test_whatever_is_typed_stands_in_headers_that_every_mail_program_reads(
    name: str, subject: str, file: str
) -> None:
    side = mail.parse_mail_address(name, "w@example.com")
    content = drafted(to=side, sender=side, subject=subject, files={file: b"x"})
    assert content.isascii()
    assert not re.search(rb"[\r\n]", content.replace(b"\r\n", b""))
    assert max(map(len, content.split(b"\r\n"))) <= 998
    lines = content.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    names = [line.partition(":")[0] for line in lines if not line.startswith((" ", "\t"))]
    assert names[: len(HEADERS)] == HEADERS
    assert sorted(names[len(HEADERS) :]) == ["Content-Type", "MIME-Version"]
    for word in ENCODED.findall("\n".join(lines)):
        ((part, charset),) = decode_header(word)
        # Each encoded word has complete characters (RFC 2047, section 5).
        assert len(word) <= 75
        assert part.decode(charset)
    found = message_from_bytes(content)
    for header in ("From", "To"):
        shown, address = parseaddr(found[header].replace("\r\n", ""))
        assert (str(make_header(decode_header(shown))), address) == (plainly(name), "w@example.com")
    assert str(make_header(decode_header(found["Subject"].replace("\r\n", "")))) == plainly(subject)
    assert [part.get_filename() for part in found.walk()][-1] == plainly(file)
