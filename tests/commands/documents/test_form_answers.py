"""Tests what forms leave to the customer, and what they print of verdicts, remedies and departments."""

from pathlib import Path
from typing import Any

import pytest

from tests.casebooks import Book, make_book
from tests.sampling import sample
from tests.stories import make_team

OPINION = {
    "satisfaction.overall": "4",
    "satisfaction.attitude": "5",
    "satisfaction.solved": "3",
    "satisfaction.comment": "very polite",
    "plan.agreed_with_customer": "yes",
}


def recorded(book: Book, facts: dict[str, str]) -> str:
    return book.open(
        "Seal leaks", *(part for name, text in facts.items() for part in ("--set", f"{name}={text}"))
    )


def parts(book: Book, case: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = book.json("form", case, kind, "--lang", "en")["form"]["parts"]
    return found


def ticked(book: Book, case: str, kind: str) -> dict[str, list[str]]:
    """The ticked options of each choice of a form."""
    choices = (part for part in parts(book, case, kind) if "options" in part)
    return {part["label"]: [option for option, is_ticked in part["options"] if is_ticked] for part in choices}


def texts(book: Book, case: str, kind: str) -> dict[str, str]:
    """The cells and passages of a form by label."""
    every = parts(book, case, kind)
    pairs = [pair for part in every for pair in part.get("pairs", ())]
    return {
        entry["label"]: entry["text"] for entry in (*pairs, *every) if "text" in entry and "label" in entry
    }


@pytest.mark.parametrize("kind", sample(["satisfaction", "reply"], 1))
def test_what_the_customer_fills_in_prints_empty_whatever_is_recorded(tmp_path: Path, kind: str) -> None:
    book = make_book(tmp_path, "manufacturing")
    bare, full = recorded(book, {}), recorded(book, OPINION)
    assert set().union(*ticked(book, full, kind).values()) == set()
    # Nothing but the number of the case differs.
    for lang, output_format in (("en", "html"), ("zh", "md")):
        words = (kind, "--lang", lang, "--format", output_format)
        printed = [
            book.call("form", case, *words, check=0).stdout.replace(case, "C") for case in (bare, full)
        ]
        assert printed[0] == printed[1]


def test_the_opinion_of_the_customer_is_printed_where_the_team_reports_it(tmp_path: Path) -> None:
    book = make_book(tmp_path, "manufacturing")
    case = recorded(book, OPINION)
    assert ticked(book, case, "return-request")["Agreed with the customer"] == ["yes"]


@pytest.mark.parametrize(
    ("policy", "remedy", "kinds"),
    sample(
        [
            ("manufacturing", "return", ["return"]),
            ("manufacturing", "concession", []),
            ("electronics", "exchange", ["exchange"]),
            ("electronics", "compensation", []),
            ("ecommerce", "replacement", ["exchange"]),
        ],
        2,
    ),
)
def test_the_kinds_of_return_are_kinds_of_return(
    tmp_path: Path, policy: str, remedy: str, kinds: list[str]
) -> None:
    book = make_book(tmp_path, policy)
    case = recorded(book, {"plan.remedy": remedy})
    (choice,) = [
        part
        for part in parts(book, case, "return-request")
        if "options" in part and part["label"] == "Request"
    ]
    assert [option for option, _is_ticked in choice["options"]] == ["return", "exchange"]
    assert ticked(book, case, "return-request")["Request"] == kinds


@pytest.mark.parametrize("kind", sample(["record", "reply"], 1))
def test_a_remedy_that_was_given_without_a_plan_is_printed(tmp_path: Path, kind: str) -> None:
    book = make_book(tmp_path, "manufacturing")
    case = recorded(book, {"remedy.kind": "rework"})
    if kind == "record":
        assert ticked(book, case, kind)["Remedy"] == ["rework"]
    else:
        assert texts(book, case, kind)["Proposed remedy"] == "rework"


def test_who_requests_a_return_is_printed_with_the_department(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        """\
complaintctl: 1
name: returns
timezone: Asia/Shanghai
fields: [quantity]
steps: [{step: return-request}]
roles: {sales: {label: {en: sales, zh: 销售部}}}
people: {sun.tao: {name: 孙涛, department: sales}}
""",
        encoding="utf-8",
    )
    book = make_book(tmp_path, policy)
    case = recorded(book, {"x.quantity": "12"})
    assert texts(book, case, "return-request")["Applicant"] == ""
    book.call("step", case, "return-request", "--by", "sun.tao", check=0)
    found = texts(book, case, "return-request")
    assert (found["Quantity"], found["Department"]) == ("12", "sales")
    assert found["Applicant"].startswith("孙涛")
    page = book.call("form", case, "return-request", "--lang", "zh", "--format", "md", check=0).stdout
    assert "- **申请部门** 销售部" in page


@pytest.mark.parametrize(
    ("verdicts", "conclusion"),
    sample(
        [
            ((), []),
            (("yes",), ["effective and closed"]),
            (("yes", "yes"), ["effective and closed"]),
            (("yes", None), []),
            (("yes", "no"), ["not effective"]),
            (("no", None), ["not effective"]),
        ],
        2,
    ),
)
def test_the_conclusion_on_actions_follows_from_what_was_verified(
    tmp_path: Path, verdicts: tuple[str | None, ...], conclusion: list[str]
) -> None:
    book = make_team(tmp_path, "electronics", "{zhao.min: {name: 赵敏}}")
    case = recorded(book, {})
    for number, verdict in enumerate(verdicts, 1):
        action = (
            "--what",
            f"sharpen {number}",
            "--who",
            "li.wei",
            "--due",
            "2030-01-01",
            "--kind",
            "corrective",
        )
        book.call("action", case, *action, check=0)
        if verdict is not None:
            book.call("action", case, "--done", str(number), check=0)
            found = ("--verify", str(number), "--effective", verdict)
            book.call("action", case, *found, "--by", "zhao.min", check=0)
    assert ticked(book, case, "action")["Conclusion"] == conclusion
    verification = texts(book, case, "action")["Verification"]
    known = [number for number, verdict in enumerate(verdicts, 1) if verdict]
    assert [line.split(" (")[0] for line in verification.splitlines()] == [
        f"sharpen {number}" for number in known
    ]
    assert all("(赵敏" in line for line in verification.splitlines())
