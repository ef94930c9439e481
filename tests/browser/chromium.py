"""Chromium for the tests: pages checked by axe, PDF pages as pictures; in CI it must be there, with a Chinese face."""

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from PIL import Image

from tests.casebooks import Book

SNAPSHOTS: Final = Path(__file__).with_name("snapshots")
WRITING: Final = os.environ.get("COMPLAINTCTL_SNAPSHOTS") == "write"
AXE: Final = Path(__file__).with_name("node_modules") / "axe-core" / "axe.min.js"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge")
_FOUND: Final = re.compile(r'<pre id="found">(.*?)</pre>', re.DOTALL)
_TEXT: Final = re.compile(r">([^<]*)<")
_CASE_ID: Final = re.compile(r"C-\d{8}-\w{5}")
# Every page takes the place of the one before; what axe says of each is written down at the end.
_HARNESS: Final = """\
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title><script src="{axe}"></script></head><body>
<script type="application/json" id="pages">{pages}</script><script>
const pages = JSON.parse(document.getElementById("pages").textContent);
(async () => {{
  const found = [];
  for (const page of pages) {{
    const made = new DOMParser().parseFromString(page, "text/html");
    document.documentElement.lang = made.documentElement.lang;
    document.head.innerHTML = made.head.innerHTML;
    document.body.innerHTML = made.body.innerHTML;
    const said = await axe.run(document);
    const told = one => one.id + ": " + one.nodes.map(node => node.html).join(" | ");
    found.push({{passes: said.passes.length, faults: said.violations.map(told)}});
  }}
  const shown = document.createElement("pre");
  shown.id = "found";
  shown.textContent = JSON.stringify(found);
  document.body.replaceChildren(shown);
}})();
</script></body></html>
"""


def needed(*, condition: bool, what: str) -> None:
    """Skip where something is not there, saying so; in CI that is a failure, for nothing is skipped there."""
    if condition:
        return
    if os.environ.get("CI"):
        pytest.fail(f"CI needs {what}: see .ci/run")
    pytest.skip(f"{what} is not here: see .ci/run")


def browser() -> str:
    """The browser, with a face that has Chinese glyphs beside it."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    needed(condition=found is not None, what="Chromium")
    listed = (
        subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False)
        if shutil.which("fc-list")
        else None
    )
    needed(condition=bool(listed and b"Noto Sans CJK SC" in listed.stdout), what="the face Noto Sans CJK SC")
    return str(found)


def faults(pages: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    """What axe finds in each page (`faults`), and how many rules it `passes`."""
    needed(condition=AXE.is_file(), what="axe-core (npm ci --prefix tests/browser)")
    harness = folder / "harness.html"
    inside = json.dumps(list(pages)).replace("<", "\\u003c")
    harness.write_text(_HARNESS.format(axe=AXE.resolve().as_uri(), pages=inside), encoding="utf-8")
    options = ["--headless", "--disable-gpu", "--no-sandbox", "--virtual-time-budget=600000", "--dump-dom"]
    profile = f"--user-data-dir={folder / 'profile'}"
    ended = subprocess.run(
        [browser(), *options, profile, harness.as_uri()], capture_output=True, timeout=300, check=True
    )
    said = _FOUND.search(ended.stdout.decode())
    assert said, ended.stderr.decode()[-2000:]
    found: list[dict[str, Any]] = json.loads(html.unescape(said[1]))
    return found


def one_of_each_frame(pages: Iterable[str]) -> list[str]:
    """Of all pages with the same elements and attributes one: what axe judges is these, not which words they hold."""
    return list({_frame(page): page for page in pages}.values())


def _frame(page: str) -> str:
    words = _TEXT.sub(lambda text: ">word<" if text[1].strip() else "><", page)
    return _CASE_ID.sub("C-0", words)


def pictures(pdf: Path, scale: float) -> list[Image.Image]:
    """The pages of a PDF in grey, so many pixels for each point."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=scale).to_pil().convert("L") for page in document]


def texts(pdf: Path) -> list[str]:
    """The text of each page of a PDF, line by line as it is printed."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in document]


def reviewed(pages: Sequence[str], book: Book, case: str) -> str:
    """The text of the pages as it is kept, without random ids."""
    return without_random_ids("\n\n".join(page.strip() for page in pages) + "\n", book, case)


def without_random_ids(text: str, book: Book, case: str) -> str:
    """The text with zeros for the ids. Replace them before printing where a line may wrap: letters differ in width."""
    for event in book.json("show", case)["case"]["history"]:
        text = text.replace(event["id"], "0" * len(event["id"]))
    return text.replace(case, f"{case[:-5]}00000")


def as_reviewed(text: str, kept: Path) -> str:
    """What was kept of a page; COMPLAINTCTL_SNAPSHOTS=write keeps what it says now, for somebody to read."""
    if WRITING:
        kept.write_text(text, encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def glyphs(pdf: Path) -> dict[str, bytes]:
    """A picture of each Chinese character of the first page, all of one size."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        scale, found = 4.0, {}
        picture = page.render(scale=scale).to_pil().convert("L")
        written = page.get_textpage()
        for place, sign in enumerate(written.get_text_range()):
            if "\u4e00" <= sign <= "\u9fff":
                left, bottom, right, top = written.get_charbox(place)
                high = page.get_height()
                box = (left * scale, (high - top) * scale, right * scale, (high - bottom) * scale)
                found[sign] = picture.crop(tuple(map(round, box))).resize((24, 24)).tobytes()
        return found
