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
from complaintctl.storage.documents.worker_filters import filters
from complaintctl.storage.documents.worker_guard import (
    FILTERS,
    BringingInError,
    Named,
    NoTextError,
    Sandbox,
    TooLargeError,
)

SECONDS: Final = 5
MOST_MEMORY: Final = 1 << 29
# Of what a template gives. A letter is read as Markdown, some of which takes long to read; thirty pages are enough.
MOST_CHARACTERS: Final = {"none": 1 << 16, "markdown": 1 << 16, "form": 1 << 21}
_SEPARATORS: Final = re.compile("[\x01-\x04]")
# What Markdown would read as a sign: anywhere, at the beginning of a line, and behind a number.
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>&|~#]|^[-+=]|(?<=\d)[.)](?=\s|$)", re.MULTILINE)
_OUTSIDE: Final = ("os.", "subprocess.", "socket.", "shutil.", "ctypes.", "glob.", "pty.", "winreg.")


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice that the word was probably meant to be, or nothing."""
    return next(iter(difflib.get_close_matches(word, list(choices), 1)), "")


class UnknownNameError(UndefinedError):
    """A name that no case has: a misspelling in the template."""

    def __init__(self, path: str, choices: Iterable[str]) -> None:
        super().__init__(path)
        head, dot, last = path.rpartition(".")
        near = nearest(last, choices)
        self.near = f"{head}{dot}{near}" if near else ""


class LackingError(UndefinedError):
    """A fact that this case does not have yet."""


class EndlessError(Exception):
    """A template that takes longer than anybody waits."""


# What each kind of failure is called, the narrower ones first.
_FAULTS: Final = (
    (LackingError, "template-lacks"),
    (UndefinedError, "template-unknown-name"),
    (SecurityError, "template-unsafe"),
    ((TooLargeError, MemoryError), "template-too-large"),
    ((EndlessError, RecursionError), "template-endless"),
    (NoTextError, "template-no-text"),
    ((TemplateNotFound, BringingInError), "template-not-there"),
    (TemplateSyntaxError, "template-spelling"),
)
# What is said without what Python says of it.
_PLAIN: Final = frozenset({"template-endless", "template-too-large"})
_FILTERS: Final = (*FILTERS, *filters({}, lambda: Sandbox({}, str)))
_QUOTED: Final = re.compile(r"'([^']+)'")


class Absent(Undefined, Named):
    """A fact that is not known: false in a condition, nothing to go through, an error where it is printed."""

    def _lack(self, *_other: Any) -> NoReturn:
        raise LackingError(str(self._undefined_name))

    def __getitem__(self, _name: Any) -> "Absent":  # type: ignore[override] # jinja fails here
        return self

    __str__ = __html__ = _lack
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __truediv__ = _lack


class Blank(ChainableUndefined):
    """The same on a form: nothing where it is printed."""


class Facts(Named):
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
        raise NoTextError(self.path)

    __str__ = __repr__ = __iter__ = _no_text


class Told(str, Named):
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


def facts(path: str, value: Any, absent: type[Undefined]) -> Any:
    """What a template sees of a value that JSON brought."""
    if isinstance(value, list):
        return [facts(path, entry, absent) for entry in value]
    if not isinstance(value, dict):
        return value
    if "$absent" in value:
        return absent(name=value["$absent"])
    if "$text" in value:
        told = Told(value["$text"])
        told.path, told.more = path, value
        return told
    names = {name: facts(f"{path}.{name}", inner, absent) for name, inner in value.items()}
    return Facts(path, names)


def _for_markdown(value: Any) -> Any:
    """A fact as text in Markdown: its signs are no signs there, its lines stay lines."""
    if not isinstance(value, str):
        return value
    lines = "\n".join(line.strip() for line in value.strip().splitlines())
    return _SIGNS.sub(r"\\\g<0>", lines).replace("\n", "\\\n")


def _for_form(value: Any) -> Any:
    """A fact on a form: without the signs that part the gaps; truth as a word that a box has for its key."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _SEPARATORS.sub("", value) if isinstance(value, str) else value


def _as_it_is(value: Any) -> Any:
    return value


_FINISH: Final = {"none": _as_it_is, "markdown": _for_markdown, "form": _for_form}


def filled(job: Mapping[str, Any], source: str) -> str:
    """A template with its facts; raises TemplateError, MemoryError, or whatever an expression raises."""
    words = job["context"].get("$words", {})
    surroundings: Sandbox
    surroundings = Sandbox(filters(words, lambda: surroundings), _FINISH[job["escape"]])
    worker_spelling.check(surroundings, source, job["template"])
    surroundings.purse = most = MOST_CHARACTERS[job["escape"]]
    code = surroundings.compile(source, job["template"], job["template"])
    template = surroundings.template_class.from_code(surroundings, code, {}, None)
    absent = Blank if job["escape"] == "form" else Absent
    known = {name: value for name, value in job["context"].items() if name != "$words"}
    top = {name: facts(name, value, absent) for name, value in known.items()}
    pieces, length = [], 0
    for piece in template.generate(top):
        length += len(piece)
        if length > most:
            raise TooLargeError
        pieces.append(piece)
    return "".join(pieces)


def misnamed(job: Mapping[str, Any], source: str) -> list[dict[str, Any]]:
    """The names of a template that its facts do not have."""
    surroundings = Sandbox(filters({}, lambda: surroundings), _as_it_is)
    told = []
    for line, path, choices in worker_names.unknown(surroundings.parse(source), job["context"]):
        head, dot, last = path.rpartition(".")
        near = nearest(last, choices)
        place = {"fault": "template-unknown-name", "template": job["template"], "line": line}
        told.append({**place, "detail": path, "near": f"{head}{dot}{near}" if near else ""})
    return told


def fault(error: Exception, name: str, context: Iterable[str]) -> dict[str, Any]:
    """What went wrong, where in which template, and the facts of it."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    file, line = next(
        ((file, line) for file, line in reversed(places) if not file.endswith(".py")), (name, 1)
    )
    key = next((key for kind, key in _FAULTS if isinstance(error, kind)), "template-wrong")
    detail = str(error) if error.args and key not in _PLAIN else ""
    if isinstance(error, TemplateSyntaxError):
        file, line = error.name or name, error.lineno
        if key == "template-spelling":
            key, detail = worker_spelling.slip(error)
    said = {"fault": key, "template": file, "line": line, "detail": detail, "near": ""}
    if isinstance(error, UnknownNameError):
        return {**said, "near": error.near}
    if key == "template-filter":
        return {**said, "near": nearest(detail, _FILTERS)}
    if key == "template-unknown-name":
        word = _QUOTED.findall(str(error)) or [str(error)]
        return {**said, "detail": word[0], "near": nearest(word[0], context)}
    return said


def answers(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One answer a job: its text, or what went wrong."""
    for job in order["jobs"]:
        watch = threading.Timer(SECONDS, _thread.interrupt_main)
        watch.daemon = True
        try:
            watch.start()
            source = order["templates"][job["template"]]
            yield {"unknown": misnamed(job, source)} if job.get("read") else {"text": filled(job, source)}
        except Exception as error:  # noqa: BLE001 -- an expression may raise anything
            yield fault(error, job["template"], job["context"])
        finally:
            watch.cancel()


def _warm_up() -> None:
    """Fill and fail once, so that what is only loaded when it is needed is there."""
    texts = {text: text for text in ('{{ "x" }}', "{{ 'x'.y }}", "{{ x }}", "{{")}
    jobs = [{"template": text, "context": {}, "escape": "none"} for text in texts]
    list(answers({"templates": texts, "jobs": jobs}))


def _limit() -> None:
    """Let the system stop what grows too large or takes too long; Windows has no such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def _lock() -> None:
    """From here on nothing is opened, loaded, started or connected, whatever a template should find a way to."""

    def forbid(event: str, _arguments: object) -> None:
        if event in {"open", "import"} or event.startswith(_OUTSIDE):
            raise PermissionError(event)

    sys.addaudithook(forbid)


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise EndlessError


def main() -> None:
    """Answer the jobs on standard input."""
    given = json.loads(sys.stdin.buffer.read())
    _limit()
    signal.signal(signal.SIGINT, _stop)
    _warm_up()
    _lock()
    for answer in answers(given):
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()
