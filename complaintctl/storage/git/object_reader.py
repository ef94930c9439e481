"""Reads many objects through one `git cat-file --batch` process."""

import queue
import subprocess
import threading
from collections import deque
from collections.abc import Container, Iterator, Sequence
from typing import Final, Self

from complaintctl.errors import Broken
from complaintctl.storage.git.commit_stream import start_reading
from complaintctl.storage.git.git import Repository

_MISSING: Final = (b"missing", b"ambiguous")


class ObjectReader:
    """Gives the bytes of objects by name. Use as a context manager; the process starts with the first question.

    `missing` are objects that are known not to be there, and are not asked for.
    """

    def __init__(self, repository: Repository, missing: Container[str] = ()) -> None:
        self._repository = repository
        self._missing = missing
        self._process: subprocess.Popen[bytes] | None = None
        self._asked: deque[Sequence[str]] = deque()
        self._questions: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Returns the reader itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Ends the process."""
        self._questions.put(None)
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def ask(self, names: Sequence[str]) -> None:
        """Asks for objects (hashes, or `COMMIT:PATH`) without waiting; `answers` returns them in this order."""
        if self._process is None:
            self._process = start_reading(self._repository, ("cat-file", "--batch"), subprocess.PIPE)
            # A thread of its own: git may wait for us to read while we wait for git to read.
            self._writer = threading.Thread(target=self._write, daemon=True)
            self._writer.start()
        self._asked.append(names)
        questions = [f"{name}\n" for name in names if name not in self._missing]
        if questions:
            self._questions.put("".join(questions).encode(errors="surrogateescape"))

    def answers(self) -> Iterator[bytes | None]:
        """Yields the objects asked for first and not yet returned; None for one that is not in the repository."""
        for name in self._asked.popleft():
            yield None if name in self._missing else self._answer()

    def read(self, names: Sequence[str]) -> list[bytes | None]:
        """Returns these objects. Only while nothing else is asked for."""
        self.ask(names)
        return list(self.answers())

    def _write(self) -> None:
        process = self._process
        while process is not None and process.stdin is not None:
            question = self._questions.get()
            if question is None:
                return
            try:
                process.stdin.write(question)
                process.stdin.flush()
            except (BrokenPipeError, ValueError):
                return

    def _answer(self) -> bytes | None:
        stream = self._process.stdout if self._process else None
        head = stream.readline() if stream else b""
        if stream is None or not head:
            raise Broken("git-failed", command="cat-file", detail="?")
        words = head.rsplit(None, 2)
        if words[-1] in _MISSING:
            return None
        content = stream.read(int(words[-1]))
        stream.read(1)
        return content
