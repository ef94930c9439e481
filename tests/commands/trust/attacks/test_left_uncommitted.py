"""Events that `--no-commit` left: the next command gives them a commit of their own, so that nothing is a squash."""

from pathlib import Path

import pytest

from tests.casebooks import Book, author, make_book

SMALL = "complaintctl: 1\nname: small\ntimezone: Asia/Shanghai\nlevels: {general: {}}\nsteps:\n  - {step: ack, within: 4h}\n"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(SMALL, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml", lang="en")


def subjects(book: Book) -> list[str]:
    return book.git("log", "--format=%s", "--reverse").splitlines()


@pytest.mark.parametrize(
    "last", [("note", "two"), ("close", "--outcome", "withdrawn", "--force", "--reason", "x")]
)
def test_a_command_commits_what_an_earlier_one_left_on_its_own(
    book: Book, tmp_path: Path, last: tuple[str, str]
) -> None:
    case = book.call("open", "--title", "Fan", "--no-commit", "--no-input", check=0).stdout.strip()
    other = book.open("Lamp")
    said = book.call(last[0], case, *last[1:], check=0).stderr
    assert f"Committed first, on its own: {case} open" in said
    assert [line.split()[1].strip(":") for line in subjects(book) if line.startswith(case)] == [
        "open",
        last[0],
    ]
    assert len(book.json("show", case)["case"]["history"]) == 2
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    book.call("attach", other, str(tmp_path / "a.txt"), "--no-commit", check=0)
    book.call("note", other, "afterwards", check=0)
    assert book.git("status", "--short") == ""
    book.call("verify", "--full", check=0)
    assert "Committed first" not in book.call("note", other, "again", check=0).stderr


def test_what_the_user_committed_or_took_back_is_not_committed_again(book: Book) -> None:
    one, two = book.open("Fan"), book.open("Lamp")
    for case in (one, two):
        book.call("note", case, "left", "--no-commit", check=0)
    book.git("commit", "--quiet", "--message", "mine", str(book.file(one)))
    book.git("checkout", "--quiet", str(book.file(two)))
    for case in (one, two):
        assert "Committed first" not in book.call("note", case, "next", check=0).stderr
    book.call("verify", "--full", check=0)


def test_events_that_cannot_have_commits_of_their_own_are_left_to_the_user(book: Book) -> None:
    case, other = book.open("Fan"), book.open("Lamp")
    for text in ("one", "two"):
        book.call("note", case, text, "--no-commit", check=0)
    book.call("note", other, "by another", "--no-commit", env=author("ma.li"), check=0)
    before = {path: book.file(path).read_bytes() for path in (case, other)}
    head = book.head()
    for left in (case, other):
        assert "NOT recorded" in book.call("note", left, "three", check=3).stderr
    assert {path: book.file(path).read_bytes() for path in before} == before
    assert book.head() == head
    book.call("note", case, "three", "--no-commit", check=0)


def test_where_one_commit_may_hold_several_events_they_stay_together(book: Book) -> None:
    policy = book.root / "complaintctl.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "trust: {squash: allowed}\n", encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "policy")
    case = book.open("Fan")
    for text in ("one", "two"):
        book.call("note", case, text, "--no-commit", check=0)
    book.call("note", case, "three", check=0)
    book.call("verify", "--full", check=0)


def test_a_person_whom_the_policy_does_not_list_is_not_in_the_message(book: Book) -> None:
    case = book.open("Fan")
    book.call("note", case, "x", "--by", "zhang.min", check=0)
    assert "Actor: li.wei" in book.git("log", "-1", "--format=%B")
    book.call("verify", "--full", check=0)
