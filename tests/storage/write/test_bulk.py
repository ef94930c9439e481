"""Changes of many cases: a case that moves lies in one folder, whenever the change was interrupted."""

import os
import signal
from collections.abc import Iterable
from pathlib import Path

import pytest

from complaintctl.errors import Broken, Declined
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.git import git
from complaintctl.storage.write import bulk
from complaintctl.storage.write.transaction import open_transaction
from tests.casebooks import environment
from tests.casebooks import git as run_git

CASE_ID = "C-20261121-7K3FQ"


@pytest.fixture
def casebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Casebook:
    """A casebook with one open case, committed."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    root = (tmp_path / "casebook").resolve()
    root.mkdir()
    made = Casebook(root=root, repository=git.create_repository(root))
    batch = change(made)
    bulk.write_bulk_file(batch, open_case_path(made, CASE_ID), b"a: 1\n")
    bulk.finish_bulk_change(batch, "import shop")
    return made


def change(casebook: Casebook) -> bulk.BulkChange:
    return bulk.BulkChange(casebook=casebook, subject="import shop", trailers=(), commit=True)


def write_all(batch: bulk.BulkChange, paths: Iterable[Path]) -> None:
    with bulk.settle_bulk_failure(batch):
        for path in paths:
            bulk.write_bulk_file(batch, path, b"a: 1\n")


def committed(casebook: Casebook) -> list[str]:
    return run_git(casebook.root, os.environ, "ls-tree", "-r", "--name-only", "HEAD").splitlines()


@pytest.mark.parametrize("written", [True, False])
def test_a_move_that_was_killed_is_whole_after_the_next_command(casebook: Casebook, *, written: bool) -> None:
    old, new = open_case_path(casebook, CASE_ID), closed_case_path(casebook, CASE_ID)
    bulk.write_bulk_file(change(casebook), new, b"a: 2\n", old)
    # Killed before the old file was removed, or before the new one was there.
    old.write_bytes(b"a: 1\n")
    if not written:
        new.unlink()
    with open_transaction(casebook):
        pass
    assert (old.exists(), new.exists()) == (not written, written)
    assert committed(casebook) == [(new if written else old).relative_to(casebook.root).as_posix()]
    assert run_git(casebook.root, os.environ, "status", "--porcelain") == ""


def test_a_failure_in_the_middle_commits_what_was_written_and_counts_it(casebook: Casebook) -> None:
    batch = change(casebook)
    casebook.closed_folder.write_bytes(b"")
    paths = (open_case_path(casebook, "C-20261121-0000A"), closed_case_path(casebook, "C-20261121-0000B"))
    with pytest.raises(Broken) as failure:
        write_all(batch, paths)
    outcome = failure.value.outcome
    assert outcome is not None
    assert (outcome.key, outcome.values) == ("bulk-part-committed", {"count": 1})
    assert len(committed(casebook)) == 2
    assert bulk.pending_bulk_subject(casebook) is None


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("with_git", [True, False])
def test_a_case_whose_file_was_replaced_when_ctrl_c_came_is_counted(
    casebook: Casebook, monkeypatch: pytest.MonkeyPatch, *, replaced: bool, with_git: bool
) -> None:
    old, new = open_case_path(casebook, CASE_ID), closed_case_path(casebook, CASE_ID)
    batch = change(casebook if with_git else Casebook(root=casebook.root, repository=None))
    replace = Path.replace

    def replace_and_stop(self: Path, target: Path) -> None:
        if replaced:
            replace(self, target)
        raise KeyboardInterrupt

    bulk.write_bulk_file(batch, open_case_path(casebook, "C-20261121-0000A"), b"a: 1\n")
    listening = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch, pytest.raises(Declined) as stopped:  # noqa: PT012 - it is one change
        # Ctrl-C is heard between the renaming and the next line, or just before it.
        patch.setattr(Path, "replace", replace_and_stop)
        with bulk.settle_bulk_failure(batch):
            bulk.write_bulk_file(batch, new, b"a: 2\n", old)
    # The children of this process would be deaf to Ctrl-C, too.
    signal.signal(signal.SIGINT, listening)
    outcome = stopped.value.outcome
    assert outcome is not None
    key = "bulk-part-uncommitted" if with_git else "bulk-part-written"
    assert (outcome.key, outcome.values) == (key, {"count": 2 if replaced else 1})
    assert (old.exists(), new.exists()) == (not replaced, replaced)
