"""Tests recurrence: a later complaint with the same cause and product opens done actions again.

Shanghai time, 2024. The action of the earlier case was given on 4 March, due on the 8th (4 days) and to be checked by
the 20th (16 days); it was done on 6 March at 10:00. The later complaint is received on 11 March, its cause is recorded on
the 12th, another one's on 2 April:

  recorded   due                  check
  12 March   12 + 4  = 16 March   12 + 16 = 28 March
  2 April    2 + 4   = 6 April    2 + 16  = 18 April
"""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book
from tests.sampling import sample

POLICY = """\
complaintctl: 1
name: capa
timezone: Asia/Shanghai
causes: {material: {sub: {foil: {}}}, design: {}}
steps:
  - {step: investigate, within: 5d}
close: {withdrawn: {}}
"""
FOIL = "material/foil"
AGAIN = {"due": "2024-03-16", "check": "2024-03-28"}


@pytest.fixture
def book(tmp_path: Path) -> Book:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, tmp_path / "policy.yaml")


def received(book: Book, day: str, model: str = "X100", batch: str = "B1") -> str:
    at = f"2024-{day}T09:00"
    return book.open("Battery swells", "--received", at, "--at", at, "--model", model, "--batch", batch)


def investigated(book: Book, case_id: str, at: str, cause: str = FOIL) -> list[dict[str, Any]]:
    """Records the cause of the case; returns the actions that this opens again."""
    done = book.json("investigate", case_id, "--cause", cause, "--at", f"2024-{at}")
    again: list[dict[str, Any]] = done.get("opened_again", [])
    return again


def acted(book: Book, case_id: str, at: str, *words: str) -> None:
    book.call("action", case_id, *words, "--at", f"2024-{at}", check=0)


def with_action(book: Book, *words: str, done: str = "03-06T10:00") -> str:
    """A case of 4 March, model X100 and batch B1, whose action was done."""
    case_id = received(book, "03-04")
    investigated(book, case_id, "03-04T10:00")
    days = ("--due", "2024-03-08", "--check", "2024-03-20")
    acted(book, case_id, "03-04T11:00", "--what", "Thicker foil", "--who", "zhao.yan", *days, *words)
    acted(book, case_id, done, "--done", "1", "--by", "zhao.yan")
    return case_id


def verified(book: Book, case_id: str) -> None:
    acted(book, case_id, "03-07T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")


def action(book: Book, case_id: str) -> dict[str, Any]:
    (one,) = book.json("show", case_id)["case"]["actions"]
    return dict(one)


def test_the_same_cause_and_product_opens_the_action_again_with_its_days(book: Book) -> None:
    earlier = with_action(book)
    verified(book, earlier)
    later = received(book, "03-11")
    before = int(book.git("rev-list", "--count", "HEAD"))
    assert investigated(book, later, "03-12T15:00") == [
        {"case": earlier, "number": 1, "what": "Thicker foil", "who": "zhao.yan", **AGAIN}
    ]
    assert action(book, earlier) == {
        "what": "Thicker foil",
        "kind": "corrective",
        "who": "zhao.yan",
        "given": "2024-03-12T15:00:00+08:00",
        **AGAIN,
        "recurred": [later],
    }
    # One event on the earlier case, one commit for all; both cases link to each other.
    assert int(book.git("rev-list", "--count", "HEAD")) == before + 1
    assert book.git("status", "--porcelain") == ""
    event = book.json("show", earlier)["case"]["history"][-1]
    assert (event["did"], event["link"], event["at"]) == (
        "action-recurred",
        later,
        "2024-03-12T15:00:00+08:00",
    )
    assert book.json("show", earlier)["case"]["links"] == [{"recurred_in": later}]
    assert book.json("show", later)["case"]["links"] == [{"recurrence_of": earlier}]
    message = book.git("log", "-1", "--format=%B")
    assert message.startswith(f"{later} investigate: {FOIL}\n")
    assert f"Case: {later}\nCase: {earlier}\n" in message
    assert f"Event: action-recurred {event['id']}\n" in message
    # Before, the action was finished; afterwards it is open, and the list of actions and the case say why.
    past = book.json("actions", "--as-of", "2024-03-12T14:59")["actions"]
    assert [(one["state"], one["recurred"]) for one in past] == [("effective", [])]
    shown = book.call("actions", "--as-of", "2024-03-17T00:00", check=0).stdout
    assert f"to be done, recurred in {later}" in shown
    assert [one["overdue"] for one in book.json("actions", "--as-of", "2024-03-16T23:59")["actions"]] == [
        False
    ]
    assert [one["overdue"] for one in book.json("actions", "--as-of", "2024-03-17T00:00")["actions"]] == [
        True
    ]
    assert f"recurred {later}" in book.call("show", earlier, check=0).stdout
    book.call("check", "--fail-on", "never", check=0)


def test_every_further_case_opens_it_once(book: Book) -> None:
    earlier = with_action(book)
    first, second = received(book, "03-11"), received(book, "03-25")
    assert len(investigated(book, first, "03-12T15:00")) == 1
    # A more precise cause for the same case changes nothing, and actions not done are open anyway.
    corrected = ("--set", "cause.class=design", "--at", "2024-03-13T09:00")
    book.call("edit", first, *corrected, check=0)
    back = ("--set", f"cause.class={FOIL}", "--at", "2024-03-13T10:00")
    assert "opened_again" not in book.json("edit", first, *back)
    assert investigated(book, second, "03-26T09:00") == []
    acted(book, earlier, "03-15T10:00", "--done", "1", "--by", "zhao.yan")
    third = received(book, "04-01")
    (again,) = investigated(book, third, "04-02T09:00")
    assert (again["due"], again["check"]) == ("2024-04-06", "2024-04-18")
    assert action(book, earlier)["recurred"] == [first, third]


@pytest.mark.parametrize(
    ("model", "batch", "cause", "count"),
    sample(
        [
            ("X100", "B2", FOIL, 1),
            ("X200", "B1", FOIL, 1),
            ("X200", "B2", FOIL, 0),
            ("X100", "B1", "material", 0),
            ("X100", "B1", "design", 0),
            ("", "", FOIL, 0),
        ],
        2,
    ),
)
def test_the_cause_and_the_model_or_the_batch_must_be_the_same_and_known(
    book: Book, model: str, batch: str, cause: str, count: int
) -> None:
    with_action(book)
    assert len(investigated(book, received(book, "03-11", model, batch), "03-12T15:00", cause)) == count


def test_a_complaint_received_before_the_action_was_done_opens_nothing(book: Book) -> None:
    with_action(book, done="03-11T09:00")
    assert investigated(book, received(book, "03-11"), "03-12T15:00") == []
    given = received(book, "03-11")
    acted(book, given, "03-11T11:00", "--what", "Check", "--who", "zhao.yan", "--due", "2024-03-20")
    assert [one["number"] for one in investigated(book, received(book, "03-12"), "03-12T16:00")] == [1]


@pytest.mark.parametrize("fact", ["product.model=X100", "product.batch=B1"])
def test_a_product_that_is_told_after_the_cause_counts_too(book: Book, fact: str) -> None:
    with_action(book)
    later = received(book, "03-11", "", "")
    assert investigated(book, later, "03-12T15:00") == []
    result = book.call("edit", later, "--set", fact, "--at", "2024-03-12T16:00", check=0)
    assert "action 1" in result.stderr
    assert "due 2024-03-16: Thicker foil (zhao.yan)" in result.stderr


def test_a_required_action_holds_its_open_case_again(book: Book) -> None:
    earlier = with_action(book, "--required")
    verified(book, earlier)
    investigated(book, received(book, "03-11"), "03-12T15:00")
    result = book.call("close", earlier, "--outcome", "upheld", "--at", "2024-03-13T09:00", check=3)
    assert "action 1" in result.stderr


def test_a_closed_case_stays_closed_and_its_file_is_changed_there(book: Book) -> None:
    earlier = with_action(book)
    book.call("close", earlier, "--outcome", "upheld", "--at", "2024-03-08T09:00", check=0)
    file = book.file(earlier)
    file.write_text(f"# mine\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    book.git("commit", "--quiet", "--all", "--message", "by hand")
    later = received(book, "03-11")
    result = book.call(
        "--lang", "zh", "investigate", later, "--cause", FOIL, "--at", "2024-03-12T15:00", check=0
    )
    assert f"{earlier} 的第 1 项措施" in result.stderr
    assert book.file(earlier) == file
    assert file.read_text(encoding="utf-8").startswith("# mine\n")
    assert book.json("show", earlier)["case"]["status"] == "closed"
    (entry,) = book.json("actions", "--archive", "--open")["actions"]
    assert (entry["case"], entry["recurred"]) == (earlier, [later])
    book.call("check", "--archive", "--fail-on", "never", check=0)


def test_several_earlier_cases_are_named_by_a_link_each(book: Book) -> None:
    earlier = [with_action(book), with_action(book)]
    later = received(book, "03-11")
    assert {one["case"] for one in investigated(book, later, "03-12T15:00")} == set(earlier)
    case = book.json("show", later)["case"]
    assert {link["recurrence_of"] for link in case["links"]} == set(earlier)
    assert [event["did"] for event in case["history"]] == ["open", "investigate", "link", "link"]
    early = book.json("show", later, "--as-of", "2024-03-12T14:00")["case"]
    assert "links" not in early


def test_taken_back_it_is_as_before_and_is_not_done_again(book: Book) -> None:
    earlier = with_action(book)
    was = action(book, earlier)
    later = received(book, "03-11")
    investigated(book, later, "03-12T15:00")
    event = book.json("show", earlier)["case"]["history"][-1]
    words = ("--reason", "another defect after all", "--at", "2024-03-12T16:00")
    book.call("retract", earlier, event["id"], *words, check=0)
    assert action(book, earlier) == was
    assert "links" not in book.json("show", earlier)["case"]
    said = book.json("edit", later, "--set", "product.batch=B9", "--at", "2024-03-12T17:00")
    assert "opened_again" not in said


def test_killed_between_the_two_files_the_next_command_writes_the_other_one(book: Book) -> None:
    earlier = with_action(book)
    later = received(book, "03-11")
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = book.file(earlier).read_bytes()
    book.call("investigate", later, "--cause", FOIL, "--at", "2024-03-12T15:00", check=4)
    # As if the command had stopped after its first file.
    book.file(earlier).write_bytes(before)
    hook.unlink()
    result = book.call("note", later, "called", check=0)
    assert f"Completed an interrupted command: {later} investigate: {FOIL}" in result.stderr
    assert action(book, earlier)["recurred"] == [later]
    assert book.git("status", "--porcelain") == ""
    assert f"Case: {later}\nCase: {earlier}\n" in book.git("log", "-1", "--skip=1", "--format=%B")


def test_what_is_recorded_of_an_earlier_time_opens_the_action_after_its_last_word(book: Book) -> None:
    earlier = with_action(book)
    acted(book, earlier, "03-20T10:00", "--verify", "1", "--effective", "yes", "--by", "ma.li")
    # Investigated on the 12th, typed in after the check of the 20th: open again from the 20th, 4 and 16 days.
    (again,) = investigated(book, received(book, "03-11"), "03-12T15:00")
    assert (again["due"], again["check"]) == ("2024-03-24", "2024-04-05")


def test_an_unreadable_case_with_actions_is_named_and_stops_nothing(book: Book) -> None:
    broken, earlier = with_action(book), with_action(book)
    file = book.file(broken)
    file.write_text(f"{file.read_text(encoding='utf-8')}id: again\n", encoding="utf-8")
    later = received(book, "03-11")
    result = book.call("investigate", later, "--cause", FOIL, "--at", "2024-03-12T15:00", check=0)
    assert broken in result.stderr
    assert action(book, earlier)["recurred"] == [later]
