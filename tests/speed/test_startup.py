"""What a command loads: nothing that only another one needs."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bench import casebooks, processes
from complaintctl import application
from tests.casebooks import make_book
from tests.sampling import sample

# complaintctl.commands.FOLDER.MODULE
DEPTH_OF_A_COMMAND = 3
READING = ("check", "list", "today", "report", "show", "explain")
# Writing files gently needs ruamel; reading them never does.
WRITERS = {
    "ruamel.yaml",
    "filelock",
    "complaintctl.storage.case.edited_text",
    "complaintctl.storage.write.transaction",
}
# What comes with a careless import and costs more than it gives.
BALLAST = {"http.client", "urllib.request", "xml.sax", "rich", "asyncio", "multiprocessing"}
# What fills a calendar, and is not even installed with a bare `pip install complaintctl`.
EXTRAS = {"holidays", "icalendar", "dateutil"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("startup") / "book"
    casebooks.made(folder, 20, 0, datetime.now(UTC))
    return folder


@cache
def loaded(root: Path, *arguments: str) -> frozenset[str]:
    """The modules of a real process."""
    return processes.modules(("-C", str(root), *arguments), {"COLUMNS": "200"})


def words(root: Path, name: str) -> tuple[str, ...]:
    """The command on a casebook, with the id of a case where it asks for one."""
    case_id = min(path.stem for path in (root / "cases" / "open").iterdir())
    return (name, case_id) if name in {"show", "explain"} else (name,)


@pytest.mark.parametrize("name", sample(READING, 3))
def test_no_reading_command_loads_what_writes(root: Path, name: str) -> None:
    assert "complaintctl.storage.case.casefile" in loaded(root, *words(root, name))
    assert loaded(root, *words(root, name)) & WRITERS == set()


@pytest.mark.parametrize("name", sample(READING, 3))
def test_no_reading_command_loads_ballast(root: Path, name: str) -> None:
    assert loaded(root, *words(root, name)) & BALLAST == set()


@pytest.mark.parametrize("name", sample(READING, 3))
def test_a_command_loads_no_other_command(root: Path, name: str) -> None:
    modules = loaded(root, *words(root, name))
    commands = {one.rpartition(".")[2] for one in modules if one.count(".") == DEPTH_OF_A_COMMAND}
    others = {*READING, "list_cases", "ack", "import_csv", "init"}
    assert commands & others == {{"list": "list_cases"}.get(name, name)}


@pytest.mark.parametrize("name", sample(READING, 3))
def test_only_a_table_loads_the_widths_of_signs(root: Path, name: str) -> None:
    assert loaded(root, *words(root, name), "--json") & {"wcwidth"} == set()


@pytest.mark.parametrize("words", [("check",), ("policy", "check"), ("policy", "calendar"), ("policy", "-h")])
def test_only_filling_a_calendar_loads_what_knows_holidays(root: Path, words: tuple[str, ...]) -> None:
    assert loaded(root, *words) & EXTRAS == set()


def test_a_table_with_wide_signs_loads_their_widths(root: Path) -> None:
    assert "wcwidth" in loaded(root, "list")


def test_naming_the_version_loads_no_command_and_no_schema() -> None:
    names = processes.modules(("--version",), {})
    assert not {name for name in names if name.startswith(("complaintctl.commands", "complaintctl.storage"))}
    assert names & {"pydantic", "yaml", "wcwidth"} == set()


def test_completing_an_id_loads_one_command_and_reads_no_file(root: Path) -> None:
    shell = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl show C-",
        "COMP_CWORD": "2",
        "COMPLAINTCTL_DIR": str(root),
    }
    names = processes.modules((), shell)
    assert "complaintctl.commands.overview.show" in names
    assert names & (WRITERS | BALLAST | {"wcwidth", "complaintctl.commands.overview.check"}) == set()


# Runs commands one after another in a process; prints each with its exit code, and whether pydantic is loaded then.
SEVERAL = """
import io, json, os, sys
from complaintctl.cli import main
printed = sys.stdout
for words in json.loads(sys.argv[1]):
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    sys.argv = ["complaintctl", *words]
    if not words:
        os.environ |= {"_COMPLAINTCTL_COMPLETE": "complete_bash", "COMP_WORDS": "complaintctl show C-", "COMP_CWORD": "2"}
    try:
        main()
    except SystemExit as ending:
        print(words, ending.code, "pydantic" in sys.modules, file=printed)
"""


def test_no_daily_command_loads_pydantic(tmp_path: Path) -> None:
    book = make_book(tmp_path)
    case_id = book.open("Kettle leaks", "--customer-name", "王芳")
    commands = [
        ["--version"],
        ["--help"],
        ["note", "--help"],
        *[[name] for name in ("today", "list", "check", "verify")],
        ["open", "--title", "Lamp flickers"],
        ["show", case_id],
        ["note", case_id, "Called back"],
        ["ack", case_id],
        ["letter", case_id, "ack"],
        ["escalate", "--due"],
        ["close", case_id, "--outcome", "withdrawn", "--reason", "Sold it"],
        [],
    ]
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SEVERAL, json.dumps(commands)],
        cwd=book.root,
        env=dict(book.variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.splitlines() == [f"{words} 0 False" for words in commands]


def test_the_main_help_has_the_help_of_each_command_and_loads_none() -> None:
    modules = processes.modules(("--help",), {})
    assert not {
        name for name in modules if name.startswith(("complaintctl.commands", "complaintctl.storage"))
    }
    group: Any = get_command(application.build_app())
    table = {name: words for name, _panel, words in group.command_words(None)}
    assert {name: group.commands.get(name).help for name in group.list_commands(None)} == table
