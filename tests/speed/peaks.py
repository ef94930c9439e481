"""The memory that a command takes at most."""

import subprocess
import sys
from typing import Final

from tests.casebooks import Book
from tests.commands.processes import command

# A process counts what the one that started it took until then, and pytest is large: so a small one starts the command.
_MEASURE: Final = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False).returncode
print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
_SECONDS: Final = 600
# Of `check` and `policy diff`, 1 says that something was found.
_DONE: Final = (0, 1)


def peak_megabytes(book: Book, *words: str) -> float:
    """Runs a command in a casebook as a process, without coverage; returns its largest resident memory in megabytes."""
    variables = {
        name: value for name, value in book.variables.items() if not name.startswith(("COV_", "COVERAGE_"))
    }
    process = subprocess.run(
        [sys.executable, "-c", _MEASURE, *command(*words)],
        cwd=book.root,
        env=variables,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=True,
    )
    code, kilobytes = map(int, process.stdout.split())
    if code not in _DONE:
        raise AssertionError(words, code, process.stderr)
    return kilobytes / 1024
