"""What a step or the closing needed stays: taking it away is refused, and `check` names what was taken out by hand."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: kept
timezone: Asia/Shanghai
people: {li.wei: , ma.li: }
steps:
  - {step: classify, needs: [category, customer.phone|customer.email]}
  - {step: investigate, needs: [cause.finding, attachments]}
  - {step: execute, needs: [tasks]}
  - {step: respond, needs: [outcome]}
close:
  withdrawn: {}
  invalid: {needs: [lesson]}
  duplicate: {needs: [links]}
"""
DAY = "2024-03-04"
OPENED = ("--received", f"{DAY}T09:00", "--at", f"{DAY}T09:00", "--phone", "138", "--email", "a@b.example")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def do(book: Book, case: str, verb: str, *words: str) -> Any:
    return book.json(verb, case, *words)["event"]


@pytest.fixture
def case(book: Book, tmp_path: Path) -> str:
    """A case that was investigated."""
    case = book.open("t", *OPENED)
    do(book, case, "classify", "--category", "defect")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    do(book, case, "attach", str(tmp_path / "photo.jpg"))
    do(book, case, "investigate", "--set", "cause.finding=foil")
    return case


def event_of(book: Book, case: str, did: str) -> str:
    history = book.json("show", case)["case"]["history"]
    return next(str(event["id"]) for event in reversed(history) if event["did"] == did)


def test_a_fact_that_a_taken_step_needed_is_not_taken_away(book: Book, case: str) -> None:
    said = refused(book, 3, "edit", case, "--set", "cause.finding=")
    taken = event_of(book, case, "investigate")
    assert said == (
        "investigate needs cause.finding, so it cannot be taken away. Give another value, or take the step back first: "
        f"complaintctl retract {case} {taken} --reason …"
    )
    book.call("edit", case, "--set", "cause.finding=glue", check=0)
    # Either of two is enough; the last one stays.
    book.call("edit", case, "--set", "customer.phone=", check=0)
    assert "classify needs customer.phone|customer.email" in refused(
        book, 3, "edit", case, "--set", "customer.email="
    )
    # Of several in one command, too, and with a step.
    book.call("retract", case, taken, "--reason", "wrong", check=0)
    assert "classify needs" in refused(
        book, 3, "investigate", case, "--set", "cause.finding=x", "--set", "customer.email="
    )
    book.call("edit", case, "--set", "cause.finding=", check=0)


def test_what_a_retraction_would_take_away_is_refused_too(book: Book, case: str) -> None:
    said = refused(book, 3, "retract", case, event_of(book, case, "attach"), "--reason", "wrong")
    assert said.startswith("investigate needs attachments, so it cannot be taken away.")
    do(book, case, "task", "--to", "lab", "--what", "test")
    do(book, case, "task", "--done", "lab")
    do(book, case, "execute")
    report = event_of(book, case, "task-done")
    assert "execute needs tasks" in refused(book, 3, "retract", case, report, "--reason", "wrong")
    # Another task takes nothing away.
    do(book, case, "task", "--to", "lab", "--what", "test again")


def test_the_outcome_and_the_needs_of_a_closing_stay(book: Book) -> None:
    case = book.open("t", *OPENED)
    do(book, case, "close", "--outcome", "invalid", "--lesson", "ask first")
    for field in ("outcome", "lesson"):
        said = refused(book, 3, "edit", case, "--set", f"{field}=")
        assert said == (
            f"{case} was closed as invalid, which needs: {field}. To change that: complaintctl reopen {case} --reason …"
        )
    do(book, case, "edit", "--set", "lesson=ask twice")
    # A closing by a short route does not become another one by an edit.
    said = refused(book, 3, "edit", case, "--set", "outcome=upheld")
    assert "was closed as upheld, which needs: classify, investigate, execute, respond." in said
    do(book, case, "edit", "--set", "outcome=withdrawn")
    do(book, case, "reopen", "--reason", "she called again")
    assert "outcome" not in book.json("show", case)["case"]


def test_what_a_forced_closing_left_out_may_stay_away(book: Book) -> None:
    case = book.open("t", *OPENED)
    do(book, case, "close", "--outcome", "upheld", "--force", "--reason", "the shop is gone")
    do(book, case, "edit", "--set", "outcome=partly-upheld")
    do(book, case, "edit", "--set", "customer.phone=")


def test_the_link_of_a_closed_duplicate_stays(book: Book) -> None:
    case, original, other = (book.open(name, *OPENED) for name in ("t", "original", "other"))
    do(book, case, "link", original, "--as", "duplicate_of")
    also = do(book, case, "link", original)
    do(book, case, "link", other, "--as", "follows")
    do(book, case, "close", "--outcome", "duplicate")
    # Of two links to one case the right one goes.
    do(book, case, "retract", also["id"], "--reason", "typing")
    assert book.json("show", case)["case"]["links"] == [{"duplicate_of": original}, {"follows": other}]
    link = next(one["id"] for one in book.json("show", case)["case"]["history"] if one["did"] == "link")
    said = refused(book, 3, "retract", case, link, "--reason", "typing")
    assert "was closed as duplicate, which needs: duplicate_of." in said


def take_out(book: Book, case: str, pattern: str) -> None:
    """Take what matches out of the file, as with an editor."""
    path = book.file(case)
    text = path.read_text(encoding="utf-8")
    after = re.sub(pattern, "", text, count=1, flags=re.MULTILINE)
    assert after != text
    path.write_text(after, encoding="utf-8")


def test_check_names_what_was_taken_out_by_hand(book: Book, case: str) -> None:
    assert book.call("check", "--fail-on", "never", check=0).stderr.count("\n") == 1
    take_out(book, case, r"^cause: .*\n")
    said = book.call("check", "--fail-on", "never", check=4).stderr
    assert f"{case}.yaml:" in said
    assert "investigate was taken and needs cause.finding, which is not known any more." in said
    take_out(book, case, r"^attachments:\n(  .*\n)+")
    assert "history tells of an attachment photo.jpg" in book.call("check", check=4).stderr


def test_check_warns_of_a_personal_fact_taken_out_by_hand(book: Book, case: str) -> None:
    take_out(book, case, r"^customer: .*\n")
    # A warning: the law may demand it, and the history does not tell whether it was known.
    said = book.call("check", "--fail-on", "never", check=0).stderr
    assert "classify was taken and needs customer.phone|customer.email, which is not known any more." in said


def test_check_names_a_link_taken_out_by_hand(book: Book) -> None:
    case, original = book.open("t", *OPENED), book.open("original", *OPENED)
    do(book, case, "link", original, "--as", "duplicate_of")
    take_out(book, case, r"^links:\n(  .*\n)+")
    assert (
        f"the history tells of a link to {original} that does not stand here."
        in book.call("check", check=4).stderr
    )
    do(book, case, "retract", event_of(book, case, "link"), "--reason", "another")
    book.call("check", check=0)


def test_a_policy_that_asks_for_more_says_nothing_about_closed_cases(book: Book, case: str) -> None:
    do(book, case, "close", "--outcome", "upheld", "--force", "--reason", "r")
    policy = book.root / "complaintctl.yaml"
    text = policy.read_text(encoding="utf-8")
    policy.write_text(text.replace("needs: [category,", "needs: [category, product.model,"), encoding="utf-8")
    assert "needs" not in book.call("check", "--archive", check=0).stderr
