"""Tests `check`: the same findings in every format, and different exit codes for late cases and broken files."""

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book

NOW = "2024-03-04T13:30"  # assess and classify of the first case are late, the second case is in time


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A casebook with a late case, one in time, a closed one and two damaged files."""

    book: Book
    late: str
    fine: str
    damaged: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    book = make_book(tmp_path_factory.mktemp("check"))
    late = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10", "--owner", "li.wei")
    fine = book.open("t", "--received", "2024-03-04T13:00", "--at", "2024-03-04T13:10")
    closed = book.open("t", "--received", "2024-03-04T08:00", "--at", "2024-03-04T08:10")
    book.call("close", closed, "--outcome", "withdrawn", "--at", "2024-03-04T08:20", check=0)
    return Desk(book=book, late=late, fine=fine, damaged="C-20240304-AAAAA")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A copy in another folder, with a file that has two faults."""
    book = make_book(tmp_path_factory.mktemp("broken"))
    late = book.open("t", "--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")
    (book.root / "cases/open/C-20240304-AAAAA.yaml").write_text(
        "id: C-20240304-AAAAA\ntitle: 'a % of 50, c: d'\nreceived: noon\nstatus: opened\n"
        "history:\n  - {at: 2024-03-04T09:00:00+08:00, by: li.wei, did: open, id: 7Q2M0X4C}\n"
    )
    return Desk(book=book, late=late, fine="", damaged="C-20240304-AAAAA")


def checked(desk: Desk, output_format: str, code: int) -> str:
    return desk.book.call("check", "--as-of", NOW, "--format", output_format, check=code).stdout


def test_json_gives_every_overdue_step_with_its_due_time_and_file(desk: Desk) -> None:
    found = json.loads(checked(desk, "json", 1))["check"]
    assert (found["as_of"], found["judged"]) == ("2024-03-04T13:30:00+08:00", 2)
    assert (found["problems"], found["due"]) == ([], [])
    common = {
        "case": desk.late,
        "level": None,
        "owner": "li.wei",
        "file": f"cases/open/{desk.late}.yaml",
        "calendar_published": True,
        "kind": "overdue",
        "warned": False,
        "tell": None,
    }
    assert found["overdue"] == [
        {**common, "step": "assess", "what": "assess", "due": "2024-03-04T11:00:00+08:00", "late": 9000},
        {**common, "step": "classify", "what": "classify", "due": "2024-03-04T13:00:00+08:00", "late": 1800},
    ]


def test_people_get_a_table_and_a_summary(desk: Desk) -> None:
    result = desk.book.call("check", "--as-of", NOW, check=1)
    _heading, _line, *rows = result.stdout.splitlines()
    assert [row.split()[:2] for row in rows] == [[desk.late, "assess"], [desk.late, "classify"]]
    assert "2 h 30 min" in rows[0]
    assert result.stderr == "Open cases: 2. 1 of them is overdue at 2024-03-04 13:30.\n"


def test_plain_csv_jsonl_and_markdown_give_a_line_for_each_step(desk: Desk) -> None:
    plain = checked(desk, "plain", 1).splitlines()
    assert [line.split("\t")[:4] for line in plain] == [
        [desk.late, "assess", "2024-03-04T11:00:00+08:00", "9000"],
        [desk.late, "classify", "2024-03-04T13:00:00+08:00", "1800"],
    ]
    assert (
        checked(desk, "csv", 1).splitlines()[0]
        == "case,step,due,late,level,owner,kind,calendar_published,tell,what"
    )
    assert [json.loads(line)["step"] for line in checked(desk, "jsonl", 1).splitlines()] == [
        "assess",
        "classify",
    ]
    assert "| 2024-03-04 11:00 | 2 h 30 min |" in checked(desk, "md", 1)


def test_github_gets_one_annotation_for_each_finding_and_problem(desk: Desk, broken: Desk) -> None:
    lines = checked(desk, "github", 1).splitlines()
    place = f"file=cases/open/{desk.late}.yaml,line=3,col=1"
    assert lines[0] == (
        f"::error {place},title=assess::{desk.late}: assess was due 2024-03-04 11:00, overdue by 2 h 30 min"
    )
    assert len(lines) == 2
    damaged = [line for line in checked(broken, "github", 4).splitlines() if "title=" not in line]
    assert damaged[0].partition("::received")[0] == (
        f"::error file=cases/open/{broken.damaged}.yaml,line=3,col=11"
    )
    assert len(damaged) == 2


def test_junit_is_xml_with_a_test_for_each_finding_and_each_case_in_time(desk: Desk, broken: Desk) -> None:
    suite = ET.fromstring(checked(desk, "junit", 1))  # noqa: S314 - it reads only what we printed
    cases = suite.findall("testcase")
    assert (suite.tag, suite.get("tests"), suite.get("failures")) == ("testsuite", "3", "2")
    assert suite.get("timestamp") == "2024-03-04T05:30:00Z"
    assert [(case.get("name"), case.find("failure") is not None) for case in cases] == [
        (f"{desk.late} assess", True),
        (f"{desk.late} classify", True),
        (desk.fine, False),
    ]
    damaged = ET.fromstring(checked(broken, "junit", 4)).findall("testcase/failure")  # noqa: S314 - it reads only what we printed
    kinds = [failure.get("type") for failure in damaged]
    assert {"not-a-time", "not-one-of", "overdue"} == set(kinds)
    names = [case.get("name") for case in ET.fromstring(checked(broken, "junit", 4))]  # noqa: S314 - it reads only what we printed
    assert len(names) == len(set(names))


def test_gitlab_gets_issues_whose_fingerprints_last(desk: Desk) -> None:
    def issues(moment: str) -> list[dict[str, Any]]:
        words = ("check", "--as-of", moment, "--format", "gitlab")
        return list(desk.book.call(*words, check=1).json())

    first, later = issues(NOW), issues("2024-03-04T14:00")
    assert [issue["location"] for issue in first] == [
        {"path": f"cases/open/{desk.late}.yaml", "lines": {"begin": 3}}
    ] * 2
    assert {issue["severity"] for issue in first} == {"major"}
    prints = [issue["fingerprint"] for issue in first]
    assert len(set(prints)) == 2
    assert [issue["fingerprint"] for issue in later] == prints
    assert [issue["description"] for issue in later] != [issue["description"] for issue in first]


def test_sarif_names_its_rules_and_places(broken: Desk) -> None:
    document = json.loads(checked(broken, "sarif", 4))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert rules == {result["ruleId"] for result in run["results"]} == {"overdue", "not-a-time", "not-one-of"}
    places = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]
        for result in run["results"]
        if broken.damaged in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    }
    assert places["not-a-time"]["region"] == {"startLine": 3, "startColumn": 11}
    assert {result["level"] for result in run["results"]} == {"error"}


def test_broken_outranks_late_and_both_are_shown(broken: Desk) -> None:
    result = broken.book.call("check", "--as-of", NOW, check=4)
    assert broken.late in result.stdout
    assert f"{broken.damaged}.yaml:3:11: " in result.stderr
    assert f"{broken.damaged}.yaml:4:9: " in result.stderr


def test_fail_on_due_warns_before_it_is_too_late(desk: Desk) -> None:
    def ended(moment: str, *options: str) -> tuple[int, list[str]]:
        result = desk.book.call("check", "--as-of", moment, "--fail-on", "due", *options, "--json")
        return result.returncode, [entry["step"] for entry in result.json()["check"]["due"]]

    assert ended("2024-03-04T10:00", "--soon", "30m") == (0, [])
    assert ended("2024-03-04T10:00", "--soon", "1h") == (1, ["assess"])
    assert ended("2024-03-04T10:00", "--soon", "+3h") == (1, ["assess", "classify"])
    assert ended("2024-03-04T10:00") == (1, ["assess", "classify", "investigate"])


def test_fail_on_never_reports_and_lets_the_build_pass(desk: Desk, broken: Desk) -> None:
    found = desk.book.call("check", "--as-of", NOW, "--fail-on", "never", "--json", check=0).json()["check"]
    assert len(found["overdue"]) == 2
    assert broken.book.call("check", "--as-of", NOW, "--fail-on", "never").returncode == 4


def test_a_desk_without_cases_is_in_order(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    assert book.call("check", check=0).stdout == ""
    assert book.call("check", "--format", "junit", check=0).stdout.count("<testcase") == 0
    assert book.json("check")["check"]["judged"] == 0


def test_the_archive_is_read_only_when_it_is_asked_for(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t")
    book.call("close", opened, "--outcome", "withdrawn", check=0)
    path = book.file(opened)
    path.write_text(path.read_text().replace("status: closed", "status: closd"))
    book.call("check", check=0)
    result = book.call("check", "--archive", check=4)
    assert f"cases/closed/{opened[2:6]}/{opened[6:8]}/{opened}.yaml:" in result.stderr


def test_a_check_needs_no_more_than_the_policy_and_the_open_cases(desk: Desk, tmp_path: Path) -> None:
    """A CI job may check out cases/open alone."""
    bare = tmp_path / "bare"
    (bare / "cases" / "open").mkdir(parents=True)
    for name in ("complaintctl.yaml", f"cases/open/{desk.late}.yaml"):
        (bare / name).write_bytes((desk.book.root / name).read_bytes())
    result = Book(root=bare, variables=desk.book.variables).call("check", "--as-of", NOW, "--json", check=1)
    assert [entry["step"] for entry in result.json()["check"]["overdue"]] == ["assess", "classify"]


def test_a_case_in_both_folders_is_named(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    opened = book.open("t", "--at", "2024-03-04T09:00")
    text = book.file(opened).read_bytes()
    book.call("close", opened, "--outcome", "withdrawn", check=0)
    (book.root / f"cases/open/{opened}.yaml").write_bytes(text)
    result = book.call("check", check=4)
    assert f"this case is also in cases/closed/2024/03/{opened}.yaml. Keep one." in result.stderr
    assert opened in result.stdout, "it is judged open while any file says so"
