"""What the shell hands us: the words that were typed, the streams, the language, whether colours are wanted."""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from complaintctl.render.text import language, terminal_safety
from complaintctl.render.text.wrapping import wrap_to_screen


def exit_with_message(words: str, code: int) -> NoReturn:
    """End the program with these words on stderr."""
    sys.stderr.write(f"{wrap_to_screen(words)}\n")
    sys.exit(code)


def use_utf8_streams() -> None:
    """Read and write UTF-8 wherever data comes from and goes to, whatever the locale says.

    A terminal keeps its own encoding; what it cannot show is shown escaped.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            errors = "strict" if stream is sys.stdin else "backslashreplace"
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors=errors)
    sys.stdout, sys.stderr = _escaping_stream(sys.stdout), _escaping_stream(sys.stderr)


# D-110: every stream, not each print.
class _EscapingStream(io.TextIOWrapper):
    """A stream on which nobody's text steers the terminal, however it got into what we say."""

    def write(self, text: str) -> int:
        return super().write(terminal_safety.escape_controls(text))


def _escaping_stream(stream: TextIO) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, errors, by_lines = stream.encoding, stream.errors, stream.line_buffering
    return _EscapingStream(stream.detach(), encoding, errors, line_buffering=by_lines)


def is_utf8_text(words: Sequence[str]) -> bool:
    """Whether every word is text that a file can hold: bytes that are not UTF-8 arrive as lone surrogates."""
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        return False
    return True


def command_line_words() -> Sequence[str]:
    """The words after our name: of the command line, or of the one that a shell wants completed."""
    if "_COMPLAINTCTL_COMPLETE" in os.environ:
        _join_assignment()
        line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
        return line.split()[1:]
    return sys.argv[1:]


def _join_assignment() -> None:
    """Make one word of the FIELD=VALUE to be completed: bash takes it for three."""
    line, place = os.environ.get("COMP_WORDS", ""), int(os.environ.get("COMP_CWORD") or 0)
    between = "\n" if "\n" in line else " "
    words = line.split(between)
    sign = place if words[place : place + 1] == ["="] else place - 1
    if sign > 0 and words[sign : sign + 1] == ["="]:
        words[sign - 1 : place + 1] = ["".join(words[sign - 1 : place + 1])]
        os.environ |= {"COMP_WORDS": between.join(words), "COMP_CWORD": str(sign - 1)}


def wants_colours() -> bool:
    """Whether people look at our output (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


# D-108: a pipe has no width.
def terminal_width() -> int | None:
    """How wide the screen is: COLUMNS, else the terminal that we write to; None where there is none."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


def detect_language(arguments: Sequence[str]) -> language.Language:
    """`--lang`, COMPLAINTCTL_LANG, the policy, the locale: the first that says something we speak."""
    asked = _option(arguments, "--lang")
    known = language.parse_language(asked) or language.parse_language(os.environ.get("COMPLAINTCTL_LANG"))
    return known or language.parse_language(_policy_language(arguments)) or language.locale_language() or "en"


def _option(arguments: Sequence[str], name: str) -> str | None:
    for place, word in enumerate(arguments):
        if word == name and place + 1 < len(arguments):
            return arguments[place + 1]
        if name.startswith("--") and word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def _policy_language(arguments: Sequence[str]) -> str | None:
    """The `language:` of the casebook's policy, read as a line: this happens before anything else is loaded."""
    start = Path(_option(arguments, "-C") or os.environ.get("COMPLAINTCTL_DIR") or ".").absolute()
    for folder in (start, *start.parents):
        path = folder / "complaintctl.yaml"
        # A pipe never answers, and a device has no end.
        if not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):
            continue
        return next(
            (line.partition(":")[2].split("#")[0].strip() for line in lines if line.startswith("language:")),
            None,
        )
    return None
