"""What reading commands take in memory does not grow with the casebook; `make nightly` measures all of them."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from bench import casebooks
from tests.casebooks import Book, environment
from tests.commands.processes import command
from tests.speed.peaks import peak_megabytes

FEW: Final = 300
# With a case in memory for each file, 900 more cases took 7 MB and more.
MOST_GROWTH: Final = 5
MOMENT: Final = datetime(2026, 6, 1, tzinfo=UTC)
AS_OF: Final = ("--as-of", "2025-06-01")
COMMANDS: Final = (
    ("list", "--all"),
    ("list", "--closed", "--json"),
    ("list", "--all", "--sort", "-received,title", "--format", "csv"),
    ("list", "--all", "--format", "md"),
    ("today", *AS_OF),
    ("today", *AS_OF, "--json"),
    ("board", *AS_OF),
    ("board", *AS_OF, "--json"),
    ("check", "--archive", *AS_OF),
    ("check", "--archive", "--format", "junit"),
    ("check", "--archive", *AS_OF, "--format", "sarif"),
    ("actions", "--archive"),
    ("lessons",),
    ("customer", "example.com"),
    ("report",),
    ("survey", "sample", "--closed-since", "2020-01-01"),
    ("policy", "simulate", "--show", "changed"),
    ("policy", "diff", "HEAD", *AS_OF),
)


def make_archive(folder: Path, count: int) -> Book:
    casebooks.made(folder / "book", 0, count, MOMENT)
    return Book(root=folder / "book", variables=environment(folder, "en"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_archive(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return make_archive(tmp_path_factory.mktemp("many"), 4 * FEW)


@pytest.mark.skipif(sys.platform != "linux", reason="measured by what Linux tells of a process")
@pytest.mark.parametrize(
    "words", [pytest.param(words, marks=pytest.mark.nightly) for words in COMMANDS], ids=" ".join
)
def test_four_times_the_cases_take_the_same_memory(few: Book, many: Book, words: tuple[str, ...]) -> None:
    small, large = (peak_megabytes(book, *words) for book in (few, many))
    print(f"\n{' '.join(words)}: {small:.0f} MB, with four times the cases {large:.0f} MB")
    assert large - small < MOST_GROWTH


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipe that breaks")
def test_a_reader_that_goes_away_ends_a_long_list_quietly(few: Book) -> None:
    process = subprocess.Popen(
        command("list", "--all"),
        cwd=few.root,
        env=dict(few.variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert os.read(process.stdout.fileno(), 10)
    process.stdout.close()
    assert (process.wait(timeout=60), process.stderr.read()) == (0, b"")
    process.stderr.close()
