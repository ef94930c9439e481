"""Servers on the loopback that take reminders: one for mail (SMTP) and one for webhooks (JSON by HTTP)."""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Mailbox:
    """The mails that were accepted: receiver, subject, text. `refuses`: answer with an error instead."""

    port: int = 0
    mails: list[tuple[str, str, str]] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 4.3.0 try again later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
        self.mails += [(to, str(mail["Subject"]), text) for to in envelope.rcpt_tos]
        return "250 accepted"


class _OnFreePort(Controller):
    """With port 0 the system chooses; the controller asks its own port only to see that it listens."""

    def _trigger_server(self) -> None:
        with socket.create_connection(("127.0.0.1", self.listening_port)) as connection:
            connection.recv(1024)

    @property
    def listening_port(self) -> int:
        server: Any = self.server
        return int(server.sockets[0].getsockname()[1])


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Runs a mail server on a free port."""
    box = Mailbox()
    controller = _OnFreePort(
        box,
        hostname="127.0.0.1",
        port=0,
        authenticator=lambda *_values: AuthResult(success=True),
        auth_require_tls=False,
    )
    controller.start()
    box.port = controller.listening_port
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Webhook:
    """The calls that were accepted: path, title, text. `before_answer` is done when a call has arrived."""

    port: int = 0
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    status: int = 200
    before_answer: Callable[[], None] | None = None


@contextmanager
def webhook_server() -> Iterator[Webhook]:
    """Runs a webhook server on a free port."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            values = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if hook.status == 200:
                hook.calls.append((self.path, values["title"], values["message"]))
            if hook.before_answer is not None:
                hook.before_answer()
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, *_values: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def kill(pid: int) -> None:
    """Kills a process at once, as a power failure would."""
    os.kill(pid, signal.SIGKILL)
