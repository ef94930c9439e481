"""Tests `today`: the order of the rows, and the filter by role."""

import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.casebooks import Book, author, make_book, refused

POLICY = """\
complaintctl: 1
name: pressure
timezone: Asia/Shanghai
roles: [agent, quality, head]
people: {ma.li: {roles: [head]}, li.wei: {roles: [agent, quality]}}
steps:
  - {step: assess, within: 4h, roles: [agent]}
  - {step: investigate, within: 72h, warn: [60h before], roles: [quality], approve: [head]}
  - {step: plan, within: 73h, roles: [quality, agent]}
"""
NOW = "2024-03-04T14:00"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with one case overdue, one past a warning, two running and one not signed."""

    book: Book
    late: str
    warned: str
    soon: str
    sooner: str
    unsigned: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("today")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(folder, folder / "policy.yaml")

    def opened(day: str, hour: str, *steps: str) -> str:
        case_id = book.open("t", "--received", f"2024-03-{day}T{hour}", "--at", f"2024-03-{day}T{hour}")
        for step in steps:
            book.call(step, case_id, "--at", "2024-03-04T13:30", "--by", "li.wei", check=0)
        return case_id

    return Desk(
        book=book,
        late=opened("04", "09:30"),
        warned=opened("04", "00:00", "assess"),
        soon=opened("04", "13:00"),
        sooner=opened("04", "12:00"),
        unsigned=opened("04", "10:30", "assess", "investigate"),
    )


def test_what_is_overdue_comes_first_then_what_is_warned_then_what_is_only_running(desk: Desk) -> None:
    entries = desk.book.json("today", "--as-of", NOW)["today"]
    # Assessed within 4 h: late since 13:30; due at 16:00 and 17:00. Investigated within 72 h, warned of 60 h before
    # that: from 12:00 on, though it is due last. Planned within 73 h, never warned of.
    assert [(entry["case"], entry["step"], entry["state"], entry["warned"]) for entry in entries] == [
        (desk.late, "assess", "overdue", False),
        (desk.warned, "investigate", "running", True),
        (desk.sooner, "assess", "running", False),
        (desk.soon, "assess", "running", False),
        (desk.unsigned, "approve", "running", False),
    ]
    assert [entry["due"][:16] for entry in entries] == [
        "2024-03-04T13:30",
        "2024-03-07T00:00",
        "2024-03-04T16:00",
        "2024-03-04T17:00",
        "2024-03-07T11:30",
    ]


@pytest.mark.parametrize(
    ("role", "expected"),
    [("agent", ["late", "sooner", "soon"]), ("quality", ["warned"]), ("head", ["unsigned"])],
)
def test_a_role_sees_the_steps_whose_turn_it_is(desk: Desk, role: str, expected: list[str]) -> None:
    """The plan of the case that is not signed, and the later steps of the others, would be refused today.

    The head takes no step, and has that case to sign.
    """
    entries = desk.book.json("today", "--as-of", NOW, "--role", role)["today"]
    assert [entry["case"] for entry in entries] == [getattr(desk, name) for name in expected]


def test_a_signature_passes_the_case_on(desk: Desk) -> None:
    words = ("approve", desk.unsigned, "investigate", "--at", "2024-03-04T15:00")
    desk.book.call(*words, env=author("ma.li"), check=0)

    def cases(role: str) -> list[str]:
        entries = desk.book.json("today", "--as-of", "2024-03-04T15:00", "--role", role)["today"]
        return [entry["case"] for entry in entries]

    assert cases("quality") == [desk.warned, desk.unsigned]
    assert cases("agent") == [desk.late, desk.sooner, desk.soon, desk.unsigned]


def test_a_role_that_the_policy_does_not_know_is_named_with_the_choices(desk: Desk) -> None:
    said = refused(desk.book, 2, "today", "--role", "boss")
    assert said == "The policy has no role boss. It has: agent, quality, head."


def commands_of(book: Book, *words: str) -> list[str]:
    """The commands that `today` prints for people, each as it stands in its row."""
    heading, _rule, *rows = book.call("today", *words, check=0).stdout.splitlines()
    start = heading.index("do it with")
    return [row[start:].partition("  ")[0].strip() for row in rows]


def test_the_commands_name_the_case_by_a_part_that_names_no_other(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(POLICY, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    first, second = (book.open("t") for _ in range(2))
    twin = f"C-20200101-{first[-5:]}"
    text = book.file(first).read_text(encoding="utf-8")
    folder = book.root / "cases" / "closed" / "2020" / "01"
    folder.mkdir(parents=True)
    (folder / f"{twin}.yaml").write_text(text.replace(first, twin), encoding="utf-8")
    named = {line.split()[-1] for line in commands_of(book)}
    # An ending of digits alone might be a part of a day, so then the whole id is printed.
    assert named == {first, second if second[-5:].isdecimal() else second[-5:]}
    # Programs get the whole id, and the names of the fields.
    assert {entry["command"].split()[-1] for entry in book.json("today")["today"]} == {first, second}


ASKING = """\
complaintctl: 1
name: asking
timezone: Asia/Shanghai
people: {ma.li: {roles: [head]}}
roles: [head]
steps:
  - {step: assess, within: 4h}
  - {step: visit, within: 5h, needs: [customer.phone|customer.email, x.place]}
  - {step: respond, within: 6h, approve: [head], needs: [outcome]}
fields: {place: {label: {en: place, zh: 地点}}}
"""


def test_every_command_of_today_works_as_printed_or_says_what_it_asks_for(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(ASKING, encoding="utf-8")
    book = make_book(tmp_path, tmp_path / "policy.yaml")
    case_id = book.open("t")
    (first,) = commands_of(book)
    book.call(*shlex.split(first)[1:], check=0)
    (line,) = book.speaking("en").call("today", check=0).stdout.splitlines()[2:]
    assert line.endswith(
        f"complaintctl step {case_id[-5:]} visit  customer's phone / customer's e-mail, place"
    ) or (case_id[-5:].isdecimal())
    (entry,) = book.json("today")["today"]
    assert entry["asks"] == ["customer.phone|customer.email", "x.place"]
    book.call("edit", case_id, "--set", "customer.phone=138", "--set", "x.place=hall", check=0)
    (second,) = commands_of(book)
    book.call(*shlex.split(second)[1:], check=0)
    book.call("respond", case_id, "--outcome", "upheld", check=0)
    (third,) = commands_of(book)
    book.call(*shlex.split(third)[1:], env=author("ma.li"), check=0)
    kinds = [event["did"] for event in book.json("show", case_id)["case"]["history"]]
    assert kinds == ["open", "assess", "edit", "visit", "respond", "approve"]
