"""Tests writing: one lock, one durable change, one commit; the next command completes a change after a crash.

A crash is simulated: the journal is begun and a part of its files is written.
"""

import dataclasses
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import Casebook, attachment_path, closed_case_path, open_case_path
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.write import journal, settling, transaction
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction
from tests.casebooks import environment
from tests.casebooks import git as run_git

CASE_ID = "C-20261121-7K3FQ"
SUBJECT = f"{CASE_ID} note"
# Other cases that a change may name, and the trailers of all.
OTHERS = ("C-20261121-0000A", "C-20240304-ZZZZZ")
CASES = "".join(f"Case: {case_id}\n" for case_id in (CASE_ID, *OTHERS))


@pytest.fixture(params=["git", "no-git"])
def casebook(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Casebook:
    """An empty casebook, inside and outside git."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    root = (tmp_path / "casebook").resolve()
    root.mkdir()
    return Casebook(root=root, repository=git.create_repository(root) if request.param == "git" else None)


def change(
    casebook: Casebook, text: bytes, *, removed: tuple[Path, ...] = (), commit: bool = True
) -> CasebookChange:
    """A change of the case file; its event has the id ABCDEFGH."""
    return CasebookChange(
        files={open_case_path(casebook, CASE_ID): text},
        removed=removed,
        subject=SUBJECT,
        case_id=CASE_ID,
        events=(("note", "ABCDEFGH"),),
        actor="li.wei",
        commit=commit,
    )


def recorded(casebook: Casebook, made: CasebookChange) -> list[str]:
    with open_transaction(casebook) as session:
        save_in_transaction(session, made)
    return session.completed


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "null",
        "[]",
        "{}",
        "7",
        '{"message": 7}',
        '{"message": "x", "commit": true, "files": [], "new": [], "removed": [], "marks": []}',
        '{"message": "x", "commit": true, "files": {"a": 1}, "new": [], "removed": [], "marks": []}',
        '{"message": "x", "commit": true, "files": {}, "new": [], "removed": "ab", "marks": []}',
        '{"message": "x", "commit": true, "files": {}, "new": [], "removed": [], "marks": [], "together": {"a": 1}}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:70],
)
@pytest.mark.parametrize("own", ["pending", "bulk"])
def test_a_damaged_journal_stops_no_command(casebook: Casebook, damaged: str, own: str) -> None:
    prefix = "complaintctl" if casebook.repository else ".complaintctl"
    path = casebook.own_folder / f"{prefix}.{own}"
    path.write_text(damaged, encoding="utf-8")
    journal.pending_subject(casebook)
    recorded(casebook, change(casebook, b"id: C\n"))
    assert open_case_path(casebook, CASE_ID).read_bytes() == b"id: C\n"
    assert not path.exists()


def completed(casebook: Casebook) -> list[str]:
    """Returns the changes that the next command completes first."""
    with open_transaction(casebook) as session:
        pass
    return session.completed


def begin(
    casebook: Casebook,
    files: dict[Path, bytes],
    removed: Iterable[Path] = (),
    new: Iterable[Path] = (),
    together: Mapping[Path, str] = MappingProxyType({}),
) -> None:
    """Writes the journal of a command that is killed right after it."""
    entry = {
        "message": f"{SUBJECT}\n\n{CASES}Event: note ABCDEFGH\n",
        "commit": casebook.repository is not None,
        "files": {
            name(casebook, path): hashlib.sha256(content).hexdigest() for path, content in files.items()
        },
        "new": [name(casebook, path) for path in new],
        "removed": [name(casebook, path) for path in removed],
        "marks": ["ABCDEFGH"],
        "together": {
            name(casebook, path): {"was": hashlib.sha256(path.read_bytes()).hexdigest(), "text": text}
            for path, text in together.items()
        },
    }
    journal.begin_journal(casebook, entry)


def name(casebook: Casebook, path: Path) -> str:
    return path.relative_to(casebook.root).as_posix()


def log(casebook: Casebook) -> list[str]:
    """The commit subjects, newest first; empty outside git."""
    if casebook.repository is None or not (casebook.root / ".git" / "refs" / "heads" / "main").exists():
        return []
    return run_git(casebook.root, os.environ, "log", "--format=%s").splitlines()


def status(casebook: Casebook) -> str:
    return run_git(casebook.root, os.environ, "status", "--porcelain") if casebook.repository else ""


def test_a_change_is_written_committed_alone_and_nothing_is_pending(casebook: Casebook) -> None:
    assert recorded(casebook, change(casebook, b"a: 1\n")) == []
    assert open_case_path(casebook, CASE_ID).read_bytes() == b"a: 1\n"
    assert log(casebook) == ([SUBJECT] if casebook.repository else [])
    assert journal.pending_subject(casebook) is None
    assert status(casebook) == ""
    assert [path.name for path in casebook.root.rglob("*.tmp")] == []


def test_the_message_carries_case_event_and_actor(casebook: Casebook) -> None:
    recorded(casebook, change(casebook, b"a: 1\n"))
    if casebook.repository is not None:
        trailers = f"Case: {CASE_ID}\nEvent: note ABCDEFGH\nActor: li.wei"
        message = run_git(casebook.root, os.environ, "log", "-1", "--format=%B")
        assert message.strip() == f"{SUBJECT}\n\n{trailers}"


def test_where_the_user_commits_himself_only_the_file_is_written(casebook: Casebook) -> None:
    recorded(casebook, change(casebook, b"a: 1\n", commit=False))
    assert open_case_path(casebook, CASE_ID).is_file()
    assert log(casebook) == []
    assert journal.pending_subject(casebook) is None


def test_killed_before_the_file_was_written_nothing_is_done(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    recorded(casebook, change(casebook, b"a: 1\n"))
    begin(casebook, {path: b"a: 2\n"})
    atomic_write.temporary_path(path).write_bytes(b"a:")
    assert journal.pending_subject(casebook) == SUBJECT
    assert completed(casebook) == []
    assert path.read_bytes() == b"a: 1\n"
    assert status(casebook) == ""
    assert not atomic_write.temporary_path(path).exists()


def test_killed_after_the_file_was_written_it_is_committed(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    begin(casebook, {path: b"a: 1\n"}, new=[path])
    atomic_write.write_atomically(path, b"a: 1\n")
    assert completed(casebook) == [SUBJECT]
    assert log(casebook) == ([SUBJECT] if casebook.repository else [])
    assert status(casebook) == ""
    assert completed(casebook) == []


def test_the_late_commit_of_an_interrupted_change_says_when_it_was_written(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    begin(casebook, {path: b"a: 1\n"}, new=[path])
    atomic_write.write_atomically(path, b"a: 1\n")
    os.utime(journal.journal_path(casebook), (1_700_000_000, 1_700_000_000))
    assert completed(casebook) == [SUBJECT]
    if casebook.repository is not None:
        written, committed = run_git(casebook.root, os.environ, "log", "-1", "--format=%at %ct").split()
        assert written == "1700000000" < committed


def test_killed_after_the_commit_it_is_not_committed_again(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    recorded(casebook, change(casebook, b"a: 1\n"))
    begin(casebook, {path: b"a: 1\n"}, new=[path])
    assert completed(casebook) == [SUBJECT]
    assert log(casebook) == ([SUBJECT] if casebook.repository else [])


def test_killed_in_the_middle_of_a_move_the_old_file_goes(casebook: Casebook) -> None:
    old, new = open_case_path(casebook, CASE_ID), closed_case_path(casebook, CASE_ID)
    recorded(casebook, change(casebook, b"a: 1\n"))
    begin(casebook, {new: b"a: 2\n"}, removed=[old], new=[new])
    atomic_write.write_atomically(new, b"a: 2\n")
    assert completed(casebook) == [SUBJECT]
    assert (old.exists(), new.read_bytes()) == (False, b"a: 2\n")
    assert status(casebook) == ""


def test_killed_between_an_attachment_and_its_case_the_attachment_goes(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    photo = attachment_path(casebook, CASE_ID, "photo.jpg")
    recorded(casebook, change(casebook, b"a: 1\n"))
    begin(casebook, {photo: b"\x00", path: b"a: 2\n"}, new=[photo])
    atomic_write.write_atomically(photo, b"\x00")
    assert completed(casebook) == []
    assert not photo.exists()
    assert status(casebook) == ""


def test_a_file_that_somebody_put_in_the_place_of_a_half_done_one_stays(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    photo = attachment_path(casebook, CASE_ID, "photo.jpg")
    begin(casebook, {photo: b"\x00", path: b"a: 2\n"}, new=[photo])
    atomic_write.write_atomically(photo, b"somebody's own")
    assert completed(casebook) == []
    assert photo.read_bytes() == b"somebody's own"


def test_a_file_edited_by_hand_after_the_crash_is_committed_as_it_is(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    begin(casebook, {path: b"a: 1\nid: ABCDEFGH\n"}, new=[path])
    atomic_write.write_atomically(path, b"a: by hand\nid: ABCDEFGH\n")
    assert completed(casebook) == [SUBJECT]
    assert path.read_bytes() == b"a: by hand\nid: ABCDEFGH\n"
    assert status(casebook) == ""


def test_of_two_changed_files_the_second_is_written_too_unless_somebody_edited_it(casebook: Casebook) -> None:
    first, second = open_case_path(casebook, CASE_ID), open_case_path(casebook, "C-20261121-0000A")
    recorded(
        casebook,
        dataclasses.replace(
            change(casebook, b""), others=OTHERS, files={first: b"a: 1\n", second: b"b: 1\n"}
        ),
    )
    texts = {first: "a: 2\n", second: "b: 2\n"}
    for by_hand, left in ((None, b"b: 2\n"), (b"b: by hand\n", b"b: by hand\n")):
        begin(casebook, {path: text.encode() for path, text in texts.items()}, together=texts)
        atomic_write.write_atomically(first, b"a: 2\n")
        if by_hand:
            atomic_write.write_atomically(second, by_hand)
        assert completed(casebook) == ([] if by_hand else [SUBJECT])
        assert (first.read_bytes(), second.read_bytes()) == (b"a: 2\n", left)
        assert journal.pending_subject(casebook) is None


def test_killed_between_cases_of_which_one_moves_and_one_stays_both_are_completed(casebook: Casebook) -> None:
    first, second = (open_case_path(casebook, case_id) for case_id in (CASE_ID, "C-20240304-ZZZZZ"))
    moved = closed_case_path(casebook, "C-20240304-ZZZZZ")
    recorded(
        casebook,
        dataclasses.replace(
            change(casebook, b""), others=OTHERS, files={first: b"a: 1\n", second: b"b: 1\n"}
        ),
    )
    both = dataclasses.replace(
        change(casebook, b""),
        others=OTHERS,
        files={first: b"a: 2\n", moved: b"b: 2\n"},
        removed=(second,),
    )
    before = {path: path.read_bytes() for path in (first, second)}
    journal.begin_journal(casebook, transaction._journal_entry(casebook, both, before))
    atomic_write.write_atomically(first, b"a: 2\n")
    assert completed(casebook) == [SUBJECT]
    assert (first.read_bytes(), moved.read_bytes(), second.exists()) == (b"a: 2\n", b"b: 2\n", False)
    assert status(casebook) == ""


@pytest.mark.parametrize("content", [b"", b"{", b"\x00" * 40])
def test_a_journal_that_a_power_failure_cut_is_dropped(casebook: Casebook, content: bytes) -> None:
    journal.journal_path(casebook).write_bytes(content)
    assert journal.pending_subject(casebook) is None
    assert completed(casebook) == []
    assert not journal.journal_path(casebook).exists()


@pytest.mark.parametrize("casebook", ["git"], indirect=True)
def test_during_a_merge_nothing_is_recorded_and_what_was_interrupted_waits(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    recorded(casebook, change(casebook, b"a: 1\n"))
    begin(casebook, {path: b"a: 2\n"})
    atomic_write.write_atomically(path, b"a: 2\n")
    state = casebook.root / ".git" / "MERGE_HEAD"
    state.write_text(run_git(casebook.root, os.environ, "rev-parse", "HEAD"), encoding="ascii")
    for _ in range(2):
        with pytest.raises(Broken) as failure:
            recorded(casebook, change(casebook, b"a: 3\n"))
        assert failure.value.key == "unfinished-operation"
    assert (path.read_bytes(), journal.pending_subject(casebook)) == (b"a: 2\n", SUBJECT)
    state.unlink()
    assert completed(casebook) == [SUBJECT]
    assert len(log(casebook)) == 2


@pytest.mark.parametrize("casebook", ["git"], indirect=True)
def test_a_hook_that_refuses_leaves_the_change_for_the_next_command(casebook: Casebook) -> None:
    hook = casebook.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(Broken) as failure:
        recorded(casebook, change(casebook, b"a: 1\n"))
    assert failure.value.key == "commit-failed"
    assert journal.pending_subject(casebook) == SUBJECT
    hook.unlink()
    assert completed(casebook) == [SUBJECT]
    assert log(casebook) == [SUBJECT]


@pytest.mark.parametrize("casebook", ["git"], indirect=True)
def test_two_work_trees_of_one_repository_do_not_mix_their_journals(
    casebook: Casebook, tmp_path: Path
) -> None:
    recorded(casebook, change(casebook, b"a: 1\n"))
    run_git(casebook.root, os.environ, "worktree", "add", "--quiet", str(tmp_path / "second"))
    repository = git.find_repository(tmp_path / "second")
    second = Casebook(root=(tmp_path / "second").resolve(), repository=repository)
    path = open_case_path(second, CASE_ID)
    begin(second, {path: b"a: 2\n"})
    atomic_write.write_atomically(path, b"a: 2\n")
    assert completed(casebook) == []
    assert completed(second) == [SUBJECT]
    assert status(second) == ""


# A change that fails while it is written: undone, or the truth is said


def outcome_of(casebook: Casebook, made: CasebookChange) -> str | None:
    with pytest.raises(Broken) as failure:
        recorded(casebook, made)
    assert failure.value.outcome is not None
    return failure.value.outcome.key


def test_a_change_whose_second_file_cannot_be_written_is_undone(casebook: Casebook) -> None:
    first, second = open_case_path(casebook, CASE_ID), open_case_path(casebook, "C-20261121-0000A")
    new = attachment_path(casebook, CASE_ID, "photo.jpg")
    made = change(casebook, b"a: 1\n")
    recorded(casebook, made)
    second.mkdir()
    files = {new: b"\x00", first: b"a: 2\nid: ABCDEFGH\n", second: b"b: 2\n"}
    assert outcome_of(casebook, dataclasses.replace(made, others=OTHERS, files=files)) == "change-nowhere"
    assert (first.read_bytes(), new.exists()) == (b"a: 1\n", False)
    assert journal.pending_subject(casebook) is None
    assert [path.name for path in casebook.root.rglob("*.tmp")] == []
    assert completed(casebook) == []
    assert status(casebook) == ""


def test_a_move_whose_old_file_cannot_be_removed_is_undone(casebook: Casebook) -> None:
    old, new = open_case_path(casebook, CASE_ID), closed_case_path(casebook, CASE_ID)
    recorded(casebook, change(casebook, b"a: 1\n"))
    stuck = casebook.open_folder / "stuck" / old.name
    stuck.mkdir(parents=True)
    made = dataclasses.replace(
        change(casebook, b""), others=OTHERS, files={new: b"a: 2\n"}, removed=(old, stuck)
    )
    assert outcome_of(casebook, made) == "change-nowhere"
    assert (old.read_bytes(), new.exists()) == (b"a: 1\n", False)
    assert status(casebook) == ""


def test_an_earlier_change_that_cannot_be_completed_is_named(casebook: Casebook) -> None:
    old, new = open_case_path(casebook, CASE_ID), closed_case_path(casebook, CASE_ID)
    old.mkdir(parents=True)
    begin(casebook, {new: b"a: 2\n"}, removed=[old], new=[new])
    atomic_write.write_atomically(new, b"a: 2\n")
    with pytest.raises(Broken) as failure:
        completed(casebook)
    outcome = failure.value.outcome
    assert outcome is not None
    assert (outcome.key, outcome.values) == ("change-behind", {"subject": SUBJECT})
    old.rmdir()
    assert completed(casebook) == [SUBJECT]


def test_a_change_that_nothing_was_written_of_is_told_as_dropped(casebook: Casebook) -> None:
    path = open_case_path(casebook, CASE_ID)
    recorded(casebook, change(casebook, b"a: 1\n"))
    begin(casebook, {path: b"a: 2\n"})
    with open_transaction(casebook) as session:
        pass
    assert (session.completed, session.dropped, session.left) == ([], [SUBJECT], [])


def test_a_change_that_cannot_be_undone_is_told_as_half_and_completed(casebook: Casebook) -> None:
    first, second = open_case_path(casebook, CASE_ID), open_case_path(casebook, "C-20261121-0000A")
    old = {first: b"a: 1\n", second: b"b: 1\n"}
    recorded(casebook, dataclasses.replace(change(casebook, b""), others=OTHERS, files=old))
    texts = {first: "a: 2\n", second: "b: 2\n"}
    begin(casebook, {path: text.encode() for path, text in texts.items()}, together=texts)
    atomic_write.write_atomically(first, b"a: 2\n")
    obstacle = atomic_write.temporary_path(first)
    obstacle.mkdir()
    entry = journal.read_journal(casebook)
    assert entry is not None
    outcome = settling.settle_change(casebook, entry, old)
    assert (outcome.key, outcome.values) == ("change-half", {"files": [name(casebook, first)]})
    obstacle.rmdir()
    assert completed(casebook) == [SUBJECT]
    assert second.read_bytes() == b"b: 2\n"
    assert status(casebook) == ""


LEFT_OVER = """
from pathlib import Path
from complaintctl.storage.case.casebook import find_casebook
from complaintctl.storage.write import journal, settling, transaction
casebook = find_casebook(Path())
outcome = settling.settle_change(casebook, journal.read_journal(casebook), {})
print(outcome.key, *outcome.values["files"])
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="this machine has no mount namespaces")
def test_what_cannot_be_removed_is_told_and_removed_by_the_next_command(casebook: Casebook) -> None:
    photo, path = attachment_path(casebook, CASE_ID, "photo.jpg"), open_case_path(casebook, CASE_ID)
    recorded(
        casebook,
        dataclasses.replace(
            change(casebook, b""), subject="Make a casebook", files={casebook.policy_path: b"a: 1\n"}
        ),
    )
    begin(casebook, {photo: b"\x00", path: b"a: 2\n"}, new=[photo, path])
    atomic_write.write_atomically(photo, b"\x00")
    # A file that something is mounted on cannot be removed, not even by root.
    script = f'mount --bind "{photo}" "{photo}" || exit 9; exec "$@"'
    line = [
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        script,
        "sh",
        sys.executable,
        "-c",
        LEFT_OVER,
    ]
    done = subprocess.run(line, cwd=casebook.root, capture_output=True, text=True, check=False)
    if done.returncode in {1, 9} and "Traceback" not in done.stderr:
        pytest.skip(f"this machine allows no mount namespace: {done.stderr}")
    assert done.stdout.split() == ["change-left-over", name(casebook, photo)]
    assert completed(casebook) == []
    assert not photo.exists()
    assert status(casebook) == ""
