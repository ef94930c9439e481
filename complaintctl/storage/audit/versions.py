"""The contents of the files that a stream of commits names: git reads ahead while the commits before are judged."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from complaintctl.storage.audit.layout import CasebookPath, Layout
from complaintctl.storage.disk.content_digest import content_digest
from complaintctl.storage.git import revisions
from complaintctl.storage.git.commit_stream import Change, StreamedCommit, commit_from_object
from complaintctl.storage.git.object_reader import ObjectReader

_CHUNK: Final = 256
_KEPT: Final = 8_192
# Large files that git keeps elsewhere: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_LARGE_FILE: Final = re.compile(rb"version https://git-lfs\S*\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\n")

# What a commit changed in the casebook, against each parent.
CasebookChanges = tuple[list[tuple[CasebookPath, Change]], ...]


class Versions:
    """Gives the bytes of files by blob, and the SHA-256 of attachments; None for what is not in the repository."""

    def __init__(self, layout: Layout, ahead: ObjectReader, objects: ObjectReader) -> None:
        self.layout = layout
        self.missing: set[str] = set()
        self.objects = objects
        self._ahead = ahead
        self._texts: dict[str, bytes | None] = {}
        self._digests: dict[str, str | None] = {}
        self._awaited: set[str] = set()

    def text(self, blob: str) -> bytes | None:
        """Returns the bytes of a file by its blob, or by `COMMIT:PATH`."""
        if blob not in self._texts:
            self._texts[blob] = self.objects.read([blob])[0]
            self._note_missing(blob, self._texts[blob])
        return self._texts[blob]

    def prefetch(self, names: Iterable[str]) -> None:
        """Asks git for the bytes of these files, or of commits, in one go."""
        new = [name for name in dict.fromkeys(names) if name not in self._texts]
        for name, content in zip(new, self.objects.read(new), strict=True):
            self._texts[name] = content
            self._note_missing(name, content)

    def last_readable(
        self, commits: Iterable[str], paths: tuple[str, ...], is_readable: Callable[[bytes], bool]
    ) -> list[tuple[str, bytes]]:
        """Returns path and bytes of a file, as each of these commits or the last one before it has it that can be read.

        `paths` are from the top of the repository, the places where the file may be. The first parent is followed; both
        where a merge made the file unreadable.
        """
        found: list[tuple[str, bytes]] = []
        waiting, seen = list(commits), set[str]()
        while waiting:
            commit = waiting.pop(0)
            if commit in seen:
                continue
            seen.add(commit)
            texts = ((path, self.text(f"{commit}:{path}")) for path in paths)
            read = next(
                ((path, text) for path, text in texts if text is not None and is_readable(text)), None
            )
            if read is not None:
                found.append(read)
                continue
            for changing in revisions.list_commits(
                self.layout.repository, "--first-parent", "--max-count=1", commit, "--", *paths
            ):
                content = self.text(changing)
                waiting += commit_from_object(changing, content).parents if content is not None else ()
        return found

    def digest(self, blob: str) -> str | None:
        """Returns the SHA-256 of an attachment, in hexadecimal."""
        if blob not in self._digests:
            content = self.objects.read([blob])[0]
            self._note_missing(blob, content)
            self._digests[blob] = None if content is None else _content_digest(content)
        return self._digests[blob]

    def follow(self, commits: Iterable[StreamedCommit]) -> Iterator[tuple[StreamedCommit, CasebookChanges]]:
        """Yields the commits with what they changed in the casebook; the files are there already."""
        source = iter(commits)
        waiting: list[tuple[list[tuple[StreamedCommit, CasebookChanges]], list[str], list[str]]] = []
        while chunk := self._next_chunk(source):
            waiting.append(chunk)
            if len(waiting) > 1:
                yield from self._received(*waiting.pop(0))
        for chunk in waiting:
            yield from self._received(*chunk)

    def _next_chunk(
        self, source: Iterator[StreamedCommit]
    ) -> tuple[list[tuple[StreamedCommit, CasebookChanges]], list[str], list[str]] | None:
        """Reads the next commits and asks git for their files."""
        commits = [(commit, self._changes(commit)) for commit in itertools.islice(source, _CHUNK)]
        if not commits:
            return None
        texts: dict[str, None] = {}
        digests: dict[str, None] = {}
        for path, change in (pair for _commit, changes in commits for part in changes for pair in part):
            if path.kind == "attachment":
                digests.update({change.new: None} if change.new and change.new not in self._digests else {})
            if path.kind in {"attachment", "checkpoint"}:
                continue
            for blob in (change.old, change.new):
                if blob is not None and blob not in self._texts and blob not in self._awaited:
                    texts[blob] = None
        self._awaited.update(texts)
        self._ahead.ask([*texts, *digests])
        return commits, list(texts), list(digests)

    def _received(
        self, commits: list[tuple[StreamedCommit, CasebookChanges]], texts: list[str], digests: list[str]
    ) -> Iterator[tuple[StreamedCommit, CasebookChanges]]:
        answers = self._ahead.answers()
        for blob in texts:
            self._texts[blob] = next(answers)
            self._note_missing(blob, self._texts[blob])
        self._awaited.difference_update(texts)
        for blob in digests:
            content = next(answers)
            self._note_missing(blob, content)
            self._digests[blob] = None if content is None else _content_digest(content)
        yield from commits
        for blob in list(itertools.islice(self._texts, max(0, len(self._texts) - _KEPT))):
            del self._texts[blob]

    def _note_missing(self, blob: str, content: bytes | None) -> None:
        if content is None and ":" not in blob:
            self.missing.add(blob)

    def _changes(self, commit: StreamedCommit) -> CasebookChanges:
        understand = self.layout.understand
        return tuple(
            [(path, change) for change in part if (path := understand(change.path)) is not None]
            for part in commit.changes
        )


def _content_digest(content: bytes) -> str:
    pointer = _LARGE_FILE.match(content)
    return pointer[1].decode() if pointer else content_digest(content)
