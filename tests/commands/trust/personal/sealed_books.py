"""Casebooks whose policy seals customer data, with a keyring beside them and private keys of the team."""

import dataclasses
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyrage

from complaintctl.storage.privacy.keyring import Keyring
from tests.casebooks import Book, make_book

POLICY = "response-times"
SEALED = "\npersonal: {level: sealed, keyring: [../keys]}\n"
CUSTOMER = {"name": "王芳", "phone": "13800138000", "email": "wang.fang@example.com"}
OPENED = ("--customer-name", CUSTOMER["name"], "--phone", CUSTOMER["phone"], "--email", CUSTOMER["email"])


def make_identity(path: Path) -> str:
    """Writes an age identity; gives its public key."""
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"{identity}\n", encoding="utf-8")
    return str(identity.to_public())


def make_ssh_key(path: Path, *options: str) -> str:
    """Makes an SSH key; gives its public half."""
    typed = options or ("-t", "ed25519", "-N", "")
    subprocess.run(["ssh-keygen", "-q", *typed, "-f", str(path)], check=True)
    return path.with_name(f"{path.name}.pub").read_text(encoding="utf-8").strip()


def sealed_book(folder: Path, keyring: str = "../keys", *, init: bool = True) -> Book:
    """A sealed casebook in which Li Wei can open the keys."""
    book = make_book(folder, POLICY)
    seal_policy(book, keyring)
    make_identity(folder / "li.txt")
    (folder / "tmp").mkdir()
    mine = {"COMPLAINTCTL_IDENTITY": str(folder / "li.txt"), "TMPDIR": str(folder / "tmp")}
    book = dataclasses.replace(book, variables={**book.variables, **mine})
    if init:
        book.call("keys", "init", check=0)
    return book


def seal_policy(book: Book, keyring: str = "../keys") -> None:
    """Makes the policy of a casebook seal customer data, committed."""
    path = book.root / "complaintctl.yaml"
    sealed = f"\npersonal: {{level: sealed, keyring: [{keyring}]}}\n"
    path.write_text(path.read_text(encoding="utf-8") + sealed, encoding="utf-8")
    book.git("commit", "-qam", "Seal customer data")


def keyring_of(book: Book, *folders: str) -> Keyring:
    """The keyring of a casebook, as a command finds it."""
    own = Path(book.variables["COMPLAINTCTL_IDENTITY"])
    names = folders or ("keys",)
    places = tuple(book.root.parent / name for name in names)
    return Keyring(folders=places, identity_files=(own,), named=True, top=book.root)


def without_key(book: Book) -> Mapping[str, str]:
    """The environment of a colleague who is not in the team."""
    other = book.root.parent / "other.txt"
    if not other.exists():
        make_identity(other)
    return {"COMPLAINTCTL_IDENTITY": str(other)}


def every_object(book: Book) -> bytes:
    """The content of every object of the repository, also of those that nothing refers to."""
    process = subprocess.run(
        ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"],
        cwd=book.root,
        env=dict(book.variables),
        capture_output=True,
        check=True,
    )
    return process.stdout


def every_file(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file in a folder, with its content."""
    for top, _folders, names in os.walk(folder):
        for name in names:
            path = Path(top, name)
            if path.is_file():
                yield path, path.read_bytes()


def leaks(content: bytes, words: tuple[str, ...] = tuple(CUSTOMER.values())) -> list[str]:
    """The words of the customer that stand in some bytes: as they are, and without blanks."""
    return [word for word in words if word.encode() in content]


def write_table(folder: Path, phone: str) -> None:
    """Writes a table with one complaint of the customer, and its mapping."""
    row = f"1,swells,{CUSTOMER['name']},{phone},2026-11-01 09:00\n"
    (folder / "table.csv").write_text(f"no,what,name,phone,received\n{row}", encoding="utf-8")
    (folder / "map.yaml").write_text(
        "mapping: 1\nsystem: shop\ntimezone: Asia/Shanghai\ntimes: ['%Y-%m-%d %H:%M']\nid: no\nreceived: received\n"
        "fields: {title: what, customer.name: name, customer.phone: phone}\n",
        encoding="utf-8",
    )
