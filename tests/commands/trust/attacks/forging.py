"""A forger who rewrites the whole history with git's own tools: files, ids, messages, authors and dates agree again."""

import dataclasses
import functools
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history
from complaintctl.storage.case import casefile
from tests.casebooks import Book

EditText = Callable[[str], str]
EditCommit = Callable[["ForgedCommit"], None]


@dataclass
class ForgedCommit:
    """A commit on its way into the forged history: the lines of its head, and its message."""

    head: list[str]
    message: str

    def put_person(self, role: str, name: str, address: str) -> None:
        """Make somebody else the author or the committer."""
        self.head = [re.sub(rf"^{role} .* <.*> ", f"{role} {name} <{address}> ", line) for line in self.head]

    def shift_time(self, role: str, seconds: int) -> None:
        """Move the date of the author or of the committer."""

        def shift(found: re.Match[str]) -> str:
            return f"{found[1]}{int(found[2]) + seconds}{found[3]}"

        self.head = [re.sub(rf"^({role} .*> )(\d+)( .*)$", shift, line) for line in self.head]


@dataclass
class Forger:
    """Rewrites every commit: the text of every case file, and then ids and trailers so that they fit."""

    text: EditText | None = None
    commit: EditCommit | None = None
    keep_ids: bool = False
    keep_trailers: bool = False
    renamed: dict[str, str] = field(default_factory=dict)

    def forge(self, book: Book) -> None:
        """Replace the history of the branch, and check it out."""
        stream = _git(book, ["fast-export", "--reencode=yes", "HEAD"], b"")
        _git(book, ["fast-import", "--force", "--quiet"], b"".join(self._rewrite(stream)))
        branch = book.git("symbolic-ref", "HEAD").strip()
        book.git("reset", "--quiet", "--hard", branch)

    def _rewrite(self, stream: bytes) -> Iterator[bytes]:
        head: list[str] = []
        position = 0
        while position < len(stream):
            end = stream.index(b"\n", position)
            line = stream[position:end]
            position = end + 1
            if not line.startswith(b"data "):
                head.append(line.decode())
                continue
            size = int(line[5:])
            data, position = stream[position : position + size], position + size
            kind = next((word for word in reversed(head) if word.startswith(("blob", "commit "))), "")
            data, head = self._data(kind, data, head)
            yield "".join(f"{entry}\n" for entry in head).encode()
            yield b"data %d\n%s" % (len(data), data)
            head = []
        yield "".join(f"{entry}\n" for entry in head).encode()

    def _data(self, kind: str, data: bytes, head: list[str]) -> tuple[bytes, list[str]]:
        if kind == "blob":
            return (self._case(data) if data.startswith(b"id: C-") else data), head
        forged = ForgedCommit(head=head, message=data.decode())
        if not self.keep_trailers:
            for old, new in self.renamed.items():
                forged.message = forged.message.replace(old, new)
        if self.commit is not None:
            self.commit(forged)
        return forged.message.encode(), forged.head

    def _case(self, data: bytes) -> bytes:
        text = data.decode()
        text = self.text(text) if self.text else text
        return (text if self.keep_ids else self.fitting(text)).encode()

    def fitting(self, text: str) -> str:
        """The text with ids that follow from each other."""
        case = parse(text)
        events: tuple[Event, ...] = ()
        for written in case.history:
            event = rename_reference(written, self.renamed)
            fitting = history.identify_event(case.id, events, event)
            events = (*events, fitting)
            if fitting.id != event.id:
                self.renamed[event.id] = fitting.id
        for old, new in self.renamed.items():
            text = text.replace(old, new)
        return text


def rename_reference(event: Event, renamed: dict[str, str]) -> Event:
    """The event with the new id of the event that it takes back."""
    return dataclasses.replace(event, event=renamed.get(event.event, event.event)) if event.event else event


@functools.cache
def parse(text: str) -> Case:
    """The case in a text; a forger reads each of the versions of one story again in every test."""
    name = text.splitlines()[0].removeprefix("id: ")
    loaded, problems = casefile.parse_case(Path(f"{name}.yaml"), text.encode())
    assert loaded is not None, problems
    return loaded.case


def _git(book: Book, arguments: list[str], given: bytes) -> bytes:
    command = ["git", "-C", str(book.root), *arguments]
    run = subprocess.run(command, input=given, env=dict(book.variables), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def for_case(case_id: str, edit: EditText) -> EditText:
    """A change of one case only."""
    return lambda text: edit(text) if text.startswith(f"id: {case_id}\n") else text


def change_line(did: str, old: str, new: str) -> EditText:
    """In the line of the event `did`, a regular expression replaced; the file must have both where the event is."""

    def edit(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(
            re.sub(old, new, line) if re.search(rf"did: {did}\b", line) else line for line in lines
        )

    return edit


def drop_line(did: str) -> EditText:
    """Without the line of the event `did`."""

    def edit(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not re.search(rf"did: {did}\b", line))

    return edit


def both(*edits: EditText) -> EditText:
    """One change after another."""

    def edit(text: str) -> str:
        for change in edits:
            text = change(text)
        return text

    return edit


def findings(book: Book) -> list[dict[str, Any]]:
    """What `verify` finds that contradicts the history."""
    found: list[dict[str, Any]] = verified(book)["findings"]
    return found


def warnings(book: Book) -> list[dict[str, Any]]:
    """What `verify` warns of."""
    found: list[dict[str, Any]] = verified(book)["warnings"]
    return found


def verified(book: Book) -> dict[str, Any]:
    """What `verify` answers about the whole history."""
    answer: dict[str, Any] = book.call("verify", "--full", "--json").json()["verify"]
    return answer
