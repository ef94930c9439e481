"""The group `keys`: who can open sealed customers, and what is wrong with a keyring."""

import shutil
from pathlib import Path

import pytest

from tests.casebooks import make_book
from tests.commands.trust.personal.sealed_books import (
    CUSTOMER,
    OPENED,
    make_identity,
    make_ssh_key,
    seal_policy,
    sealed_book,
    without_key,
)


def test_a_keyring_in_a_git_work_tree_is_refused_with_the_reason(tmp_path: Path) -> None:
    book = sealed_book(tmp_path, "keys", init=False)
    result = book.call("keys", "init", check=3)
    assert "history would keep a key that was destroyed" in result.stderr
    elsewhere = {"COMPLAINTCTL_KEYRING": str(book.root / "other")}
    book.call("open", "--title", "Battery", *OPENED, env=elsewhere, check=3)
    assert not (book.root / "keys").exists()


def test_without_a_keyring_no_sealed_case_is_written(tmp_path: Path) -> None:
    book = sealed_book(tmp_path, init=False)
    result = book.call("open", "--title", "Battery", *OPENED, check=4)
    assert "complaintctl keys init" in result.stderr
    assert book.json("list")["cases"] == []
    book.call("open", "--title", "Nobody is named", check=0)


def test_the_policy_must_seal_before_a_keyring_is_made(tmp_path: Path) -> None:
    book = make_book(tmp_path, "response-times")
    assert "personal: {level: sealed" in book.call("keys", "init", check=3).stderr
    seal_policy(book)
    assert "keys identity" in book.call("keys", "init", check=3).stderr


def test_a_colleague_is_added_and_removed(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    first = book.open("Battery", *OPENED)
    public = make_ssh_key(tmp_path / "gao")
    gao = {"COMPLAINTCTL_IDENTITY": str(tmp_path / "gao")}
    book.call("edit", first, "--set", "customer.name=X", env=gao, check=4)
    assert "can open 2 keys" in book.call("keys", "add", public, "--name", "gao.jun", check=0).stdout
    book.call("edit", first, "--set", "customer.address=Main Street", env=gao, check=0)
    names = [entry["name"] for entry in book.json("keys", "list")["recipients"]]
    assert names == ["li.wei@example.com", "gao.jun"]
    copied = tmp_path / "copied"
    shutil.copytree(tmp_path / "keys", copied)
    result = book.call("keys", "remove", "gao.jun", check=0)
    assert "can still open what was sealed until now" in result.stderr
    book.call("keys", "check", check=0)
    book.call("edit", first, "--set", "customer.address=Side Street", env=gao, check=4)
    # What they copied opens what was sealed then, but nothing that changes later.
    old = {**gao, "COMPLAINTCTL_KEYRING": str(copied)}
    assert first in book.call("customer", CUSTOMER["phone"], env=old).stdout
    book.call("edit", first, "--set", "customer.address=Side Street", check=0)
    result = book.call("edit", first, "--set", "customer.address=Third Street", env=old, check=4)
    assert "sealed with another key" in result.stderr


def test_an_rsa_key_opens_and_a_key_with_a_passphrase_says_what_to_do(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    rsa = make_ssh_key(tmp_path / "rsa", "-t", "rsa", "-b", "2048", "-N", "")
    locked = make_ssh_key(tmp_path / "locked", "-t", "ed25519", "-N", "secret")
    book.call("keys", "add", rsa, check=0)
    book.call("keys", "add", str(tmp_path / "locked.pub"), check=0)
    assert locked.split()[1] in (tmp_path / "keys" / "recipients.txt").read_text(encoding="utf-8")
    mine = {"COMPLAINTCTL_IDENTITY": str(tmp_path / "rsa")}
    book.call("edit", case, "--set", "customer.name=Li Na", env=mine, check=0)
    mine = {"COMPLAINTCTL_IDENTITY": str(tmp_path / "locked")}
    result = book.call("edit", case, "--set", "customer.name=Li Na", env=mine, check=4)
    assert "complaintctl keys identity" in result.stderr
    ecdsa = make_ssh_key(tmp_path / "ecdsa", "-t", "ecdsa", "-N", "")
    book.call("keys", "add", ecdsa, check=2)


def test_a_person_of_the_policy_is_added_by_their_signing_key(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    public = make_ssh_key(tmp_path / "gao")
    policy = book.root / "complaintctl.yaml"
    people = f"people:\n  gao.jun: {{signing_keys: ['{public}']}}\n  zhao.lei: {{email: z@example.com}}\n"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("people: {}\n", people, 1), encoding="utf-8")
    assert "gao.jun" in book.call("keys", "add", "gao.jun", check=0).stdout
    assert "no signing_keys" in book.call("keys", "add", "zhao.lei", check=2).stderr
    book.call("keys", "add", "gao.jun", check=3)


def test_the_last_one_who_can_open_the_keys_stays(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    book.call("keys", "remove", "li.wei@example.com", check=3)
    book.call("keys", "remove", "nobody", check=2)


def test_who_is_not_in_the_team_changes_nothing(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    book.open("Battery", *OPENED)
    public = make_identity(tmp_path / "gao.txt")
    before = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()}
    book.call("keys", "add", public, env=without_key(book), check=4)
    book.call("keys", "rekey", env=without_key(book), check=4)
    assert {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir()} == before


def test_check_names_what_is_missing_and_mends_copies(tmp_path: Path) -> None:
    book = sealed_book(tmp_path, "../keys, ../copy")
    case = book.open("Battery", *OPENED)
    assert book.call("keys", "check", check=0).stdout == ""
    assert (tmp_path / "copy" / f"{case}.age").read_bytes() == (
        tmp_path / "keys" / f"{case}.age"
    ).read_bytes()
    (tmp_path / "copy" / f"{case}.age").unlink()
    keys = {entry["key"] for entry in book.json("keys", "check", check=1)["keyring"]["problems"]}
    assert keys == {"key-copy-gone"}
    book.call("keys", "check", "--mend", check=0)
    shutil.rmtree(tmp_path / "copy")
    other = book.open("Display", *OPENED)
    assert "cannot be reached" in book.call("keys", "check", check=1).stdout
    (tmp_path / "keys" / f"{other}.age").unlink()
    found = book.json("keys", "check", check=1)["keyring"]["problems"]
    assert {"key": "sealed-key-gone", "case": other} in [
        {name: entry[name] for name in ("key", "case") if name in entry} for entry in found
    ]


@pytest.mark.parametrize(
    "content", [b"", b"garbage", b"# public key: age1x\n-----BEGIN AGE ENCRYPTED FILE-----\n"]
)
def test_a_damaged_key_file_is_named(tmp_path: Path, content: bytes) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    (tmp_path / "keys" / f"{case}.age").write_bytes(content)
    assert f"{case}.age is damaged" in book.call("keys", "check", check=1).stdout
    result = book.call("edit", case, "--set", "customer.name=X", check=4)
    assert f"{case}.age is damaged" in result.stderr


def test_plain_cases_are_sealed_and_the_old_commits_are_named(tmp_path: Path) -> None:
    book = make_book(tmp_path, "response-times")
    case = book.open("Battery", *OPENED)
    seal_policy(book)
    make_identity(tmp_path / "li.txt")
    env = {"COMPLAINTCTL_IDENTITY": str(tmp_path / "li.txt")}
    book.call("keys", "init", env=env, check=0)
    assert case in book.call("keys", "check", env=env, check=0).stdout
    result = book.call("keys", "seal", "--all", env=env, check=0)
    assert "Earlier commits still hold the plain text" in result.stderr
    assert "erase --plan-history-rewrite" in result.stderr
    text = book.file(case).read_text(encoding="utf-8")
    assert "sealed: YWdl" in text
    assert CUSTOMER["phone"] not in text
    assert book.git("status", "--porcelain") == ""
    assert "0 cases were sealed" in book.call("keys", "seal", "--all", env=env, check=0).stdout
    book.call("keys", "seal", env=env, check=2)


def test_a_sealed_attachment_is_opened(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = book.open("Battery", *OPENED)
    (tmp_path / "invoice.txt").write_text("Invoice of 王芳", encoding="utf-8")
    book.call("attach", case, str(tmp_path / "invoice.txt"), "--name", "invoice.txt", check=0)
    assert (
        (book.root / "attachments" / case / "invoice.txt.age")
        .read_bytes()
        .startswith(b"age-encryption.org/v1")
    )
    output = tmp_path / "opened.txt"
    book.call("keys", "open", case, "invoice.txt.age", "--output", str(output), check=0)
    assert output.read_text(encoding="utf-8") == "Invoice of 王芳"
    book.call("keys", "open", case, "invoice.txt.age", env=without_key(book), check=4)
    book.call("keys", "open", case, "nothing.age", check=2)
    book.call("restrict", case, "--reason", "he contests the invoice", check=0)
    said = book.call("keys", "open", case, "invoice.txt.age", check=3)
    assert "stored and not used" in said.stderr
    assert said.stdout == ""


def test_an_identity_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    file = tmp_path / "new.txt"
    public = book.call("keys", "identity", str(file), check=0).stdout.strip()
    assert public.startswith("age1")
    assert file.stat().st_mode & 0o077 == 0
    book.call("keys", "identity", str(file), check=3)
    book.call("keys", "add", public, "--name", "new", check=0)
    case = book.open("Battery", *OPENED)
    book.call("edit", case, "--set", "customer.name=X", env={"COMPLAINTCTL_IDENTITY": str(file)}, check=0)
