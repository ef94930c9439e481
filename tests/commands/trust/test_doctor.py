"""`doctor`: real damage is found, shown, mended in one commit, and found no more; what needs a person stays."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused, without_identity
from tests.sampling import sample

CLOSE = ("--outcome", "withdrawn", "--reason", "r")
Damage = Callable[[Book], None]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    made = make_book(tmp_path)
    # The settings of each clone count here, not one for all.
    place = next(name for name, value in made.variables.items() if value == "merge.complaintctl.driver")
    book = Book(root=made.root, variables={**made.variables, place: "complaintctl.test"})
    # Registered earlier than the others, which take less than a second.
    first = book.open("one", "--received", "20m", "--at", "10m")
    book.open("two", "--level", "general")
    (tmp_path / "photo.txt").write_bytes(b"a photo")
    book.call("attach", first, str(tmp_path / "photo.txt"), check=0)
    book.call("close", book.open("three"), *CLOSE, check=0)
    return book


def found(book: Book, *options: str, check: int) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = book.json("doctor", *options, check=check)["doctor"]["findings"]
    return findings


def keys(book: Book, *options: str, check: int = 1) -> set[str]:
    return {one["key"] for one in found(book, *options, check=check)}


def case_with(book: Book, title: str) -> Path:
    (path,) = (
        path for path in (book.root / "cases").rglob("C-*.yaml") if f"title: {title}\n" in path.read_text()
    )
    return path


def commit_all(book: Book) -> None:
    book.git("add", "-A")
    book.git("commit", "--quiet", "-m", "By hand")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def wrong_status(book: Book) -> None:
    change(case_with(book, "one"), "status: open", "status: closed")
    commit_all(book)


def wrong_folder(book: Book) -> None:
    path = case_with(book, "three")
    book.git("mv", str(path), str(book.root / "cases" / "open" / path.name))
    commit_all(book)


def wrong_month(book: Book) -> None:
    path = case_with(book, "three")
    target = book.root / "cases" / "closed" / "2020" / "01"
    target.mkdir(parents=True)
    book.git("mv", str(path), str(target / path.name))
    commit_all(book)


def half_done_move(book: Book) -> None:
    path = case_with(book, "three")
    (book.root / "cases" / "open" / path.name).write_text(
        book.git("show", f"HEAD^:cases/open/{path.name}"), encoding="utf-8"
    )


def uncommitted_case(book: Book) -> None:
    book.call("note", case_with(book, "one").stem, "n", "--no-commit", check=0)
    book.call(
        "attach", case_with(book, "two").stem, str(book.root.parent / "photo.txt"), "--no-commit", check=0
    )


def removed_case(book: Book) -> None:
    case_with(book, "two").unlink()


def missing_attachment(book: Book) -> None:
    case = case_with(book, "one").stem
    book.git("rm", "--quiet", "-r", f"attachments/{case}")
    book.git("commit", "--quiet", "-m", "By hand")


def line_ends_and_mark(book: Book) -> None:
    path = case_with(book, "one")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))


def wrong_id(book: Book) -> None:
    path = case_with(book, "one")
    change(path, f"id: {path.stem}", "id: C-20200101-AAAAA")
    commit_all(book)


def missing_lines(book: Book) -> None:
    change(book.root / ".gitattributes", "*.yaml text eol=lf\n", "")
    commit_all(book)


def missing_driver(book: Book) -> None:
    book.git("config", "--remove-section", "merge.complaintctl")


def stale_lock(book: Book) -> None:
    (book.root / ".git" / "index.lock").touch()
    (book.root / ".git" / "refs" / "heads" / "main.lock").touch()


def missing_folder(book: Book) -> None:
    shutil.rmtree(book.root / "cases" / "closed")
    book.git("rm", "--quiet", "--cached", "-r", "cases/closed")
    book.git("commit", "--quiet", "-m", "By hand")


def leftover(book: Book) -> None:
    (book.root / "cases" / "open" / ".C-20200101-AAAAA.yaml.tmp").touch()


DAMAGES: dict[Damage, set[str]] = {
    wrong_status: {"status"},
    wrong_folder: {"folder"},
    wrong_month: {"month"},
    half_done_move: {"both-folders"},
    uncommitted_case: {"uncommitted"},
    removed_case: {"case-deleted"},
    missing_attachment: {"attachment-missing"},
    line_ends_and_mark: {"bom", "crlf"},
    wrong_id: {"id"},
    missing_lines: {"attributes"},
    missing_driver: {"driver"},
    stale_lock: {"lock"},
    missing_folder: {"folder-missing"},
    leftover: {"leftover"},
}


def state(book: Book) -> dict[str, bytes]:
    """Every file of the folder but git's objects, so that a dry run can be seen to write nothing."""
    return {
        str(path): path.read_bytes()
        for path in book.root.rglob("*")
        if (path.is_file() and "/.git/" not in f"{path}/") or path.suffix == ".lock"
    }


@pytest.mark.parametrize("damage", sample(list(DAMAGES), 6), ids=lambda damage: damage.__name__)
def test_damage_is_found_shown_mended_in_one_commit_and_gone(book: Book, damage: Damage) -> None:
    assert keys(book, check=0) == set()
    damage(book)
    before, written = book.head(), state(book)
    assert keys(book) == DAMAGES[damage]
    assert (book.head(), state(book)) == (before, written)
    mended = found(book, "--fix", "--yes", check=0)
    assert {one["key"] for one in mended} >= DAMAGES[damage]
    assert {one["state"] for one in mended} == {"mended"}
    assert int(book.git("rev-list", "--count", f"{before}..HEAD")) <= 1
    assert book.git("status", "--porcelain") == ""
    assert keys(book, check=0) == set()
    assert 'problems": []' in json.dumps(book.json("check", "--archive")["check"])
    # A second run does nothing.
    after = book.head()
    assert found(book, "--fix", "--yes", check=0) == []
    assert book.head() == after


@pytest.mark.nightly
def test_a_large_casebook_gets_what_keeps_git_quick(book: Book) -> None:
    blob = book.git("hash-object", "-w", "complaintctl.yaml").strip()
    entries = "".join(f"100644 {blob}\tdata/{number}\n" for number in range(20_000))
    subprocess.run(
        ["git", "-C", str(book.root), "update-index", "--index-info"],
        input=entries.encode(),
        env=dict(book.variables),
        check=True,
    )
    assert keys(book) == {"commit-graph", "untracked-cache"}
    book.call("doctor", "--fix", "--yes", check=0)
    assert keys(book, check=0) == set()
    assert b"BDAT" in (book.root / ".git" / "objects" / "info" / "commit-graph").read_bytes()
    assert book.git("config", "core.untrackedCache") == "true\n"


def test_a_mended_status_is_an_event_that_says_so(book: Book) -> None:
    wrong_status(book)
    book.call("doctor", "--fix", "--yes", check=0)
    event = book.json("show", case_with(book, "one").stem)["case"]["history"][-1]
    assert (event["did"], event["reason"]) == ("edit", "doctor: status was closed, the history says open")
    message = book.git("log", "-1", "--format=%B")
    assert message.startswith("doctor: 1 mended\n")
    assert f"Event: edit {event['id']}" in message


def test_two_cases_with_one_id_become_two_ids_and_their_attachments_and_links_follow(book: Book) -> None:
    first, third = case_with(book, "one"), case_with(book, "three").stem
    other = book.open("four")
    book.call("link", other, third, check=0)
    book.call("link", third, other, check=0)
    photo = book.root.parent / "other.txt"
    photo.write_bytes(b"another")
    book.call("attach", third, str(photo), check=0)
    # As if another clone had given the id of the first case to the third one.
    path = case_with(book, "three")
    for file in (path, book.file(other)):
        file.write_text(file.read_text(encoding="utf-8").replace(third, first.stem), encoding="utf-8")
    book.git("mv", str(path), str(path.with_name(first.name)))
    book.git("mv", f"attachments/{third}/other.txt", f"attachments/{first.stem}/other.txt")
    commit_all(book)
    before = book.head()
    assert keys(book) == {"id-twice"}
    (new,) = (one["facts"]["new"] for one in found(book, check=1))
    found(book, "--fix", "--yes", check=0)
    assert int(book.git("rev-list", "--count", f"{before}..HEAD")) == 1
    assert case_with(book, "one") == first
    assert case_with(book, "three").stem == new
    assert book.json("show", new)["case"]["history"][-1]["reason"].startswith(
        f"doctor: this case was {first.stem}"
    )
    links = book.json("show", other)["case"]["links"]
    assert [set(link.values()) for link in links] == [{new}]
    assert (book.root / "attachments" / new / "other.txt").read_bytes() == b"another"
    assert (book.root / "attachments" / first.stem / "photo.txt").exists()
    assert keys(book, check=0) == set()
    assert book.json("check", "--archive")["check"]["problems"] == []


def test_an_interrupted_command_is_completed(book: Book) -> None:
    path = case_with(book, "one")
    book.call("note", path.stem, "n", "--no-commit", check=0)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = {
        "message": f"{path.stem} note\n\nCase: {path.stem}\n",
        "commit": True,
        "files": {f"cases/open/{path.name}": digest},
        "new": [],
        "removed": [],
        "marks": [],
        "together": {},
    }
    (book.root / ".git" / "complaintctl.pending").write_text(json.dumps(entry), encoding="utf-8")
    assert keys(book) == {"pending"}
    book.call("doctor", "--fix", "--yes", check=0)
    assert book.git("log", "-1", "--format=%s").strip() == f"{path.stem} note"
    assert keys(book, check=0) == set()


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
def test_a_private_casebook_is_for_its_owner_alone(book: Book) -> None:
    change(book.root / "complaintctl.yaml", "complaintctl: 1\n", "complaintctl: 1\nprivate: true\n")
    commit_all(book)
    assert keys(book) == {"mode"}
    book.call("doctor", "--fix", "--yes", check=0)
    assert {path.stat().st_mode & 0o77 for path in (book.root / "cases").rglob("C-*.yaml")} == {0}
    assert keys(book, check=0) == set()


def contradicted_history(book: Book) -> None:
    path = case_with(book, "three")
    change(path, "status: closed", "status: open")
    book.git("mv", str(path), str(book.root / "cases" / "open" / path.name))
    commit_all(book)


def changed_attachment(book: Book) -> None:
    (path,) = (book.root / "attachments").rglob("photo.txt")
    path.write_bytes(b"another photo")
    commit_all(book)


def strange_files(book: Book) -> None:
    folder = book.root / "attachments"
    (folder / case_with(book, "two").stem).mkdir()
    (folder / case_with(book, "two").stem / "x.txt").touch()
    (folder / "C-20200101-AAAAA").mkdir()
    (folder / "C-20200101-AAAAA" / "x.txt").touch()
    (book.root / "cases" / "open" / "notes.yaml").write_text("a: b\n", encoding="utf-8")
    commit_all(book)


def names_alike(book: Book) -> None:
    folder = book.root / "templates" / "letters"
    folder.mkdir(parents=True)
    (folder / "Own.md").touch()
    (folder / "own.md").touch()
    commit_all(book)


def same_source(book: Book) -> None:
    for title in ("one", "two"):
        path = case_with(book, title)
        row = 'source: {system: shop, id: "88121", row: 9c1f}'
        text = re.sub(r"\n\nstatus:", f"\n{row}\n\nstatus:", path.read_text(encoding="utf-8"), count=1)
        path.write_text(text, encoding="utf-8")
    commit_all(book)


def future_event(book: Book) -> None:
    with case_with(book, "two").open("a", encoding="utf-8") as file:
        file.write("  - {at: 2090-01-01T00:00:00+08:00, by: x, did: note, text: n, id: AAAAAAAA}\n")
    commit_all(book)


def late_commit(book: Book) -> None:
    later = {**book.variables, "GIT_COMMITTER_DATE": "2099-01-01T00:00:00Z"}
    subprocess.run(
        ["git", "commit", "--quiet", "--allow-empty", "-m", "x"], cwd=book.root, env=later, check=True
    )


def dead_hook(book: Book) -> None:
    (book.root / ".git" / "hooks" / "pre-commit").write_text("#!/bin/sh\n", encoding="utf-8")


def config_without_hook(book: Book) -> None:
    (book.root / ".pre-commit-config.yaml").write_text("repos: [complaintctl]\n", encoding="utf-8")
    commit_all(book)


DECISIONS: dict[Damage, set[str]] = {
    contradicted_history: {"status-unclear"},
    changed_attachment: {"attachment-changed"},
    strange_files: {"attachment-unnamed", "attachment-of-nobody", "file-name"},
    names_alike: {"names-alike"},
    same_source: {"source-twice"},
    future_event: {"future-event"},
    late_commit: {"clock"},
    dead_hook: {"hook"},
    config_without_hook: {"hook-missing"},
}


@pytest.mark.parametrize("damage", sample(list(DECISIONS), 3), ids=lambda damage: damage.__name__)
def test_what_a_person_must_decide_stays(book: Book, damage: Damage) -> None:
    damage(book)
    before, written = book.head(), state(book)
    assert keys(book) == DECISIONS[damage]
    assert {one["state"] for one in found(book, "--fix", "--yes", check=1)} == {"to-decide"}
    assert (book.head(), state(book)) == (before, written)


def test_a_file_that_cannot_be_read_exits_4_and_is_not_committed(book: Book) -> None:
    path = case_with(book, "one")
    with path.open("a", encoding="utf-8") as file:
        file.write("<<<<<<< ours\n=======\n>>>>>>> theirs\n")
    assert keys(book, check=4) == {"conflict-marker"}
    before = book.head()
    book.call("doctor", "--fix", "--yes", check=4)
    assert book.head() == before


def test_an_unfinished_merge_and_a_shallow_clone_are_named(book: Book, tmp_path: Path) -> None:
    (book.root / ".git" / "MERGE_HEAD").write_text(book.head() + "\n", encoding="utf-8")
    assert keys(book) == {"operation"}
    (book.root / ".git" / "MERGE_HEAD").unlink()
    book.git("clone", "--quiet", "--depth", "1", f"file://{book.root}", str(tmp_path / "shallow"))
    assert keys(Book(root=tmp_path / "shallow", variables=book.variables)) == {"shallow", "driver"}


def test_who_cannot_commit_is_told_how(book: Book) -> None:
    nameless = Book(root=book.root, variables=without_identity(book.variables))
    assert keys(nameless) == {"identity"}


def test_only_one_case_if_asked(book: Book) -> None:
    wrong_status(book)
    missing_attachment(book)
    other = case_with(book, "two").stem
    assert keys(book, other, check=0) == set()
    assert keys(book, case_with(book, "one").stem) == {"status", "attachment-missing"}
    found(book, case_with(book, "one").stem, "--fix", "--yes", check=0)
    assert keys(book, check=0) == set()


def test_without_a_terminal_it_asks_for_yes(book: Book) -> None:
    wrong_status(book)
    assert "--yes" in refused(book, 2, "doctor", "--fix")


def test_the_file_is_left_uncommitted_if_asked(book: Book) -> None:
    wrong_status(book)
    before = book.head()
    book.call("doctor", "--fix", "--yes", "--no-commit", check=0)
    assert book.head() == before
    assert "status: open" in case_with(book, "one").read_text(encoding="utf-8")


def test_outside_git_cases_are_mended_as_well(book: Book) -> None:
    wrong_status(book)
    shutil.rmtree(book.root / ".git")
    assert keys(book) == {"status"}
    found(book, "--fix", "--yes", check=0)
    assert keys(book, check=0) == set()


def test_verify_gives_no_false_reason_for_the_form_of_a_file(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    path = book.file(book.open("one"))
    plain = path.read_bytes()
    path.write_bytes(plain.replace(b"\n", b"\r\n"))
    (warning,) = book.json("verify")["verify"]["warnings"]
    assert warning["key"] == "audit-uncommitted-form"
    path.write_bytes(b"\xef\xbb\xbf" + plain)
    book.git("commit", "--quiet", "--all", "--message", "by another editor")
    assert book.json("verify")["verify"]["warnings"] == []
