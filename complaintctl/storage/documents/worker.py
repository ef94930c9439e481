"""The sandbox process (started by storage/documents/sandbox.py): fills templates, with one line of JSON per job.

A template is untrusted text: it can reach only its context, no files and no code. A template that takes too long or
grows too large is stopped here if the system has limits, else by the parent process.
"""

import _thread
import contextlib
import difflib
import json
import re
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NoReturn

from jinja2 import ChainableUndefined, TemplateSyntaxError, Undefined, UndefinedError
from jinja2.exceptions import SecurityError, TemplateNotFound

from complaintctl.storage.documents import worker_names, worker_spelling
from complaintctl.storage.documents.worker_filters import make_filters
from complaintctl.storage.documents.worker_guard import (
    ALLOWED_FILTERS,
    ForbiddenIncludeError,
    GuardedEnvironment,
    NamedAccess,
    NotPrintableError,
    TooLargeError,
)

MAX_FILL_SECONDS: Final = 5
MAX_MEMORY: Final = 1 << 29
# Maximum output in characters. Some Markdown is slow to parse, so letters are limited to about thirty pages (D-073).
MAX_CHARACTERS: Final = {"none": 1 << 16, "markdown": 1 << 16, "form": 1 << 21}
_SEPARATORS: Final = re.compile("[\x01-\x04]")
# Characters that are Markdown syntax: anywhere, at the beginning of a line, or after a number.
_MARKDOWN_SIGNS: Final = re.compile(r"[\\`*_\[\]<>&|~#]|^[-+=]|(?<=\d)[.)](?=\s|$)", re.MULTILINE)
_FORBIDDEN_AUDIT_EVENTS: Final = (
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "ctypes.",
    "glob.",
    "pty.",
    "winreg.",
)


def nearest_name(word: str, choices: Iterable[str]) -> str:
    """The choice most similar to the word, or an empty string."""
    return next(iter(difflib.get_close_matches(word, list(choices), 1)), "")


class UnknownNameError(UndefinedError):
    """A name that the context does not have: a misspelling in the template."""

    def __init__(self, path: str, choices: Iterable[str]) -> None:
        super().__init__(path)
        head, dot, last = path.rpartition(".")
        near = nearest_name(last, choices)
        self.near = f"{head}{dot}{near}" if near else ""


class MissingValueError(UndefinedError):
    """A field that is not set in this case."""


class FillTimeoutError(Exception):
    """A template takes longer than MAX_FILL_SECONDS."""


# The fault key of each exception, subclasses first.
_FAULT_KEYS: Final = (
    (MissingValueError, "template-lacks"),
    (UndefinedError, "template-unknown-name"),
    (SecurityError, "template-unsafe"),
    ((TooLargeError, MemoryError), "template-too-large"),
    ((FillTimeoutError, RecursionError), "template-endless"),
    (NotPrintableError, "template-no-text"),
    ((TemplateNotFound, ForbiddenIncludeError), "template-not-there"),
    (TemplateSyntaxError, "template-spelling"),
)
# Fault keys that are reported without Python's message.
_WITHOUT_DETAIL: Final = frozenset({"template-endless", "template-too-large"})
_FILTER_NAMES: Final = (*ALLOWED_FILTERS, *make_filters({}, lambda: GuardedEnvironment({}, str)))
_QUOTED_NAME: Final = re.compile(r"'([^']+)'")


class MissingValue(Undefined, NamedAccess):
    """A field that is not set: false in a condition, an empty list in a loop, an error if it is printed (D-075)."""

    def _lack(self, *_other: Any) -> NoReturn:
        raise MissingValueError(str(self._undefined_name))

    def __getitem__(self, _name: Any) -> "MissingValue":  # type: ignore[override] # jinja fails here
        return self

    __str__ = __html__ = _lack
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __truediv__ = _lack


class BlankValue(ChainableUndefined):
    """A field that is not set, on a form: prints as an empty string (D-094)."""


class NamedValues(NamedAccess):
    """A mapping in the context; asking for an unknown name raises UnknownNameError."""

    __slots__ = ("_names", "path")

    def __init__(self, path: str, names: Mapping[str, Any]) -> None:
        self.path, self._names = path, names

    def __getitem__(self, name: Any) -> Any:
        if name not in self._names:
            raise UnknownNameError(f"{self.path}.{name}", self._names)
        return self._names[name]

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __bool__(self) -> bool:
        return any(bool(value) for value in self._names.values())

    def _no_text(self) -> NoReturn:
        raise NotPrintableError(self.path)

    __str__ = __repr__ = __iter__ = _no_text


class DescribedText(str, NamedAccess):
    """A text in the reader's language with attributes: `{{ case.received.day }}`, `{{ case.level.key }}`."""

    __slots__ = ("more", "path")
    path: str
    more: Mapping[str, str]

    def __getitem__(self, name: Any) -> str:
        if not isinstance(name, str):
            return super().__getitem__(name)
        if name not in self.more:
            raise UnknownNameError(f"{self.path}.{name}", self.more)
        return self.more[name]


def wrap_value(path: str, value: Any, absent: type[Undefined]) -> Any:
    """Wraps a JSON value for a template: `$absent` as `absent`, `$text` as DescribedText, dicts as NamedValues."""
    if isinstance(value, list):
        return [wrap_value(path, entry, absent) for entry in value]
    if not isinstance(value, dict):
        return value
    if "$absent" in value:
        return absent(name=value["$absent"])
    if "$text" in value:
        text = DescribedText(value["$text"])
        text.path, text.more = path, value
        return text
    names = {name: wrap_value(f"{path}.{name}", inner, absent) for name, inner in value.items()}
    return NamedValues(path, names)


def _escape_markdown(value: Any) -> Any:
    """Escapes a value for Markdown; line breaks are kept."""
    if not isinstance(value, str):
        return value
    lines = "\n".join(line.strip() for line in value.strip().splitlines())
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", lines).replace("\n", "\\\n")


def _form_value(value: Any) -> Any:
    """A value for a form: without the separators of gaps; a boolean as `yes` or `no`, the keys of the boxes."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _SEPARATORS.sub("", value) if isinstance(value, str) else value


def _unchanged_value(value: Any) -> Any:
    return value


_FINISHERS: Final = {"none": _unchanged_value, "markdown": _escape_markdown, "form": _form_value}


def fill_template(job: Mapping[str, Any], source: str) -> str:
    """Fills a template with its context; raises TemplateError, MemoryError, or what an expression raises."""
    words = job["context"].get("$words", {})
    environment: GuardedEnvironment
    environment = GuardedEnvironment(make_filters(words, lambda: environment), _FINISHERS[job["escape"]])
    worker_spelling.check_spelling(environment, source, job["template"])
    environment.purse = most = MAX_CHARACTERS[job["escape"]]
    code = environment.compile(source, job["template"], job["template"])
    template = environment.template_class.from_code(environment, code, {}, None)
    absent = BlankValue if job["escape"] == "form" else MissingValue
    context = {name: value for name, value in job["context"].items() if name != "$words"}
    top = {name: wrap_value(name, value, absent) for name, value in context.items()}
    pieces, length = [], 0
    for piece in template.generate(top):
        length += len(piece)
        if length > most:
            raise TooLargeError
        pieces.append(piece)
    return "".join(pieces)


def unknown_name_answers(job: Mapping[str, Any], source: str) -> list[dict[str, Any]]:
    """The names in a template that its context does not have, as fault answers."""
    environment = GuardedEnvironment(make_filters({}, lambda: environment), _unchanged_value)
    answers = []
    for line, path, choices in worker_names.unknown_name_uses(environment.parse(source), job["context"]):
        head, dot, last = path.rpartition(".")
        near = nearest_name(last, choices)
        fault = {"fault": "template-unknown-name", "template": job["template"], "line": line}
        answers.append({**fault, "detail": path, "near": f"{head}{dot}{near}" if near else ""})
    return answers


def fault_answer(error: Exception, name: str, context: Iterable[str]) -> dict[str, Any]:
    """The fault of an exception: key, template, line, detail and the nearest known name."""
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    file, line = next(
        ((file, line) for file, line in reversed(frames) if not file.endswith(".py")), (name, 1)
    )
    key = next((key for exception, key in _FAULT_KEYS if isinstance(error, exception)), "template-wrong")
    detail = str(error) if error.args and key not in _WITHOUT_DETAIL else ""
    if isinstance(error, TemplateSyntaxError):
        file, line = error.name or name, error.lineno
        if key == "template-spelling":
            key, detail = worker_spelling.describe_spelling_fault(error)
    answer = {"fault": key, "template": file, "line": line, "detail": detail, "near": ""}
    if isinstance(error, UnknownNameError):
        return {**answer, "near": error.near}
    if key == "template-filter":
        return {**answer, "near": nearest_name(detail, _FILTER_NAMES)}
    if key == "template-unknown-name":
        names = _QUOTED_NAME.findall(str(error)) or [str(error)]
        return {**answer, "detail": names[0], "near": nearest_name(names[0], context)}
    return answer


def run_jobs(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields one answer for each job: its text or its fault."""
    for job in order["jobs"]:
        watch = threading.Timer(MAX_FILL_SECONDS, _thread.interrupt_main)
        watch.daemon = True
        try:
            watch.start()
            source = order["templates"][job["template"]]
            yield (
                {"unknown": unknown_name_answers(job, source)}
                if job.get("read")
                else {"text": fill_template(job, source)}
            )
        except Exception as error:  # noqa: BLE001 -- an expression may raise anything
            yield fault_answer(error, job["template"], job["context"])
        finally:
            watch.cancel()


def _warm_up() -> None:
    """Fill some templates and fail some, so that all lazy imports happen before imports are forbidden."""
    texts = {text: text for text in ('{{ "x" }}', "{{ 'x'.y }}", "{{ x }}", "{{")}
    jobs = [{"template": text, "context": {}, "escape": "none"} for text in texts]
    list(run_jobs({"templates": texts, "jobs": jobs}))


def _set_limits() -> None:
    """Limit the memory of this process; Windows has no such limit (D-068)."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _forbid_system_access() -> None:
    """From now on, opening files, importing, starting processes and connecting raise PermissionError (D-070)."""

    def forbid(event: str, _arguments: object) -> None:
        if event in {"open", "import"} or event.startswith(_FORBIDDEN_AUDIT_EVENTS):
            raise PermissionError(event)

    sys.addaudithook(forbid)


def _raise_timeout(_signal: int, _frame: object) -> NoReturn:
    raise FillTimeoutError


def main() -> None:
    """Read jobs from standard input and write one answer per line to standard output."""
    order = json.loads(sys.stdin.buffer.read())
    _set_limits()
    signal.signal(signal.SIGINT, _raise_timeout)
    _warm_up()
    _forbid_system_access()
    for answer in run_jobs(order):
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()
