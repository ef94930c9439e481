"""Of a sealed customer nothing stands in plain text: in no object, file, journal, report, log or export."""

import os
import stat
from email.message import EmailMessage
from pathlib import Path

import pytest

from complaintctl.storage.privacy import keyring
from tests.casebooks import Book
from tests.commands.trust.personal.sealed_books import (
    CUSTOMER,
    OPENED,
    every_file,
    every_object,
    keyring_of,
    leaks,
    sealed_book,
    write_table,
)

# Copies what git and the command have on disk at the moment of a commit.
HOOK = (
    "#!/bin/sh\nmkdir -p '{seen}/$$'; cp -r .git/. '{seen}/$$'; cp -r cases '{seen}/$$/cases'; exit {code}\n"
)
LATER = {"phone": "13912345678", "email": "fang.wang@example.org"}
WORDS = (*CUSTOMER.values(), *LATER.values(), "Wang Fang")


def hook_into(book: Book, code: int) -> Path:
    """A pre-commit hook that keeps a copy of the repository and the journal as they are in the middle of a write."""
    seen = book.root.parent / "seen"
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(
        HOOK.format(seen=seen, code=code).replace("'{", "{").replace("$$'", "'$$"), encoding="utf-8"
    )
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    return seen


def write_mail(path: Path, mail_id: str, body: str, **headers: str) -> None:
    mail = EmailMessage()
    mail["From"] = "Wang Fang <wang.fang@example.com>"
    mail["To"] = "service@shop.example"
    mail["Subject"] = "Battery of Wang Fang"
    mail["Date"] = "Mon, 02 Nov 2026 09:00:00 +0800"
    mail["Message-ID"] = mail_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(body)
    mail.add_attachment(b"a photo of Wang Fang", maintype="image", subtype="jpeg", filename="Wang Fang.jpg")
    path.write_bytes(bytes(mail))


def use_every_command(book: Book) -> list[str]:
    """Works on sealed cases with the real commands; gives what they printed."""
    said: list[str] = []

    def call(*arguments: str) -> str:
        result = book.call(*arguments, check=0)
        said.append(result.stdout + result.stderr)
        return result.stdout

    described = "王芳 called from 138 0013 8000 and wrote from WANG.FANG@example.com"
    case = call("open", "--title", "王芳: battery", "--description", described, *OPENED).split()[0]
    said.clear()
    call(
        "edit", case, "--set", f"customer.phone={LATER['phone']}", "--set", f"customer.email={LATER['email']}"
    )
    call("note", case, "Called back")
    (book.root.parent / "invoice.txt").write_text(f"Invoice of 王芳, {LATER['phone']}", encoding="utf-8")
    call("attach", case, str(book.root.parent / "invoice.txt"))
    call("ack", case, "--via", "phone")
    call("letter", case, "ack")
    call("report")
    call("log", case)
    call("show", case)
    call("show", case, "--json")
    call("list", "--columns", "id,title,customer.name,customer.phone")
    call("today")
    call("check")
    call("report", "--html", str(book.root.parent / "report.html"))
    call("export", "csv", str(book.root.parent / "cases.csv"), "--all")
    call("export", "jsonl", str(book.root.parent / "cases.jsonl"), "--all", "--history")
    call("close", case, "--outcome", "withdrawn", "--reason", "withdrawn by phone", "--force")
    return said


def import_mails(book: Book) -> list[str]:
    folder = book.root.parent / "mails"
    folder.mkdir()
    write_mail(
        folder / "1.eml", "<1.wang.fang@example.com>", "It swells.\n\nWang Fang\nwang.fang@example.com\n"
    )
    answer = "Any news?\n\nWang Fang <wang.fang@example.com>\n"
    write_mail(folder / "2.eml", "<2.wang.fang@example.com>", answer, In_Reply_To="<1.wang.fang@example.com>")
    result = book.run("import", "mail", str(folder), check=0)
    assert result.stdout.count("opened") == 1
    assert result.stdout.count("joined") == 1
    again = book.run("import", "mail", str(folder), check=0)
    assert again.stdout.count("imported before") == 2
    return [result.stdout, result.stderr]


def test_nothing_of_a_sealed_customer_stands_in_any_object_file_or_output(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    seen = hook_into(book, 0)
    said = use_every_command(book)
    import_mails(book)
    objects = every_object(book)
    assert b"sealed: YWdl" in objects
    assert leaks(objects, WORDS) == []
    for path, content in (*every_file(book.root), *every_file(seen), *every_file(tmp_path / "tmp")):
        assert leaks(content, WORDS) == [], path
        assert leaks(path.name.encode(), WORDS) == []
    assert any(path.name == "complaintctl.pending" for path, _content in every_file(seen))
    for name in ("report.html", "cases.csv", "cases.jsonl"):
        assert leaks((tmp_path / name).read_bytes(), WORDS) == [], name
    assert [leaks(text.encode(), WORDS) for text in said if leaks(text.encode(), WORDS)] == []


def test_a_write_that_fails_leaves_nothing_in_plain_text(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    seen = hook_into(book, 1)
    book.call("open", "--title", "Battery", *OPENED, check=4)
    write_table(tmp_path, CUSTOMER["phone"])
    book.call("import", "csv", str(tmp_path / "table.csv"), "--map", str(tmp_path / "map.yaml"), check=4)
    for path, content in (*every_file(book.root), *every_file(seen)):
        assert leaks(content) == [], path
    assert leaks(every_object(book)) == []


def test_a_killed_write_leaves_nothing_in_plain_text(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(
        "#!/bin/sh\nkill -9 $(cat /proc/$PPID/stat | cut -d' ' -f4)\nsleep 1\nexit 1\n", encoding="utf-8"
    )
    hook.chmod(0o755)
    result = book.run("open", "--title", "Battery", *OPENED)
    assert result.returncode == -9
    assert (book.root / ".git" / "complaintctl.pending").exists()
    for path, content in every_file(book.root):
        assert leaks(content) == [], path


def test_after_the_key_is_destroyed_nobody_opens_the_case(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    kept = book.open("Display", *OPENED)
    old = book.clone(tmp_path / "old")
    destroyed = keyring.destroy_case_key(keyring_of(book), case, "2026-11-02T09:00:00+08:00")
    assert destroyed == (tmp_path / "keys" / f"{case}.age",)
    for clone in (book, old):
        assert "customer.phone" not in clone.json("show", case)["case"].get("customer", {})
        result = clone.call("edit", case, "--set", "customer.phone=13900000000", check=4)
        assert f"no key of {case}" in result.stderr
    assert case.encode() not in b"".join(
        content for path, content in every_file(tmp_path / "keys") if path.suffix == ".age"
    )
    book.call("edit", kept, "--set", "customer.phone=13900000000", check=0)


def test_a_destroyed_key_is_not_made_again(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    keys = keyring_of(book)
    copy = (tmp_path / "keys" / f"{case}.age").read_bytes()
    keyring.destroy_case_key(keys, case, "2026-11-02T09:00:00+08:00")
    (tmp_path / "keys" / f"{case}.age").write_bytes(copy)
    book.call("edit", case, "--set", "customer.phone=13900000000", check=4)
    assert "was destroyed" in book.call("keys", "check", check=1).stdout
    book.call("keys", "check", "--mend", check=1)
    assert not (tmp_path / "keys" / f"{case}.age").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no file modes")
def test_only_the_owner_may_read_a_keyring(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    book.open("Battery", *OPENED)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}
