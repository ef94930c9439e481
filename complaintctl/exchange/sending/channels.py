"""Sends messages with the library of the extra `notify`, to some hundred services and by mail.

An address is a URL of that library, often with a password: it is never in a message, an error or a log of ours.
"""

import logging
from typing import Literal
from urllib.parse import quote

import apprise

Delivery = Literal["sent", "invalid", "failed"]


def mail_url(server: str, address: str) -> str:
    """Returns the address of a person behind a mail server (`mailtos://user:password@host?from=…`)."""
    return f"{server}{'&' if '?' in server else '?'}to={quote(address)}"


def send_message(url: str, title: str, body: str) -> Delivery:
    """Send a text to an address; `invalid` if no service understands the address, `failed` if it did not take the message."""
    # The library warns on stderr, with parts of the address.
    log = logging.getLogger("apprise")
    log.propagate, log.handlers = False, [logging.NullHandler()]
    asset = apprise.AppriseAsset(
        async_mode=False, secure_logging=True, storage_mode=apprise.PersistentStoreMode.MEMORY
    )
    channel = apprise.Apprise.instantiate(url.strip(), asset=asset, suppress_exceptions=True)
    if channel is None:
        return "invalid"
    sender = apprise.Apprise(asset=asset)
    sender.add(channel)
    return (
        "sent" if sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT) else "failed"
    )
