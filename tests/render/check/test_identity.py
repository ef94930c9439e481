"""An alert stays the same alert while its case changes, and stands at the line of what started the clock."""

import json
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.casebooks import Book
from tests.render.check.desks import NOW, PLANTED, make_desk, make_planted_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, str]:
    return make_planted_desk(tmp_path_factory.mktemp("planted"))


def identities(book: Book, moment: str, *, all_formats: bool = True) -> dict[str, list[str]]:
    """The fingerprints of SARIF and Code Quality, and the names of JUnit, of what fails at a moment."""

    def said(output_format: str) -> str:
        return book.call("check", "--as-of", moment, "--format", output_format).stdout

    results = json.loads(said("sarif"))["runs"][0]["results"]
    found = {
        "sarif": [result["partialFingerprints"]["complaintctl/v1"] for result in results],
        "github": [result["partialFingerprints"]["primaryLocationLineHash"] for result in results],
        "line": [
            str(result["locations"][0]["physicalLocation"]["region"]["startLine"]) for result in results
        ],
    }
    if all_formats:
        tests = ET.fromstring(said("junit")).findall("testcase")  # noqa: S314 - it reads only what we printed
        found["junit"] = [str(test.get("name")) for test in tests if test.find("failure") is not None]
        found["gitlab"] = [entry["fingerprint"] for entry in json.loads(said("gitlab"))]
    return found


@pytest.mark.parametrize("days", [6, pytest.param(30, marks=pytest.mark.nightly)])
def test_an_alert_keeps_its_identity_for_days_and_ends_with_the_case(tmp_path: Path, days: int) -> None:
    book = make_desk(tmp_path)
    promise = ("--promise", "respond", "--promise-by", "2024-03-04T12:00")
    case = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", *promise)
    book.call("ack", case, "--via", "phone", "--at", "2024-03-04T09:20", check=0)
    first = identities(book, "2024-03-07T08:00")
    assert len(set(first["sarif"])) == 2
    lines = set()
    for day in range(days):
        at = f"{date(2024, 3, 8) + timedelta(days=day)}"
        book.call("note", case, f"day {day}", "--at", f"{at}T09:00", "--no-commit", check=0)
        # Somebody writes above what started the clock too, so that every line moves.
        path = book.file(case)
        path.write_text(path.read_text(encoding="utf-8").replace("title: t", f"# day {day}\ntitle: t"))
        later = identities(book, f"{at}T10:00", all_formats=day % 5 == 0)
        assert {
            kind: found for kind, found in later.items() if kind != "line" and found != first[kind]
        } == {}, at
        lines |= set(later["line"])
    assert len(lines) > days
    book.call(
        "close",
        case,
        "--outcome",
        "withdrawn",
        "--reason",
        "t",
        "--at",
        "2024-04-10T09:00",
        "--force",
        "--no-commit",
        check=0,
    )
    assert identities(book, "2024-04-10T10:00") == {kind: [] for kind in first}


def test_each_finding_stands_at_what_started_its_clock(desk: tuple[Book, str]) -> None:
    book, case = desk
    text = book.file(case).read_text(encoding="utf-8").splitlines()
    results = json.loads(book.call("check", "--as-of", NOW, "--format", "sarif", check=4).stdout)["runs"][0][
        "results"
    ]
    started = {
        result["message"]["text"].partition(": ")[2].partition(" was due")[0]: text[
            result["locations"][0]["physicalLocation"]["region"]["startLine"] - 1
        ]
        for result in results
        if case in result["message"]["text"]
    }
    assert started["ack"].startswith("received: ")
    assert "what: respond, made: 2024-03-04T09:10" in started["promise: respond"]
    assert "given: 2024-03-04T09:3" in started["task: quality: …"]
    assert "call back tonight" in started["action 1"]
    assert len(started) == 4


def test_a_step_after_another_stands_at_the_event_of_that(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.mkdir()
    book = make_desk(policy)
    rules = book.root / "complaintctl.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("within: 2d,", "within: 1h, from: ack,"))
    case = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")
    book.call("ack", case, "--via", "phone", "--at", "2024-03-04T09:20", check=0)
    (entry,) = json.loads(book.call("check", "--as-of", NOW, "--format", "gitlab", check=1).stdout)
    line = book.file(case).read_text(encoding="utf-8").splitlines()[entry["location"]["lines"]["begin"] - 1]
    assert "did: ack" in line


@pytest.mark.parametrize("output_format", ["github", "gitlab", "junit", "sarif", "md"])
def test_what_ci_reads_holds_nothing_that_somebody_wrote(desk: tuple[Book, str], output_format: str) -> None:
    book, case = desk
    result = book.call("check", "--as-of", NOW, "--format", output_format, check=4)
    assert case in result.stdout
    assert "C-20240304-AAAAA" in result.stdout
    assert [name for name in PLANTED if name in result.stdout + result.stderr] == []


def test_two_tasks_of_one_department_are_two_alerts(desk: tuple[Book, str]) -> None:
    book, _case = desk
    found = identities(book, NOW)
    for kind in ("sarif", "gitlab"):
        assert len(set(found[kind])) == len(found[kind])
    assert len(set(found["junit"])) == len(found["junit"])
