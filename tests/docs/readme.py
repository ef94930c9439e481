"""What the documents show after `$ complaintctl …` is what it prints: `make example` writes it, a test compares."""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.casebooks import call, environment

ROOT: Final = Path(__file__).resolve().parents[2]
DOCUMENTS: Final = (
    "README.md",
    "docs/deadlines.md",
    "docs/case-format.md",
    "docs/reports.md",
    "docs/analysis.md",
    "docs/letters.md",
    "docs/papers.md",
)
# Pages in Chinese, where the commands are asked in Chinese.
CHINESE: Final = ("README.zh.md", *(name.replace("docs/", "docs/zh/") for name in DOCUMENTS[1:]))
# A day, played from its first command to its last in a folder of its own; the case is called so there.
DAY: Final = "docs/zh/day.md"
DAY_CASE: Final = "7K3FQ"
# Python with what it prints, in pairs of blocks; the blocks of a page build on each other.
PYTHON: Final = ("docs/python.md", "docs/zh/python.md")
# Pictures, and the command that draws each.
PICTURES: Final = {"docs/fishbone.svg": "complaintctl analysis 8G2W2 --format svg --as-of 2026-11-21T16:00"}
_PYTHON: Final = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLAYED: Final = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BLOCK: Final = re.compile(r"^```console\n\$ (complaintctl .*)\n(?:.*\n)*?```$", re.MULTILINE)


def with_outputs(text: str, home: Path, lang: str = "en") -> str:
    """The document with the output of every `console` block as the command prints it today."""

    def block(found: re.Match[str]) -> str:
        arguments = shlex.split(found[1])[1:]
        result = call(ROOT, environment(home, lang), *arguments)
        said = "".join(line.rstrip() + "\n" for line in (result.stdout + result.stderr).splitlines())
        return f"```console\n$ {found[1]}\n{said}```"

    return _BLOCK.sub(block, text)


def played(text: str, home: Path) -> str:
    """The day with the outputs of all its commands, one after the other: each builds on those before it."""
    folder, case = home, DAY_CASE

    def line(typed: str) -> str:
        nonlocal folder, case
        words = shlex.split(typed.replace(DAY_CASE, case))
        if words[0] == "cd":
            folder /= words[1]
            return f"$ {typed}\n"
        result = call(folder, environment(home, ""), *words[1:], check=0)
        if words[1] == "open":
            case = result.stdout.strip().rpartition("-")[2]
        said = (result.stdout + result.stderr).replace(case, DAY_CASE).replace(str(home), "~")
        return f"$ {typed}\n" + "".join(part.rstrip() + "\n" for part in said.splitlines())

    def block(found: re.Match[str]) -> str:
        typed = [one[2:] for one in found[1].splitlines() if one.startswith("$ ")]
        return "```console\n" + "".join(map(line, typed)) + "```"

    return _PLAYED.sub(block, text)


def with_printed(text: str) -> str:
    """A page with what each of its Python blocks prints today, run by a Python of its own in the example casebook."""
    blocks = _PYTHON.findall(text)
    marker = "----8<----"
    script = f"\nprint({marker!r})\n".join(code for code, _printed in blocks)
    command = [sys.executable, "-X", "utf8", "-c", script]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8")
    printed = iter(ran.stdout.split(f"{marker}\n"))
    return _PYTHON.sub(lambda found: f"```python\n{found[1]}```\n\n```text\n{next(printed)}```", text)


def picture(command: str, home: Path) -> str:
    """What a command draws today."""
    return call(ROOT, environment(home), *shlex.split(command)[1:], check=0).stdout


def main() -> None:
    """Write the outputs into the documents, and the pictures beside them."""
    with tempfile.TemporaryDirectory() as home:
        for name in DOCUMENTS:
            path = ROOT / name
            path.write_text(with_outputs(path.read_text(encoding="utf-8"), Path(home)), encoding="utf-8")
        for name in CHINESE:
            path = ROOT / name
            path.write_text(
                with_outputs(path.read_text(encoding="utf-8"), Path(home), "zh"), encoding="utf-8"
            )
        day = ROOT / DAY
        day.write_text(played(day.read_text(encoding="utf-8"), Path(home)), encoding="utf-8")
        for name in PYTHON:
            path = ROOT / name
            path.write_text(with_printed(path.read_text(encoding="utf-8")), encoding="utf-8")
        for name, command in PICTURES.items():
            (ROOT / name).write_text(picture(command, Path(home)), encoding="utf-8")


if __name__ == "__main__":
    main()
