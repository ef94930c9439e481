"""Evidence packs: whoever has one can check it with sha256sum, git and ssh-keygen, and sees no other case."""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

OTHER = "SECRET-OF-ANOTHER-CASE"
NAME = "Wang Fang"
_COMMANDS = re.compile(r"^```\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def key_of(folder: Path) -> Path:
    path = folder / "li.wei.key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str]:
    """A casebook with a case that was opened, acknowledged and got an attachment, another case, and a checkpoint."""
    folder = tmp_path_factory.mktemp("pack")
    book = make_book(folder)
    key = key_of(folder)
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    public = key.with_name("li.wei.key.pub").read_text(encoding="utf-8").strip()
    people = f'people: {{li.wei: {{email: li.wei@example.com, signing_keys: ["{public}"]}}}}'
    policy.write_text(text.replace("people: {}", people), encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "who signs")
    case_id = book.open("Battery swells", "--customer-name", NAME, "--phone", "13800138000")
    other = book.open(OTHER, "--customer-name", OTHER)
    book.call("note", other, OTHER, check=0)
    book.call("ack", case_id, "--via", "phone", check=0)
    photo = folder / "王芳的照片.pdf"
    photo.write_bytes(b"photo")
    book.call("attach", case_id, str(photo), check=0)
    book.call("verify", "--sign", "--key", str(key), check=0)
    book.call("note", case_id, "after the checkpoint", check=0)
    return book, case_id


@pytest.fixture
def made(pattern: tuple[Book, str], tmp_path: Path) -> tuple[Book, str]:
    book, case_id = pattern
    shutil.copytree(book.root, tmp_path / "book", symlinks=True)
    return Book(root=tmp_path / "book", variables=book.variables), case_id


def unpacked(book: Book, case_id: str, *options: str, check: int = 0) -> Path:
    """The folder that a pack unpacks to."""
    path = book.root.parent / "pack.zip"
    book.call("pack", case_id, "-o", str(path), *options, check=check)
    with zipfile.ZipFile(path) as packed:
        packed.extractall(book.root.parent / "unpacked")
    return book.root.parent / "unpacked" / case_id


def bash(folder: Path, command: str, book: Book) -> str:
    run = subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, env=dict(book.variables), capture_output=True, check=False
    )
    assert run.returncode == 0, (command, run.stdout.decode(), run.stderr.decode())
    return run.stdout.decode()


def test_the_commands_of_the_page_check_the_pack_without_the_casebook(made: tuple[Book, str]) -> None:
    book, case_id = made
    folder = unpacked(book, case_id)
    shutil.rmtree(book.root)
    commands = _COMMANDS.findall((folder / "README.en.txt").read_text(encoding="utf-8"))
    assert commands == _COMMANDS.findall((folder / "README.zh.txt").read_text(encoding="utf-8"))
    sums, git, compare, signed, proof = commands
    assert (
        bash(folder, sums, book).count(": OK\n")
        == len([path for path in folder.rglob("*") if path.is_file()]) - 1
    )
    listed = bash(folder, git, book)
    assert [line.split()[-1] for line in listed.splitlines() if case_id in line] == [
        "open",
        "ack",
        "attach",
        "note",
    ]
    assert "equal" in bash(folder, compare, book)
    said = bash(folder, signed, book).splitlines()
    assert 'Good "complaintctl-checkpoint" signature for li.wei' in said[0]
    assert said[1] == said[2].split()[0]
    first, second = bash(folder, f"cd checkpoint\n{proof}", book).splitlines()
    assert first == second
    assert len(first) == 64


def test_a_change_of_anything_is_seen(made: tuple[Book, str]) -> None:
    book, case_id = made
    folder = unpacked(book, case_id)
    _sums, git, compare, signed, proof = _COMMANDS.findall(
        (folder / "README.en.txt").read_text(encoding="utf-8")
    )
    bundle = (folder / "case.bundle").read_bytes()
    (folder / "case.bundle").write_bytes(bundle[:-30] + bytes([bundle[-30] ^ 1]) + bundle[-29:])
    with pytest.raises(AssertionError, match=r"unbundle|index-pack|verify"):
        bash(folder, git, book)
    shutil.rmtree(folder / "check")
    (folder / "case.bundle").write_bytes(bundle)
    bash(folder, git, book)
    case = folder / f"{case_id}.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("Battery", "Bottle"), encoding="utf-8")
    with pytest.raises(AssertionError):
        bash(folder, compare, book)
    leaf = folder / "checkpoint" / "leaf.txt"
    leaf.write_text(leaf.read_text(encoding="utf-8").replace(" 3 ", " 2 "), encoding="utf-8")
    first, second = bash(folder, f"cd checkpoint\n{proof}", book).splitlines()
    assert first != second
    note = folder / "checkpoint" / "1.note"
    note.write_text(note.read_text(encoding="utf-8").replace("\n2\n", "\n3\n"), encoding="utf-8")
    with pytest.raises(AssertionError):
        bash(folder, signed, book)


def contents(folder: Path, book: Book) -> bytes:
    """Every byte of a pack, its zip entries and git objects unpacked."""
    subprocess.run(["git", "init", "--quiet", "check"], cwd=folder, env=dict(book.variables), check=True)
    subprocess.run(
        ["git", "-C", "check", "bundle", "unbundle", str(folder / "case.bundle")],
        cwd=folder,
        env=dict(book.variables),
        check=True,
        capture_output=True,
    )
    objects = subprocess.run(
        ["git", "-C", "check", "cat-file", "--batch-all-objects", "--batch"],
        cwd=folder,
        env=dict(book.variables),
        check=True,
        capture_output=True,
    ).stdout
    files = b"".join(
        path.read_bytes() for path in folder.rglob("*") if path.is_file() and "check/" not in str(path)
    )
    return objects + files


def test_nothing_that_another_case_contains_is_in_it(made: tuple[Book, str]) -> None:
    book, case_id = made
    found = contents(unpacked(book, case_id), book)
    assert OTHER.encode() not in found
    assert NAME.encode() in found
    assert b"photo" in found


def mask(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    with policy.open("a", encoding="utf-8") as stream:
        stream.write("\npersonal: {level: masked}\n")
    book.git("commit", "--quiet", "--all", "--message", "mask")


def test_where_the_policy_masks_the_pack_has_customer_data_only_on_request(made: tuple[Book, str]) -> None:
    book, case_id = made
    mask(book)
    folder = unpacked(book, case_id)
    found = contents(folder, book)
    for word in (NAME, "13800138000", "Battery", "after the checkpoint", "王芳的照片"):
        assert word.encode() not in found, word
    sums, git, *_rest = _COMMANDS.findall((folder / "README.en.txt").read_text(encoding="utf-8"))
    shutil.rmtree(folder / "check")
    bash(folder, sums, book)
    assert f"{case_id} attach" in bash(folder, git, book)
    shutil.rmtree(folder)
    assert NAME.encode() in contents(unpacked(book, case_id, "--personal"), book)


def test_what_was_erased_is_not_brought_back_by_the_commits_before(made: tuple[Book, str]) -> None:
    """The event is written as `erase` writes it; here only its activity and its commit count."""
    book, case_id = made
    path = book.file(case_id)
    text = path.read_text(encoding="utf-8").replace(NAME, "…").replace("13800138000", "0").rstrip("\n")
    head, last = text.rsplit("\n", 1)
    erasing = re.sub(r"did: \w+", "did: erase", re.sub(r"id: [0-9A-Z]{8}", "id: ERASED00", last))
    path.write_text(f"{head}\n{last}\n{erasing}\n", encoding="utf-8")
    book.git(
        "commit",
        "--quiet",
        "--all",
        "--message",
        f"{case_id} erase\n\nCase: {case_id}\nEvent: erase ERASED00",
    )
    found = contents(unpacked(book, case_id), book)
    assert b"did: erase" in found
    assert NAME.encode() not in found
    assert b"13800138000" not in found


def test_the_same_case_gives_the_same_bytes(made: tuple[Book, str]) -> None:
    book, case_id = made
    first = unpacked(book, case_id).parent.with_name("pack.zip").read_bytes()
    book.git("gc", "--quiet", "--aggressive")
    unpacked(book, case_id)
    assert (book.root.parent / "pack.zip").read_bytes() == first
    with zipfile.ZipFile(book.root.parent / "pack.zip") as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
        assert all(entry.filename.startswith(f"{case_id}/") for entry in packed.infolist())


def test_the_timeline_is_in_the_language_asked_for(made: tuple[Book, str]) -> None:
    book, case_id = made
    folder = unpacked(book, case_id, "--lang", "zh")
    text = (folder / "timeline.txt").read_text(encoding="utf-8")
    assert "接收投诉" in text
    page = (folder / "README.html").read_text(encoding="utf-8")
    assert page.index('<section lang="zh">') < page.index('<section lang="en">')
    assert "Battery swells" in (folder / "timeline.html").read_text(encoding="utf-8")


def test_what_nothing_proves_is_refused_or_said(made: tuple[Book, str]) -> None:
    book, case_id = made
    path = book.root / "attachments" / case_id / "王芳的照片.pdf"
    path.write_bytes(b"other")
    said = refused(book, 3, "pack", case_id)
    assert "Not committed, so nothing proves them" in said
    book.git("commit", "--quiet", "--all", "--message", "by hand")
    result = book.call("pack", case_id, "-o", str(book.root.parent / "pack.zip"), check=1)
    assert "Attachments with another content than was recorded: 王芳的照片.pdf" in result.stderr
    path.unlink()
    book.git("commit", "--quiet", "--all", "--message", "by hand")
    answer: Any = json.loads(
        book.call("pack", case_id, "-o", str(book.root.parent / "pack.zip"), "--json", check=0).stdout
    )
    assert (answer["case"], answer["customer_data"]) == (case_id, True)
    assert "case.bundle" in answer["files"]
    shutil.rmtree(book.root / ".git")
    assert "there are none here" in refused_outside_git(book, case_id)


def refused_outside_git(book: Book, case_id: str) -> str:
    return book.call("pack", case_id, check=2).stderr
