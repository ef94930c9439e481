"""The merge driver in real git: merge, rebase, cherry-pick, revert, stash; what contradicts itself, what is no case."""

import subprocess
from pathlib import Path

import pytest

from complaintctl.storage.merge.driver import DriverFiles, merge_for_git
from tests.casebooks import Book, author, git_merge, make_book, with_driver
from tests.commands.casebook.clones import read
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: driver
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
categories: {defect: {department: quality}}
steps:
  - {step: assess, within: {urgent: 1h, general: 8h}}
  - {step: classify, within: 24h, after: []}
  - {step: respond, within: 72h, after: []}
close: {withdrawn: {}, not-upheld: {steps: []}}
"""


@pytest.fixture
def ours(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    made = make_book(tmp_path, tmp_path / "policy.yaml")
    return Book(root=made.root, variables=with_driver(made.variables, tmp_path / "bin"))


@pytest.fixture
def case_id(ours: Book) -> str:
    received = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:05")
    return ours.open("Battery swells", "--channel", "phone", *received)


@pytest.fixture
def theirs(ours: Book, case_id: str, tmp_path: Path) -> Book:
    assert case_id
    clone = ours.clone(tmp_path / "clone")
    other = Book(root=clone.root, variables={**clone.variables, **author("zhao.min")})
    other.call("git", "setup", check=0)
    return other


def at(time: str) -> tuple[str, str]:
    """A time after the opening: events of one second would be ordered by their ids."""
    return "--at", f"2024-03-04T{time}"


def did(book: Book, case_id: str) -> list[str]:
    return [event.did for event in read(book.file(case_id)).history]


def git_code(book: Book, *arguments: str) -> tuple[int, str]:
    run = subprocess.run(
        ["git", *arguments], cwd=book.root, env=dict(book.variables), capture_output=True, check=False
    )
    return run.returncode, (run.stdout + run.stderr).decode()


def test_git_merges_two_histories_both_ways_to_the_same_file(ours: Book, theirs: Book, case_id: str) -> None:
    ours.call("note", case_id, "one", *at("10:00"), check=0)
    theirs.call("edit", case_id, "--set", "customer.name=Wang", *at("11:00"), check=0)
    before = ours.head()
    assert git_merge(ours, theirs) == 0
    theirs.git("fetch", "--quiet", str(ours.root), before)
    theirs.git("merge", "--quiet", "--no-edit", before)
    assert did(ours, case_id) == ["open", "note", "edit"]
    assert ours.file(case_id).read_bytes() == theirs.file(case_id).read_bytes()


@pytest.mark.nightly
def test_a_case_that_one_side_closed_and_the_other_changed_lies_with_the_closed_ones(
    ours: Book, theirs: Book, case_id: str
) -> None:
    theirs.call("note", case_id, "two", *at("10:00"), check=0)
    ours.call("close", case_id, "--outcome", "withdrawn", *at("11:00"), check=0)
    assert git_merge(ours, theirs) == 0
    assert "closed" in ours.file(case_id).parts
    assert did(ours, case_id) == ["open", "note", "close"]


@pytest.mark.parametrize("way", sample(["rebase", "cherry-pick", "stash"], 1))
def test_the_driver_works_in_other_operations_of_git(
    ours: Book, theirs: Book, case_id: str, way: str
) -> None:
    theirs.call("note", case_id, "two", check=0)
    ours.git("fetch", "--quiet", str(theirs.root), "main")
    if way == "stash":
        ours.call("note", case_id, "one", "--no-commit", check=0)
        ours.git("stash")
        ours.git("merge", "--quiet", "--ff-only", "FETCH_HEAD")
        ours.git("stash", "pop")
    else:
        ours.call("note", case_id, "one", check=0)
        ours.git(way, "FETCH_HEAD")
    assert did(ours, case_id) == ["open", "note", "note"]
    assert "<<<<" not in ours.file(case_id).read_text(encoding="utf-8")


@pytest.mark.nightly
def test_a_revert_takes_no_event_out_of_a_history(ours: Book, case_id: str) -> None:
    ours.call("edit", case_id, "--set", "product.model=X100", "--no-commit", check=0)
    ours.git("commit", "--quiet", "--all", "--message", "by hand")
    ours.call("note", case_id, "later", check=0)
    code, said = git_code(ours, "revert", "--no-edit", "HEAD~1")
    # An event is never taken out by a merge, so git cannot revert it alone.
    assert "later" in ours.file(case_id).read_text(encoding="utf-8"), (code, said)


def test_a_contradiction_is_left_with_both_sides_in_the_file_and_resolve_takes_over(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("assign", case_id, "--to", "li.wei", check=0)
    theirs.call("assign", case_id, "--to", "zhao.min", check=0)
    ours.git("fetch", "--quiet", str(theirs.root), "main")
    code, said = git_code(ours.speaking("en"), "merge", "--no-edit", "FETCH_HEAD")
    assert code == 1
    assert f"cases/open/{case_id}.yaml: the sides contradict each other in owner." in said
    # The values may be personal data.
    assert "zhao.min" not in said
    text = ours.file(case_id).read_text(encoding="utf-8")
    assert "owner: li.wei\n" in text
    assert "owner: zhao.min\n" in text
    left = ours.call("resolve", "--json", check=4).json()["left"]
    assert [(entry["field"], entry["ours"], entry["theirs"]) for entry in left] == [
        ("owner", "li.wei", "zhao.min")
    ]


def test_without_the_program_git_merges_the_text_with_markers(
    ours: Book, theirs: Book, case_id: str, tmp_path: Path
) -> None:
    ours.call("note", case_id, "one", check=0)
    theirs.call("note", case_id, "two", check=0)
    (tmp_path / "bin" / "complaintctl").unlink()
    lost = {
        **ours.variables,
        "PATH": ":".join(p for p in ours.variables["PATH"].split(":") if ".venv" not in p),
    }
    assert git_merge(Book(root=ours.root, variables=lost), theirs) == 1
    text = ours.file(case_id).read_text(encoding="utf-8")
    assert "<<<<<<< ours" in text
    assert "one" in text
    assert "two" in text
    ours.call("resolve", "--commit", check=0)
    assert did(ours, case_id) == ["open", "note", "note"]


@pytest.mark.nightly
def test_a_side_that_a_failed_driver_left_out_of_the_file_is_not_lost(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("note", case_id, "one", check=0)
    theirs.call("note", case_id, "two", check=0)
    ours.git("config", "merge.complaintctl.driver", "false")
    assert git_merge(ours, theirs) == 1
    assert "two" not in ours.file(case_id).read_text(encoding="utf-8")
    ours.call("resolve", "--commit", check=0)
    assert did(ours, case_id) == ["open", "note", "note"]


def driven(folder: Path, base: bytes, ours: bytes, theirs: bytes, name: str) -> tuple[bool, bytes]:
    for part, text in zip("OAB", (base, ours, theirs), strict=True):
        (folder / part).write_bytes(text)
    files = DriverFiles(folder=folder, base="O", ours="A", theirs="B", path=name, marker_size=9)
    settled = merge_for_git(files).settled
    assert sorted(entry.name for entry in folder.iterdir()) == ["A", "B", "O"]
    assert [(folder / part).read_bytes() for part in "OB"] == [base, theirs]
    return settled, (folder / "A").read_bytes()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (b"not: [a case\n", b"id: C-20240304-FEHJN\n"),
        (b"", b"id: C-20240304-FEHJN\n"),
        (b"\x00\xff\n", b"\x00\xfe\n"),
        (b"one", b"two"),
        (b"<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n", b"<<<<<<< a\n1\n=======\n3\n>>>>>>> b\n"),
    ],
)
def test_what_is_no_case_stays_as_a_conflict_with_every_byte_of_both_sides(
    tmp_path: Path, ours: bytes, theirs: bytes
) -> None:
    settled, text = driven(tmp_path, b"base: 1\n", ours, theirs, "cases/open/C-20240304-FEHJN.yaml")
    assert not settled
    assert set(ours.splitlines()) <= set(text.splitlines())
    assert set(theirs.splitlines()) <= set(text.splitlines())
    assert b"<" * 9 in text


def test_a_file_with_another_name_is_merged_as_git_merges_it(tmp_path: Path) -> None:
    lines = [b"a\n", b"b\n", b"c\n", b"d\n", b"e\n"]
    base = b"".join(lines)
    settled, text = driven(
        tmp_path, base, base.replace(b"a", b"A"), base.replace(b"e", b"E"), "cases/notes.yaml"
    )
    assert (settled, text) == (True, b"A\nb\nc\nd\nE\n")


def test_two_new_files_of_one_case_are_left_to_resolve_which_looks_for_the_common_version(
    ours: Book, case_id: str, tmp_path: Path
) -> None:
    text = ours.file(case_id).read_bytes()
    sides = []
    for name in ("here", "there"):
        ours.call("edit", case_id, "--set", f"x.{name}=1", "--no-commit", env=author(f"{name}.wu"), check=0)
        sides.append(ours.file(case_id).read_bytes())
        ours.file(case_id).write_bytes(text)
    one, two = sides
    folder = tmp_path / "driver"
    folder.mkdir()
    settled, merged = driven(folder, b"", one, two, f"cases/open/{case_id}.yaml")
    assert not settled
    assert b"here:" in merged
    assert b"there:" in merged
    assert driven(folder, text, one, two, f"cases/open/{case_id}.yaml")[0]


def test_a_merged_case_that_belongs_in_the_other_folder_is_left_to_resolve(
    ours: Book, case_id: str, tmp_path: Path
) -> None:
    base = ours.file(case_id).read_bytes()
    ours.call("note", case_id, "one", check=0)
    one = ours.file(case_id).read_bytes()
    ours.git("reset", "--quiet", "--hard", "HEAD~1")
    ours.call("close", case_id, "--outcome", "withdrawn", check=0)
    two = ours.file(case_id).read_bytes()
    folder = tmp_path / "driver"
    folder.mkdir()
    settled, merged = driven(folder, base, one, two, f"cases/open/{case_id}.yaml")
    assert not settled
    closed = driven(folder, base, one, two, f"cases/closed/{case_id[2:6]}/{case_id[6:8]}/{case_id}.yaml")
    assert closed == (True, merged)


def test_git_setup_says_what_it_does_is_done_once_and_can_be_undone(ours: Book) -> None:
    assert "already merges" in ours.call("git", "setup", check=0).stderr
    undone = ours.call("git", "setup", "--remove", check=0)
    assert undone.stderr.count("\n") == 2
    assert "merge=complaintctl" not in (ours.root / ".gitattributes").read_text(encoding="utf-8")
    assert git_code(ours, "config", "--get-regexp", r"^merge\.complaintctl\.")[0] == 1
    assert ours.json("git", "setup") == {
        "version": 1,
        "driver": True,
        "settings_changed": True,
        "attributes_changed": True,
    }
    assert ours.git("status", "--porcelain") == ""
    assert ours.git("check-attr", "merge", "cases/closed/2024/03/C-20240304-FEHJN.yaml").endswith(
        ": complaintctl\n"
    )


def test_resolve_tells_of_the_driver_where_it_is_missing(ours: Book, case_id: str, tmp_path: Path) -> None:
    ours.call("git", "setup", "--remove", check=0)
    theirs = ours.clone(tmp_path / "clone")
    ours.call("note", case_id, "one", check=0)
    theirs.call("note", case_id, "two", env=author("zhao.min"), check=0)
    assert git_merge(ours, theirs) == 1
    assert "complaintctl git setup" in ours.call("resolve", check=0).stderr
