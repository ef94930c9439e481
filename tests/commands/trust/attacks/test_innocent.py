"""Histories that only look odd: everything in them was allowed, so nothing is found."""

import json
import re
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.casebooks import Book, author, git_merge
from tests.commands.trust.attacks.forging import ForgedCommit, Forger, findings, for_case, parse, warnings
from tests.commands.trust.attacks.story import LI_WEI, MA_LI, Story, copy_story


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return copy_story(tmp_path)


def clean(book: Book) -> bool:
    found = findings(book)
    assert found == []
    return True


def two_clones(story: Story, folder: Path) -> Book:
    """A clone, in which something else happens than here."""
    other = story.book.clone(folder / "other")
    story.book.call("note", story.late, "here", check=0)
    other.call("investigate", story.late, "--finding", "a loose wire", env=author(MA_LI), check=0)
    return other


def test_two_clones_that_are_merged(story: Story, tmp_path: Path) -> None:
    other = two_clones(story, tmp_path)
    merge(story.book, other)
    story.do(story.late, "plan", "--remedy", "refund")
    assert clean(story.book)


def next_second() -> None:
    """Events of one second have no order of time when clones are merged."""
    time.sleep(1.01 - time.time() % 1)


def merge(book: Book, other: Book) -> None:
    if git_merge(book, other):
        book.call("resolve", check=0)
        book.git("commit", "--quiet", "--no-edit")


def activities(book: Book, case: str) -> list[str]:
    answer = book.json("show", case)
    return [event["did"] for event in answer["case"]["history"]]


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_wait_that_ends_in_two_clones(story: Story, tmp_path: Path, is_ours: bool) -> None:
    story.do(story.late, "wait", "--reason", "photo")
    other = story.book.clone(tmp_path / "other")
    next_second()
    other.call("heard", story.late, "--via", "phone", env=author(MA_LI), check=0)
    next_second()
    story.do(story.late, "resume")
    one, two = (story.book, other) if is_ours else (other, story.book)
    merge(one, two)
    assert activities(one, story.late)[-2:] == ["heard", "resume"]
    assert clean(one)
    one.call("note", story.late, "after the merge", check=0)
    assert clean(one)


def test_an_event_that_knew_one_of_two_other_clones(story: Story, tmp_path: Path) -> None:
    known, unknown = (story.book.clone(tmp_path / name) for name in ("known", "unknown"))
    known.call("wait", story.late, "--reason", "photo", env=author(MA_LI), check=0)
    next_second()
    unknown.call("heard", story.late, "--via", "phone", env=author(MA_LI), check=0)
    next_second()
    story.do(story.late, "note", "here")
    merge(story.book, known)
    story.do(story.late, "resume")
    merged = story.book.head()
    merge(story.book, unknown)
    assert activities(story.book, story.late)[-4:] == ["wait", "heard", "note", "resume"]
    assert clean(story.book)
    for options in ([], ["--since", f"{merged}~1"]):
        assert story.book.json("verify", *options)["verify"]["findings"] == []


@pytest.mark.parametrize("kept", ["urgent", "general"])
def test_a_level_that_a_person_keeps_of_two_clones(story: Story, tmp_path: Path, kept: str) -> None:
    other = story.book.clone(tmp_path / "other")
    case = story.book.open("Cable frays", "--channel", "phone")
    other.git("pull", "--quiet")
    story.do(case, "edit", "--set", "level=urgent")
    next_second()
    other.call("edit", case, "--set", "level=general", env=author(MA_LI), check=0)
    git_merge(story.book, other)
    story.book.call("resolve", check=4)
    path = story.book.file(case)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"level: \w+", f"level: {kept}", text), encoding="utf-8")
    story.book.call("resolve", "--commit", check=0)
    assert parse(path.read_text(encoding="utf-8")).level == kept
    assert clean(story.book)
    assert [finding["key"] for finding in warnings(story.book)] == ["audit-fact"] * (kept == "urgent")
    if kept == "urgent":
        story.do(case, "edit", "--set", "level=urgent")
    assert clean(story.book)
    assert warnings(story.book) == []


def test_two_clones_whose_clocks_differ_by_a_minute(story: Story, tmp_path: Path) -> None:
    other = story.book.clone(tmp_path / "other")
    other.call("note", story.late, "there", check=0)

    def slow(text: str) -> str:
        """The last event a minute earlier, before the one that it follows."""
        lines = text.splitlines(keepends=True)
        if "text: there" not in lines[-1]:
            return text
        at = lines[-1].split("at: ")[1].split(",")[0]
        early = (datetime.fromisoformat(at) - timedelta(minutes=1)).isoformat()
        return "".join([*lines[:-1], lines[-1].replace(at, early)])

    def early(forged: ForgedCommit) -> None:
        if f"{story.late} note" in forged.message:
            forged.shift_time("author", -60)
            forged.shift_time("committer", -60)

    Forger(text=for_case(story.late, slow), commit=early).forge(other)
    story.book.git("pull", "--quiet", "--ff-only", str(other.root), "HEAD")
    story.do(story.late, "investigate", "--finding", "a loose wire")
    assert clean(story.book)


def test_a_rebase(story: Story, tmp_path: Path) -> None:
    other = story.book.clone(tmp_path / "other")
    story.book.call("note", story.late, "here", check=0)
    other.call("edit", story.closed, "--set", "lesson=pack better", check=0)
    other.git("pull", "--quiet", "--rebase")
    assert clean(other)


def test_a_cherry_pick(story: Story) -> None:
    book = story.book
    branch = book.git("symbolic-ref", "--short", "HEAD").strip()
    book.git("checkout", "--quiet", "-b", "other")
    book.call("edit", story.closed, "--set", "lesson=pack better", check=0)
    book.git("checkout", "--quiet", branch)
    story.do(story.late, "note", "here")
    book.git("cherry-pick", "other")
    assert clean(book)


def test_a_squash_where_the_policy_allows_it(story: Story) -> None:
    book = story.book
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8").replace("trust: {", "trust: {squash: allowed, ")
    policy.write_text(text, encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--author=ma.li <ma.li@example.com>", "--message", "policy")
    story.do(story.late, "note", "one")
    story.do(story.late, "investigate", "--finding", "a loose wire", by=MA_LI)
    book.git("reset", "--quiet", "--soft", "HEAD~2")
    book.git("commit", "--quiet", "--message", "Two in one")
    assert clean(book)


def test_a_hand_edit_that_edit_records(story: Story) -> None:
    path = story.book.file(story.late)
    path.write_text(
        path.read_text(encoding="utf-8").replace("level: general", "level: urgent"), encoding="utf-8"
    )
    story.do(story.late, "edit", "--set", "level=urgent")
    assert clean(story.book)


@pytest.mark.parametrize(
    ("kind", "old", "new", "by"), [("person", LI_WEI, "li.lei", MA_LI), ("level", "general", "normal", MA_LI)]
)
def test_a_name_that_rename_changes(story: Story, kind: str, old: str, new: str, by: str) -> None:
    story.book.call("rename", kind, old, new, env=author(by), check=0)
    story.do(story.late, "investigate", "--finding", "a loose wire")
    assert clean(story.book)


def test_a_name_renamed_for_somebody_else(story: Story) -> None:
    story.book.call("rename", "level", "general", "normal", "--by", MA_LI, env=author(LI_WEI), check=0)
    assert [finding["key"] for finding in findings(story.book)] == ["audit-policy-by"]


def test_an_import_and_its_revision(story: Story, tmp_path: Path) -> None:
    table, mapping = tmp_path / "rows.csv", tmp_path / "map.yaml"
    mapping.write_text(
        'mapping: 1\nsystem: shop\ntimezone: Asia/Shanghai\ntimes: ["%Y-%m-%dT%H:%M"]\nid: number\n'
        "received: came\nclosed: ended\nsteps: {ack: answered}\nfields: {title: subject, outcome: result}\n",
        encoding="utf-8",
    )
    rows = "number,subject,came,answered,ended,result\n"
    table.write_text(f"{rows}1,Dent,2025-03-04T09:00,2025-03-04T10:00,,\n", encoding="utf-8")
    story.book.call("import", "csv", str(table), "--map", str(mapping), check=0)
    table.write_text(
        f"{rows}1,Dent,2025-03-04T09:00,2025-03-04T10:00,2025-03-06T09:00,upheld\n", encoding="utf-8"
    )
    story.book.call("import", "csv", str(table), "--map", str(mapping), check=0)
    assert clean(story.book)


def test_a_team_that_commits_itself(story: Story) -> None:
    book = story.book
    policy = book.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "git: {commit: off}\n", encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--author=ma.li <ma.li@example.com>", "--message", "policy")
    story.do(story.late, "note", "one")
    story.do(story.late, "investigate", "--finding", "a loose wire")
    book.git("commit", "--quiet", "--all", "--message", "Today")
    assert clean(book)


def test_a_shortcut_and_a_customer_who_calls_again(story: Story) -> None:
    story.do(story.closed, "heard", "--via", "phone", "--reopen", "--text", "again")
    answer = json.loads(story.book.call("show", story.closed, "--json").stdout)
    assert [event["did"] for event in answer["case"]["history"]][-2:] == ["reopen", "heard"]
    assert clean(story.book)


def test_a_message_that_is_written_better(story: Story) -> None:
    story.do(story.late, "note", "one")
    message = story.book.git("log", "-1", "--format=%B").partition("\n")[2]
    story.book.git("commit", "--quiet", "--amend", "--message", f"A note\n{message}")
    story.do(story.late, "note", "two")
    assert clean(story.book)


def test_a_fix_of_a_title_that_autosquash_puts_into_its_commit(story: Story) -> None:
    book = story.book
    book.call("verify", check=0)
    story.do(story.late, "note", "one")
    path = book.file(story.late)
    path.write_text(
        path.read_text(encoding="utf-8").replace("Lamp flickers", "Lamp goes out"), encoding="utf-8"
    )
    book.git("commit", "--quiet", "--all", "--fixup", "HEAD")
    book.git("-c", "sequence.editor=true", "rebase", "--quiet", "--interactive", "--autosquash", "HEAD~2")
    assert clean(book)
    assert book.json("verify")["verify"]["findings"] == []


def test_a_merge_of_three_branches(story: Story) -> None:
    book = story.book
    for name, case in (("one", story.late), ("two", story.closed)):
        book.git("checkout", "--quiet", "-b", name, "main")
        story.do(case, "note", name)
    book.git("checkout", "--quiet", "main")
    book.open("Radio hums", "--level", "general", "--channel", "phone")
    book.git("merge", "--quiet", "--no-edit", "one", "two")
    assert book.git("rev-list", "--merges", "--count", "HEAD").strip() == "1"
    assert clean(book)


def test_a_casebook_in_a_folder_that_moves_loses_no_event(story: Story) -> None:
    """The history of the folder begins anew: every event came with the commit that moved it."""
    book = story.book
    (book.root / "desk").mkdir()
    for name in ("complaintctl.yaml", "cases"):
        book.git("mv", name, "desk/")
    book.git("commit", "--quiet", "--message", "Move the casebook")
    moved = Book(root=book.root / "desk", variables=book.variables)
    found = {finding["key"] for finding in findings(moved)}
    assert not {key for key in found if key.startswith(("audit-event", "audit-case", "audit-merge"))}


def test_line_endings_of_windows(story: Story) -> None:
    book = story.book
    book.git("config", "core.autocrlf", "true")
    for path in (book.root / "cases").rglob("C-*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    story.do(story.late, "note", "one")
    assert clean(book)


def test_a_branch_that_changes_the_policy(story: Story) -> None:
    book = story.book
    book.git("checkout", "--quiet", "-b", "policy")
    path = book.root / "complaintctl.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("within: 48h", "within: 36h"), encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--author=ma.li <ma.li@example.com>", "--message", "policy")
    book.git("checkout", "--quiet", "main")
    story.do(story.late, "investigate", "--finding", "a loose wire")
    book.git("merge", "--quiet", "--no-edit", "policy")
    story.do(story.late, "plan", "--remedy", "refund")
    assert clean(book)
