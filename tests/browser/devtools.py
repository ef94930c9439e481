"""Chromium driven over its own protocol: real keys, the real console, every request; no library between."""

import base64
import contextlib
import fcntl
import itertools
import json
import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tests.browser import chromium

_OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-sandbox",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
_PATIENCE: Final = 60.0
_GRACE: Final = 10.0
_KEYS: Final = {
    "Tab": {"code": "Tab", "windowsVirtualKeyCode": 9},
    "Enter": {"code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    " ": {"code": "Space", "windowsVirtualKeyCode": 32, "text": " "},
    "ArrowDown": {"code": "ArrowDown", "windowsVirtualKeyCode": 40},
}


class Page:
    """One page of a browser. `requests` and `complaints` (console and exceptions) grow while it is used."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._numbers = itertools.count(1)
        self._buffer = b""
        self._session: str | None = None
        self._loaded = 0
        self.requests: list[str] = []
        self.complaints: list[str] = []

    def close(self) -> None:
        """Ask the browser to end."""
        with contextlib.suppress(OSError):
            os.write(self._to, b'{"id":0,"method":"Browser.close"}\0')

    def attach(self) -> None:
        """Open a tab and listen to it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **values: Any) -> Any:
        """What the browser answers to one call."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": values}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]

    def _read(self) -> dict[str, Any]:
        deadline = time.monotonic() + _PATIENCE
        while b"\0" not in self._buffer:
            ready, _writable, _errors = select.select([self._from], [], [], deadline - time.monotonic())
            assert ready, "the browser does not answer"
            self._buffer += os.read(self._from, 1 << 20)
        first, _end, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, values: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self._loaded += 1
        elif event == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        elif event == "Runtime.consoleAPICalled":
            self.complaints.append(f"{values['type']}: {[one.get('value') for one in values['args']]}")
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(values["exceptionDetails"]))
        elif event == "Log.entryAdded":
            self.complaints.append(values["entry"]["text"])

    def show(
        self, path: Path, *, scripts: bool = True, theme: str = "light", wide: int = 1200, high: int = 900
    ) -> None:
        """Load a file, with or without JavaScript, in the theme of the system."""
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=wide, height=high, deviceScaleFactor=1, mobile=False
        )
        before = self._loaded
        self.call("Page.navigate", url=path.as_uri())
        while self._loaded == before:
            self._read()
        if scripts:
            self.until(
                "document.documentElement.dataset.ready === 'yes' || !document.querySelector('#packed')"
            )

    def value(self, expression: str) -> Any:
        """The value of an expression on the page; of a promise what it becomes."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def until(self, condition: str) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + _PATIENCE
        while not self.value(condition):
            assert time.monotonic() < deadline, condition
            time.sleep(0.02)

    def press(self, key: str) -> None:
        """Press and release a key."""
        known = _KEYS[key]
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, **known)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=known["code"])

    def type(self, words: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=words)

    def tab_to(self, condition: str) -> None:
        """Press Tab until the focused element fulfils a condition on `document.activeElement`, as `it`."""
        for _press in range(80):
            self.press("Tab")
            if self.value(f"(it => !!({condition}))(document.activeElement)"):
                return
        raise AssertionError(condition)

    def picture(self) -> bytes:
        """The whole page as PNG, after it is drawn."""
        self.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
        wide, high = self.value(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        clip = {"x": 0, "y": 0, "width": wide, "height": high, "scale": 1}
        shot = self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def printed(self, html: str, folder: Path) -> Path:
        """A page printed as the command prints it, into a file of the folder; four times as fast as a new browser."""
        source, pdf = folder / "printed.html", folder / "printed.pdf"
        source.write_text(html, encoding="utf-8")
        self.show(source)
        told = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        pdf.write_bytes(base64.b64decode(told["data"]))
        return pdf

    def faults(self) -> list[str]:
        """What axe finds on the page as it is now."""
        chromium.needed(condition=chromium.AXE.is_file(), what="axe-core (npm ci --prefix tests/browser)")
        self.value(chromium.AXE.read_text(encoding="utf-8") + "; 0")
        found = self.value(
            "axe.run(document).then(said => said.violations.map("
            "one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html).join(' | ')))"
        )
        assert isinstance(found, list)
        return found


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Page]:
    """A page of a new browser with a profile in the folder; the browser is closed at the end."""
    (their_in, ours_out), (ours_in, their_out) = os.pipe(), os.pipe()
    # The protocol reads from file 3 and writes to file 4; a number above keeps one from closing the other.
    high = [fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, 10) for number in (their_in, their_out)]
    words = [chromium.browser(), *_OPTIONS, f"--user-data-dir={folder / 'profile'}", "about:blank"]
    nothing = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (1, 2)]
    pipes = [(os.POSIX_SPAWN_DUP2, number, place) for place, number in enumerate(high, 3)]
    process = os.posix_spawn(words[0], words, os.environ, file_actions=[*nothing, *pipes])
    for number in (their_in, their_out, *high):
        os.close(number)
    page = Page(ours_out, ours_in)
    try:
        page.attach()
        yield page
    finally:
        page.close()
        _wait(process)
        os.close(ours_out)
        os.close(ours_in)


def _wait(process: int) -> None:
    """Wait until the browser has ended; kill it if it does not."""
    deadline = time.monotonic() + _GRACE
    while os.waitpid(process, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return
        time.sleep(0.02)
