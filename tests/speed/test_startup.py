"""What a command loads: nothing that only another one needs."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from bench import casebooks, processes
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
    assert loaded(root, *words(root, name), "--json") & {"tabulate", "wcwidth"} == set()


@pytest.mark.parametrize("words", [("check",), ("policy", "check"), ("policy", "calendar"), ("policy", "-h")])
def test_only_filling_a_calendar_loads_what_knows_holidays(root: Path, words: tuple[str, ...]) -> None:
    assert loaded(root, *words) & EXTRAS == set()


def test_a_table_loads_the_tables(root: Path) -> None:
    assert "tabulate" in loaded(root, "list")


def test_naming_the_version_loads_no_command_and_no_schema() -> None:
    names = processes.modules(("--version",), {})
    assert not {name for name in names if name.startswith(("complaintctl.commands", "complaintctl.storage"))}
    assert names & {"pydantic", "yaml", "tabulate", "wcwidth"} == set()


def test_completing_an_id_loads_one_command_and_reads_no_file(root: Path) -> None:
    shell = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl show C-",
        "COMP_CWORD": "2",
        "COMPLAINTCTL_DIR": str(root),
    }
    names = processes.modules((), shell)
    assert "complaintctl.commands.overview.show" in names
    assert (
        names & (WRITERS | BALLAST | {"tabulate", "wcwidth", "complaintctl.commands.overview.check"}) == set()
    )
