"""Links, `..`, odd names and edited journals: no command reads, writes or deletes outside what it is for."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book

SECRET = "SECRET-OF-SOMEBODY-ELSE"  # noqa: S105 - no password, a word to look for


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A casebook with two cases; the tests work on copies."""
    book = make_book(tmp_path_factory.mktemp("pattern"))
    for title in ("one", "two"):
        book.open(title)
    return book


@pytest.fixture
def book(pattern: Book, tmp_path: Path) -> Iterator[Book]:
    """A casebook; whatever a test does to it, the files beside it stay as they are and are not shown."""
    shutil.copytree(pattern.root, tmp_path / "book", symlinks=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET, encoding="utf-8")
    (outside / "precious.yaml").write_text("precious: 1\n", encoding="utf-8")
    yield Book(root=tmp_path / "book", variables=pattern.variables)
    assert {path.name: path.read_bytes() for path in outside.iterdir() if path.is_file()} == {
        "secret.txt": SECRET.encode(),
        "precious.yaml": b"precious: 1\n",
    }


def cases(book: Book) -> list[str]:
    return sorted(path.stem for path in (book.root / "cases").rglob("C-*.yaml"))


def move_outside(book: Book, name: str) -> None:
    """Put a link to a folder outside in place of a folder of the casebook."""
    folder = book.root / name
    target = book.root.parent / "elsewhere" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)
    folder.symlink_to(target)


@pytest.mark.parametrize("folder", ["cases", "cases/open", "cases/closed"])
def test_cases_behind_a_link_are_neither_read_nor_written(book: Book, folder: str) -> None:
    case_id = cases(book)[0]
    move_outside(book, folder)
    before = {path: path.read_bytes() for path in (book.root.parent / "elsewhere").rglob("*.yaml")}
    for words in (("list",), ("check", "--archive"), ("show", case_id), ("note", case_id, "x")):
        result = book.call(*words, check=4)
        assert f"{folder} is outside the casebook: a link points there." in result.stderr
        assert case_id not in result.stdout
    assert before == {path: path.read_bytes() for path in before}


def test_a_month_behind_a_link_is_not_read(book: Book) -> None:
    case_id = cases(book)[0]
    path = book.file(case_id)
    month = book.root / "cases" / "closed" / case_id[2:6] / case_id[6:8]
    month.mkdir(parents=True)
    path.rename(month / path.name)
    move_outside(book, month.relative_to(book.root).as_posix())
    assert "is outside the casebook" in book.call("show", case_id, check=4).stderr


def link_to_secret(book: Book, name: str) -> None:
    path = book.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(book.root.parent / "outside" / "secret.txt")


def test_no_link_in_place_of_a_file_shows_what_it_points_to(book: Book) -> None:
    """The policy may be a link (D-059); what is no policy is not repeated."""
    one, two = cases(book)
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    duties = "\nduties:\n  tidy: {every: 7d}\nvolumes: {file: sold.csv}\n"
    policy.write_text(text + duties, encoding="utf-8")
    link_to_secret(book, f"cases/open/{one}.yaml")
    link_to_secret(book, f"attachments/{two}/photo.jpg")
    for name in ("duties.yaml", "sold.csv", "checkpoints/1.note", "checkpoints/1.leaves"):
        link_to_secret(book, name)
    for name in ("letters/mine.en.md", "forms/mine.yaml"):
        link_to_secret(book, f"templates/{name}")
    for words in (
        ("show", one),
        ("check", "--archive"),
        ("duty",),
        ("duty", "tidy"),
        ("report",),
        ("verify",),
        ("letter", two, "mine"),
        ("form", two, "mine"),
        ("note", one, "x"),
        ("policy", "check"),
    ):
        result = book.call(*words)
        assert SECRET not in result.stdout + result.stderr, words
        assert result.returncode in {1, 2, 4}, (words, result)
    assert SECRET not in str(book.call("template", "list", check=0))
    link_to_secret(book, "complaintctl.yaml")
    assert SECRET not in str(book.call("policy", "check", check=1))


def test_nothing_is_written_through_a_link(book: Book, tmp_path: Path) -> None:
    one, _two = cases(book)
    (tmp_path / "photo.jpg").write_bytes(b"photo")
    outside = tmp_path / "outside"
    for name in ("attachments", "checkpoints", "notified", "templates"):
        shutil.rmtree(book.root / name, ignore_errors=True)
        (book.root / name).symlink_to(outside)
    for words in (
        ("attach", one, str(tmp_path / "photo.jpg")),
        ("verify",),
        ("template", "new", "mine"),
    ):
        assert "outside the casebook" in book.call(*words, check=4).stderr, words
    policy = book.root / "complaintctl.yaml"
    (tmp_path / "policy.yaml").write_bytes(policy.read_bytes())
    policy.unlink()
    policy.symlink_to(tmp_path / "policy.yaml")
    assert "outside the casebook" in book.call("rename", "level", "urgent", "hurry", check=4).stderr


def test_a_link_in_place_of_our_files_in_gits_folder_makes_no_file(book: Book) -> None:
    one, _two = cases(book)
    mark = book.root / ".git" / "complaintctl.git"
    mark.unlink(missing_ok=True)
    mark.symlink_to(book.root.parent / "outside" / "made")
    book.call("note", one, "x", check=4)
    mark.unlink()
    book.call("note", one, "y", check=0)


@pytest.mark.parametrize(
    "part",
    [
        "../../outside/precious",
        "C-20261121-../..",
        "../open/C",
        "/etc/passwd",
        "C-20261121-7K3FQ\n",
        "\x1b[2J",
    ],
)
def test_no_part_of_an_id_is_a_path(book: Book, part: str) -> None:
    result = book.call("show", part, check=5)
    assert "\x1b" not in result.stderr


BAD_NAMES = (
    *("..", "a\nb.jpg", "a\x1b[2J.jpg", "CON", "C:\\x", "a."),
    *(".git", ".GIT", ".gitattributes", "GIT~1", ".ｇit", "\u202egpj.exe"),
)


def test_no_name_of_an_attachment_leads_elsewhere_or_misleads(book: Book, tmp_path: Path) -> None:
    one, _two = cases(book)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photo")
    for name in BAD_NAMES:
        result = book.call("attach", one, str(photo), "--name", name, check=2)
        assert "is not a valid file name on every system" in result.stderr, name
    book.call("attach", one, str(photo), "--name", "../../合同.pdf", check=0)
    assert (book.root / "attachments" / one / "合同.pdf").is_file()
    for name in ("合同.PDF", "合同.pdf"):
        book.call("attach", one, str(photo), "--name", name, check=2)
    assert sorted(path.name for path in (book.root / "attachments").rglob("*.*")) == ["合同.pdf"]


def test_files_that_differ_by_case_or_have_odd_names_are_named_and_not_written(book: Book) -> None:
    one, _two = cases(book)
    path = book.file(one)
    for name in (path.name.lower(), f"{one}\nCase: x.yaml", "\x1b[31mred.yaml"):
        path.with_name(name).write_bytes(path.read_bytes())
    before = {entry.name: entry.read_bytes() for entry in path.parent.iterdir()}
    result = book.call("check", check=4)
    assert f"{one.lower()}.yaml is not a case file name" in result.stderr + result.stdout
    assert "\x1b" not in result.stderr + result.stdout
    book.call("note", one[-5:], "x", check=5)
    assert before == {entry.name: entry.read_bytes() for entry in path.parent.iterdir()}
    book.call("note", one, "x", check=0)
    assert {name for name, content in before.items() if (path.parent / name).read_bytes() != content} == {
        path.name
    }


def write_journal(book: Book, **parts: Any) -> None:
    message = f"{cases(book)[0]} note\n\nCase: {cases(book)[0]}\nActor: boss\n"
    entry = {"message": message, "commit": True, "files": {}, "new": [], "removed": [], "marks": []}
    text = json.dumps({**entry, **parts})
    (book.root / ".git" / "complaintctl.pending").write_text(text, encoding="utf-8")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def all_files(book: Book) -> Mapping[str, bytes]:
    return {
        path.relative_to(book.root).as_posix(): path.read_bytes()
        for path in book.root.rglob("*")
        if path.is_file() and not path.name.startswith("complaintctl.")
    }


def test_an_edited_journal_neither_writes_nor_removes(book: Book) -> None:
    one, two = cases(book)
    own, other = (f"cases/open/{case_id}.yaml" for case_id in (one, two))
    written = {own: digest(book.root / own)}

    def together(name: str) -> dict[str, Any]:
        path = book.root / name
        was = digest(path) if path.is_file() else ""
        texts = {name: {"was": was, "text": "evil: 1\n"}, own: {"was": "", "text": ""}}
        return {"files": {**written, name: "0"}, "together": texts}

    journals: tuple[dict[str, Any], ...] = (
        {"removed": ["complaintctl.yaml"]},
        {"removed": [other]},
        {"removed": [".git/config"]},
        {"removed": ["../outside/precious.yaml"]},
        together("complaintctl.yaml"),
        together(other),
        together(".git/hooks/pre-commit"),
        {"files": {other: digest(book.root / other), "duties.yaml": "0"}, "new": [other]},
    )
    before = all_files(book)
    for parts in journals:
        write_journal(book, **parts)
        result = book.call("note", one, "x", check=4)
        assert "names files that no command writes like that" in result.stderr, parts
        assert all_files(book) == before, parts


def test_a_committed_file_is_not_taken_back_as_new(book: Book) -> None:
    one, _two = cases(book)
    own = f"cases/open/{one}.yaml"
    files = {own: digest(book.root / own), "duties.yaml": "0"}
    write_journal(book, files=files, new=[own])
    book.call("note", one, "x", check=0)
    assert (book.root / own).is_file()


def test_an_edited_list_of_a_bulk_change_removes_only_the_old_file_of_a_moved_case(book: Book) -> None:
    one, two = (f"cases/open/{case_id}.yaml" for case_id in cases(book))
    policy = book.root / "complaintctl.yaml"
    with policy.open("a", encoding="utf-8") as stream:
        stream.write("# not finished\n")
    link = book.root / "cases" / "open" / "C-20261121-7K3FQ.yaml"
    link.symlink_to(book.root.parent / "outside" / "secret.txt")
    head = json.dumps({"subject": "import", "trailers": [], "commit": True})
    names = (
        *("- cases/../complaintctl.yaml", one, "- cases/../../outside/precious.yaml", one),
        *(f"- {two}", one, f"- {one}", one, "cases/../complaintctl.yaml", "cases/open/C-20261121-7K3FQ.yaml"),
    )
    (book.root / ".git" / "complaintctl.bulk").write_text("\n".join([head, *names, ""]), encoding="utf-8")
    book.call("note", cases(book)[1], "x", check=0)
    assert (book.root / one).is_file()
    assert (book.root / two).is_file()
    assert book.git("status", "--porcelain").splitlines() == [
        " M complaintctl.yaml",
        "?? cases/open/C-20261121-7K3FQ.yaml",
    ]


def test_no_row_and_no_packed_file_of_an_import_is_a_path(book: Book, tmp_path: Path) -> None:
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "mapping: 1\nsystem: ../../evil\ntimezone: UTC\nid: id\nreceived: at\ntimes: '%Y-%m-%d %H:%M'\nfields:\n  title: t\n",
        encoding="utf-8",
    )
    (tmp_path / "rows.csv").write_text(
        'id,t,at\n../../x,one,2026-01-01 09:00\n"a\nb",two,2026-01-01 09:00\n', encoding="utf-8"
    )
    with zipfile.ZipFile(tmp_path / "rows.xlsx", "w") as packed:
        packed.writestr("../outside/secret.txt", "evil")
        packed.writestr(str(tmp_path / "outside" / "precious.yaml"), "evil")
    before = sorted(path.name for path in tmp_path.iterdir())
    for name, code in (("rows.csv", {0, 1}), ("rows.xlsx", {2, 4})):
        result = book.call("import", "csv", str(tmp_path / name), "--map", str(mapping))
        assert result.returncode in code, result
    assert len(cases(book)) > 2
    assert all(path.parent.parent.name == "cases" for path in (book.root / "cases").rglob("C-*.yaml"))
    assert sorted(path.name for path in tmp_path.iterdir()) == before
