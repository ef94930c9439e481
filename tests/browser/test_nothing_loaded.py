"""A hostile page in the browser that prints it: it reaches neither the network nor a file beside it."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from complaintctl.errors import Broken
from complaintctl.render.text.page import html_page
from complaintctl.storage.documents import browser
from tests.browser import chromium

ASKING: Final = """
<p>printed</p><img src="{url}/a.png"><link rel="stylesheet" href="{url}/b.css"><style>@import "{url}/c.css";
p {{ background: url({url}/d.png) }}</style><script src="{url}/e.js"></script><iframe src="{url}/f"></iframe>
<object data="{url}/g"></object><script>fetch("{url}/h"); new Image().src = "{url}/i"</script>
<video src="{url}/j"></video><link rel="prefetch" href="{url}/k"><meta http-equiv="refresh" content="0; url={url}/l">
"""


class Counting(ThreadingHTTPServer):
    """A server on this machine that notes what it is asked for."""

    asked: list[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Noting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Counting)
        self.server.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Counting]:
    with Counting(("127.0.0.1", 0), Noting) as made:
        made.asked = []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


def printed(page: str, folder: Path) -> str:
    pdf = folder / "made.pdf"
    pdf.write_bytes(browser.print_pdf(page, chromium.browser()))
    return " ".join(chromium.texts(pdf))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_browser_that_prints_asks_nobody_whatever_stands_on_the_page(
    server: Counting, tmp_path: Path, host: str
) -> None:
    page = ASKING.format(url=server.url.replace("127.0.0.1", host))
    # One that leads away is not printed at all.
    with suppress(Broken):
        printed(f"<!DOCTYPE html><title>t</title>{page}", tmp_path)
    assert server.asked == []


def test_our_pages_load_no_file_and_run_no_script_even_if_html_got_into_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>the secret</p>", encoding="utf-8")
    body = (
        f"<p>printed</p><iframe src='{secret.as_uri()}'></iframe><object data='{secret.as_uri()}'></object>"
    )
    script = "<script>document.body.append('it ran')</script>"
    text = printed(html_page(language="en", title="t", style="", body=body + script), tmp_path)
    assert "printed" in text
    assert "secret" not in text
    assert "it ran" not in text
