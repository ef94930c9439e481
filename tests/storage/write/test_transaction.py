"""Recording: one lock, one durable change, one commit; whatever a crash leaves, the next command completes.

A crash is made by hand here: the journal is begun and some of what it names is written, then nothing more.
"""

import dataclasses
import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from complaintctl.errors import Broken
from complaintctl.storage.case import casebook
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.write import journal, transaction
from complaintctl.storage.write.transaction import Change
from tests.casebooks import environment
from tests.casebooks import git as run_git

CASE_ID = "C-20261121-7K3FQ"
SUBJECT = f"{CASE_ID} note"


@pytest.fixture(params=["git", "no-git"])
def book(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Casebook:
    """An empty casebook, inside of git and outside."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    root = (tmp_path / "book").resolve()
    root.mkdir()
    return Casebook(root=root, repository=git.create(root) if request.param == "git" else None)


def change(book: Casebook, text: bytes, *, removed: tuple[Path, ...] = (), commit: bool = True) -> Change:
    """A change of the case's file; its event has the id ABCDEFGH."""
    return Change(
        files={casebook.open_path(book, CASE_ID): text},
        removed=removed,
        subject=SUBJECT,
        case_id=CASE_ID,
        events=(("note", "ABCDEFGH"),),
        actor="li.wei",
        commit=commit,
    )


def recorded(book: Casebook, made: Change) -> list[str]:
    with transaction.writing(book) as session:
        transaction.save(session, made)
    return session.completed


def completed(book: Casebook) -> list[str]:
    """What the next command completes before its own work."""
    with transaction.writing(book) as session:
        pass
    return session.completed


def begin(
    book: Casebook,
    files: dict[Path, bytes],
    removed: Iterable[Path] = (),
    new: Iterable[Path] = (),
    together: Mapping[Path, str] = MappingProxyType({}),
) -> None:
    """The journal of a command that was killed right after it."""
    entry = {
        "message": f"{SUBJECT}\n\nEvent: note ABCDEFGH\n",
        "commit": book.repository is not None,
        "files": {name(book, path): hashlib.sha256(content).hexdigest() for path, content in files.items()},
        "new": [name(book, path) for path in new],
        "removed": [name(book, path) for path in removed],
        "marks": ["ABCDEFGH"],
        "together": {
            name(book, path): {"was": hashlib.sha256(path.read_bytes()).hexdigest(), "text": text}
            for path, text in together.items()
        },
    }
    journal.begin(book, entry)


def name(book: Casebook, path: Path) -> str:
    return path.relative_to(book.root).as_posix()


def log(book: Casebook) -> list[str]:
    """The subjects in git, newest first; the same as nothing outside of git."""
    if book.repository is None or not (book.root / ".git" / "refs" / "heads" / "main").exists():
        return []
    return run_git(book.root, os.environ, "log", "--format=%s").splitlines()


def status(book: Casebook) -> str:
    return run_git(book.root, os.environ, "status", "--porcelain") if book.repository else ""


def test_a_change_is_written_committed_alone_and_nothing_is_pending(book: Casebook) -> None:
    assert recorded(book, change(book, b"a: 1\n")) == []
    assert casebook.open_path(book, CASE_ID).read_bytes() == b"a: 1\n"
    assert log(book) == ([SUBJECT] if book.repository else [])
    assert journal.pending(book) is None
    assert status(book) == ""
    assert [path.name for path in book.root.rglob("*.tmp")] == []


def test_the_message_carries_case_event_and_actor(book: Casebook) -> None:
    recorded(book, change(book, b"a: 1\n"))
    if book.repository is not None:
        trailers = f"Case: {CASE_ID}\nEvent: note ABCDEFGH\nActor: li.wei"
        message = run_git(book.root, os.environ, "log", "-1", "--format=%B")
        assert message.strip() == f"{SUBJECT}\n\n{trailers}"


def test_where_the_user_commits_himself_only_the_file_is_written(book: Casebook) -> None:
    recorded(book, change(book, b"a: 1\n", commit=False))
    assert casebook.open_path(book, CASE_ID).is_file()
    assert log(book) == []
    assert journal.pending(book) is None


def test_killed_before_the_file_was_written_nothing_is_done(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    recorded(book, change(book, b"a: 1\n"))
    begin(book, {path: b"a: 2\n"})
    atomic_write.temporary(path).write_bytes(b"a:")
    assert journal.pending(book) == SUBJECT
    assert completed(book) == []
    assert path.read_bytes() == b"a: 1\n"
    assert status(book) == ""
    assert not atomic_write.temporary(path).exists()


def test_killed_after_the_file_was_written_it_is_committed(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    begin(book, {path: b"a: 1\n"}, new=[path])
    atomic_write.write(path, b"a: 1\n")
    assert completed(book) == [SUBJECT]
    assert log(book) == ([SUBJECT] if book.repository else [])
    assert status(book) == ""
    assert completed(book) == []


def test_killed_after_the_commit_it_is_not_committed_again(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    recorded(book, change(book, b"a: 1\n"))
    begin(book, {path: b"a: 1\n"}, new=[path])
    assert completed(book) == [SUBJECT]
    assert log(book) == ([SUBJECT] if book.repository else [])


def test_killed_in_the_middle_of_a_move_the_old_file_goes(book: Casebook) -> None:
    old, new = casebook.open_path(book, CASE_ID), casebook.closed_path(book, CASE_ID)
    recorded(book, change(book, b"a: 1\n"))
    begin(book, {new: b"a: 2\n"}, removed=[old], new=[new])
    atomic_write.write(new, b"a: 2\n")
    assert completed(book) == [SUBJECT]
    assert (old.exists(), new.read_bytes()) == (False, b"a: 2\n")
    assert status(book) == ""


def test_killed_between_an_attachment_and_its_case_the_attachment_goes(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    photo = casebook.attachment_path(book, CASE_ID, "photo.jpg")
    recorded(book, change(book, b"a: 1\n"))
    begin(book, {photo: b"\x00", path: b"a: 2\n"}, new=[photo])
    atomic_write.write(photo, b"\x00")
    assert completed(book) == []
    assert not photo.exists()
    assert status(book) == ""


def test_a_file_that_somebody_put_in_the_place_of_a_half_done_one_stays(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    photo = casebook.attachment_path(book, CASE_ID, "photo.jpg")
    begin(book, {photo: b"\x00", path: b"a: 2\n"}, new=[photo])
    atomic_write.write(photo, b"somebody's own")
    assert completed(book) == []
    assert photo.read_bytes() == b"somebody's own"


def test_a_file_edited_by_hand_after_the_crash_is_committed_as_it_is(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    begin(book, {path: b"a: 1\nid: ABCDEFGH\n"}, new=[path])
    atomic_write.write(path, b"a: by hand\nid: ABCDEFGH\n")
    assert completed(book) == [SUBJECT]
    assert path.read_bytes() == b"a: by hand\nid: ABCDEFGH\n"
    assert status(book) == ""


def test_of_two_changed_files_the_second_is_written_too_unless_somebody_edited_it(book: Casebook) -> None:
    first, second = casebook.open_path(book, CASE_ID), casebook.open_path(book, "C-20261121-0000A")
    recorded(book, dataclasses.replace(change(book, b"a: 1\n"), files={first: b"a: 1\n", second: b"b: 1\n"}))
    texts = {first: "a: 2\n", second: "b: 2\n"}
    for by_hand, left in ((None, b"b: 2\n"), (b"b: by hand\n", b"b: by hand\n")):
        begin(book, {path: text.encode() for path, text in texts.items()}, together=texts)
        atomic_write.write(first, b"a: 2\n")
        if by_hand:
            atomic_write.write(second, by_hand)
        assert completed(book) == ([] if by_hand else [SUBJECT])
        assert (first.read_bytes(), second.read_bytes()) == (b"a: 2\n", left)
        assert journal.pending(book) is None


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 40])
def test_a_journal_that_a_power_failure_cut_is_dropped(book: Casebook, content: bytes) -> None:
    journal.path_of(book).write_bytes(content)
    assert journal.pending(book) is None
    assert completed(book) == []
    assert not journal.path_of(book).exists()


@pytest.mark.parametrize("book", ["git"], indirect=True)
def test_during_a_merge_nothing_is_recorded_and_what_was_interrupted_waits(book: Casebook) -> None:
    path = casebook.open_path(book, CASE_ID)
    recorded(book, change(book, b"a: 1\n"))
    begin(book, {path: b"a: 2\n"})
    atomic_write.write(path, b"a: 2\n")
    state = book.root / ".git" / "MERGE_HEAD"
    state.write_text(run_git(book.root, os.environ, "rev-parse", "HEAD"), encoding="ascii")
    for _ in range(2):
        with pytest.raises(Broken) as failure:
            recorded(book, change(book, b"a: 3\n"))
        assert failure.value.key == "unfinished-operation"
    assert (path.read_bytes(), journal.pending(book)) == (b"a: 2\n", SUBJECT)
    state.unlink()
    assert completed(book) == [SUBJECT]
    assert len(log(book)) == 2


@pytest.mark.parametrize("book", ["git"], indirect=True)
def test_a_hook_that_refuses_leaves_the_change_for_the_next_command(book: Casebook) -> None:
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(Broken) as failure:
        recorded(book, change(book, b"a: 1\n"))
    assert failure.value.key == "commit-failed"
    assert journal.pending(book) == SUBJECT
    hook.unlink()
    assert completed(book) == [SUBJECT]
    assert log(book) == [SUBJECT]


@pytest.mark.parametrize("book", ["git"], indirect=True)
def test_two_work_trees_of_one_repository_do_not_mix_their_journals(book: Casebook, tmp_path: Path) -> None:
    recorded(book, change(book, b"a: 1\n"))
    run_git(book.root, os.environ, "worktree", "add", "--quiet", str(tmp_path / "second"))
    repository = git.repository_at(tmp_path / "second")
    second = Casebook(root=(tmp_path / "second").resolve(), repository=repository)
    path = casebook.open_path(second, CASE_ID)
    begin(second, {path: b"a: 2\n"})
    atomic_write.write(path, b"a: 2\n")
    assert completed(book) == []
    assert completed(second) == [SUBJECT]
    assert status(second) == ""
