"""Memory of every command that reads many cases, on 58,251 service requests of a city; `make nightly` runs it."""

import shutil
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.published import data, register
from tests.casebooks import Book
from tests.speed.peaks import peak_megabytes
from tests.terminal import left_on_screen, on_terminal

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.skipif(sys.platform != "linux", reason="measured by what Linux tells of a process"),
]
ARCHIVE = data("boston311", "boston_2011_full.zip")
POLICY: Final = Path(__file__).parents[2] / "templates" / "policies" / "electronics.yaml"
MOST_MEGABYTES: Final = 150
IMPORT_SECONDS: Final = 600
# On this day 9,879 of the cases were open.
PAST: Final = ("--as-of", "2012-01-01T00:00")
COMMANDS: Final = (
    ("list",),
    *(("list", "--closed", "--format", name) for name in ("table", "json", "csv")),
    *(
        ("list", "--all", "--sort", "-received,category", "--format", name)
        for name in ("plain", "jsonl", "md")
    ),
    ("list", "--all", "--search", "pothole"),
    ("list", *PAST),
    *(("today", *PAST, "--format", name) for name in ("table", "json")),
    *(("board", *PAST, "--format", name) for name in ("csv", "md")),
    *(("check", "--archive", *PAST, "--format", name) for name in ("table", "json", "junit")),
    ("actions", "--archive"),
    ("lessons",),
    ("customer", "boston@example.com"),
    ("report",),
    ("report", *PAST, "--format", "json"),
    ("report", *PAST, "--by", "category,month", "--compare", "previous", "--month", "2011-10"),
    ("report", *PAST, "--format", "xlsx", "--output", "report.xlsx"),
    ("report", *PAST, "--html", "dashboard.html"),
    ("report", "pareto", *PAST, "--by", "category"),
    ("report", "chart", *PAST, "--every", "week"),
    ("report", "management-review", *PAST, "--period", "2011H2"),
    ("trend", *PAST, "--by", "category", "--week"),
    ("survey", "sample", "--closed-since", "2011-01-01", "--seed", "7"),
    ("survey", "list"),
    ("policy", "simulate", "other.yaml", "--show", "changed"),
    *(("policy", "diff", "HEAD", "other.yaml", *PAST, "--format", name) for name in ("table", "json")),
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Book:
    made = register(tmp_path_factory.mktemp("boston"))
    shutil.copy(POLICY, made.root / "other.yaml")
    words = ("import", "csv", str(ARCHIVE), "--map", "boston311")
    written = on_terminal(made, *words, seconds=IMPORT_SECONDS)
    assert "Importing rows: " in written
    assert " %)" in written
    assert "All rows were read. Finishing…" in written
    assert left_on_screen(written).splitlines()[0].split() == ["import", "count"]
    return made


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_over_the_whole_register_stays_small(city: Book, words: tuple[str, ...]) -> None:
    peak = peak_megabytes(city, *words)
    print(f"\n{' '.join(words)}: {peak:.0f} MB")
    assert peak <= MOST_MEGABYTES
