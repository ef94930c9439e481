"""Tests one event in several cases: named, on stdin, or found by a filter; one commit, all or nothing."""

import json
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book, refused
from tests.sampling import sample
from tests.terminal import Terminal, pty_only

POLICY = """\
complaintctl: 1
name: bulk
timezone: Asia/Shanghai
levels: [urgent, general]
channels: [phone, email]
categories: {defect: {department: quality}, other: {}}
causes: {material: {}}
roles: [manager]
people: {li.wei: {email: li.wei@example.com, roles: [manager]}, zhao.min: {}}
steps:
  - {step: assess, within: 1h}
  - {step: classify, within: 24h, after: []}
  - {step: inspect, within: 48h, after: [], label: {zh: 检查}}
  - {step: investigate, within: 48h, after: []}
  - {step: plan, within: 48h, after: [], approve: [manager]}
  - {step: respond, within: 72h, after: []}
  - {step: follow-up, every: 7d, from: respond, after: []}
  - {step: ack, optional: true}
  - {step: execute, optional: true}
  - {step: update, optional: true}
close: {withdrawn: {}, duplicate: {needs: [links]}}
"""
# Every command that records the same event in several cases: how it is typed, before and after the cases.
COMMANDS = {
    "ack": ("ack", "--via phone"),
    "assess": ("assess", "--level urgent"),
    "classify": ("classify", "--category defect --level urgent"),
    "investigate": ("investigate", "--finding crack"),
    "plan": ("plan", "--measure sort"),
    "execute": ("execute", "--text done"),
    "respond": ("respond", "--outcome upheld"),
    "update": ("update", "--via email"),
    "follow-up": ("follow-up", "--satisfaction 4"),
    "step": ("step", "inspect"),
    "assign": ("assign", "--to li.wei"),
    "escalate": ("escalate", "--level urgent --reason danger --watch zhao.min"),
    "task": ("task", "--to warehouse --what count"),
    "wait": ("wait", "--reason photo"),
    "heard": ("heard", "--via phone"),
    "note": ("note", "recalled"),
    "edit": ("edit", "--set product.batch=B7"),
    "close": ("close", "--outcome withdrawn"),
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with three open cases."""

    book: Book
    cases: list[str]


def bulk_book(folder: Path) -> Book:
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    return make_book(folder, folder / "policy.yaml")


def three_cases(book: Book) -> list[str]:
    return [book.open(f"case {number}", "--channel", "phone") for number in range(3)]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return bulk_book(tmp_path)


@pytest.fixture
def cases(book: Book) -> list[str]:
    return three_cases(book)


def events(book: Book, case_id: str) -> list[dict[str, Any]]:
    history: list[dict[str, Any]] = book.json("show", case_id)["case"]["history"]
    return history


def trailers(book: Book, kind: str) -> list[str]:
    lines = book.git("log", "-1", "--format=%B").splitlines()
    return [line.removeprefix(f"{kind}: ") for line in lines if line.startswith(f"{kind}: ")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Three cases that get the events of all commands, one after the other; the last closes them."""
    book = bulk_book(tmp_path_factory.mktemp("bulk"))
    return Desk(book=book, cases=three_cases(book))


@pytest.mark.parametrize("command", sample(COMMANDS, 6))
def test_every_event_command_takes_several_cases(desk: Desk, command: str) -> None:
    book, cases = desk.book, desk.cases
    commits = len(book.git("rev-list", "HEAD").splitlines())
    verb, rest = COMMANDS[command]
    result = book.call(verb, *cases, *rest.split(), check=0)
    assert [line.partition(" ")[0] for line in result.stdout.splitlines()] == cases
    did = "inspect" if command == "step" else command
    assert [events(book, case_id)[-1]["did"] for case_id in cases] == [did] * 3
    assert len(book.git("rev-list", "HEAD").splitlines()) == commits + 1
    assert trailers(book, "Case") == cases
    assert trailers(book, "Event") == [f"{did} {events(book, case_id)[-1]['id']}" for case_id in cases]
    assert trailers(book, "Actor") == ["li.wei"]
    assert book.git("log", "-1", "--format=%s").startswith(f"{did} 3 cases")
    assert book.git("status", "--porcelain") == ""


def test_steps_are_signed_waits_ended_and_cases_reopened_and_linked_together(
    book: Book, cases: list[str]
) -> None:
    original = book.open("the original")
    book.call("plan", *cases, "--by", "zhao.min", check=0)
    book.call("approve", *cases, "plan", check=0)
    book.call("wait", *cases, "--reason", "photo", check=0)
    book.call("resume", *cases, check=0)
    book.call("link", *cases, original, "--as", "duplicate_of", check=0)
    book.call("close", *cases, "--outcome", "duplicate", check=0)
    assert [book.file(case_id).parent.name for case_id in cases] != ["open"] * 3
    book.call("reopen", *cases, "--reason", "still", "--to", "plan", check=0)
    kinds = ["plan", "approve", "wait", "resume", "link", "close", "reopen"]
    assert [[event["did"] for event in events(book, case_id)[1:]] for case_id in cases] == [kinds] * 3
    assert [book.file(case_id).parent.name for case_id in cases] == ["open"] * 3


def test_the_subject_names_what_all_cases_got(book: Book, cases: list[str]) -> None:
    book.call("assign", *cases, "--to", "zhao.min", check=0)
    assert book.git("log", "-1", "--format=%s").strip() == "assign 3 cases: zhao.min"


def test_json_is_a_list_for_several_and_an_object_for_one(book: Book, cases: list[str]) -> None:
    several = book.json("assign", *cases, "--to", "li.wei")
    one = book.json("assign", cases[0], "--to", "zhao.min")
    assert [entry["id"] for entry in several] == cases
    assert [entry.keys() for entry in several] == [one.keys()] * 3
    by_filter = book.json("note", "--where", "owner=zhao.min", "--yes", "alone")
    assert [entry["id"] for entry in by_filter] == [cases[0]]


def test_ids_come_from_stdin_as_list_prints_them(book: Book, cases: list[str]) -> None:
    book.call("assign", cases[2], "--to", "zhao.min", check=0)
    ids = book.call("list", "--ids", "--where", "owner=", "--sort", "id", check=0).stdout
    assert ids.splitlines() == sorted(cases[:2])
    said = book.call("assign", "-", "--to", "li.wei", stdin=f"\n{ids}\n", check=0)
    assert "Recorded in 2 cases." in said.stderr
    assert [book.json("show", case_id)["case"]["owner"] for case_id in cases] == [
        "li.wei",
        "li.wei",
        "zhao.min",
    ]
    assert (
        refused(book, 5, "assign", "-", "--to", "li.wei", stdin="\n")
        == "Stdin names no case. Nothing was recorded."
    )


def test_a_case_that_is_named_twice_gets_one_event(book: Book, cases: list[str]) -> None:
    book.call("note", cases[0], cases[0][-5:], cases[1], "hello", check=0)
    assert [len(events(book, case_id)) for case_id in cases] == [2, 2, 1]


def test_a_filter_finds_open_cases_and_needs_yes_without_a_terminal(book: Book, cases: list[str]) -> None:
    book.call("close", cases[2], "--outcome", "withdrawn", check=0)
    filtered = ("assign", "--where", "channel=phone", "--to", "li.wei")
    assert refused(book, 2, *filtered) == (
        "Cases that match: 2. There is no terminal to confirm that; to record it in all of them add --yes."
    )
    book.call(*filtered, "--yes", check=0)
    assert [len(events(book, case_id)) for case_id in cases] == [2, 2, 2]
    assert refused(book, 5, "assign", "--where", "channel=email", "--to", "li.wei", "--yes").startswith(
        "No case"
    )
    book.call("reopen", "--where", "status=closed", "--reason", "recall", "--yes", check=0)
    assert book.json("show", cases[2])["case"]["status"] == "open"


@pytest.mark.parametrize("words", [(), ("CASE", "--where", "level=urgent")])
def test_the_cases_are_named_in_one_way(book: Book, cases: list[str], words: tuple[str, ...]) -> None:
    typed = [cases[0] if word == "CASE" else word for word in words]
    assert refused(book, 2, "assign", *typed, "--to", "li.wei").startswith("Name the cases:")


def test_one_refusal_leaves_every_case_alone_and_all_refusals_are_named(book: Book, cases: list[str]) -> None:
    book.call("close", *cases[:2], "--outcome", "withdrawn", check=0)
    before = book.head()
    result = book.call("assign", *cases, "--to", "zhao.min", check=3)
    assert result.stdout == ""
    *named, last = result.stderr.splitlines()
    assert [line.partition(" ")[0] for line in named] == cases[:2]
    assert last == "Refused for 2 of 3 cases, so nothing was recorded in any of them."
    assert (book.head(), book.git("status", "--porcelain")) == (before, "")
    assert len(events(book, cases[2])) == 1


def test_unknown_ids_are_all_named(book: Book, cases: list[str]) -> None:
    result = book.call("note", cases[0], "XXXXX", "C-20200101-AAAAA", "hello", check=5)
    assert result.stderr.splitlines()[:2] == ["No case matches XXXXX.", "No case matches C-20200101-AAAAA."]
    assert len(events(book, cases[0])) == 1


def test_the_exit_code_is_that_of_the_gravest_refusal(book: Book, cases: list[str]) -> None:
    book.call("close", cases[0], "--outcome", "withdrawn", check=0)
    book.file(cases[1]).write_text("id: [", encoding="utf-8")
    book.call("assign", *cases, "--to", "zhao.min", check=4)
    assert len(events(book, cases[2])) == 1


def test_what_all_cases_refuse_alike_is_said_once(book: Book, cases: list[str]) -> None:
    assert refused(book, 2, "classify", *cases, "--category", "nonsense").startswith("category nonsense")


def test_a_filter_that_cannot_read_every_case_records_nothing(book: Book, cases: list[str]) -> None:
    book.file(cases[1]).write_text("id: [", encoding="utf-8")
    result = book.call("assign", "--where", "channel=phone", "--to", "li.wei", "--yes", check=4)
    assert "Not every case could be read" in result.stderr
    assert len(events(book, cases[0])) == 1


def test_a_hook_that_refuses_the_commit_leaves_one_change_to_the_next_command(
    book: Book, cases: list[str]
) -> None:
    hook = book.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(hook.stat().st_mode | stat.S_IEXEC)
    said = book.call("close", *cases, "--outcome", "withdrawn", check=4).stderr
    assert "The change is in the file, not committed." in said
    hook.unlink()
    later = book.call("note", cases[0], "again", check=0).stderr
    assert "Completed an interrupted command: close 3 cases" in later
    assert book.git("status", "--porcelain") == ""


def test_a_disk_that_fails_in_the_middle_leaves_no_case_changed(book: Book, cases: list[str]) -> None:
    # A folder where the new file of the last case should lie: written last, after the others.
    blocked = book.root / "cases" / "closed" / cases[-1][2:6] / cases[-1][6:8] / f"{max(cases)}.yaml"
    blocked.mkdir(parents=True)
    texts = {case_id: (book.root / "cases" / "open" / f"{case_id}.yaml").read_bytes() for case_id in cases}
    said = book.call("close", *sorted(cases), "--outcome", "withdrawn", check=4).stderr
    assert "NOT recorded: nothing of it was written." in said
    assert {
        case_id: (book.root / "cases" / "open" / f"{case_id}.yaml").read_bytes() for case_id in cases
    } == texts


def test_two_cases_of_one_cause_open_an_earlier_action_again_once(book: Book) -> None:
    def received(day: str) -> str:
        at = f"2024-03-{day}T09:00"
        return book.open("swells", "--received", at, "--at", at, "--model", "X1")

    first, later = received("04"), [received("11"), received("12")]
    book.call("investigate", first, "--cause", "material", "--at", "2024-03-05T09:00", check=0)
    given = ("--what", "train", "--who", "li.wei", "--due", "2024-03-08")
    book.call("action", first, *given, "--at", "2024-03-05T10:00", check=0)
    book.call("action", first, "--done", "1", "--at", "2024-03-06T10:00", check=0)
    entries = book.json("investigate", *later, "--cause", "material")
    assert [[entry["case"] for entry in one.get("opened_again", [])] for one in entries] == [[first], []]
    assert [event["did"] for event in events(book, first)].count("action-recurred") == 1
    assert sorted(trailers(book, "Case")) == sorted([first, *later])


@pty_only
@pytest.mark.parametrize(("answer", "code"), sample([("y", 0), ("no", 130), ("", 130)], 1))
def test_on_a_terminal_a_filter_shows_the_cases_and_asks(
    book: Book, cases: list[str], answer: str, code: int
) -> None:
    terminal = Terminal(
        book.root,
        book.speaking("en"),
        "assign",
        "--where",
        "channel=phone",
        "--to",
        "li.wei",
        only_errors=False,
    )
    terminal.answer("Record assign in 3 cases [no]: ", answer)
    assert all(f"{case_id}  case" in terminal.before for case_id in cases)
    assert terminal.ended()[0] == code
    assert [len(events(book, case_id)) for case_id in cases] == [2 if code == 0 else 1] * 3


@pty_only
def test_on_a_terminal_what_all_cases_need_is_asked_once(book: Book, cases: list[str]) -> None:
    terminal = Terminal(book.root, book.speaking("en"), "assign", *cases, only_errors=False)
    terminal.answer("owner (1 li.wei, 2 zhao.min): ", "2")
    assert terminal.ended()[0] == 0
    assert [book.json("show", case_id)["case"]["owner"] for case_id in cases] == ["zhao.min"] * 3


def test_json_of_several_cases_is_one_document(book: Book, cases: list[str]) -> None:
    assert len(json.loads(book.call("note", *cases, "hello", "--json", check=0).stdout)) == len(cases)
