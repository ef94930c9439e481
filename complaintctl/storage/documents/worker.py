"""Fills templates, in a process of its own that reads jobs and gives one line of JSON for each (storage/documents/sandbox.py).

A template is somebody's text: it reaches the facts it is handed and nothing else, no file, no code. What takes too
long or grows too large is stopped here where the system can, else by whoever started the process.
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
# Of what a template gives. A letter is read as Markdown, some of which takes long to read; thirty pages are enough.
MAX_CHARACTERS: Final = {"none": 1 << 16, "markdown": 1 << 16, "form": 1 << 21}
_SEPARATORS: Final = re.compile("[\x01-\x04]")
# What Markdown would read as a sign: anywhere, at the beginning of a line, and behind a number.
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
    """The choice that the word was probably meant to be, or nothing."""
    return next(iter(difflib.get_close_matches(word, list(choices), 1)), "")


class UnknownNameError(UndefinedError):
    """A name that no case has: a misspelling in the template."""

    def __init__(self, path: str, choices: Iterable[str]) -> None:
        super().__init__(path)
        head, dot, last = path.rpartition(".")
        near = nearest_name(last, choices)
        self.near = f"{head}{dot}{near}" if near else ""


class MissingValueError(UndefinedError):
    """A fact that this case does not have yet."""


class FillTimeoutError(Exception):
    """A template that takes longer than anybody waits."""


# What each kind of failure is called, the narrower ones first.
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
# What is said without what Python says of it.
_WITHOUT_DETAIL: Final = frozenset({"template-endless", "template-too-large"})
_FILTER_NAMES: Final = (*ALLOWED_FILTERS, *make_filters({}, lambda: GuardedEnvironment({}, str)))
_QUOTED_NAME: Final = re.compile(r"'([^']+)'")


class MissingValue(Undefined, NamedAccess):
    """A fact that is not known: false in a condition, nothing to go through, an error where it is printed."""

    def _lack(self, *_other: Any) -> NoReturn:
        raise MissingValueError(str(self._undefined_name))

    def __getitem__(self, _name: Any) -> "MissingValue":  # type: ignore[override] # jinja fails here
        return self

    __str__ = __html__ = _lack
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __truediv__ = _lack


class BlankValue(ChainableUndefined):
    """The same on a form: nothing where it is printed."""


class NamedValues(NamedAccess):
    """Facts by name; a name that there is not is a mistake of the template."""

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
    """A word as the reader's language says it, with more about it: `{{ case.received.day }}`, `{{ case.level.key }}`."""

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
    """What a template sees of a value that JSON brought."""
    if isinstance(value, list):
        return [wrap_value(path, entry, absent) for entry in value]
    if not isinstance(value, dict):
        return value
    if "$absent" in value:
        return absent(name=value["$absent"])
    if "$text" in value:
        told = DescribedText(value["$text"])
        told.path, told.more = path, value
        return told
    names = {name: wrap_value(f"{path}.{name}", inner, absent) for name, inner in value.items()}
    return NamedValues(path, names)


def _escape_markdown(value: Any) -> Any:
    """A fact as text in Markdown: its signs are no signs there, its lines stay lines."""
    if not isinstance(value, str):
        return value
    lines = "\n".join(line.strip() for line in value.strip().splitlines())
    return _MARKDOWN_SIGNS.sub(r"\\\g<0>", lines).replace("\n", "\\\n")


def _form_value(value: Any) -> Any:
    """A fact on a form: without the signs that part the gaps; truth as a word that a box has for its key."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _SEPARATORS.sub("", value) if isinstance(value, str) else value


def _unchanged_value(value: Any) -> Any:
    return value


_FINISHERS: Final = {"none": _unchanged_value, "markdown": _escape_markdown, "form": _form_value}


def fill_template(job: Mapping[str, Any], source: str) -> str:
    """A template with its facts; raises TemplateError, MemoryError, or whatever an expression raises."""
    words = job["context"].get("$words", {})
    surroundings: GuardedEnvironment
    surroundings = GuardedEnvironment(make_filters(words, lambda: surroundings), _FINISHERS[job["escape"]])
    worker_spelling.check_spelling(surroundings, source, job["template"])
    surroundings.purse = most = MAX_CHARACTERS[job["escape"]]
    code = surroundings.compile(source, job["template"], job["template"])
    template = surroundings.template_class.from_code(surroundings, code, {}, None)
    absent = BlankValue if job["escape"] == "form" else MissingValue
    known = {name: value for name, value in job["context"].items() if name != "$words"}
    top = {name: wrap_value(name, value, absent) for name, value in known.items()}
    pieces, length = [], 0
    for piece in template.generate(top):
        length += len(piece)
        if length > most:
            raise TooLargeError
        pieces.append(piece)
    return "".join(pieces)


def unknown_name_answers(job: Mapping[str, Any], source: str) -> list[dict[str, Any]]:
    """The names of a template that its facts do not have."""
    surroundings = GuardedEnvironment(make_filters({}, lambda: surroundings), _unchanged_value)
    told = []
    for line, path, choices in worker_names.unknown_name_uses(surroundings.parse(source), job["context"]):
        head, dot, last = path.rpartition(".")
        near = nearest_name(last, choices)
        place = {"fault": "template-unknown-name", "template": job["template"], "line": line}
        told.append({**place, "detail": path, "near": f"{head}{dot}{near}" if near else ""})
    return told


def fault_answer(error: Exception, name: str, context: Iterable[str]) -> dict[str, Any]:
    """What went wrong, where in which template, and the facts of it."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    file, line = next(
        ((file, line) for file, line in reversed(places) if not file.endswith(".py")), (name, 1)
    )
    key = next((key for kind, key in _FAULT_KEYS if isinstance(error, kind)), "template-wrong")
    detail = str(error) if error.args and key not in _WITHOUT_DETAIL else ""
    if isinstance(error, TemplateSyntaxError):
        file, line = error.name or name, error.lineno
        if key == "template-spelling":
            key, detail = worker_spelling.describe_spelling_fault(error)
    said = {"fault": key, "template": file, "line": line, "detail": detail, "near": ""}
    if isinstance(error, UnknownNameError):
        return {**said, "near": error.near}
    if key == "template-filter":
        return {**said, "near": nearest_name(detail, _FILTER_NAMES)}
    if key == "template-unknown-name":
        word = _QUOTED_NAME.findall(str(error)) or [str(error)]
        return {**said, "detail": word[0], "near": nearest_name(word[0], context)}
    return said


def run_jobs(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One answer a job: its text, or what went wrong."""
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
    """Fill and fail once, so that what is only loaded when it is needed is there."""
    texts = {text: text for text in ('{{ "x" }}', "{{ 'x'.y }}", "{{ x }}", "{{")}
    jobs = [{"template": text, "context": {}, "escape": "none"} for text in texts]
    list(run_jobs({"templates": texts, "jobs": jobs}))


def _set_limits() -> None:
    """Let the system stop what grows too large or takes too long; Windows has no such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _forbid_system_access() -> None:
    """From here on nothing is opened, loaded, started or connected, whatever a template should find a way to."""

    def forbid(event: str, _arguments: object) -> None:
        if event in {"open", "import"} or event.startswith(_FORBIDDEN_AUDIT_EVENTS):
            raise PermissionError(event)

    sys.addaudithook(forbid)


def _raise_timeout(_signal: int, _frame: object) -> NoReturn:
    raise FillTimeoutError


def main() -> None:
    """Answer the jobs on standard input."""
    given = json.loads(sys.stdin.buffer.read())
    _set_limits()
    signal.signal(signal.SIGINT, _raise_timeout)
    _warm_up()
    _forbid_system_access()
    for answer in run_jobs(given):
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()
