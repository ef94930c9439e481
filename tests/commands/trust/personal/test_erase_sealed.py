"""Erasing a sealed case destroys its key everywhere, so that no clone and no earlier commit can be read."""

import dataclasses
import shutil
from pathlib import Path
from typing import Final

import pytest

from complaintctl.domain.case.case import Case
from complaintctl.errors import Broken
from complaintctl.storage.case import casefile
from complaintctl.storage.privacy.customer_seal import unseal_customer
from tests.casebooks import Book

pytest.importorskip("pyrage")

from tests.commands.trust.personal.sealed_books import (
    OPENED,
    every_object,
    keyring_of,
    leaks,
    sealed_book,
    without_key,
)

ERASE: Final = ("erase", "CASE", "--basis", "request", "--yes")


def plant(book: Book) -> str:
    case = book.open("Battery swells", *OPENED, "--channel", "phone")
    photo = book.root.parent / "photo.txt"
    photo.write_text("passport of 王芳", encoding="utf-8")
    book.call("attach", case, str(photo), check=0)
    book.call("close", case, "--outcome", "withdrawn", check=0)
    return case


def opened(book: Book, case: str) -> Case:
    """The case as the files of a clone and the keyring of today let Li Wei read it."""
    loaded = casefile.read_faultless_case(book.file(case))
    assert isinstance(loaded, Case)
    assert loaded.customer is not None
    keys = keyring_of(book)
    customer = unseal_customer(keys, case, loaded.customer, keys.identities())
    assert customer.name == "王芳"
    return dataclasses.replace(loaded, customer=customer)


def erasing(case: str) -> tuple[str, ...]:
    return tuple(case if word == "CASE" else word for word in ERASE)


def test_nobody_can_read_an_erased_case_with_an_old_clone_and_the_keyring_of_today(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case = plant(book)
    old = Book(root=book.clone(tmp_path / "old").root, variables=book.variables)
    assert opened(old, case).customer == opened(book, case).customer
    said = book.json(*erasing(case))["certificate"]
    assert said["keys"] == [{"case": case, "place": str(tmp_path / "keys" / f"{case}.age")}]
    assert said["probe"]["clean"]
    assert leaks(every_object(book)) == []
    assert not (tmp_path / "keys" / f"{case}.age").exists()
    with pytest.raises(Broken, match="key-missing"):
        opened(old, case)
    assert "王芳" not in old.call("export", "jsonl", "--all", "--personal").stdout
    book.call("check", "--archive", check=0)
    assert book.json("show", case)["case"]["data"][0]["state"] == "erased"


def test_a_copy_of_the_keyring_that_is_away_refuses_the_erasing_before_anything_is_written(
    tmp_path: Path,
) -> None:
    book = sealed_book(tmp_path)
    case = plant(book)
    path = book.root / "complaintctl.yaml"
    path.write_text(path.read_text().replace("[../keys]", "[../keys, ../usb]"), encoding="utf-8")
    before = book.file(case).read_bytes()
    assert "would keep the key" in book.call(*erasing(case), check=4).stderr
    assert book.file(case).read_bytes() == before
    shutil.copytree(tmp_path / "keys", tmp_path / "usb")
    keys = book.json(*erasing(case))["certificate"]["keys"]
    assert {Path(key["place"]).parent.name for key in keys} == {"keys", "usb"}


def test_a_colleague_without_a_key_can_erase_and_the_certificate_says_what_was_not_searched(
    tmp_path: Path,
) -> None:
    book = sealed_book(tmp_path)
    case = plant(book)
    said = book.call(*erasing(case), env=without_key(book), check=0)
    assert f"Not searched for: the sealed customer of {case}" in said.stdout
    assert not (tmp_path / "keys" / f"{case}.age").exists()


def test_a_key_that_an_interrupted_erasing_left_is_destroyed_by_the_next_one(tmp_path: Path) -> None:
    book = sealed_book(tmp_path)
    case, other = plant(book), plant(book)
    keys = {one: (tmp_path / "keys" / f"{one}.age") for one in (case, other)}
    contents = {one: path.read_bytes() for one, path in keys.items()}
    for one, path in keys.items():
        book.call(*erasing(one), check=0)
        path.write_bytes(contents[one])
        path.with_suffix(".destroyed").unlink()
    assert f"The key of {case}, which is erased" in book.call(*erasing(case), check=0).stderr
    assert not keys[case].exists()
    assert f"The key of {other}, which is erased" in book.call("retention", "apply", "--yes", check=0).stderr
    assert not keys[other].exists()
