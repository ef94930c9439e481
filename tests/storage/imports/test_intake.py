"""Tests an import into a real casebook with git: idempotent, minimal changes, one commit, completed after a crash."""

import csv
import re
import signal
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from complaintctl.storage.case import edited_text
from tests.casebooks import Book, git, make_book
from tests.commands.processes import start_command
from tests.sampling import sample

MAP = """\
mapping: 1
system: shop
timezone: America/New_York
times: "%Y-%m-%d %H:%M"
id: No
received: came
closed: done
promise: {by: until}
fields:
  title: subject
  description: {column: said, optional: true}
  outcome: {column: result, values: {yes: upheld, no: not-upheld}}
"""
HEADER = ("No", "came", "done", "until", "subject", "said", "result", "shelf")
ROWS = (
    ("1", "2025-03-03 10:00", "", "2025-03-09 12:00", "Swells", "two\nlines", "", "00812331"),
    ("2", "2025-03-03 11:00", "2025-03-04 10:00", "", "NO", "", "yes", "12E3"),
    ("3", "2025-03-03 12:00", "2025-03-01 10:00", "", "# @: [x]", "- a", "no", "~"),
)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    return make_book(tmp_path, "promised-dates", "America/New_York")


def table(book: Book, rows: Any, header: tuple[str, ...] = HEADER) -> Path:
    path = book.root.parent / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def take_in(book: Book, rows: Any = ROWS, *options: str, check: int = 0, **how: Any) -> Any:
    path = table(book, rows, **how)
    return book.json(
        "import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"), *options, check=check
    )


def files(book: Book) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((book.root / "cases").rglob("*.yaml"))}


def committed(book: Book) -> list[str]:
    names = book.git("ls-tree", "-r", "--name-only", "HEAD", "--", "cases").splitlines()
    return [name for name in names if name.endswith(".yaml")]


def changed(row: int, **cells: str) -> list[tuple[str, ...]]:
    rows = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    rows[row - 1] |= cells
    return [tuple(entry[name] for name in HEADER) for entry in rows]


def the_file(book: Book, source_id: str) -> Path:
    (path,) = [
        path
        for path in (book.root / "cases").rglob("*.yaml")
        if f'id: "{source_id}", row' in path.read_text(encoding="utf-8")
    ]
    return path


def test_an_import_makes_cases_and_one_commit_and_leaves_git_clean(book: Book) -> None:
    done = take_in(book)
    assert [done[name] for name in ("rows", "new", "irregular", "rejected")] == [3, 3, 1, 0]
    assert book.git("status", "--porcelain") == ""
    assert book.git("log", "-1", "--format=%s%n%b").split("\n")[:4] == [
        "import shop: 3 new, 0 changed",
        "Event: import shop",
        "Actor: li.wei",
        "",
    ]
    assert book.git("rev-list", "--count", "HEAD").strip() == "2"
    assert the_file(book, "1").parent.name == "open"
    assert the_file(book, "2").parent.name == "03"
    assert book.call("check", "--archive", "--as-of", "2025-03-08T00:00").returncode == 0
    assert book.git("fsck", "--strict") == ""


def test_every_new_file_survives_the_round_trip_byte_for_byte(book: Book) -> None:
    take_in(book)
    for content in files(book).values():
        assert edited_text.edit_case_text(content, {}, []) == content


def test_a_second_import_changes_nothing_and_makes_no_commit(book: Book) -> None:
    take_in(book)
    before, head = files(book), book.head()
    done = take_in(book)
    assert (done["unchanged"], done["new"], done["changed"]) == (3, 0, 0)
    assert (files(book), book.head()) == (before, head)


def test_a_trial_writes_nothing(book: Book) -> None:
    result = take_in(book, [*ROWS, ("4", "never", "", "", "", "", "", "")], "--dry-run", check=1)
    assert (result["new"], result["rejected"], result["rejects"]) == (3, 1, None)
    assert files(book) == {}
    assert book.git("status", "--porcelain") == ""
    assert not list(book.root.parent.glob("*.rejects.csv"))


def test_a_changed_row_changes_its_case_with_one_event(book: Book) -> None:
    take_in(book)
    before = the_file(book, "1").read_bytes().splitlines()
    done = take_in(book, changed(1, subject="Swells more", shelf="7"))
    after = the_file(book, "1").read_bytes().splitlines()
    assert (done["changed"], done["unchanged"], done["kept"]) == (1, 2, [])
    assert [line.partition(b":")[0] for line in after if line not in before] == [
        b"title",
        b"source",
        b"  shelf",
        b"  - {at",
    ]
    assert b'title: [Swells, Swells more], x.shelf: ["00812331", "7"]' in after[-1]
    assert book.git("status", "--porcelain") == ""
    assert take_in(book, changed(1, subject="Swells more", shelf="7"))["unchanged"] == 3


def test_a_row_that_is_closed_now_moves_its_file_and_one_that_is_open_again_moves_it_back(book: Book) -> None:
    take_in(book)
    take_in(book, changed(1, done="2025-03-08 09:00", result="no"))
    assert the_file(book, "1").parent.name == "03"
    assert book.git("status", "--porcelain") == ""
    assert book.call("check", "--archive").returncode == 0
    take_in(book, changed(1))
    assert the_file(book, "1").parent.name == "open"
    assert book.git("status", "--porcelain") == ""
    assert "reopen" in the_file(book, "1").read_text(encoding="utf-8")


def test_what_was_edited_by_hand_or_by_a_command_stays_and_is_named(book: Book) -> None:
    take_in(book)
    path = the_file(book, "1")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title: Swells", "title: 'Ours'  # better"), encoding="utf-8")
    book.git("commit", "-qam", "by hand")
    book.call("edit", path.stem, "--set", "x.shelf=here", check=0)
    done = take_in(book, changed(1, subject="Theirs", shelf="there", until="2025-03-10 12:00"))
    assert done["kept"] == [{"id": path.stem, "line": 2, "fields": ["title", "x.shelf"]}]
    text = path.read_text(encoding="utf-8")
    assert "title: 'Ours'  # better" in text
    assert re.search(r'^  shelf: "?here"?$', text, re.MULTILINE)
    assert "by: 2025-03-10T12:00:00-04:00" in text
    assert (
        take_in(book, changed(1, subject="Theirs", shelf="there", until="2025-03-10 12:00"))["unchanged"] == 3
    )


def test_a_case_is_found_again_though_the_source_moved_its_receipt_to_another_day(book: Book) -> None:
    take_in(book)
    path = the_file(book, "1")
    done = take_in(book, changed(1, came="2025-03-02 10:00"))
    assert (done["changed"], done["new"]) == (1, 0)
    assert the_file(book, "1") == path
    assert "received: 2025-03-02T10:00:00-05:00" in path.read_text(encoding="utf-8")


def test_a_case_written_in_another_layout_is_still_found(book: Book) -> None:
    take_in(book)
    path = the_file(book, "1")
    lines = path.read_text(encoding="utf-8").splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("source:"))
    row = lines[place].partition("row: ")[2].rstrip("}")
    lines[place : place + 1] = ["source:", "  system: 'shop'", "  id: '1'", f"  row: {row}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert take_in(book)["unchanged"] == 3
    assert take_in(book, changed(1, subject="New"))["changed"] == 1


def test_the_ending_of_another_case_is_gone_round(book: Book) -> None:
    take_in(book, ROWS[:1])
    path = the_file(book, "1")
    foreign = path.read_text(encoding="utf-8").replace('id: "1"', 'id: "99"')
    path.write_text(foreign, encoding="utf-8")
    assert take_in(book, ROWS[:1])["new"] == 1
    assert the_file(book, "99") == path
    assert the_file(book, "1").stem[:10] == path.stem[:10]
    assert take_in(book, ROWS[:1])["unchanged"] == 1


def test_bad_rows_go_to_the_rejects_file_which_can_be_corrected_and_imported(book: Book) -> None:
    bad = [
        ("4", "2025-13-01 10:00", "", "", "x", "", "", ""),
        ("", "2025-03-03 10:00", "", "", "x", "", "", ""),
        ("1", "2025-03-03 10:00", "", "", "x", "", "", ""),
        ("5", "2025-03-03 10:00", "", "", "x", "", "maybe", ""),
        ("6", "short"),
    ]
    done = take_in(book, [*ROWS, *bad], check=1)
    assert (done["new"], done["rejected"]) == (3, 5)
    rejects = Path(done["rejects"])
    assert rejects == book.root.parent / "table.rejects.csv"
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    assert header == ["rejected: line", "rejected: reason", *HEADER]
    assert [row[0] for row in rows] == ["6", "7", "8", "9", "10"]
    assert book.english(rows[0][1]) == "received: 2025-13-01 10:00 matches no time format of the mapping"
    assert tuple(rows[0][2:]) == bad[0]
    rows[0][3] = "2025-12-01 10:00"
    done = take_in(book, rows[:1], header=tuple(header))
    assert (done["new"], done["rejected"]) == (1, 0)
    assert "rejected" not in the_file(book, "4").read_text(encoding="utf-8")
    assert take_in(book, [*ROWS, (*rows[0][2:],)])["unchanged"] == 4


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_rejects_file_is_written_like_its_table_and_read_by_the_same_mapping(
    book: Book, delimiter: str, quoting: Any
) -> None:
    mapping = book.root.parent / "map.yaml"
    mapping.write_text(
        MAP.replace("id: No", f'id: No\ndelimiter: "{delimiter}"'.replace("\t", "\\t")), "utf-8"
    )
    path = book.root.parent / "table.csv"
    bad = ("4", "never", "", "", 'a "b", c; d | e', "", "", "")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=delimiter, quoting=quoting).writerows([HEADER, *ROWS, bad])
    words = ("import", "csv", str(path), "--map", str(mapping))
    rejects = Path(book.json(*words, check=1)["rejects"])
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.startswith('"rejected: line"' if quoting == csv.QUOTE_ALL else "rejected: line")
    rejects.write_text(text.replace("never", "2025-03-03 10:00"), encoding="utf-8-sig")
    done = book.json("import", "csv", str(rejects), "--map", str(mapping))
    assert (done["new"], done["rejected"]) == (1, 0)
    assert 'a "b", c; d | e' in book.json("show", the_file(book, "4").stem)["case"]["title"]


def test_rejects_never_go_among_the_cases(book: Book) -> None:
    place = book.root / "cases" / "open" / "r.csv"
    path = table(book, ROWS)
    result = book.call(
        "import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"), "--rejects", str(place)
    )
    assert result.returncode == 2


def test_a_word_that_the_policy_does_not_know_is_rejected(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    policy.write_text(
        policy.read_text(encoding="utf-8").replace("channels: {}", "channels: [phone]"), "utf-8"
    )
    mapping = book.root.parent / "map.yaml"
    mapping.write_text(MAP + "constants: {channel: telex}\n", encoding="utf-8")
    assert take_in(book, check=1)["rejected"] == 3
    mapping.write_text(MAP + "constants: {channel: phone}\n", encoding="utf-8")
    assert take_in(book)["new"] == 3


def test_a_case_that_cannot_be_read_is_named_and_left_alone(book: Book) -> None:
    take_in(book)
    path = the_file(book, "1")
    path.write_text("<<<<<<< ours\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    broken = path.read_bytes()
    done = take_in(book, changed(1, subject="New"), check=1)
    assert (done["rejected"], done["unchanged"]) == (1, 2)
    assert path.read_bytes() == broken


def test_staged_work_of_others_is_left_alone(book: Book) -> None:
    (book.root / "notes.txt").write_text("mine", encoding="utf-8")
    book.git("add", "notes.txt")
    take_in(book)
    assert book.git("status", "--porcelain") == "A  notes.txt\n"


def hook(book: Book, name: str, script: str) -> None:
    path = book.root / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_hooks_see_the_commit_and_only_what_it_holds(book: Book) -> None:
    hook(book, "pre-commit", 'git diff --cached --name-only > "$HOME/seen"')
    hook(book, "commit-msg", 'echo "Signed-off: yes" >> "$1"')
    (book.root / "notes.txt").write_text("mine", encoding="utf-8")
    book.git("add", "notes.txt")
    take_in(book)
    seen = (book.root.parent / "home" / "seen").read_text(encoding="utf-8").splitlines()
    assert len(seen) == 3
    assert all(name.startswith("cases/") for name in seen)
    assert "Signed-off: yes" in book.git("log", "-1", "--format=%B")
    assert book.git("status", "--porcelain") == "A  notes.txt\n"
    assert take_in(book)["unchanged"] == 3


def test_a_hook_that_refuses_leaves_an_import_that_the_next_command_completes(book: Book) -> None:
    hook(book, "pre-commit", "echo no >&2; exit 1")
    path = table(book, ROWS)
    result = book.call("import", "csv", str(path), "--map", str(book.root.parent / "map.yaml"))
    assert result.returncode == 4
    assert "import shop" in book.call("check").stderr
    (book.root / ".git" / "hooks" / "pre-commit").unlink()
    assert take_in(book)["unchanged"] == 3
    assert book.git("status", "--porcelain") == ""
    assert "import shop (interrupted)" in book.git("log", "--format=%s")


def test_a_filter_of_the_team_is_not_passed_by(book: Book) -> None:
    (book.root / ".gitattributes").write_text("*.yaml filter=upper\n", encoding="utf-8")
    book.git("config", "filter.upper.clean", "tr a-z A-Z")
    take_in(book)
    name = the_file(book, "1").relative_to(book.root).as_posix()
    assert "TITLE: SWELLS" in book.git("show", f"HEAD:{name}")


@pytest.mark.parametrize("state", ["unborn", "detached", "below", "sha256"])
def test_the_commit_is_made_in_every_kind_of_repository(tmp_path: Path, state: str) -> None:
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    made = make_book(tmp_path, "promised-dates", "America/New_York")
    book = made
    if state == "detached":
        made.git("checkout", "--quiet", "--detach")
    else:
        folder = tmp_path / "wide 'ä\"ß"
        folder.mkdir()
        options = ["--object-format=sha256"] if state == "sha256" else []
        git(folder, made.variables, "init", "--quiet", "--initial-branch=main", *options)
        root = folder / "书 本" if state == "below" else folder
        root.mkdir(exist_ok=True)
        (root / "complaintctl.yaml").write_bytes((made.root / "complaintctl.yaml").read_bytes())
        (root.parent / "map.yaml").write_text(MAP, encoding="utf-8")
        book = Book(root=root, variables=made.variables)
    assert take_in(book)["new"] == 3
    assert book.git("log", "-1", "--format=%s") == "import shop: 3 new, 0 changed\n"
    assert len(committed(book)) == 3
    assert "cases" not in book.git("status", "--porcelain")
    assert book.git("for-each-ref", "refs/worktree") == ""


def test_outside_git_and_without_commit_the_files_are_there(book: Book, tmp_path: Path) -> None:
    take_in(book, ROWS, "--no-commit")
    assert book.git("rev-list", "--count", "HEAD").strip() == "1"
    assert len(files(book)) == 3
    alone = Book(root=tmp_path / "elsewhere" / "plain", variables=book.variables)
    alone.root.mkdir(parents=True)
    (alone.root / "complaintctl.yaml").write_bytes((book.root / "complaintctl.yaml").read_bytes())
    (alone.root.parent / "map.yaml").write_text(MAP, encoding="utf-8")
    assert take_in(alone)["new"] == 3
    assert take_in(alone)["unchanged"] == 3


def test_an_archive_gives_its_only_or_its_named_member(book: Book, tmp_path: Path) -> None:
    mapping, path = str(tmp_path / "map.yaml"), table(book, ROWS)
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(path, "in/a.csv")
    arguments = ("import", "csv", str(archive), "--map", mapping)
    assert book.json(*arguments)["new"] == 3
    with zipfile.ZipFile(archive, "a") as made:
        made.write(path, "b.csv")
    assert "in/a.csv, b.csv" in book.call(*arguments, check=2).stderr
    assert book.json(*arguments, "--zip-member", "b.csv")["unchanged"] == 3
    book.call(*arguments, "--zip-member", "c.csv", check=2)
    archive.write_bytes(archive.read_bytes()[:-10])
    assert "Traceback" not in book.call(*arguments, check=4).stderr


def many(count: int) -> Iterator[tuple[str, ...]]:
    for number in range(count):
        yield (f"m{number}", f"2025-03-{number % 28 + 1:02} 10:00", "", "", f"Case {number}", "", "", "")


@pytest.mark.nightly
@pytest.mark.parametrize("written", sample([1, 700], 1))
def test_a_killed_import_is_named_and_completed(book: Book, written: int) -> None:
    # Many times longer than a busy machine needs to wake this process up.
    path, mapping = table(book, many(20_000)), str(book.root.parent / "map.yaml")
    process = start_command(
        ("import", "csv", str(path), "--map", mapping),
        book.root,
        book.variables,
    )
    folder = book.root / "cases" / "open"
    while len(list(folder.glob("*.yaml"))) < written and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = len(list(folder.glob("*.yaml")))
    assert 0 < found < 20_000
    assert all(content.endswith(b"}\n") for content in files(book).values())
    assert "import shop" in book.call("check").stderr
    table(book, many(2000))
    done = book.json("import", "csv", str(path), "--map", mapping)
    assert done["new"] + done["unchanged"] == 2000
    assert len(files(book)) == max(found, 2000)
    assert book.git("status", "--porcelain") == ""
    assert len(committed(book)) == max(found, 2000)
    assert "import shop" not in book.call("check").stderr


@pytest.mark.nightly
def test_an_import_that_is_stopped_says_what_stays(book: Book) -> None:
    # Many times longer than a busy machine needs to wake this process up.
    path, mapping = table(book, many(20_000)), str(book.root.parent / "map.yaml")
    process = start_command(
        ("import", "csv", str(path), "--map", mapping),
        book.root,
        book.variables,
        stderr=subprocess.PIPE,
    )
    while not list((book.root / "cases" / "open").glob("*.yaml")) and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert book.english(said.decode()) == (
        f"The import was stopped.\nCases written before that, not committed: {len(files(book))}. The next writing "
        "command commits them. The others are NOT recorded: give this command again.\n"
    )
    table(book, many(2000))
    done = book.json("import", "csv", str(path), "--map", mapping)
    assert done["new"] + done["unchanged"] == 2000
    assert book.git("status", "--porcelain") == ""


def test_a_kill_during_the_commit_is_completed_by_any_writing_command(book: Book) -> None:
    hook(book, "pre-commit", "kill -9 $PPID; sleep 0.2; exit 1")
    path, mapping = table(book, ROWS), str(book.root.parent / "map.yaml")
    book.call("import", "csv", str(path), "--map", mapping, check=4)
    (book.root / ".git" / "hooks" / "pre-commit").unlink()
    result = book.call("note", the_file(book, "1").stem, "seen", check=0)
    assert "import shop (interrupted)" in result.stderr
    assert book.git("status", "--porcelain") == ""
    assert take_in(book)["unchanged"] == 3
