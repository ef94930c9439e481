"""Where mails come from, and mails that want to do harm: each gets one line, and nothing outside is written."""

import base64
import io
import mailbox
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book
from tests.commands.exchange.mail.mails import mail


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_book(tmp_path_factory.mktemp("mail-files"), lang="en")


def take(book: Book, *paths: Path, check: int = 0) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = book.json("import", "mail", "--no-commit", *map(str, paths), check=check)[
        "mails"
    ]
    return found


def places(results: list[dict[str, Any]], folder: Path) -> list[tuple[str, str]]:
    return [(str(one["mail"]).removeprefix(f"{folder}/"), one["result"]) for one in results]


def with_file(name: str, content: bytes, mail_id: str) -> bytes:
    """A mail with an attached file."""
    text = (
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--b\r\n"
        f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(content).decode()}\r\n--b--"
    )
    return mail(text, mail_id=mail_id, headers={"Content-Type": "multipart/mixed; boundary=b"})


def test_a_mailbox_a_maildir_and_a_folder_are_read(book: Book, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "in.mbox")
    for number in range(2):
        box.add(mail(f"Mail {number}.\nFrom here on it leaks.", mail_id=f"mbox{number}@x"))
    box.close()
    maildir = mailbox.Maildir(tmp_path / "Maildir")
    maildir.add(mail(mail_id="new@x"))
    maildir.close()
    (tmp_path / "Maildir" / "cur" / "1.host:2,S").write_bytes(mail(mail_id="cur@x"))
    (tmp_path / "Maildir" / "cur" / "2.host:2,ST").write_bytes(mail(mail_id="trashed@x"))
    (tmp_path / "Maildir" / "tmp" / "3.host").write_bytes(mail(mail_id="tmp@x"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.EML").write_bytes(mail(mail_id="folder@x"))
    (tmp_path / "folder" / "notes.txt").write_text("no mail", encoding="utf-8")
    results = take(book, tmp_path / "in.mbox", tmp_path / "Maildir", tmp_path / "folder")
    assert [one["message_id"] for one in results] == ["mbox0@x", "mbox1@x", "new@x", "cur@x", "folder@x"]
    assert places(results, tmp_path)[:2] == [("in.mbox:1", "opened"), ("in.mbox:2", "opened")]
    text = book.file(results[0]["case"]).read_text(encoding="utf-8")
    assert "From here on it leaks." in text


def test_a_pipe_gives_one_mail_also_with_the_line_that_procmail_adds(book: Book) -> None:
    content = b"From wang@qq.com Mon Mar  2 09:00:00 2026\n" + mail(mail_id="pipe@x").replace(b"\r\n", b"\n")
    result = book.run("import", "mail", "-", stdin=content.decode(), check=0)
    assert "opened: 1" in result.stderr


def test_a_path_without_mails_is_refused(book: Book, tmp_path: Path) -> None:
    assert "is not a file" in book.call("import", "mail", str(tmp_path / "x.eml"), check=2).stderr.casefold()
    assert "Maildir" in book.call("import", "mail", str(tmp_path), check=2).stderr


def test_one_bad_mail_gets_one_line_and_stops_nothing(book: Book, tmp_path: Path) -> None:
    for name, content in {
        "1-empty": b"",
        "2-junk": bytes(range(256)) * 40,
        "3-outlook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),
        "4-good": mail(mail_id="good@x"),
    }.items():
        (tmp_path / f"{name}.eml").write_bytes(content)
    (tmp_path / "5-link.eml").symlink_to("/etc/passwd")
    result = book.call("import", "mail", "--no-commit", str(tmp_path), check=1)
    lines = [line.split()[:2] for line in result.stdout.splitlines()[2:]]
    wanted = ["rejected", "rejected", "rejected", "opened", "rejected"]
    assert [outcome for _place, outcome in lines] == wanted


HOSTILE_NAMES = [
    "../../etc/passwd",
    "..\\\\..\\\\evil.exe",
    "/etc/cron.d/x",
    ".gitattributes",
    ".git",
    "CON",
    "=HYPERLINK(1)",
    "a" * 400 + ".pdf",
    "x\u202egpj.exe",
    "-rf",
]


def test_no_name_of_a_file_leads_out_of_the_casebook(book: Book, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number, name in enumerate(HOSTILE_NAMES):
        content = with_file(name, f"content {number}".encode(), f"hostile{number}@x")
        (tmp_path / "in" / f"{number:02}.eml").write_bytes(content)
    outside = {path for path in book.root.parent.rglob("*") if book.root not in (path, *path.parents)}
    results = take(book, tmp_path / "in")
    assert {one["result"] for one in results} == {"opened"}
    for number, one in enumerate(results):
        kept = sorted((book.root / "attachments" / one["case"]).iterdir())
        assert len(kept) == len({path.name.casefold() for path in kept}) == 2  # the original and the file
        assert f"content {number}".encode() in {path.read_bytes() for path in kept}
        assert not [path.name for path in kept if path.name.startswith((".", "-")) or len(path.name) > 255]
    assert outside == {path for path in book.root.parent.rglob("*") if book.root not in (path, *path.parents)}
    assert book.call("check").returncode in {0, 1}


def test_a_formula_as_name_and_subject_stays_a_text(book: Book, tmp_path: Path) -> None:
    formula = '=HYPERLINK("http://evil.example","x")'
    path = tmp_path / "1.eml"
    path.write_bytes(
        mail(mail_id="formula@x", sender=f'"{formula}" <e@x>'.replace('"h', '\\"h'), subject=formula)
    )
    (one,) = take(book, path)
    assert book.json("show", one["case"])["case"]["title"] == formula
    row = book.call("list", "--format", "csv", "--columns", "title").stdout
    assert "\"'=HYPERLINK" in row


def test_five_megabytes_of_subject_become_a_short_title(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "1.eml"
    path.write_bytes(mail(mail_id="long@x", subject="水" * 1_700_000))
    result = book.call("import", "mail", "--no-commit", str(path), check=0)
    assert result.stdout.count("\n") == 3  # two lines of heading, one of the mail
    (case,) = [case for case in book.json("list")["cases"] if case["title"].startswith("水水")]
    assert len(case["title"]) == 150
    assert len(book.file(case["id"]).read_bytes()) < 5_000


def test_a_zip_bomb_is_kept_as_it_is_and_not_unpacked(book: Book, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(20_000_000))
    (tmp_path / "1.eml").write_bytes(with_file("bomb.zip", packed.getvalue(), "bomb@x"))
    (one,) = take(book, tmp_path / "1.eml")
    kept = {path.name: path.stat().st_size for path in (book.root / "attachments" / one["case"]).iterdir()}
    assert kept["bomb.zip"] == len(packed.getvalue()) < 30_000
    assert sum(kept.values()) < 100_000


def test_a_text_that_fills_the_case_is_cut_and_whole_in_the_original(book: Book, tmp_path: Path) -> None:
    words = "漏水。\n" * 40_000
    (tmp_path / "1.eml").write_bytes(mail(words, mail_id="huge@x"))
    (one,) = take(book, tmp_path / "1.eml")
    assert "mail-end-in-original" in [note["key"] for note in one["notes"]]
    case = book.json("show", one["case"])["case"]
    original = book.root / "attachments" / one["case"] / case["attachments"][0]["file"]
    assert case["description"].endswith(f"[… {original.name}]")
    assert original.read_bytes().count("漏水".encode()) == 40_000


def test_the_same_picture_in_every_answer_is_kept_once(book: Book, tmp_path: Path) -> None:
    for number in range(3):
        content = with_file("logo.png", b"logo", f"logo{number}@x")
        content = content.replace(b"Subject:", b"References: <logo0@x>\r\nSubject:") if number else content
        (tmp_path / f"{number}.eml").write_bytes(content)
    results = take(book, *sorted(tmp_path.glob("*.eml")))
    assert len({one["case"] for one in results}) == 1
    names = [path.name for path in (book.root / "attachments" / results[0]["case"]).iterdir()]
    assert sorted(name for name in names if not name.startswith("mail-")) == ["logo.png"]
    assert len(names) == 4
