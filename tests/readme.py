"""What the documents show after `$ complaintctl …` is what it prints: `make example` writes it, a test compares."""

import re
import shlex
import tempfile
from pathlib import Path
from typing import Final

from tests.casebooks import call, environment

ROOT: Final = Path(__file__).resolve().parent.parent
DOCUMENTS: Final = (
    "README.md",
    "docs/deadlines.md",
    "docs/case-format.md",
    "docs/reports.md",
    "docs/analysis.md",
    "docs/letters.md",
)
# Pictures, and the command that draws each.
PICTURES: Final = {"docs/fishbone.svg": "complaintctl analysis 8G2W2 --format svg --as-of 2026-11-21T16:00"}
_BLOCK: Final = re.compile(r"^```console\n\$ (complaintctl .*)\n(?:.*\n)*?```$", re.MULTILINE)


def with_outputs(text: str, home: Path) -> str:
    """The document with the output of every `console` block as the command prints it today."""

    def block(found: re.Match[str]) -> str:
        arguments = shlex.split(found[1])[1:]
        result = call(ROOT, environment(home), *arguments)
        said = "".join(line.rstrip() + "\n" for line in (result.stdout + result.stderr).splitlines())
        return f"```console\n$ {found[1]}\n{said}```"

    return _BLOCK.sub(block, text)


def picture(command: str, home: Path) -> str:
    """What a command draws today."""
    return call(ROOT, environment(home), *shlex.split(command)[1:], check=0).stdout


def main() -> None:
    """Write the outputs into the documents, and the pictures beside them."""
    with tempfile.TemporaryDirectory() as home:
        for name in DOCUMENTS:
            path = ROOT / name
            path.write_text(with_outputs(path.read_text(encoding="utf-8"), Path(home)), encoding="utf-8")
        for name, command in PICTURES.items():
            (ROOT / name).write_text(picture(command, Path(home)), encoding="utf-8")


if __name__ == "__main__":
    main()
