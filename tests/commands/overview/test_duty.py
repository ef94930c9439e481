"""`duty`: recurring duties of the desk are listed, recorded, and judged by `today` and `check`."""

from pathlib import Path

import pytest

from tests.casebooks import Book, make_book

POLICY = """\
complaintctl: 1
name: desk
timezone: Asia/Shanghai
steps:
  - {step: ack, within: 4h}
duties:
  customer-data: {label: {en: review of customer data, zh: 核对客户资料}, every: 1mo, who: clerk}
  training: {every: 3mo, who: quality, from: 2026-01-01}
roles: [clerk]
people:
  li.wei: {email: li.wei@example.com, roles: [clerk]}
  wang.fang: {department: quality}
"""
RECORDED = "2026-03-31T10:00"
RECORDED_DUE = "2026-04-30T10:00:00+08:00"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A casebook with a duty that has a first day and one that counts from the first time."""
    file = tmp_path / "desk.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, file)


def _states(book: Book, as_of: str) -> dict[str, tuple[str, str | None]]:
    rows = book.json("duty", "--as-of", as_of)["duties"]
    return {row["duty"]: (row["state"], row["due"]) for row in rows}


def test_a_duty_counts_from_its_first_day_or_from_the_first_time(book: Book) -> None:
    assert _states(book, "2026-03-01") == {
        "training": ("running", "2026-04-01T00:00:00+08:00"),
        "customer-data": ("never", None),
    }
    assert _states(book, "2026-04-02")["training"][0] == "overdue"


def test_done_is_recorded_in_a_line_with_its_own_commit(book: Book) -> None:
    before = book.head()
    said = book.json("duty", "核对客户资料", "--at", RECORDED, "--text", "all: fine\nreally")
    assert (said["duty"]["duty"], said["duty"]["due"]) == ("customer-data", RECORDED_DUE)
    assert book.git("rev-parse", "HEAD~1").strip() == before
    assert book.git("log", "-1", "--format=%s").strip() == "duty customer-data"
    assert book.git("status", "--short") == ""
    first = (book.root / "duties.yaml").read_text(encoding="utf-8")
    book.call("duty", "training", check=0)
    second = (book.root / "duties.yaml").read_text(encoding="utf-8")
    assert second.startswith(first)
    assert len(second.splitlines()) == len(first.splitlines()) + 1
    row = next(row for row in book.json("duty")["duties"] if row["duty"] == "customer-data")
    assert (row["last"], row["by"], row["text"]) == (
        "2026-03-31T10:00:00+08:00",
        "li.wei",
        "all: fine really",
    )


def test_a_month_ends_at_the_last_day_of_a_shorter_one(book: Book) -> None:
    book.call("duty", "customer-data", "--at", RECORDED, check=0)
    assert _states(book, "2026-04-30T10:00")["customer-data"] == ("running", RECORDED_DUE)
    assert _states(book, "2026-04-30T10:01")["customer-data"] == ("overdue", RECORDED_DUE)
    assert _states(book, "2026-03-30")["customer-data"] == ("never", None)


def test_check_fails_for_an_overdue_duty_as_for_a_clock(book: Book) -> None:
    book.call("duty", "customer-data", "--at", RECORDED, check=0)
    book.call("duty", "training", "--at", RECORDED, check=0)
    assert book.json("check", "--as-of", "2026-04-29")["check"]["duties"] == []
    late = book.json("check", "--as-of", "2026-05-01", check=1)["check"]
    assert [row["duty"] for row in late["duties"]] == ["customer-data"]
    assert "customer-data" in book.call("check", "--as-of", "2026-05-01", check=1).stdout
    book.call("check", "--as-of", "2026-05-01", "--fail-on", "never", check=0)
    book.call("check", "--as-of", "2026-04-30", "--fail-on", "due", check=1)
    rows = book.call("check", "--as-of", "2026-05-01", "--format", "csv", check=1).stdout.splitlines()
    assert [row.split(",")[1] for row in rows] == ["step", "duty"]


@pytest.mark.parametrize("output_format", ["github", "gitlab", "junit", "sarif"])
def test_ci_formats_name_an_overdue_duty(book: Book, output_format: str) -> None:
    shown = book.call("check", "--as-of", "2026-05-01", "--format", output_format, check=1).stdout
    assert "training" in shown
    assert "complaintctl.yaml" in shown


def test_check_says_that_a_duty_was_never_recorded(book: Book) -> None:
    assert "customer-data" in book.call("check", "--as-of", "2026-02-01", check=0).stderr


def test_today_shows_duties_of_the_week_to_those_they_belong_to(book: Book) -> None:
    book.call("duty", "customer-data", "--at", RECORDED, check=0)

    def shown(*options: str) -> list[str]:
        return [row["duty"] for row in book.json("today", "--as-of", "2026-04-28", *options)["duties"]]

    assert shown() == ["training", "customer-data"]
    assert shown("--role", "clerk") == ["customer-data"]
    assert shown("--owner", "li.wei") == ["customer-data"]
    assert shown("--owner", "wang.fang") == ["training"]
    assert shown("--department", "quality") == ["training"]
    assert "complaintctl duty training" in book.call("today", "--as-of", "2026-04-28", check=0).stdout
    assert [row["duty"] for row in book.json("today", "--as-of", "2026-04-10")["duties"]] == ["training"]


def test_wrong_words_are_refused_and_nothing_is_written(book: Book) -> None:
    for arguments in (
        ("duty", "nothing"),
        ("duty", "training", "--at", "2099-01-01"),
        ("duty", "training", "--as-of", "2026-01-01"),
        ("duty", "--text", "all fine"),
    ):
        book.call(*arguments, check=2)
    assert not (book.root / "duties.yaml").exists()


@pytest.mark.parametrize("content", ["done: [{duty: training}]\n", "<<<<<<< HEAD\ndone:\n", "dune: []\n"])
def test_a_broken_file_of_duties_is_named_and_not_written_to(book: Book, content: str) -> None:
    path = book.root / "duties.yaml"
    path.write_text(content, encoding="utf-8")
    for arguments in (("check",), ("today",), ("duty",), ("duty", "training")):
        assert "duties.yaml:" in book.call(*arguments, check=4).stderr
    assert path.read_text(encoding="utf-8") == content


def test_a_duty_of_a_role_is_done_by_who_holds_it(book: Book) -> None:
    said = book.call("duty", "customer-data", "--by", "wang.fang", check=3).stderr
    assert "li.wei" in said
    assert not (book.root / "duties.yaml").exists()


def test_two_clones_that_record_duties_merge_without_a_conflict(book: Book, tmp_path: Path) -> None:
    book.call("duty", "training", check=0)
    other = book.clone(tmp_path / "other")
    book.call("duty", "training", check=0)
    other.call("duty", "customer-data", check=0)
    other.git("pull", "--quiet", "--no-rebase", "--no-edit")
    assert {row["state"] for row in other.json("duty")["duties"]} == {"running"}
    assert (other.root / "duties.yaml").read_text(encoding="utf-8").count("- {duty:") == len("abc")


@pytest.mark.parametrize(
    ("old", "new"), [("every: 1mo", "every: monthly"), ("every: 1mo", "every: 0d"), ("training:", "a b:")]
)
def test_impossible_duties_are_faults_of_the_policy(book: Book, old: str, new: str) -> None:
    path = book.root / "complaintctl.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    book.call("policy", "check", check=1)


def test_the_policy_is_shown_with_its_duties(book: Book) -> None:
    shown = book.call("policy", "show", check=0).stdout
    assert "customer-data" in shown
    assert book.json("policy", "show")["policy"]["duties"]["training"]["from"] == "2026-01-01"


def test_tab_completes_duties(book: Book) -> None:
    asked = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl duty tr",
        "COMP_CWORD": "2",
    }
    assert book.call(env=asked, check=0).stdout.split() == ["training"]
