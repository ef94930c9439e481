"""Mutations of e-mails that mostly keep their shape: lines, values of headers, encoded words, charsets, boundaries."""

import random
from typing import Final

_BYTES_SHARE: Final = 0.2
HOSTILE_MAIL_LINES: Final = (
    b"",
    b" ",
    b"--=_b",
    b"--=_b--",
    b"From a Sat Nov 21 09:14:00 2026",
    b"Content-Type: multipart/mixed; boundary==_b",
    b"Content-Type: multipart/alternative",
    b"Content-Type: multipart/digest; boundary*0==; boundary*1=_b",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/html; charset=gb2312",
    b"Content-Type: text/plain; charset=utf-7; format=flowed; delsp=yes",
    b"Content-Type: text/plain; charset=unicode_escape",
    b"Content-Type: text/plain; charset=utf-16",
    b"Content-Type: text/plain; charset=iso-2022-jp",
    b"Content-Type: application/ms-tnef; name*=''%",
    b"Content-Disposition: attachment; filename*99*=utf-8''%ff%; filename*0=a",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Date: Mon, 99 Foo 99999 99:99:99 +99999999999",
    b"Received: ;;; Fri, 31 Dec 9999 23:59:59 -2400",
    b'From: =?x?B?====?= <<@>,,;:"(',
    b'To: a:b:c;, "\\',
    b"Subject: =?utf-8?Q?=?= =?gbk?B?1?= =?zip?Q?x?=",
    b"References: <<>> < > <@> a@b@c",
    b"begin 644 a",
    b"<table><td><blockquote type=cite><a href=http://[x>",
    b"<div style=display:none><pre><ol start=9e9><li>",
    b"\xd6\xd0\xce\xc4 \x81\x30\x81\x30 \xff\xfe\x00",
    b"\x1b$B\x1b(J\x0e\x0f",
)


def mutate_mail(data: bytes, randomness: random.Random) -> bytes:
    """Copy, remove, swap and insert lines, change bytes, cut the end."""
    lines = data.split(b"\n")
    for _time in range(randomness.randint(1, 4)):
        index = randomness.randrange(len(lines))
        match randomness.randrange(6):
            case 0:
                lines.insert(index, randomness.choice(lines))
            case 1 if len(lines) > 1:
                del lines[index]
            case 2:
                other = randomness.randrange(len(lines))
                lines[index], lines[other] = lines[other], lines[index]
            case 3:
                lines[index] = _change_bytes(lines[index], randomness)
            case 4:
                lines = lines[: index + 1]
            case _:
                lines.insert(index, randomness.choice(HOSTILE_MAIL_LINES))
    return b"\n".join(lines)


def _change_bytes(line: bytes, randomness: random.Random) -> bytes:
    changed = bytearray(line)
    for _time in range(max(1, int(len(line) * _BYTES_SHARE * randomness.random()))):
        position = randomness.randrange(len(changed) + 1)
        changed[position : position + 1] = randomness.randbytes(randomness.randrange(3))
    return bytes(changed)
