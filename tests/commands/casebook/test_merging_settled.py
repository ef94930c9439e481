"""What `resolve` settles by itself, and how it ends: moved cases, lists, other operations of git, contradictions."""

import subprocess
from pathlib import Path

import pytest

from tests.casebooks import Book
from tests.commands.casebook.command_pairs import Ground, make_ground, merge

LONG = "The customer called again and again, and each time somebody else answered the telephone. " * 20


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return make_ground(tmp_path_factory.mktemp("ground"))


@pytest.fixture
def ours(made: Ground, tmp_path: Path) -> Book:
    return made.book.clone(tmp_path / "ours")


@pytest.fixture
def theirs(made: Ground, tmp_path: Path) -> Book:
    return made.book.clone(tmp_path / "theirs")


@pytest.fixture
def case_id(made: Ground) -> str:
    return made.words["case"]


@pytest.fixture
def other(made: Ground) -> str:
    return made.words["other"]


def check_clean(book: Book) -> None:
    """Nothing is left of the merge, and `check` finds nothing wrong in any case."""
    checked = book.call("check", "--archive", "--fail-on", "never", check=0)
    assert checked.stderr.count("\n") == 1, checked.stderr
    assert book.git("status", "--porcelain") == ""


def lines_of(book: Book, case_id: str) -> list[str]:
    return book.file(case_id).read_text(encoding="utf-8").splitlines()


def test_one_contradiction_does_not_stop_the_other_files(
    ours: Book, theirs: Book, case_id: str, other: str
) -> None:
    for book, owner in ((ours, "zhao.min"), (theirs, "wang.fang")):
        book.call("assign", case_id, "--to", owner, check=0)
        book.call("note", other, owner, check=0)
    assert not merge(ours, theirs)
    result = ours.call("resolve", "--commit", "--json", check=4)
    assert result.json()["resolved"] == [f"cases/open/{other}.yaml"]
    (left,) = result.json()["left"]
    assert (left["field"], left["ours"], left["theirs"]) == ("owner", "zhao.min", "wang.fang")
    assert left["file"] == f"cases/open/{case_id}.yaml"
    assert "owner: one side has zhao.min, the other wang.fang." in result.stderr
    assert "The merge is not finished." in result.stderr
    path = ours.file(case_id)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[left["line"] - 1] == "owner: zhao.min\n"
    kept = [line for line in lines if not line.startswith(("<<<<<<<", "=======", ">>>>>>>", "owner: z"))]
    path.write_text("".join(kept), encoding="utf-8")
    ours.call("resolve", "--commit", check=0)
    assert "owner: wang.fang" in lines_of(ours, case_id)
    check_clean(ours)


def test_closed_here_and_edited_there_is_settled_though_git_sees_a_deletion(
    ours: Book, theirs: Book, case_id: str
) -> None:
    ours.call("close", case_id, "--outcome", "withdrawn", check=0)
    theirs.call("edit", case_id, "--set", "customer.name=Wang", check=0)
    assert not merge(ours, theirs, "-X", "find-renames=100%")
    assert "deleted by us" in ours.git("status")
    ours.call("resolve", "--commit", check=0)
    assert ours.file(case_id).parent.name == "03"
    assert "customer: {name: Wang}" in ours.file(case_id).read_text(encoding="utf-8")
    check_clean(ours)


def test_closed_on_both_sides_with_much_change_is_settled_from_the_common_commit(
    ours: Book, theirs: Book, case_id: str
) -> None:
    write_by_hand(ours, case_id, "title: Battery swells", "title: Battery swells up")
    for book in (ours, theirs):
        book.call("note", case_id, book.root.name, check=0)
        book.call("close", case_id, "--outcome", "withdrawn", check=0)
    assert not merge(ours, theirs, "-X", "find-renames=100%")
    assert "both added" in ours.git("status")
    ours.call("resolve", "--commit", check=0)
    assert "title: Battery swells up" in lines_of(ours, case_id)
    check_clean(ours)


@pytest.mark.parametrize("first", ["close", "wait"])
def test_a_case_that_waits_here_and_is_closed_there_is_closed(
    ours: Book, theirs: Book, other: str, first: str
) -> None:
    case_id = other
    times = ("10:00", "11:00") if first == "close" else ("11:00", "10:00")
    closing, waiting = (("--at", f"2024-03-04T{time}") for time in times)
    ours.call("close", case_id, "--outcome", "withdrawn", *closing, check=0)
    theirs.call("wait", case_id, "--reason", "photo", *waiting, check=0)
    assert not merge(ours, theirs)
    ours.call("resolve", "--commit", check=0)
    assert "status: closed" in lines_of(ours, case_id)
    check_clean(ours)


def test_the_only_open_case_is_closed_here_and_a_new_one_opened_there(
    ours: Book, theirs: Book, case_id: str, other: str
) -> None:
    (ours.root / "cases" / "open" / ".gitkeep").unlink()
    ours.git("commit", "--quiet", "--all", "--message", "tidy")
    for name in (case_id, other):
        ours.call("close", name, "--outcome", "withdrawn", check=0)
    new = theirs.open("New")
    assert not merge(ours, theirs), "git takes the whole folder for renamed"
    ours.call("resolve", "--commit", check=0)
    assert ours.file(new).parent.name == "open"
    check_clean(ours)


def test_actions_of_both_sides_are_united_and_earlier_moments_show_what_was_there(
    ours: Book, theirs: Book, case_id: str
) -> None:
    for book, what, time in ((ours, "train", "10:00"), (theirs, "check", "11:00")):
        words = ("--what", what, "--who", "li.wei", "--due", "2030-01-01", "--at", f"2024-03-04T{time}")
        book.call("action", case_id, *words, check=0)
    assert not merge(ours, theirs)
    ours.call("resolve", "--commit", check=0)
    check_clean(ours)

    def whats(*options: str) -> list[str]:
        text = ours.call("show", case_id, *options, check=0).stdout
        return [what for what in ("sort", "train", "check") if f" {what}" in text]

    assert whats() == ["sort", "train", "check"]
    assert "check" not in whats("--as-of", "2024-03-04T10:30")
    assert "train" in whats("--as-of", "2024-03-04T10:30")
    ours.call("action", case_id, "--done", "3", check=0)
    check_clean(ours)


def test_an_action_taken_out_by_hand_after_a_merge_is_named(ours: Book, theirs: Book, case_id: str) -> None:
    for book, what in ((ours, "train"), (theirs, "check")):
        book.call("action", case_id, "--what", what, "--who", "li.wei", "--due", "2030-01-01", check=0)
    assert not merge(ours, theirs)
    ours.call("resolve", "--commit", check=0)
    path = ours.file(case_id)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith("  - {what: train")), encoding="utf-8"
    )
    assert "action" in ours.call("check", "--fail-on", "never", check=4).stderr


def test_a_list_that_git_wrote_twice_is_there_once(
    made: Ground, ours: Book, theirs: Book, case_id: str
) -> None:
    theirs.call("edit", case_id, "--set", "lesson=care", check=0)
    for book in (ours, theirs):
        book.call("attach", case_id, made.words["file"], "--name", f"{book.root.name}.txt", check=0)
    assert not merge(ours, theirs)
    assert lines_of(ours, case_id).count("attachments:") == 2
    ours.call("resolve", "--commit", check=0)
    assert lines_of(ours, case_id).count("attachments:") == 1
    text = ours.file(case_id).read_text(encoding="utf-8")
    assert all(f"{{file: {name}.txt," in text for name in ("ours", "theirs"))
    check_clean(ours)


def test_two_files_of_one_name_are_named_with_both_digests(
    ours: Book, theirs: Book, case_id: str, tmp_path: Path
) -> None:
    for book in (ours, theirs):
        file = tmp_path / f"{book.root.name}.txt"
        file.write_text(book.root.name, encoding="utf-8")
        book.call("attach", case_id, str(file), "--name", "photo.txt", check=0)
    assert not merge(ours, theirs)
    assert "attachments.sha256 (photo.txt): one side has" in ours.call("resolve", check=4).stderr


def test_a_level_changed_and_changed_back_here_and_changed_there_is_as_the_later_event_says(
    ours: Book, theirs: Book, case_id: str
) -> None:
    def edit(book: Book, level: str, time: str) -> None:
        book.call("edit", case_id, "--set", f"level={level}", "--at", f"2024-03-04T{time}", check=0)

    edit(ours, "general", "09:30")
    theirs.git("pull", "--quiet", str(ours.root), "HEAD")
    edit(ours, "urgent", "10:00")
    edit(theirs, "important", "10:10")
    edit(ours, "general", "10:20")
    assert not merge(ours, theirs)
    ours.call("resolve", "--commit", check=0)
    assert "level: general" in lines_of(ours, case_id)
    check_clean(ours)


# What a person wrote beside the fields


def write_by_hand(book: Book, case_id: str, old: str, new: str) -> None:
    path = book.file(case_id)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "by hand")


def test_comments_and_own_keys_in_a_settled_file_stay(ours: Book, theirs: Book, case_id: str) -> None:
    write_by_hand(ours, case_id, "owner: ", "# ask Li\nowner: ")
    write_by_hand(ours, case_id, "status:", "own: 7\nstatus:")
    theirs.git("pull", "--quiet", str(ours.root), "HEAD")
    ours.call("edit", case_id, "--set", "customer.name=Wang", check=0)
    theirs.call("edit", case_id, "--set", "customer.phone=138", check=0)
    assert not merge(ours, theirs)
    ours.call("resolve", "--commit", check=0)
    text = ours.file(case_id).read_text(encoding="utf-8")
    assert "# ask Li\nowner: " in text
    assert "own: 7\n" in text
    assert 'customer: {name: Wang, phone: "138"}' in text


@pytest.mark.parametrize(("one", "two"), [("# ask Li", "# ask Wu"), ("own: 1", "own: 2")])
def test_two_comments_or_own_keys_in_one_place_are_left_to_a_person(
    ours: Book, theirs: Book, case_id: str, one: str, two: str
) -> None:
    for book, words in ((ours, one), (theirs, two)):
        write_by_hand(book, case_id, "owner: ", f"{words}\nowner: ")
    assert not merge(ours, theirs)
    before = ours.file(case_id).read_bytes()
    refused = ours.call("resolve", check=4)
    line = before.splitlines().index(b"<<<<<<< HEAD") + 1
    assert f"{case_id}.yaml:{line}:" in refused.stderr
    assert "a comment, a key of your own" in refused.stderr
    assert ours.file(case_id).read_bytes() == before


# How it ends


def test_resolve_names_the_command_that_finishes_and_commit_does_it(
    ours: Book, theirs: Book, case_id: str
) -> None:
    for book in (ours, theirs):
        book.call("note", case_id, book.root.name, check=0)
    assert not merge(ours, theirs)
    assert "complaintctl resolve --commit" in ours.call("note", case_id, "three", check=4).stderr
    assert "Now: git commit, or: complaintctl resolve --commit" in ours.call("resolve", check=0).stderr
    ended = ours.call("resolve", "--commit", check=0)
    assert (ended.stdout, ended.stderr) == ("", "Both sides are united and committed.\n")
    assert len(ours.git("log", "-1", "--format=%P").split()) == 2
    check_clean(ours)
    assert "No case is in conflict" in ours.call("resolve", "--commit", check=2).stderr


@pytest.mark.parametrize("operation", ["rebase", "cherry-pick"])
def test_a_rebase_or_cherry_pick_is_finished_too(
    ours: Book, theirs: Book, case_id: str, operation: str
) -> None:
    for book in (ours, theirs):
        for number in (1, 2):
            book.call("note", case_id, f"{book.root.name} {number}", check=0)
    ours.git("fetch", "--quiet", str(theirs.root), "HEAD")
    words = ["FETCH_HEAD"] if operation == "rebase" else ["FETCH_HEAD~", "FETCH_HEAD"]
    command = ["git", operation, *words]
    assert subprocess.run(
        command, cwd=ours.root, env=ours.variables, capture_output=True, check=False
    ).returncode
    assert f"git {operation} --continue" in ours.call("resolve", check=0).stderr
    ours.call("resolve", "--commit", check=0)
    check_clean(ours)
    text = ours.file(case_id).read_text(encoding="utf-8")
    assert all(f"text: {name} {number}," in text for name in ("ours", "theirs") for number in (1, 2))


def test_a_stash_in_conflict_is_committed(ours: Book, case_id: str) -> None:
    ours.call("note", case_id, "one", "--no-commit", check=0)
    ours.git("stash", "--quiet")
    ours.call("note", case_id, "two", check=0)
    command = ["git", "stash", "pop"]
    assert subprocess.run(
        command, cwd=ours.root, env=ours.variables, capture_output=True, check=False
    ).returncode
    ours.call("resolve", "--commit", check=0)
    check_clean(ours)


def test_where_a_hook_refuses_the_merge_the_files_are_resolved_and_the_next_try_finishes(
    ours: Book, theirs: Book, case_id: str
) -> None:
    for book in (ours, theirs):
        book.call("note", case_id, book.root.name, check=0)
    assert not merge(ours, theirs)
    hook = ours.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not today' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    refused = ours.call("resolve", "--commit", check=4)
    assert "git did not finish (git commit): not today." in refused.stderr
    assert "<<<<<<<" not in ours.file(case_id).read_text(encoding="utf-8")
    assert ours.git("diff", "--name-only", "--diff-filter=U") == ""
    hook.unlink()
    ours.call("resolve", "--commit", check=0)
    check_clean(ours)


def test_a_conflict_outside_the_cases_is_named_and_not_committed(
    ours: Book, theirs: Book, case_id: str
) -> None:
    for book in (ours, theirs):
        book.call("note", case_id, book.root.name, check=0)
        policy = book.root / "complaintctl.yaml"
        policy.write_text(f"# {book.root.name}\n" + policy.read_text(encoding="utf-8"), encoding="utf-8")
        book.git("commit", "--quiet", "--all", "--message", "policy")
    assert not merge(ours, theirs)
    assert "Still in conflict: complaintctl.yaml" in ours.call("resolve", "--commit", check=4).stderr


MAP = """\
mapping: 1
system: shop
timezone: Asia/Shanghai
times: "%Y-%m-%d %H:%M"
id: No
received: came
fields: {title: subject, description: said}
"""


def imported(book: Book, header: str, row: str) -> None:
    folder = book.root.parent
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    (folder / "table.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    book.call("import", "csv", str(folder / "table.csv"), "--map", str(folder / "map.yaml"), check=0)


@pytest.mark.parametrize("more", ["", ",shelf"])
def test_two_imports_of_different_new_rows_leave_no_contradiction(
    ours: Book, tmp_path: Path, more: str
) -> None:
    header, cell = "No,came,subject,said", ",A7" if more else ""
    imported(ours, header, "1,2024-03-04 09:00,Swells,hot")
    theirs = ours.clone(tmp_path / "second")
    imported(ours, header, "1,2024-03-04 09:00,Swells,very hot")
    imported(theirs, header + more, f"1,2024-03-04 09:00,Battery swells,hot{cell}")
    left, right = (book.clone(tmp_path / f"merged-{book.root.name}") for book in (ours, theirs))
    for book, other in ((left, theirs), (right, ours)):
        assert not merge(book, other)
        book.call("resolve", "--commit", check=0)
        check_clean(book)
    (path,) = (path for path in (left.root / "cases/open").iterdir() if b"shop" in path.read_bytes())
    assert path.read_bytes() == right.file(path.stem).read_bytes()
    case = left.json("show", path.stem)["case"]
    assert (case["title"], case["description"]) == ("Battery swells", "very hot")
    # What either side imported is not mistaken for something that was changed here: the next table is taken.
    imported(left, header + more, f"1,2024-03-04 09:00,Battery swells,very hot{cell}")
    imported(left, header + more, f"1,2024-03-04 09:00,Battery,cold{cell}")
    case = left.json("show", path.stem)["case"]
    assert (case["title"], case["description"]) == ("Battery", "cold")
