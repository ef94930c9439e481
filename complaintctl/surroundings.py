"""The environment of the process: command line, streams, language, colours, terminal width."""

import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NoReturn, TextIO

from complaintctl.errors import Broken
from complaintctl.render.text import bars, language, terminal_safety
from complaintctl.render.text.wrapping import wrap_to_screen


def exit_with_message(words: str, code: int) -> NoReturn:
    """Print a message to stderr and exit with `code`."""
    sys.stderr.write(f"{wrap_to_screen(words)}\n")
    sys.exit(code)


# The streams that a program starts with, and how each is opened if the shell closed it (`>&-`). Nothing can be
# written to a file opened for reading, so what would have been printed is an error, and not lost in silence.
# The second name of the console script, for typing.
SHORT_NAME: Final = "cpl"
_STANDARD_STREAMS: Final = (
    ("stdin", "r", os.O_RDONLY),
    ("stdout", "w", os.O_RDONLY),
    ("stderr", "w", os.O_WRONLY),
)


def use_utf8_streams() -> None:
    """Use UTF-8 for stdin, stdout and stderr regardless of the locale, unless they are a terminal.

    A terminal keeps its encoding; characters that it cannot encode are printed as escapes.
    """
    for name, mode, flags in _STANDARD_STREAMS:
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, flags)
            setattr(
                sys,
                name,
                io.TextIOWrapper(io.BufferedReader(io.FileIO(handle)) if mode == "r" else _writer(handle)),
            )
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            errors = "strict" if stream is sys.stdin else "backslashreplace"
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors=errors)
    sys.stdout, sys.stderr = _wrap_stream(sys.stdout, _DataStream), _wrap_stream(sys.stderr, _TalkStream)


def _writer(handle: int) -> io.BufferedWriter:
    return io.BufferedWriter(io.FileIO(handle, "w"))


# D-110: every stream, not each print.
class _EscapingStream(io.TextIOWrapper):
    """A text stream that escapes control characters, so that no text in a case can control the terminal."""

    def write(self, text: str) -> int:
        return super().write(terminal_safety.escape_controls(text))


class _DataStream(_EscapingStream):
    """Stdout: raises Broken if what was asked for cannot be written."""

    is_at_line_start = True
    # A JSON document of ours ends in a line of its own.
    has_whole_document = False

    def write(self, text: str) -> int:
        if text:
            self.is_at_line_start = text.endswith("\n")
            self.has_whole_document = text.endswith(("}\n", "]\n"))
        with _convert_output_errors():
            return super().write(text)

    def flush(self) -> None:
        with _convert_output_errors():
            super().flush()


class _TalkStream(_EscapingStream):
    """Stderr: if it cannot be written, the exit code still says how the command ended."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            discard_output(self)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError:
            discard_output(self)


@contextlib.contextmanager
def _convert_output_errors() -> Iterator[None]:
    """Turn an OSError of stdout (a full disk, a closed stream) into Broken; a reader that went away is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Broken("output", detail=error.strerror or str(error)) from error


def discard_output(stream: TextIO) -> None:
    """Let the rest of a stream go nowhere; else Python fails again at the end and changes the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _wrap_stream(stream: TextIO, kind: Callable[..., _EscapingStream]) -> TextIO:
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    encoding, errors, by_lines = stream.encoding, stream.errors, stream.line_buffering
    return kind(stream.detach(), encoding, errors, line_buffering=by_lines)


def is_utf8_text(words: Sequence[str]) -> bool:
    """Whether all arguments are valid UTF-8: Python passes other bytes as lone surrogates, which cannot be written."""
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        return False
    return True


def whole_name(names: Iterable[str], typed: str) -> str:
    """Returns the only command that begins with the typed text of at least two letters; otherwise the text."""
    known = [name for name in names if " " not in name]
    matching = [name for name in known if name.startswith(typed)]
    return matching[0] if len(matching) == 1 and len(typed) > 1 and typed not in known else typed


def program_name() -> str:
    """Returns the name by which the program was started: `complaintctl`, or the short `cpl`."""
    return SHORT_NAME if Path(sys.argv[0]).stem == SHORT_NAME else "complaintctl"


def command_line_words() -> Sequence[str]:
    """Returns the arguments after the program name; during completion, those of the line to complete."""
    if any(f"_{name}_COMPLETE" in os.environ for name in ("COMPLAINTCTL", SHORT_NAME.upper())):
        _join_assignment()
        line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS") or ""
        return line.split()[1:]
    return sys.argv[1:]


def _join_assignment() -> None:
    """Join FIELD=VALUE at the cursor into one word, because bash splits it into three (`=` is in COMP_WORDBREAKS)."""
    line, cursor = os.environ.get("COMP_WORDS", ""), int(os.environ.get("COMP_CWORD") or 0)
    separator = "\n" if "\n" in line else " "
    words = line.split(separator)
    equals_index = cursor if words[cursor : cursor + 1] == ["="] else cursor - 1
    if equals_index > 0 and words[equals_index : equals_index + 1] == ["="]:
        words[equals_index - 1 : cursor + 1] = ["".join(words[equals_index - 1 : cursor + 1])]
        os.environ |= {"COMP_WORDS": separator.join(words), "COMP_CWORD": str(equals_index - 1)}


def wants_colours() -> bool:
    """Whether to use colours: stdout is a terminal, NO_COLOR (https://no-color.org) is unset, TERM is not `dumb`."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


# D-108: a pipe has no width.
def terminal_width() -> int | None:
    """Returns COLUMNS, or the terminal width, or None if stdout is not a terminal."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


def bar_signs() -> bars.BarSigns | None:
    """Returns the characters of bars: ASCII if the terminal has no block characters; None if stdout is not a terminal.

    The fonts of the Linux console and of the VT series have no eighths of a block.
    """
    if not sys.stdout.isatty():
        return None
    kind = os.environ.get("TERM", "")
    if kind in {"dumb", "linux"} or kind.startswith("vt"):
        return "ascii"
    try:
        bars.BLOCKS.encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return "ascii"
    return "blocks"


def detect_language(arguments: Sequence[str]) -> language.Language:
    """Returns the first supported language of `--lang`, COMPLAINTCTL_LANG, the policy and the locale, else `en`."""
    typed = _option(arguments, "--lang")
    language_key = language.parse_language(typed) or language.parse_language(
        os.environ.get("COMPLAINTCTL_LANG")
    )
    return (
        language_key
        or language.parse_language(_policy_language(arguments))
        or language.locale_language()
        or "en"
    )


def _option(arguments: Sequence[str], name: str) -> str | None:
    for index, word in enumerate(arguments):
        if word == name and index + 1 < len(arguments):
            return arguments[index + 1]
        if name.startswith("--") and word.startswith(f"{name}="):
            return word.partition("=")[2]
    return None


def _policy_language(arguments: Sequence[str]) -> str | None:
    """Returns the `language:` of the casebook's policy. Reads only that line, because no YAML parser is loaded yet."""
    start = Path(_option(arguments, "-C") or os.environ.get("COMPLAINTCTL_DIR") or ".").absolute()
    for folder in (start, *start.parents):
        path = folder / "complaintctl.yaml"
        # Not a pipe or a device: reading it might never end.
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
