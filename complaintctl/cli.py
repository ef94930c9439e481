"""The entry point of the console script. It answers --version itself, and loads the application for anything else."""

import os
import sys

from complaintctl import __version__


def main() -> None:
    """Run the command that was typed."""
    if sys.argv[1:] == ["--version"] and not _is_completing() and _print_version():
        sys.exit(0)
    from complaintctl import application  # noqa: PLC0415 - it takes several times as long to load as Python itself

    application.main()


def _is_completing() -> bool:
    """Whether a shell asks for completions, under either name of the program."""
    return any(name.endswith("_COMPLETE") for name in os.environ)


def _print_version() -> bool:
    """Print the version; returns False if it cannot be printed, which the application tries again and reports."""
    try:
        # Past the buffer of the stream, which would keep what was not printed.
        os.write(sys.stdout.fileno(), f"complaintctl {__version__}{os.linesep}".encode())
    except (AttributeError, OSError):
        return False
    return True
