"""Tests the short name of the program, and commands typed by their beginning."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.casebooks import Book, make_book
from tests.docs.readme import ROOT


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path, "electronics")


def run_short(book: Book, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the program as the script `cpl` does."""
    script = book.root.parent / "cpl"
    script.write_text("import sys\nfrom complaintctl.cli import main\nsys.exit(main())\n", encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), *words],
        cwd=book.root,
        env={**book.variables, "COMPLAINTCTL_LANG": "en", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_package_installs_the_short_name() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == dict.fromkeys(("complaintctl", "cpl"), "complaintctl.cli:main")


def test_the_short_name_does_the_same_and_names_itself(book: Book) -> None:
    case_id = book.open("t", "--phone", "13800138000")
    found = run_short(book, "cust", "13800138000")
    assert (found.returncode, case_id in found.stdout) == (0, True)
    assert "cpl today" in run_short(book, "today", "--nonsense").stderr


@pytest.mark.nightly
def test_the_short_name_completes(book: Book) -> None:
    case_id = book.open("t")
    asked = {"_CPL_COMPLETE": "complete_bash", "COMP_WORDS": f"cpl sh {case_id[-4:]}", "COMP_CWORD": "2"}
    assert run_short(book, **asked).stdout.split() == [case_id]
    asked |= {"COMP_WORDS": "cpl edit C-1 --set level = u", "COMP_CWORD": "6"}
    assert run_short(book, **asked).stdout.split() == ["urgent"]
    script = run_short(book, "--show-completion", "bash", SHELL=os.environ.get("SHELL", "/bin/bash")).stdout
    assert "cpl" in script or not script


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("cust", "customer"), ("tod", "today"), ("pol sh", "policy show"), ("les", "lessons")],
)
def test_the_beginning_of_a_command_is_enough(book: Book, typed: str, meant: str) -> None:
    more = ("13800138000",) if meant == "customer" else ()
    short, full = (book.call(*words.split(), *more, check=0) for words in (typed, meant))
    assert short == full


@pytest.mark.parametrize("typed", ["cl", "c", "e", "x", "policy s"])
def test_a_beginning_of_several_commands_or_of_none_is_no_command(book: Book, typed: str) -> None:
    assert "No such command" in book.call(*typed.split(), check=2).stderr
