"""Tests `demo`: it makes a casebook with cases in every state and runs the main commands on it."""

from collections import Counter
from pathlib import Path

import pytest

from tests.casebooks import Book, environment, run


def test_the_demo_makes_a_casebook_one_can_play_on(tmp_path: Path) -> None:
    variables = environment(tmp_path)
    shown = run(tmp_path, variables, "demo", "desk", check=0)
    for command in ("today", "check", "explain", "report"):
        assert f"$ complaintctl {command}" in shown.stdout
    assert "[exit 1]" in shown.stdout
    assert f"The casebook is in {tmp_path / 'desk'}" in shown.stderr

    book = Book(root=tmp_path / "desk", variables=variables)
    cases = book.call("list", "--all", "--columns", "id,status,overdue", "--format", "json", check=0).json()[
        "cases"
    ]
    states = Counter(case["status"] for case in cases)
    assert len(cases) == 12
    assert set(states) == {"open", "waiting", "closed"}
    assert {case["overdue"] for case in cases} == {"yes", "no"}
    checked = book.call("check", "--archive", "--format", "json", check=1).json()["check"]
    assert checked["problems"] == []
    assert len(book.git("log", "--format=%s").splitlines()) == 1 + sum(
        len(book.json("show", case["id"])["case"]["history"]) for case in cases
    )
    assert book.git("status", "--porcelain") == ""


@pytest.mark.nightly
def test_the_demo_needs_no_identity_of_its_user(tmp_path: Path) -> None:
    variables = {
        name: value
        for name, value in environment(tmp_path).items()
        if not name.startswith(
            ("GIT_AUTHOR", "GIT_COMMITTER", "GIT_CONFIG_KEY", "GIT_CONFIG_VALUE", "GIT_CONFIG_COUNT")
        )
    }
    run(tmp_path, variables, "demo", "desk", check=0)
