"""Printing a page into a PDF with the browser that is there: Chromium, Chrome or Edge."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken

_BROWSER_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    # Where macOS and Windows keep them, away from the PATH.
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
# The header and footer of the page are its own; the profile of the user is left alone; no name and no address is found.
_BROWSER_OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_TIMEOUT_SECONDS: Final = 60.0


def find_browser(chosen: str | None) -> str:
    """The program that was chosen, else the first browser there is; raises Broken where there is none."""
    for name in (chosen,) if chosen else _BROWSER_NAMES:
        if found := shutil.which(name):
            return found
    raise Broken("browser-missing")


def print_pdf(page: str, chosen: str | None) -> bytes:
    """The page as the browser prints it; raises Broken where it does not."""
    browser = find_browser(chosen)
    with tempfile.TemporaryDirectory(prefix="complaintctl-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, made = folder / "form.html", folder / "form.pdf"
        source.write_text(page, encoding="utf-8")
        places = (f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}", source.as_uri())
        try:
            ended = subprocess.run(
                [browser, *_BROWSER_OPTIONS, *_root_options(), *places],
                capture_output=True,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Broken("browser-failed", browser=browser, detail=type(error).__name__) from error
        if not made.is_file():
            said = ended.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise Broken("browser-failed", browser=browser, detail=said or str(ended.returncode))
        return made.read_bytes()


def _root_options() -> tuple[str, ...]:
    """Chromium does not start for root with its sandbox; the page is ours and runs no script."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
