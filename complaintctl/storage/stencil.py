"""Fills templates, in a process of its own: `python -I stencil.py < jobs.json` gives one line of JSON a job.

A template is somebody's text: it reaches the facts it is handed and nothing else, no file, no code. What takes too
long or grows too large is stopped here where the system can, else by whoever started the process.
"""

import contextlib
import difflib
import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NoReturn

from jinja2 import (
    ChainableUndefined,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
)
from jinja2.exceptions import SecurityError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

SECONDS: Final = 5
MOST_MEMORY: Final = 1 << 29
MOST_CHARACTERS: Final = 1 << 21
_LONGEST_REPEAT: Final = 10_000
_SEPARATORS: Final = re.compile("[\x01-\x04]")
# What Markdown would read as a sign: anywhere, at the beginning of a line, and behind a number.
_SIGNS: Final = re.compile(r"[\\`*_\[\]<>&|~#]|^[-+=]|(?<=\d)[.)](?=\s|$)", re.MULTILINE)


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


class TooLargeError(TemplateError):
    """A text that grew beyond what anybody prints."""


# What each kind of failure is called, the narrower ones first.
_FAULTS: Final = (
    (LackingError, "template-lacks"),
    (UndefinedError, "template-unknown-name"),
    (SecurityError, "template-unsafe"),
    ((TooLargeError, MemoryError), "template-too-large"),
    (TemplateNotFound, "template-not-there"),
    (TemplateSyntaxError, "template-spelling"),
)
_QUOTED: Final = re.compile(r"'([^']+)'")


class Absent(Undefined):
    """A fact that is not known: false in a condition, nothing to go through, an error where it is printed."""

    def _lack(self) -> NoReturn:
        raise LackingError(str(self._undefined_name))

    __str__ = __html__ = __add__ = __radd__ = __mod__ = _lack


class Blank(ChainableUndefined):
    """The same on a form: nothing where it is printed."""


class Facts:
    """Facts by name; a name that there is not is a mistake of the template."""

    __slots__ = ("_names", "_path")

    def __init__(self, path: str, names: Mapping[str, Any]) -> None:
        self._path, self._names = path, names

    def __getitem__(self, name: str) -> Any:
        if name not in self._names:
            raise UnknownNameError(f"{self._path}.{name}", self._names)
        return self._names[name]

    def __bool__(self) -> bool:
        return any(bool(value) for value in self._names.values())


class Told(str):
    """A word as the reader's language says it, with more about it: `{{ case.received.day }}`, `{{ case.level.key }}`."""

    __slots__ = ("more",)
    more: Mapping[str, str]

    def __getitem__(self, name: Any) -> str:
        if isinstance(name, str) and name in self.more:
            return self.more[name]
        return super().__getitem__(name)


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
        told.more = value
        return told
    names = {name: facts(f"{path}.{name}", inner, absent) for name, inner in value.items()}
    return Facts(path, names)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without its globals, and without a way to make a text of a gigabyte."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers; a text or list only as often as a page has characters."""
        count = right if isinstance(right, int) else left
        if operator == "**" or (isinstance(count, int) and abs(count) > _LONGEST_REPEAT):
            raise TooLargeError(operator)
        return super().call_binop(context, operator, left, right)


def sandbox(templates: Mapping[str, str], escape: str) -> Sandbox:
    """The surroundings in which the templates of a folder are filled."""

    def source(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (templates[name], name, lambda: True) if name in templates else None

    made = Sandbox(
        loader=FunctionLoader(source),
        undefined=StrictUndefined,
        finalize=_FINISH[escape],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.clear()
    return made


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


_FINISH: Final = {"none": None, "markdown": _for_markdown, "form": _for_form}


def filled(surroundings: Sandbox, name: str, context: Mapping[str, Any], absent: type[Undefined]) -> str:
    """A template with its facts; raises TemplateError, MemoryError, or whatever an expression raises."""
    template = surroundings.get_template(name)
    top = {key: facts(key, value, absent) for key, value in context.items()}
    pieces, length = [], 0
    for piece in template.generate(top):
        length += len(piece)
        if length > MOST_CHARACTERS:
            raise TooLargeError(name)
        pieces.append(piece)
    return "".join(pieces)


def fault(error: Exception, name: str, context: Iterable[str]) -> dict[str, Any]:
    """What went wrong, where in which template, and the facts of it."""
    places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    file, line = next(
        ((file, line) for file, line in reversed(places) if not file.endswith(".py")), (name, 1)
    )
    if isinstance(error, TemplateSyntaxError):
        file, line = error.name or name, error.lineno
    key = next((key for kind, key in _FAULTS if isinstance(error, kind)), "template-wrong")
    said = {"fault": key, "template": file, "line": line, "detail": str(error), "near": ""}
    if isinstance(error, UnknownNameError):
        return {**said, "near": error.near}
    if key == "template-unknown-name":
        word = _QUOTED.findall(str(error)) or [str(error)]
        return {**said, "detail": word[0], "near": nearest(word[0], context)}
    return said


def answers(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One answer a job: its text, or what went wrong."""
    for job in order["jobs"]:
        try:
            surroundings = sandbox(order["templates"], job["escape"])
            absent = Blank if job["escape"] == "form" else Absent
            yield {"text": filled(surroundings, job["template"], job["context"], absent)}
        except Exception as error:  # noqa: BLE001 -- an expression may raise anything
            yield fault(error, job["template"], job["context"])


def _limit() -> None:
    """Let the system stop what grows too large or takes too long; Windows has no such limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


if __name__ == "__main__":
    given = json.loads(sys.stdin.buffer.read())
    _limit()
    for answer in answers(given):
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()
