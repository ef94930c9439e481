"""E-mails for tests: written as mail programs write them, with what a test is about left to it."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

DESK = "care@example.com"
COLLEAGUE = "chen.jie@example.com"
# A morning before any test runs; a later mail is an hour later.
_START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)


def mail(
    text: str = "It is broken.",
    *,
    mail_id: str | None = None,
    sender: str = "Wang Fang <wang@qq.com>",
    to: str = DESK,
    subject: str = "Broken kettle",
    hour: int = 0,
    references: tuple[str, ...] = (),
    reply_to_id: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """An e-mail as bytes; `hour` is when it was sent and received, `headers` are added or (if empty) left out."""
    at = format_datetime(_START + timedelta(hours=hour))
    fields = {
        "Received": f"from mx.example.net by mail.example.com; {at}",
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": at,
        "Message-ID": f"<{mail_id or f'unnamed-{next(_NUMBERS)}@example.net'}>",
        "References": " ".join(f"<{one}>" for one in references),
        "In-Reply-To": f"<{reply_to_id}>" if reply_to_id else "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"{head}\r\n{text}\r\n".encode()
