"""Tests comparing two policies: differing promises, and moving clocks of open cases."""

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import LANG, Book, git, make_book, refused

NOW = (
    f"language: {LANG}\n"
    """\
complaintctl: 1
name: shop
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
steps:
  - {step: ack, within: 4h, first_answer: true}
  - {step: classify, within: 4h}
  - {step: plan, within: {urgent: 8h, general: 48h}}
  - {step: respond, within: 24h, from: plan}
"""
)
PROPOSED = (
    f"language: {LANG}\n"
    """\
complaintctl: 1
name: shop
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone]
steps:
  - {step: classify, within: 4h}
  - {step: plan, within: {urgent: 4h, general: 2d}}
  - {step: verify, within: 12h, from: plan, optional: true}
  - {step: respond, within: 36h, from: plan}
"""
)
AS_OF = "2024-03-04T14:00"
FORCED = ("--force", "--reason", "r")


@pytest.fixture(scope="module")
def ids() -> dict[str, str]:
    return {}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory, ids: dict[str, str]) -> Book:
    folder = tmp_path_factory.mktemp("diff")
    (folder / "policy.yaml").write_text(NOW)
    book = make_book(folder, folder / "policy.yaml")
    received = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:00")
    for name, level in (("urgent", "urgent"), ("waited", "urgent"), ("general", "general")):
        ids[name] = book.open(name, *received)
        book.call("classify", ids[name], "--level", level, "--at", "2024-03-04T09:30", check=0)
        book.call("ack", ids[name], "--at", "2024-03-04T14:00", check=0)
    book.call("wait", ids["waited"], "--reason", "photo", "--at", "2024-03-04T10:00", check=0)
    book.call("resume", ids["waited"], "--at", "2024-03-04T12:00", check=0)
    book.call("plan", ids["general"], "--at", "2024-03-04T10:00", check=0)
    promise = ("--promise-by", "2024-03-05T09:00")
    ids["new"] = book.open("new", "--received", "2024-03-04T13:00", "--at", "2024-03-04T13:00", *promise)
    for name in ("closed", "back"):
        ids[name] = book.open(name, *received)
        book.call("close", ids[name], "--outcome", "withdrawn", *FORCED, "--at", "2024-03-04T10:00", check=0)
    book.call("reopen", ids["back"], "--reason", "again", "--at", "2024-03-06T10:00", check=0)
    (book.root / "complaintctl.yaml").write_text(PROPOSED)
    return book


def diff(book: Book, *arguments: str, check: int = 0) -> dict[str, Any]:
    return dict(book.json("policy", "diff", *arguments, "--as-of", AS_OF, check=check)["policy_diff"])


def test_every_clock_that_moves_is_told_with_both_due_times(book: Book, ids: dict[str, str]) -> None:
    """Received 09:00, as of 14:00; a limit of hours runs by the clock."""
    found = {
        (entry["case"], entry["step"]): (entry["old"], entry["new"], entry["effect"])
        for entry in diff(book, "HEAD")["clocks"]
    }
    day, zone = "2024-03-04T", ":00+08:00"
    assert found == {
        # 09:00 + 8 h; 09:00 + 4 h
        (ids["urgent"], "plan"): (f"{day}17:00{zone}", f"{day}13:00{zone}", "becomes-overdue"),
        # the same and 2 h waited: 19:00; 15:00
        (ids["waited"], "plan"): (f"{day}19:00{zone}", f"{day}15:00{zone}", "earlier"),
        # planned at 10:00: + 24 h; + 36 h
        (ids["general"], "respond"): ("2024-03-05T10:00:00+08:00", "2024-03-05T22:00:00+08:00", "later"),
        # planned at 10:00: no such step; + 12 h
        (ids["general"], "verify"): (None, f"{day}22:00{zone}", "appears"),
        # received 13:00, no level yet, so the shortest limit: + 8 h; + 4 h
        (ids["new"], "plan"): (f"{day}21:00{zone}", f"{day}17:00{zone}", "earlier"),
        # 13:00 + 4 h; no such step
        (ids["new"], "ack"): (f"{day}17:00{zone}", None, "vanishes"),
    }


def test_every_count_has_its_denominator(book: Book) -> None:
    """Running before: plan twice, respond once; classify, plan and ack of the new case."""
    assert diff(book, "HEAD")["counts"] == {
        "cases": 4,
        "clocks": 6,
        "moved": 4,
        "appearing": 1,
        "vanishing": 1,
        "cases_moved": 4,
        "becoming_overdue": 1,
        "cases_becoming_overdue": 1,
        "no_longer_overdue": 0,
        "cases_no_longer_overdue": 0,
    }
    back = diff(book, "complaintctl.yaml", "HEAD")["counts"]
    assert (back["no_longer_overdue"], back["cases_no_longer_overdue"], back["becoming_overdue"]) == (1, 1, 0)
    assert (back["appearing"], back["vanishing"], back["cases"]) == (1, 1, 4)


def test_verdicts_and_dates_told_to_customers_stay(book: Book) -> None:
    """The answer at 14:00 was due at 13:00: late, whatever either policy says of it now."""
    steps = {entry["step"] for entry in diff(book, "HEAD")["clocks"]}
    assert steps == {"plan", "respond", "verify", "ack"}
    said = book.call("policy", "diff", "HEAD", "--as-of", AS_OF, check=0).stdout
    assert "Recorded verdicts and dates promised to customers do not change.\n" in said


def test_promises_are_compared_by_what_they_say(book: Book) -> None:
    """48h are open hours and 2d days, so they differ; the place of what is gone is where the steps begin."""
    said = book.call("policy", "diff", "HEAD", "--as-of", AS_OF, check=0).stdout
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[0] == "HEAD → complaintctl.yaml, as of 2024-03-04 14:00"
    assert lines[4:11] == [
        "step ack limit 4h, counted from receipt, first answer yes – complaintctl.yaml:8",
        "step plan: limit, urgent 8h 4h complaintctl.yaml:9",
        "step plan: limit, general 48h 2d complaintctl.yaml:9",
        "step respond: limit 24h 36h complaintctl.yaml:11",
        "step verify – limit 12h, counted from plan, optional yes complaintctl.yaml:10",
        "",
        "case step level due so far due from now on moves effect",
    ]
    assert "5 promises differ." in said
    assert "Of 6 running clocks: moved 4, gone 1; new 1. In 4 of 4 open cases." in said
    assert "Clocks that become overdue: 1, in 1 of 4 open cases; no longer overdue: 0, in 0." in said


def test_two_like_policies_promise_the_same(book: Book) -> None:
    said = book.call("policy", "diff", "HEAD", "HEAD", "--as-of", AS_OF, check=0).stdout.splitlines()
    assert said[2:4] == [
        "Both promise the same.",
        "Of 6 running clocks: moved 0, gone 0; new 0. In 0 of 4 open cases.",
    ]


def test_fail_on_overdue_fails_where_a_clock_becomes_overdue(book: Book) -> None:
    asked = ("policy", "diff", "HEAD", "--fail-on", "overdue", "--as-of")
    assert book.call(*asked, AS_OF, check=1).stdout
    # 09:00 + 4 h = 13:00 is not past at 13:00
    assert book.call(*asked, "2024-03-04T13:00", check=0).stdout
    assert "overdue, never" in refused(book, 2, "policy", "diff", "HEAD", "--fail-on", "due")


@pytest.mark.parametrize(("as_of", "cases"), [("09:15", 5), ("14:00", 4), ("2024-03-07", 5)])
def test_what_was_open_at_the_moment_is_compared(book: Book, as_of: str, cases: int) -> None:
    """Four cases from 09:00 on, two of them closed at 10:00, one of these reopened on 6 March; a fifth from 13:00 on."""
    moment = as_of if "-" in as_of else f"2024-03-04T{as_of}"
    found = book.json("policy", "diff", "HEAD", "--as-of", moment)["policy_diff"]
    assert found["counts"]["cases"] == cases


def test_a_spreadsheet_gets_both_parts_as_one_table(book: Book) -> None:
    said = book.call("policy", "diff", "HEAD", "--as-of", AS_OF, "--format", "csv", check=0).stdout
    rows = list(csv.DictReader(io.StringIO(said)))
    promises = [row for row in rows if row["section"] == "promises"]
    clocks = [row for row in rows if row["section"] == "clocks"]
    assert (len(promises), len(clocks)) == (5, 6)
    assert (promises[1]["key"], promises[1]["old"], promises[1]["new"]) == (
        "steps plan within urgent",
        "8h",
        "4h",
    )
    assert (clocks[0]["key"], clocks[0]["seconds"], clocks[0]["effect"]) == (
        "plan",
        "-14400",
        "becomes-overdue",
    )


def test_markdown_for_a_pull_request(book: Book) -> None:
    said = book.call("policy", "diff", "HEAD", "--as-of", AS_OF, "--format", "md", check=0).stdout
    assert said.startswith("# HEAD → complaintctl.yaml, as of 2024-03-04 14:00\n\n| promise |")
    assert "\n- 5 promises differ.\n" in said


def test_in_chinese(book: Book) -> None:
    said = book.call(
        "policy", "diff", "HEAD", "--as-of", AS_OF, env={"COMPLAINTCTL_LANG": "zh"}, check=0
    ).stdout
    assert "步骤 plan 制定方案：时限、urgent" in said
    assert "将超期" in said
    assert not [word for word in ("promise", "clocks", "step ", "Clocks") if word in said]


def test_a_policy_may_be_a_file_a_revision_or_a_file_of_a_revision(book: Book, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(NOW)
    book.git("tag", "agreed")
    for name in ("HEAD", "agreed", "main", "HEAD:complaintctl.yaml", str(tmp_path / "other.yaml")):
        assert diff(book, name)["counts"]["moved"] == 4
    assert diff(book, "HEAD", str(tmp_path / "other.yaml"))["promises"] == []


def test_a_file_comes_before_a_revision_of_the_same_name(book: Book) -> None:
    book.git("tag", "same-name")
    (book.root / "same-name").write_text(PROPOSED)
    assert diff(book, "same-name")["promises"] == []
    (book.root / "same-name").unlink()
    assert len(diff(book, "same-name")["promises"]) == 5


def test_a_name_that_is_neither_is_refused(book: Book) -> None:
    said = "nowhere is neither a file nor a git revision of this repository."
    assert refused(book, 2, "policy", "diff", "nowhere") == said
    assert refused(book, 2, "policy", "diff", "HEAD:README") == "HEAD has no README."
    assert refused(book, 2, "policy", "diff", "HEAD", "nowhere") == said


def test_a_shallow_clone_says_so(book: Book, tmp_path: Path) -> None:
    git(tmp_path, book.variables, "clone", "-q", "--depth", "1", f"file://{book.root}", "shallow")
    clone = Book(root=tmp_path / "shallow", variables=book.variables)
    said = refused(clone, 2, "policy", "diff", "HEAD~3")
    assert said.endswith("it is shallow: git fetch --unshallow")


def test_outside_git_a_revision_is_refused_and_a_file_is_not(book: Book, tmp_path: Path) -> None:
    shutil.copytree(book.root, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    copy = Book(root=tmp_path / "copy", variables=book.variables)
    result = copy.call("policy", "diff", "HEAD", check=2)
    assert "HEAD is not a file, and it cannot be a revision:" in result.stderr
    assert result.stderr.endswith("is not in a git repository.\n")
    (tmp_path / "old.yaml").write_text(NOW)
    assert diff(copy, str(tmp_path / "old.yaml"))["counts"]["moved"] == 4


def test_faults_of_either_side_are_told_with_their_file(book: Book, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(NOW.replace("within: 24h", "within: 24x"))
    result = book.call("policy", "diff", "HEAD", str(faulty), check=4)
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"{faulty}:11:29: 24x is not a limit. Write it like 15m, 1h, 10d, 8w, 3mo or 3bd",
        f"{faulty} has errors, so nothing was compared.",
    ]


def test_faults_of_a_revision_are_told_with_the_revision(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(NOW)
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    path = book.root / "complaintctl.yaml"
    path.write_text(NOW.replace("within: 24h", "within: 24x"))
    book.git("commit", "-qam", "a slip")
    path.write_text(NOW)
    said = book.call("policy", "diff", "HEAD", check=4).stderr.splitlines()
    assert said[0].startswith("HEAD:complaintctl.yaml:11:29: 24x is not a limit.")
    assert said[1] == "HEAD has errors, so nothing was compared."


def test_a_casebook_below_the_top_of_its_repository(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(NOW)
    outer = make_book(tmp_path, tmp_path / "policy.yaml")
    inner = Book(root=outer.root / "desk", variables=outer.variables)
    inner.root.mkdir()
    (inner.root / "complaintctl.yaml").write_text(NOW)
    outer.git("add", "desk")
    outer.git("commit", "-qm", "a desk")
    (inner.root / "complaintctl.yaml").write_text(PROPOSED)
    assert len(diff(inner, "HEAD")["promises"]) == 5


def test_a_word_that_the_new_policy_forgets_is_counted(book: Book, tmp_path: Path) -> None:
    path = tmp_path / "renamed.yaml"
    path.write_text(NOW.replace("urgent", "critical"))
    said = diff(book, "HEAD", str(path))
    (word,) = said["unknown_words"]
    assert (word["field"], word["value"], word["cases"], len(word["ids"])) == ("level", "urgent", 2, 2)
    shown = book.call("policy", "diff", "HEAD", str(path), "--as-of", AS_OF, check=0).stdout
    assert "2 of 4 open cases have level urgent, which the new policy does not have: " in shown


def test_a_damaged_case_makes_the_answer_incomplete(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(NOW)
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case_id = book.open("t")
    path = book.file(case_id)
    path.write_text(path.read_text().replace("\nreceived:", "\nreceived: soon #"))
    result = book.call("policy", "diff", "HEAD", check=4)
    assert "received is not a date and time" in result.stderr
    assert "In 0 of 1 open case." in result.stdout


def test_nothing_is_written(book: Book) -> None:
    before = book.git("status", "--porcelain", "--untracked-files=all")
    diff(book, "HEAD")
    assert book.git("status", "--porcelain", "--untracked-files=all") == before
