"""E-mails that are hard to read, each with what must be read of it. All of them are made here; no person wrote them."""

import base64
import struct
from dataclasses import dataclass
from typing import Final

ZH: Final = "您好，我上周购买的手机电池鼓包了，请尽快处理。"
TW: Final = "您好，我上週購買的手機電池膨脹了，請儘快處理。謝謝"
JA: Final = "先週購入した電話のバッテリーが膨らみました。"
KO: Final = "지난주에 산 전화기 배터리가 부풀었습니다."
FR: Final = "Bonjour, la batterie de mon téléphone a gonflé. Très déçue, 20 € — “merci”"
RU: Final = "Здравствуйте, батарея телефона вздулась."
SENDER: Final = "fang@example.com"
HEAD: Final = b"From: Wang Fang <fang@example.com>\nSubject: Battery\nMessage-ID: <1@example.com>\n"
PNG: Final = b"\x89PNG\r\n\x1a\n\x00\x01\xff"


@dataclass(frozen=True, kw_only=True, slots=True)
class HardMail:
    """`text` is the whole text; `files` are names and contents; `notes` are keys."""

    name: str
    raw: bytes
    subject: str = "Battery"
    sender: str | None = SENDER
    sender_name: str = "Wang Fang"
    text: str = "It swells."
    files: tuple[tuple[str, bytes], ...] = ()
    notes: tuple[str, ...] = ()


def plain(body: bytes, *, charset: str | None = None, more: bytes = b"", head: bytes = HEAD) -> bytes:
    """A mail of one text."""
    declared = f"Content-Type: text/plain; charset={charset}\n".encode() if charset else b""
    return head + declared + more + b"\n" + body


def multi(*parts: bytes, kind: str = "mixed", head: bytes = HEAD) -> bytes:
    """A mail of parts, each with its own headers."""
    body = b"".join(b"--=_b\n" + part + b"\n" for part in parts)
    return head + f'Content-Type: multipart/{kind}; boundary="=_b"\n\n'.encode() + body + b"--=_b--\n"


def file(name: bytes, content: bytes = PNG, kind: bytes = b"image/png") -> bytes:
    """An attachment with its name as written in the header."""
    encoded = base64.encodebytes(content)
    head = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment"
    return head + name + b"\n\n" + encoded


def page(body: str, charset: str = "utf-8") -> bytes:
    """A part in HTML."""
    return f"Content-Type: text/html; charset={charset}\n\n{body}".encode(charset)


def word(text: str, charset: str, named: str | None = None) -> bytes:
    """An encoded word."""
    return f"=?{named or charset}?B?{base64.b64encode(text.encode(charset)).decode()}?=".encode()


def subject(value: bytes, *, body: bytes = b"It swells.", more: bytes = b"") -> bytes:
    """A mail with this raw subject."""
    return b"From: Wang Fang <fang@example.com>\nSubject: " + value + b"\n" + more + b"\n" + body


def sender(value: bytes) -> bytes:
    """A mail with this raw sender."""
    return b"From: " + value + b"\nSubject: Battery\n\nIt swells."


def attribute(level: int, name: int, value: bytes) -> bytes:
    """One attribute of a winmail.dat."""
    return struct.pack("<BHHI", level, name, 0, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def text_property(name: int, text: str) -> bytes:
    """One property of a winmail.dat, as Unicode."""
    value = text.encode("utf-16-le") + b"\0\0"
    return struct.pack("<HHII", 0x1F, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def winmail(*attributes: bytes) -> bytes:
    """A winmail.dat."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


WINMAIL: Final = winmail(
    attribute(1, 0x9006, struct.pack("<I", 0x10000)),
    attribute(1, 0x9007, struct.pack("<II", 1252, 0)),
    attribute(1, 0x800C, b"It swells.\r\n\0"),
    attribute(2, 0x9002, bytes(14)),
    attribute(2, 0x8010, b"PHOTO~1.PNG\0"),
    attribute(2, 0x800F, PNG),
    attribute(2, 0x9005, struct.pack("<I", 1) + text_property(0x3707, "照片 photo.png")),
)
WINMAIL_RTF: Final = winmail(
    attribute(1, 0x9003, struct.pack("<IHHII", 1, 0x102, 0x1009, 1, 4) + b"LZFu"),
    attribute(2, 0x9002, bytes(14)),
    attribute(2, 0x8010, b"a.png\0"),
    attribute(2, 0x800F, PNG),
)
# A count of four thousand million properties, and of recipients.
WINMAIL_BOMB: Final = winmail(
    attribute(1, 0x9003, b"\xff\xff\xff\xff"), attribute(1, 0x9004, b"\xff\xff\xff\xff"), b"\x01"
)
TEXT: Final = b"Content-Type: text/plain\n\nIt swells."
CHARSET: Final = "mail-charset-repaired"
HEADER: Final = "mail-header-charset"

CHARSETS: Final = (
    HardMail(name="GB 18030 undeclared", raw=plain(ZH.encode("gb18030")), text=ZH, notes=(CHARSET,)),
    HardMail(
        name="GBK as Latin-1", raw=plain(ZH.encode("gbk"), charset="iso-8859-1"), text=ZH, notes=(CHARSET,)
    ),
    HardMail(
        name="GBK as US-ASCII", raw=plain(ZH.encode("gbk"), charset="us-ascii"), text=ZH, notes=(CHARSET,)
    ),
    HardMail(name="GBK as UTF-8", raw=plain(ZH.encode("gbk"), charset="utf-8"), text=ZH, notes=(CHARSET,)),
    HardMail(
        name="GB 2312 that is really GBK",
        raw=plain("镕基先生：電池鼓包".encode("gbk"), charset="gb2312"),
        text="镕基先生：電池鼓包",
    ),
    HardMail(
        name="default_charset",
        raw=plain(ZH.encode("gbk"), charset='"default_charset"'),
        text=ZH,
        notes=(CHARSET,),
    ),
    HardMail(
        name="UTF-8 as Latin-1", raw=plain(ZH.encode(), charset="iso-8859-1"), text=ZH, notes=(CHARSET,)
    ),
    HardMail(name="UTF-8 as GB 2312", raw=plain(ZH.encode(), charset="gb2312"), text=ZH, notes=(CHARSET,)),
    HardMail(
        name="UTF-8 as x-unknown", raw=plain(ZH.encode(), charset="x-unknown"), text=ZH, notes=(CHARSET,)
    ),
    HardMail(name="UTF-8 undeclared", raw=plain(ZH.encode()), text=ZH),
    HardMail(
        name="UTF-8 cut inside of a character",
        raw=plain(ZH.encode()[:-1], charset="utf-8"),
        text=f"{ZH[:-1]}\ufffd",
        notes=("mail-text-damaged",),
    ),
    HardMail(
        name="GBK with a lost byte",
        raw=plain(ZH.encode("gbk")[:-1], charset="gbk"),
        text=f"{ZH[:-1]}\ufffd",
        notes=("mail-text-damaged",),
    ),
    HardMail(name="Big5 undeclared", raw=plain(TW.encode("big5")), text=TW, notes=(CHARSET,)),
    HardMail(
        name="Big5 as GB 2312", raw=plain(TW.encode("big5"), charset="gb2312"), text=TW, notes=(CHARSET,)
    ),
    HardMail(name="Big5 by its old name", raw=plain(TW.encode("big5"), charset="x-x-big5"), text=TW),
    HardMail(name="Shift JIS undeclared", raw=plain(JA.encode("shift_jis")), text=JA, notes=(CHARSET,)),
    HardMail(
        name="Shift JIS by a private name", raw=plain(JA.encode("shift_jis"), charset="x-sjis"), text=JA
    ),
    HardMail(name="EUC-JP undeclared", raw=plain(JA.encode("euc_jp")), text=JA, notes=(CHARSET,)),
    HardMail(name="ISO-2022-JP undeclared", raw=plain(JA.encode("iso2022_jp")), text=JA, notes=(CHARSET,)),
    HardMail(name="EUC-KR undeclared", raw=plain(KO.encode("euc_kr")), text=KO, notes=(CHARSET,)),
    HardMail(name="EUC-KR by its standard", raw=plain(KO.encode("cp949"), charset="ks_c_5601-1987"), text=KO),
    HardMail(name="cp1252 as Latin-1", raw=plain(FR.encode("cp1252"), charset="iso-8859-1"), text=FR),
    HardMail(
        name="cp1252 as UTF-8", raw=plain(FR.encode("cp1252"), charset="utf-8"), text=FR, notes=(CHARSET,)
    ),
    HardMail(name="cp1252 undeclared", raw=plain(FR.encode("cp1252")), text=FR, notes=(CHARSET,)),
    HardMail(name="KOI8-R undeclared", raw=plain(RU.encode("koi8-r")), text=RU, notes=(CHARSET,)),
    HardMail(
        name="cp1251 as Latin-1", raw=plain(RU.encode("cp1251"), charset="latin1"), text=RU, notes=(CHARSET,)
    ),
    HardMail(name="UTF-7", raw=plain(b"Hi Mom -+Jjo--!", charset="utf-7"), text="Hi Mom -☺-!"),
    HardMail(name="HZ", raw=plain(ZH.encode("hz"), charset="hz-gb-2312"), text=ZH),
    HardMail(name="UTF-16 with a mark", raw=plain(ZH.encode("utf-16"), charset="utf-16"), text=ZH),
    HardMail(name="a codec that is no charset", raw=plain(b"It swells.", charset="rot13")),
    HardMail(name="NUL bytes", raw=plain(b"It\0 swells.\0"), notes=("mail-controls-removed",)),
)
HEADERS: Final = (
    HardMail(
        name="a subject split inside of a character",
        raw=subject(b"=?UTF-8?B?5oqV6K+J?=\n =?UTF-8?B?55S1?= =?utf-8?Q?=E6=B1?=\n =?utf-8?q?=A0?="),
        subject="投诉电池",
    ),
    HardMail(
        name="a raw GBK subject beside a GBK text",
        raw=subject("投诉".encode("gbk"), body=ZH.encode("gbk")),
        subject="投诉",
        text=ZH,
        notes=(CHARSET, HEADER),
    ),
    HardMail(name="a raw UTF-8 subject", raw=subject("投诉电池".encode()), subject="投诉电池"),
    HardMail(
        name="GBK in words called GB 2312", raw=subject(word("镕基投诉", "gbk", "gb2312")), subject="镕基投诉"
    ),
    HardMail(
        name="UTF-8 in words called Latin-1",
        raw=subject(word("投诉电池", "utf-8", "iso-8859-1")),
        subject="投诉电池",
        notes=(HEADER,),
    ),
    HardMail(
        name="words of an unknown charset",
        raw=subject(word("投诉电池", "gbk", "x-unknown")),
        subject="投诉电池",
        notes=(HEADER,),
    ),
    HardMail(
        name="blanks inside of a word", raw=subject(b"=?utf-8?Q?Battery swells?="), subject="Battery swells"
    ),
    HardMail(name="a question mark inside of a word", raw=subject(b"=?utf-8?Q?Why??="), subject="Why?"),
    HardMail(name="a word without padding", raw=subject(b"=?utf-8?B?QmF0dGVyeQ?="), subject="Battery"),
    HardMail(name="a word without an end", raw=subject(b"=?utf-8?B?QmF0dGVyeQ=="), subject="Battery"),
    HardMail(name="text around words", raw=subject(b"Re: =?utf-8?Q?Akku?= now"), subject="Re: Akku now"),
    HardMail(
        name="a subject of 5 MB",
        raw=subject(b"x" * 5_000_000),
        subject="x" * 1_000,
        notes=("mail-header-cut",),
    ),
    HardMail(
        name="controls and bidirectional characters",
        raw=subject(word("a\u202eb\nX: c\x07d", "utf-8")),
        subject="ab X: c d",
    ),
    HardMail(name="a subject on many lines", raw=subject(b"\n Battery\n\t swells"), subject="Battery swells"),
    HardMail(
        name="a line folded without a blank",
        raw=b"Subject: Battery of my\nnew phone\nFrom: Wang Fang <fang@example.com>\n\nIt swells.",
        subject="Battery of my new phone",
        notes=("mail-header-repaired",),
    ),
    HardMail(
        name="no empty line before the text",
        raw=HEAD + b"It swells.\nVery much.",
        text="It swells.\nVery much.",
        notes=("mail-header-end",),
    ),
    HardMail(
        name="two subjects",
        raw=b"From: Wang Fang <fang@example.com>\nSubject: Battery\nSubject: Other\n\nIt swells.",
    ),
    HardMail(
        name="no headers",
        raw=b"Note: it swells.\nHelp!",
        subject="",
        sender=None,
        text="Note: it swells.\nHelp!",
        notes=("mail-no-headers",),
    ),
    HardMail(
        name="an envelope line and empty lines first",
        raw=b"\n\nFrom fang Sat Nov 21 09:14:00 2026\n" + plain(b"It swells."),
    ),
    HardMail(name="line ends of an old Macintosh", raw=plain(b"It swells.").replace(b"\n", b"\r")),
    HardMail(name="saved as UTF-16", raw=plain(b"It swells.").decode().encode("utf-16")),
    HardMail(
        name="a comma in an encoded name",
        raw=sender(b"=?utf-8?Q?Fang=2C_Wang?= <fang@example.com>"),
        sender_name="Fang, Wang",
    ),
    HardMail(
        name="a comma in a quoted name",
        raw=sender(b'"Fang, Wang" <fang@example.com>'),
        sender_name="Fang, Wang",
    ),
    HardMail(name="the name in a comment", raw=sender(b"fang@example.com (Wang Fang)")),
    HardMail(
        name="the mailbox in one word", raw=sender(word("王芳 <fang@example.com>", "gbk")), sender_name="王芳"
    ),
    HardMail(
        name="a raw GBK name",
        raw=sender("王芳".encode("gbk") + b" <fang@example.com>"),
        sender_name="王芳",
        notes=(HEADER,),
    ),
    HardMail(name="no closing bracket", raw=sender(b"Wang Fang <fang@example.com")),
    HardMail(name="an address only", raw=sender(b"fang@example.com"), sender_name=""),
    HardMail(name="no address", raw=sender(b"Wang Fang"), sender=""),
)
PARTS: Final = (
    HardMail(
        name="nested parts",
        raw=multi(
            multi(
                multi(TEXT, page("<p>It swells.</p>"), kind="alternative", head=b"").replace(b"=_b", b"=_c"),
                file(b'; filename="a.png"'),
                kind="related",
                head=b"",
            )
            .replace(b'=_b"', b'=_b-in"')
            .replace(b"--=_b\n", b"--=_b-in\n")
            .replace(b"--=_b--", b"--=_b-in--")
        ),
        files=(("a.png", PNG),),
    ),
    HardMail(
        name="HTML beside an empty text",
        raw=multi(b"Content-Type: text/plain\n\n \n", page("<p>It&nbsp;swells.</p>"), kind="alternative"),
    ),
    HardMail(
        name="HTML beside a notice",
        raw=multi(b"\nUse HTML.", page(f"<p>{'It swells very much. ' * 9}</p>"), kind="alternative"),
        text=("It swells very much. " * 9).strip(),
        notes=("mail-plain-text-poor",),
    ),
    HardMail(
        name="HTML alone",
        raw=HEAD
        + page(
            "<style>p{}</style><script>x()</script><div style='display:none'>Preview</div><p>It <b>swells</b>: <a href='https://example.com/a'>photo</a></p><ul><li>one<li>two</ul>"
        ),
        text="It swells: photo <https://example.com/a>\n\n  * one\n  * two",
        notes=("mail-hidden-text",),
    ),
    HardMail(
        name="HTML in GBK by its meta element",
        raw=HEAD + b"Content-Type: text/html\n\n<meta charset=gb2312><p>" + ZH.encode("gbk"),
        text=ZH,
    ),
    HardMail(
        name="a quoted mail in HTML",
        raw=HEAD + page("<p>It swells.</p><blockquote type=cite><p>How are you?</p></blockquote>"),
        text="It swells.\n\n> How are you?",
    ),
    HardMail(name="deeply nested HTML", raw=HEAD + page("<div>" * 5_000 + "It swells.")),
    HardMail(
        name="an attached mail",
        raw=multi(TEXT, b"Content-Type: message/rfc822\n\nSubject: Inner\n\nOld text"),
        files=(("e-mail.eml", b"Subject: Inner\n\nOld text"),),
    ),
    HardMail(
        name="only an attached mail",
        raw=multi(b"Content-Type: message/rfc822\n\nSubject: Inner\n\nIt swells."),
        files=(("e-mail.eml", b"Subject: Inner\n\nIt swells."),),
        notes=("mail-text-enclosed",),
    ),
    HardMail(
        name="only an attached text",
        raw=multi(file(b"; filename=a.txt", b"It swells.", b"text/plain")),
        files=(("a.txt", b"It swells."),),
        notes=("mail-text-enclosed",),
    ),
    HardMail(name="a text of an unknown kind", raw=multi(b"Content-Type: text/x-own\n\nIt swells.")),
    HardMail(
        name="three versions of a text",
        raw=multi(TEXT, b"Content-Type: text/x-amp-html\n\n<p>Run", page("It swells."), kind="alternative"),
    ),
    HardMail(
        name="no boundary declared",
        raw=multi(TEXT).replace(b'; boundary="=_b"', b""),
        notes=("mail-boundary-guessed",),
    ),
    HardMail(
        name="another boundary declared",
        raw=multi(TEXT).replace(b'"=_b"', b'"other"'),
        notes=("mail-boundary-guessed",),
    ),
    HardMail(
        name="parts without any boundary",
        raw=HEAD + b"Content-Type: multipart/mixed; boundary=x\n\nIt swells.",
        notes=("mail-boundary-missing",),
    ),
    HardMail(
        name="no end of the parts",
        raw=multi(TEXT, file(b'; filename="a.png"')).removesuffix(b"--=_b--\n"),
        files=(("a.png", PNG),),
    ),
    HardMail(name="text after the parts", raw=multi(TEXT) + b"Very much.\n", text="It swells.\n\nVery much."),
    HardMail(
        name="flowed lines",
        raw=HEAD + b"Content-Type: text/plain; format=flowed\n\nIt \nswells.\n> How \n> are you?\n-- \nFang",
        text="It swells.\n> How are you?\n-- \nFang",
    ),
    HardMail(
        name="flowed lines of Chinese",
        raw=HEAD
        + "Content-Type: text/plain; format=flowed; delsp=yes; charset=utf-8\n\n电池 \n鼓包".encode(),
        text="电池鼓包",
    ),
    HardMail(
        name="base64 that was cut",
        raw=plain(b"SXQgc3dlbGxzLiBWZXJ5I", more=b"Content-Transfer-Encoding: base64\n"),
        text="It swells. Very",
        notes=("mail-part-damaged",),
    ),
    HardMail(
        name="base64 with the footer of a list",
        raw=plain(
            b"SXQgc3dlbGxzLg==\n_______\nThe list of all\n", more=b"Content-Transfer-Encoding: base64\n"
        ),
        text="It swells.\n\n_______\nThe list of all",
    ),
    HardMail(
        name="base64 of two pieces",
        raw=plain(b"SXQ=\nIHN3ZWxscy4=\n", more=b"Content-Transfer-Encoding: BASE64 \n"),
    ),
    HardMail(
        name="quoted-printable",
        raw=plain(b"It sw=65lls=\n.", more=b"Content-Transfer-Encoding: quoted-printable\n"),
    ),
    HardMail(
        name="an unknown encoding", raw=plain(b"It swells.", more=b"Content-Transfer-Encoding: x-none\n")
    ),
    HardMail(
        name="uuencode",
        raw=plain(
            b"begin 644 a.txt\n*270@<W=E;&QS+@  \n \nend\n", more=b"Content-Transfer-Encoding: x-uuencode\n"
        ),
    ),
    HardMail(name="a type that is none", raw=HEAD + b"Content-Type: text\n\nIt swells."),
    HardMail(name="headers only", raw=HEAD, text=""),
    HardMail(name="empty", raw=b"", subject="", sender=None, text="", notes=("mail-no-headers",)),
    HardMail(
        name="binary junk",
        raw=bytes(range(256)) * 4,
        subject="",
        sender=None,
        text="",
        files=(("attachment-1.bin", bytes(range(256)) * 4),),
        notes=("mail-no-headers",),
    ),
    HardMail(
        name="winmail.dat",
        raw=multi(b"\n", file(b"; filename=winmail.dat", WINMAIL, b"application/ms-tnef")),
        files=(("照片 photo.png", PNG),),
        notes=("mail-winmail-unpacked",),
    ),
    HardMail(
        name="winmail.dat with text in RTF",
        raw=multi(TEXT, file(b"; filename=winmail.dat", WINMAIL_RTF, b"application/ms-tnef")),
        files=(("a.png", PNG), ("winmail.dat", WINMAIL_RTF)),
        notes=("mail-winmail-unpacked", "mail-winmail-partly"),
    ),
    HardMail(
        name="winmail.dat with endless lists",
        raw=multi(TEXT, file(b"; filename=winmail.dat", WINMAIL_BOMB, b"application/ms-tnef")),
        files=(("winmail.dat", WINMAIL_BOMB),),
        notes=("mail-winmail-unreadable",),
    ),
    HardMail(
        name="an invitation and a card",
        raw=multi(
            TEXT,
            b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR",
            b"Content-Type: text/x-vcard\n\nBEGIN:VCARD",
        ),
        files=(("attachment-1.ics", b"BEGIN:VCALENDAR"), ("attachment-2.vcf", b"BEGIN:VCARD")),
    ),
    HardMail(
        name="a message that is encrypted",
        raw=multi(
            b"Content-Type: application/pgp-encrypted\n\nVersion: 1",
            file(b"; filename=x.asc", b"x"),
            kind="encrypted",
        ),
        text="",
        files=(("attachment-1.bin", b"Version: 1"), ("x.asc", b"x")),
        notes=("mail-encrypted",),
    ),
)


def named(title: str, written: bytes, name: str) -> HardMail:
    """A mail with one attachment whose name must become another."""
    return HardMail(name=title, raw=multi(TEXT, file(written)), files=((name, PNG),))


NAMES: Final = (
    named("a path", b'; filename="../../etc/passwd"', "passwd"),
    named("a path of Windows", b'; filename="C:\\\\a/b\\\\c.png"', "c.png"),
    named("only a path", b'; filename="../.."', "attachment-1.png"),
    named("a device", b"; filename=CON", "_CON"),
    named("a device with an ending", b'; filename="aux.h.png"', "_aux.h.png"),
    named("a formula", b'; filename="=HYPERLINK(1)|x.png"', "_=HYPERLINK(1)_x.png"),
    named("an option", b'; filename="-rf"', "_-rf"),
    named("trailing dots", b'; filename=" photo.png.. "', "photo.png"),
    named(
        "a name that turns its direction",
        b'; filename="photo\xe2\x80\xaegnp.exe\x07\x00"',
        "photognp.exe",
    ),
    named(
        "a name in pieces",
        b"; filename*0*=utf-8''%E7%85%A7; filename*1*=%E7%89%87; filename*2=.png",
        "照片.png",
    ),
    named("a name with a charset", b"; filename*=gbk''%D5%D5%C6%AC.png", "照片.png"),
    named("a file name in an encoded word", b'; filename="' + word("照片.png", "gbk") + b'"', "照片.png"),
    named("a raw GBK file name", b'; filename="' + "照片.png".encode("gbk") + b'"', "照片.png"),
    named("a name that is too long", b'; filename="' + b"x" * 500 + b'.png"', "x" * 96 + ".png"),
    HardMail(
        name="two of one name",
        raw=multi(TEXT, file(b"; filename=a.png"), file(b"; filename=A.PNG")),
        files=(("a.png", PNG), ("A (2).PNG", PNG)),
    ),
    HardMail(
        name="a zip bomb stays packed",
        raw=multi(TEXT, file(b"; filename=bomb.zip", b"PK\x03\x04" + b"\0" * 99, b"application/zip")),
        files=(("bomb.zip", b"PK\x03\x04" + b"\0" * 99),),
    ),
)
HARD_MAILS: Final = (*CHARSETS, *HEADERS, *PARTS, *NAMES)
