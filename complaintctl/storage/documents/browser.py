"""Prints an HTML page as PDF with an installed browser: Chromium, Chrome or Edge."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken

# D-097: the user's own browser.
_BROWSER_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    # macOS and Windows do not put browsers on the PATH.
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
# No header and footer of the browser, and no network access (every host name fails to resolve; D-098).
_BROWSER_OPTIONS: Final = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_TIMEOUT_SECONDS: Final = 60.0


def find_browser(chosen: str | None) -> str:
    """Returns the path of the chosen program, else of the first browser found; raises Broken if there is none."""
    for name in (chosen,) if chosen else _BROWSER_NAMES:
        if path := shutil.which(name):
            return path
    raise Broken("browser-missing")


def print_pdf(page: str, chosen: str | None) -> bytes:
    """Prints a page as PDF, with a temporary browser profile; raises Broken if the browser fails."""
    browser = find_browser(chosen)
    with tempfile.TemporaryDirectory(prefix="complaintctl-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source, pdf = folder / "form.html", folder / "form.pdf"
        source.write_text(page, encoding="utf-8")
        arguments = (f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={pdf}", source.as_uri())
        try:
            run = subprocess.run(
                [browser, *_BROWSER_OPTIONS, *_root_options(), *arguments],
                capture_output=True,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Broken("browser-failed", browser=browser, detail=type(error).__name__) from error
        if not pdf.is_file():
            message = run.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise Broken("browser-failed", browser=browser, detail=message or str(run.returncode))
        return pdf.read_bytes()


def _root_options() -> tuple[str, ...]:
    """Chromium does not start as root with its sandbox. Without it is safe: the page is ours and has no scripts."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
