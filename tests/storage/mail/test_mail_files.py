"""The names under which the files of an e-mail are kept, whatever the reader of the mail called them."""

import hashlib
from pathlib import Path

from complaintctl.domain.case.case import Attachment
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.mail.mail_files import keep_files, original_name

CASE = "C-20261121-8G2W2"


def kept_names(folder: Path, recorded: tuple[Attachment, ...], *attached: tuple[str, bytes]) -> list[str]:
    casebook = Casebook(root=folder, repository=None)
    kept = keep_files(casebook, CASE, recorded, ("mail-1.eml", b"mail"), attached)
    assert {path.parent for path in kept.files} == {folder / "attachments" / CASE}
    assert [path.name for path in kept.files] == list(kept.names)
    return list(kept.names)


def test_no_name_is_one_of_gits_files_or_leads_elsewhere(tmp_path: Path) -> None:
    names = kept_names(
        tmp_path, (), (".gitattributes", b"1"), ("../x", b"2"), ("-rf", b"3"), ("CON", b"4"), ("", b"5")
    )
    assert names == ["mail-1.eml", "_.gitattributes", "attachment", "_-rf", "attachment-2", "attachment-3"]


def test_names_that_differ_only_by_case_become_two_files_and_the_same_file_one(tmp_path: Path) -> None:
    folder = tmp_path / "attachments" / CASE
    folder.mkdir(parents=True)
    (folder / "of-somebody.txt").write_bytes(b"theirs")
    earlier = (Attachment(file="logo.png", sha256=hashlib.sha256(b"logo").hexdigest()),)
    attached = (
        ("a.txt", b"1"),
        ("A.TXT", b"2"),
        ("again.txt", b"1"),
        ("logo.png", b"logo"),
        ("of-somebody.txt", b"6"),
    )
    assert kept_names(tmp_path, earlier, *attached) == ["mail-1.eml", "a.txt", "A-2.TXT", "of-somebody-2.txt"]


def test_the_original_has_one_name_in_every_clone() -> None:
    assert original_name("a@x") == original_name("a@x") != original_name("b@x")
