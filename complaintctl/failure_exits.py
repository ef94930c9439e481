"""How a command ends that failed: the sentence on stderr and, for a program that asked for JSON, an object on stdout."""

import itertools
import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, Final, NoReturn

from complaintctl import surroundings
from complaintctl.domain.problems import bug_place
from complaintctl.errors import Failure
from complaintctl.render.text.language import _
from complaintctl.surroundings import exit_with_message

EXIT_USAGE: Final = 2
EXIT_BUG: Final = 70
EXIT_DECLINED: Final = 130
EXIT_DISK: Final = 4
_JSON_FORMATS: Final = frozenset({"json", "jsonl"})


def exit_with_failure(error: Failure) -> NoReturn:
    """Say an expected failure and exit with its code."""
    from complaintctl.render.failures.failure_json import failure_json  # noqa: PLC0415 - only where something failed
    from complaintctl.render.sentences import sentences  # noqa: PLC0415 - same

    if error.key == "output":
        surroundings.discard_output(sys.stdout)
    elif wants_json(sys.argv[1:]):
        print_error_object(failure_json(error))
    exit_with_message(sentences.failure_text(error, None), error.exit_code)


def exit_with_stop() -> NoReturn:
    """Say that the user stopped the command and exit with 130."""
    _exit_with("stopped", EXIT_DECLINED, _("Stopped. Nothing was changed."), {}, None)


def exit_with_disk_error(error: OSError) -> NoReturn:
    """Say that a file cannot be read or written and exit with 4."""
    said = error.strerror or str(error)
    message = " ".join(f"{error.filename}: {said}".splitlines()) if error.filename else said
    path = str(error.filename) if error.filename else None
    _exit_with("disk", EXIT_DISK, message, {"path": path, "detail": said}, None)


def exit_with_bug(error: Exception) -> NoReturn:
    """Say type and place of an unexpected exception and exit with 70; not its message, which may hold customer data."""
    place = bug_place(error)
    words = _(
        "This is a bug in complaintctl, not your mistake: {kind} in {file}, line {line}. Please report it."
    )
    message = words.format(**place)
    shown = "".join(traceback.format_exception(error)) if os.environ.get("COMPLAINTCTL_DEBUG") else message
    _exit_with("bug", EXIT_BUG, message, place, _("Please report it."), shown)


def exit_with_bad_encoding() -> NoReturn:
    """Say that the command line is not UTF-8 and exit with 2."""
    message = _("The command line contains bytes that are not UTF-8.")
    _exit_with("command-line-not-utf-8", EXIT_USAGE, message, {}, None)


def _exit_with(
    key: str, code: int, message: str, facts: dict[str, Any], hint: str | None, shown: str | None = None
) -> NoReturn:
    """Exit with `code`, after the message; `shown` is printed instead of it to a person."""
    if wants_json(sys.argv[1:]):
        from complaintctl.render.failures.failure_json import error_json  # noqa: PLC0415 - only for programs

        print_error_object(error_json(key, code, message, facts, hint))
    exit_with_message(shown or message, code)


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the command line asks for JSON: `--json`, or `json` or `jsonl` after `--format`.

    Reads the words alone, because a command line that cannot be parsed is a failure, too.
    """
    return not _asked_formats(arguments).isdisjoint(_JSON_FORMATS)


def _asked_formats(arguments: Sequence[str]) -> set[str]:
    words = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    formats = {after for word, after in itertools.pairwise(words) if word == "--format"}
    formats |= {word.removeprefix("--format=") for word in words if word.startswith("--format=")}
    return formats | ({"json"} if "--json" in words else set())


def print_error_object(content: dict[str, Any]) -> None:
    """Print the object as one line on stdout, below what the command had printed; the exit code stays if that fails.

    A whole document stays the only one: the answer of `resolve --json` lists what is left, and then the command fails.
    """
    if getattr(sys.stdout, "has_whole_document", False) and "jsonl" not in _asked_formats(sys.argv[1:]):
        return
    line = json.dumps({"version": 1, "error": content}, ensure_ascii=False)
    begun = "" if getattr(sys.stdout, "is_at_line_start", True) else "\n"
    try:
        sys.stdout.write(f"{begun}{line}\n")
        sys.stdout.flush()
    except (Failure, OSError):
        surroundings.discard_output(sys.stdout)
