"""Tests an untrusted casebook, cloned or unpacked: it cannot access files outside or run programs."""

import json
import os
import re
import shutil
import sys
from email import message_from_bytes
from email.policy import default as email_policy
from pathlib import Path
from typing import Final

import pytest

from tests.casebooks import Book, git, make_book
from tests.sampling import sample

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="no links, pipes and devices there")
pytestmark = posix_only

PRECIOUS: Final = "precious\n"
MAPPING: Final = """\
mapping: 1
system: shop
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: no
received: came
fields: {title: subject}
"""
ALLOWED: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
SENDER: Final = "sender: {name: Care, email: care@example.com}\n"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


@pytest.fixture
def case_id(book: Book) -> str:
    return book.open("A", "--customer-name", "Ann", "--email", "ann@example.com")


@pytest.fixture
def precious(tmp_path: Path) -> Path:
    """A file of ours outside the casebook."""
    path = tmp_path / "precious.txt"
    path.write_text(PRECIOUS, encoding="utf-8")
    return path


def without_git(book: Book) -> Book:
    """The same casebook as unpacked from an archive."""
    shutil.rmtree(book.root / ".git")
    return book


# --- what is read ---


def test_a_case_that_is_a_link_a_device_a_pipe_or_a_folder_hides_no_other(
    book: Book, case_id: str, precious: Path
) -> None:
    folder = book.file(case_id).parent
    (folder / "C-20260101-AAAAA.yaml").symlink_to(precious)
    (folder / "C-20260101-BBBBB.yaml").symlink_to("/dev/zero")
    os.mkfifo(folder / "C-20260101-CCCCC.yaml")
    (folder / "C-20260101-DDDDD.yaml").mkdir()
    (folder / "C-20260101-EEEEE.yaml").write_bytes(b"#" * (5 << 20))
    result = book.run("list", check=4)
    assert case_id in result.stdout
    lines = result.stderr.splitlines()
    said = "this is a link, a folder or a device. Put the file itself here."
    assert lines[:4] == [f"cases/open/C-20260101-{letter * 5}.yaml: {said}" for letter in "ABCD"]
    assert (
        lines[4] == "cases/open/C-20260101-EEEEE.yaml: the file is larger than 2048 kB, so it was not read."
    )


@pytest.mark.parametrize("device", sample(["/dev/zero", "pipe"], 1))
def test_a_policy_and_a_letter_without_end_are_not_waited_for(book: Book, case_id: str, device: str) -> None:
    letters = book.root / "templates" / "letters"
    letters.mkdir(parents=True)
    for path in (letters / "visit.en.md", book.root / "complaintctl.yaml"):
        path.unlink(missing_ok=True)
        if device == "pipe":
            os.mkfifo(path)
        else:
            path.symlink_to(device)
        if path.suffix == ".md":
            book.run("letter", case_id, "visit", "--lang", "en", check=4)
    assert "is not a casebook" in book.run("list", check=2).stderr


# --- what is written ---


def test_a_link_in_the_place_of_our_temporary_file_is_not_followed(
    book: Book, case_id: str, precious: Path, tmp_path: Path
) -> None:
    path = book.file(case_id)
    path.with_name(f".{path.name}.tmp").symlink_to(precious)
    (book.root / "cases" / ".complaintctl.import.tmp").symlink_to(precious)
    book.call("note", case_id, "hello", check=0)
    rows = tmp_path / "rows.csv"
    rows.write_text("no,came,subject\n1,2026-01-02 09:00,B\n", encoding="utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    book.call("import", "csv", str(rows), "--map", str(mapping), check=0)
    assert precious.read_text(encoding="utf-8") == PRECIOUS
    assert not path.is_symlink()
    assert "hello" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["cases/open", "attachments"])
def test_nothing_is_written_through_a_folder_that_leads_out(
    book: Book, case_id: str, tmp_path: Path, folder: str
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place = book.root / folder
    if place.exists():
        shutil.move(book.file(case_id), outside)
        shutil.rmtree(place)
    place.symlink_to(outside)
    before = sorted(outside.rglob("*"))
    words = ("attach", case_id, str(book.root / "complaintctl.yaml"))
    result = book.call(*(words if folder == "attachments" else ("open", "--title", "B")), check=4)
    assert "is outside the casebook: a link points there." in result.stderr
    assert sorted(outside.rglob("*")) == before


def test_a_journal_that_names_files_outside_is_not_followed(book: Book, case_id: str, precious: Path) -> None:
    without_git(book)
    names = {"files": {}, "new": [], "marks": [], "removed": ["../precious.txt", str(precious)]}
    journal = book.root / ".complaintctl.pending"
    journal.write_text(json.dumps({"message": "m", "commit": False, **names}), encoding="utf-8")
    said = book.call("note", case_id, "hello", check=4).stderr
    assert (
        f"{journal} names files that no command writes like that, so complaintctl did not write it. Delete it."
        in said
    )
    assert precious.read_text(encoding="utf-8") == PRECIOUS
    journal.unlink()
    book.call("note", case_id, "hello", check=0)


# --- attachments ---


@pytest.mark.parametrize(
    "name", sample(["../../../precious.txt", "..", "..\\x", "NUL.txt", "a:b", "link", "gone"], 2)
)
def test_an_attachment_that_leads_elsewhere_is_not_enclosed(
    book: Book, case_id: str, precious: Path, name: str
) -> None:
    with (book.root / "complaintctl.yaml").open("a", encoding="utf-8") as policy:
        policy.write(SENDER)
    folder = book.root / "attachments" / case_id
    folder.mkdir(parents=True)
    (folder / "link").symlink_to(precious)
    path = book.file(case_id)
    text = path.read_text(encoding="utf-8")
    attached = f"attachments:\n  - {{file: {json.dumps(name)}, sha256: '00'}}\n\nhistory:"
    path.write_text(text.replace("history:", attached, 1), encoding="utf-8")
    words = ("letter", case_id, "ack", "--promise-by", "+48h", "--format", "eml", "-o", "draft.eml")
    result = book.call(*words, "--attach", name)
    assert result.returncode in {2, 4}
    assert len(result.stderr.splitlines()) == 1
    assert not (book.root / "draft.eml").exists()


@pytest.mark.parametrize("name", ["NUL", "com1.jpg", "photo.jpg.", "a|b", "12:30.jpg"])
def test_a_file_is_attached_under_a_name_that_every_system_takes(
    book: Book, case_id: str, precious: Path, name: str
) -> None:
    said = book.call("attach", case_id, str(precious), "--name", name, check=2).stderr
    assert f"{name} is not a valid file name on every system. Choose another one: --name NAME" in said
    book.call("attach", case_id, str(precious), "--name", "电池 [1].txt", check=0)


# --- git ---


def test_a_folder_that_looks_like_a_repository_runs_no_hook_of_the_stranger(
    book: Book, case_id: str, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger"
    inner = stranger / "book"
    shutil.copytree(book.root, inner, ignore=shutil.ignore_patterns(".git"))
    marker = tmp_path / "ran"
    settings = (
        f"[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = \"touch '{marker}'\"\n"
    )
    made = {"HEAD": "ref: refs/heads/main\n", "objects/keep": "", "refs/heads/.keep": "", "config": settings}
    hook = {"hooks/pre-commit": f"#!/bin/sh\ntouch '{marker}'\n"}
    for name, text in {**made, **hook}.items():
        (inner / name).parent.mkdir(parents=True, exist_ok=True)
        (inner / name).write_text(text, encoding="utf-8")
    (inner / "hooks/pre-commit").chmod(0o755)
    git(stranger, book.variables, "init", "--quiet")
    git(stranger, book.variables, "add", "--all")
    git(stranger, book.variables, "commit", "--quiet", "--message", "x")
    git(tmp_path, book.variables, "clone", "--quiet", str(stranger), str(tmp_path / "clone"))
    cloned = Book(root=tmp_path / "clone" / "book", variables=book.variables)
    for words in (("list",), ("check",), ("log", case_id), ("note", case_id, "hello")):
        cloned.call(*words)
    assert not marker.exists()


# --- pages ---

MARKED: Final = (
    "<script>alert(1)</script> <img src=http://evil.example/a.png> ![x](http://evil.example/b.png) "
    "[y](javascript:alert(1)) <http://evil.example/c> &lt;b&gt; ```x```"
)
PICTURE: Final = "data:image/png;base64,iVBORw0KGgo="
OWN: Final = (
    "---\ntitle: t\nsubject: s\n---\n{{ case.title }}\n\n<img src='http://evil.example/d.png'>\n\n"
    f"![logo](http://evil.example/e.png) ![own]({PICTURE}) [z](javascript:alert(1))\n"
)


def test_nothing_on_a_page_is_fetched_and_no_text_of_a_customer_is_more_than_text(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + SENDER, encoding="utf-8")
    case = book.open(MARKED, "--customer-name", MARKED, "--email", "ann@example.com", "--description", MARKED)
    letters = book.root / "templates" / "letters"
    letters.mkdir(parents=True)
    (letters / "visit.en.md").write_text(OWN, encoding="utf-8")
    visit = ("letter", case, "visit", "--lang", "en", "--format")
    page = book.call(*visit, "html", check=0).stdout
    form = book.call("form", case, "record", "--lang", "en", check=0).stdout
    book.call(*visit, "eml", "-o", "draft.eml", check=0)
    draft = message_from_bytes((book.root / "draft.eml").read_bytes(), policy=email_policy)
    body = draft.get_body(("html",))
    assert body is not None
    for text in (page, form, str(body.get_content())):
        assert f'content="{ALLOWED}"' in text
        signs = "".join(re.findall("<[^>]*>", text))
        assert re.findall(r"<(?:script|a|iframe|link)\b|(?:src|href)=\S+", signs) == (
            [] if text is form else [f'src="{PICTURE}"']
        )


def test_a_letter_that_would_take_long_to_lay_out_is_refused(book: Book, case_id: str) -> None:
    letters = book.root / "templates" / "letters"
    letters.mkdir(parents=True)
    (letters / "visit.en.md").write_text(OWN.replace("{{ case.title }}", "![" * 40_000), encoding="utf-8")
    said = book.call("letter", case_id, "visit", "--lang", "en", check=4).stderr
    assert "this produces more text than a letter can have." in said
