"""Tests the grading: severity and urgency determine the level and thereby the limits.

UTC, received on Monday 2024-03-04 at 09:00; hours run by the clock from receipt. The due times:

  severity  urgency  level      respond      counted
  high      high     major      03-04 17:00  + 8 h
  high      medium   major      03-04 17:00  + 8 h
  high      low      important  03-05 09:00  + 24 h
  low       high     important  03-05 09:00  + 24 h
  low       low      general    03-07 09:00  + 72 h
"""

from pathlib import Path

import pytest

from complaintctl.storage.policy import policyfile
from tests.casebooks import Book, make_book, refused

POLICY = """\
complaintctl: 1
name: graded
timezone: UTC
levels:
  major: {label: {en: major, zh: 重大}}
  important: {label: {en: important, zh: 重要}}
  general: {label: {en: general, zh: 一般}}
categories: {goods: {}, service: {}}
fields:
  severity: {label: {en: severity, zh: 严重度}, choices: {high: {label: {zh: 高}}, low: {label: {zh: 低}}}}
  urgency: {label: {en: urgency, zh: 紧急度}, choices: {high: {label: {zh: 高}}, medium: {label: {zh: 中}}, low: {}}}
grading:
  - {when: {x.severity: high, x.urgency: [high, medium]}, level: major}
  - {when: {x.severity: high}, level: important}
  - {when: {x.urgency: high}, level: important}
  - {level: general}
steps:
  - {step: classify, within: 4h}
  - {step: respond, within: {major: 8h, important: 24h, general: 72h}}
"""
RECEIVED = ("--received", "2024-03-04T09:00", "--at", "2024-03-04T09:10")


@pytest.fixture
def book(tmp_path: Path) -> Book:
    policy = tmp_path / "graded.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    return make_book(tmp_path, policy)


def sets(severity: str, urgency: str) -> tuple[str, ...]:
    return ("--set", f"x.severity={severity}", "--set", f"x.urgency={urgency}")


def level(book: Book, case: str) -> str | None:
    found: str | None = book.json("show", case)["case"].get("level")
    return found


def classified(book: Book, severity: str, urgency: str) -> str:
    case = book.open("t", *RECEIVED)
    book.call("classify", case, *sets(severity, urgency), "--at", "2024-03-04T09:30", check=0)
    return case


@pytest.mark.parametrize(
    ("severity", "urgency", "graded", "due"),
    [
        ("high", "high", "major", "2024-03-04T17:00"),
        ("high", "medium", "major", "2024-03-04T17:00"),
        ("high", "low", "important", "2024-03-05T09:00"),
        ("low", "high", "important", "2024-03-05T09:00"),
        ("低", "low", "general", "2024-03-07T09:00"),
    ],
)
def test_severity_and_urgency_give_the_level_and_its_limit(
    book: Book, severity: str, urgency: str, graded: str, due: str
) -> None:
    case = classified(book, severity, urgency)
    shown = book.json("show", case)["case"]
    (respond,) = [clock["due"] for clock in shown["clocks"] if clock["step"] == "respond"]
    assert (shown["level"], respond[: len(due)]) == (graded, due)
    assert shown["history"][-1]["set"]["level"] == [None, graded]
    book.call("check", "--as-of", "2024-03-04T10:00", check=0)


def test_classify_says_which_row_gave_the_level(book: Book) -> None:
    case = book.open("t")
    said = book.call("classify", case, *sets("high", "medium")).stderr
    assert "graded major: x.severity = high, x.urgency = high / medium (complaintctl.yaml:" in said
    (place,) = [line for line in said.splitlines() if line.startswith("graded")]
    number = int(place.rstrip(")").rpartition(":")[2])
    line = (book.root / "complaintctl.yaml").read_text(encoding="utf-8").splitlines()[number - 1]
    assert "level: major" in line
    assert book.json("classify", case)["grading"] == {
        "level": "major",
        "when": {"x.severity": "high", "x.urgency": ["high", "medium"]},
        "policy": f"complaintctl.yaml:{number}",
    }
    chinese = book.call("--lang", "zh", "classify", case, *sets("high", "low")).stderr
    assert "定级为重要：严重度 = 高（complaintctl.yaml:" in chinese
    assert "24h（重要）" in book.call("--lang", "zh", "explain", case).stdout


def test_another_level_is_refused_whatever_would_set_it(book: Book) -> None:
    case = classified(book, "high", "low")
    for command in (
        ("classify", case, "--level", "general"),
        ("assess", case, "--level", "major"),
        ("edit", case, "--set", "level=general"),
        ("open", "--title", "t", *sets("high", "low"), "--level", "general"),
    ):
        said = refused(book, 3, *command)
        assert "The grading gives important (x.severity = high), not" in said
    book.call("classify", case, "--level", "important", check=0)


def test_an_escalation_raises_the_level_and_a_new_class_leaves_it_there(book: Book) -> None:
    case = classified(book, "low", "low")
    book.call("escalate", case, "--level", "major", "--reason", "the press asks", check=0)
    book.call("classify", case, "--category", "goods", check=0)
    assert level(book, case) == "major"
    refused(book, 3, "classify", case, "--level", "important")
    book.call("classify", case, "--level", "general", check=0)
    assert level(book, case) == "general"
    book.call("check", check=1)  # late since 2024, and nothing else


def test_a_registration_is_graded_only_when_all_is_known(book: Book) -> None:
    whole = book.open("t", *sets("high", "high"))
    assert level(book, whole) == "major"
    # `level: general` would apply here, but a severity may still be set.
    half = book.open("t", "--set", "x.urgency=low")
    assert level(book, half) is None


def test_a_correction_leaves_the_level_and_says_what_the_grading_gives_now(book: Book) -> None:
    case = classified(book, "low", "low")
    said = book.call("edit", case, "--set", "x.severity=high").stderr
    assert f"The grading now gives important; to apply it: complaintctl classify {case}" in said
    assert level(book, case) == "general"
    book.call("classify", case, check=0)
    assert level(book, case) == "important"


def test_a_classification_that_says_nothing_is_refused(tmp_path: Path) -> None:
    policy = tmp_path / "graded.yaml"
    policy.write_text(POLICY.replace("  - {level: general}\n", ""), encoding="utf-8")
    book = make_book(tmp_path, policy)
    case = book.open("t", "--set", "x.severity=low")
    said = refused(book, 3, "classify", case)
    assert "x.severity, x.urgency" in said
    book.call("classify", case, "--level", "general", check=0)


def test_the_policy_shows_its_grading_as_a_table(book: Book) -> None:
    shown = book.call("policy", "show", "--format", "md").stdout
    assert "| grading | x.severity | x.urgency | level |" in shown
    assert "| 1 | high | high / medium | major |\n| 2 | high |  | important |" in shown
    chinese = book.call("--lang", "zh", "policy", "show", "--format", "md").stdout
    assert "| 1 | 高 | 高 / 中 | 重大 |" in chinese
    assert "| respond | 重大 8h、重要 24h、一般 72h |" in chinese
    rows = book.json("policy", "show")["policy"]["grading"]
    assert rows[1] == {"level": "important", "when": {"x.severity": "high"}}


def test_a_changed_row_is_named_by_the_comparison_of_policies(book: Book) -> None:
    newer = book.root / "newer.yaml"
    newer.write_text(POLICY.replace("x.urgency: high}, level: important", "x.urgency: high}, level: major"))
    assert "grading" in book.call("policy", "diff", "newer.yaml").stdout


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("level: major}", "level: mayor}", "policy-unknown"),
        ("{x.severity: high, x.urgency: [high, medium]}", "{x.severity: hihg}", "policy-unknown"),
        ("{x.severity: high, x.urgency: [high, medium]}", "{x.severty: high}", "policy-undeclared-field"),
        ("{x.urgency: high}", "{level: general}", "policy-grading-level"),
        ("{x.urgency: high}", "{x.severity: high, x.urgency: low}", "policy-grading-covered"),
    ],
)
def test_a_faulty_grading_is_told(old: str, new: str, key: str) -> None:
    here = Path("complaintctl.yaml")
    assert policyfile.parse_policy(POLICY.encode(), here)[1] == []
    _, problems = policyfile.parse_policy(POLICY.replace(old, new).encode(), here)
    assert [problem.key for problem in problems] == [key]
