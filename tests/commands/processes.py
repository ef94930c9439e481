"""The console script as a process: started anew, or forked from the tests, which have loaded it already.

A forked one has streams, folder, environment, session and signals of its own, so it can be killed and can wait for a
lock like any other. Only Python does not start again, which would take ten times as long as the command. What is about
that start (closed streams, another locale, a missing module, memory) asks for it with `command`.
"""

import io
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from complaintctl import cli

# What Python itself reads when it starts.
_READ_AT_START: Final = ("PYTHON", "LC_", "LANG", "COV_", "COVERAGE_")
_EXIT_TRACEBACK: Final = 1


def command(*arguments: str) -> list[str]:
    """The command line of the console script as a process of this interpreter."""
    return [sys.executable, "-m", "complaintctl", *arguments]


def start_command(
    arguments: Sequence[str], folder: Path, variables: Mapping[str, str], **streams: Any
) -> subprocess.Popen[bytes]:
    """Begin a command in a folder with this environment; forked where nothing asks for a new interpreter.

    `streams` are arguments of Popen.
    """
    if sys.platform == "win32" or _asks_for_new_interpreter(variables):
        return subprocess.Popen(command(*arguments), cwd=folder, env=dict(variables), **streams)
    # `preexec_fn` runs in the forked process and does not return. Python ignores SIGPIPE, and so must the fork.
    return subprocess.Popen(
        command(*arguments),
        cwd=folder,
        preexec_fn=_forked(arguments, variables),  # noqa: PLW1509 - no thread of the tests holds a lock of ours
        restore_signals=False,
        **streams,
    )


def _asks_for_new_interpreter(variables: Mapping[str, str]) -> bool:
    told = {"LC_ALL": "C.UTF-8", **{name: value for name, value in os.environ.items() if name != "LC_ALL"}}
    return any(
        told.get(name) != value for name, value in variables.items() if name.startswith(_READ_AT_START)
    )


def _forked(arguments: Sequence[str], variables: Mapping[str, str]) -> Callable[[], NoReturn]:
    def become_command() -> NoReturn:
        # The files of the tests; among them is the one by which Popen waits for the new program.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = ["complaintctl", *arguments]
        sys.stdin = sys.__stdin__ = _stream(0, "r")  # type: ignore[misc]
        sys.stdout = sys.__stdout__ = _stream(1, "w")  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = _stream(2, "w")  # type: ignore[misc]
        os._exit(_run())

    return become_command


def _stream(number: int, mode: str) -> io.TextIOWrapper:
    opened = os.fdopen(number, mode + "b", closefd=False)
    return io.TextIOWrapper(opened, encoding="utf-8", line_buffering=number == 2 or os.isatty(number))


def _run() -> int:
    """Run the command; returns its exit code as Python tells it at its own end."""
    try:
        cli.main()
    except SystemExit as ending:
        code = ending.code
    except BaseException:  # noqa: BLE001 - as Python does
        traceback.print_exc()
        code = _EXIT_TRACEBACK
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1
