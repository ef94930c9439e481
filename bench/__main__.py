"""Measure due times and whole processes of the reading commands; print the figures; exit with 1 if a limit is exceeded."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Final

from bench import casebooks, engine, histories, plain_history, plain_reading, processes
from bench.processes import COMPLAINTCTL, Pairs
from complaintctl.render.text import table_layout

CLOCKS: Final = ("wall", "processor")
READING: Final = ("check", "list", "today", "report", "show", "explain")
OF_ONE_CASE: Final = frozenset({"show", "explain"})
# `verify` of a whole history, in times of git's own reading; and with few new commits, in seconds beyond the start.
VERIFY_TIMES: Final = 2.0
NEW_COMMITS: Final = 100
NEW_SECONDS: Final = 0.5
# Modules that are slow to load. No reading command may load a forbidden one.
FORBIDDEN: Final = frozenset({"ruamel.yaml"})
HEAVY: Final = (
    "pydantic",
    "wcwidth",
    "filelock",
    "rich",
    "http.client",
    "urllib.request",
    "xml.sax",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """A performance limit of the design, and its measurements."""

    name: str
    limit: float
    pairs: Pairs

    def kept(self) -> bool:
        """Whether the median ratio is within the limit, in wall time and in processor time."""
        return all(median(self.pairs.ratios(clock)) <= self.limit for clock in CLOCKS)


def main() -> int:
    """Build the casebooks, measure, and print; returns the exit code."""
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="pairs of runs for each figure")
    options.add_argument("--closed", type=int, default=100_000, help="closed cases of the large archive")
    options.add_argument(
        "--commits", type=int, default=100_000, help="commits of the history that is verified"
    )
    options.add_argument(
        "--only-verify", action="store_true", help="measure only the verification of a history"
    )
    chosen = options.parse_args()
    if chosen.only_verify:
        with tempfile.TemporaryDirectory(prefix="complaintctl-bench-") as folder:
            return _verify_measured(Path(folder), chosen.runs, chosen.commits)
    with tempfile.TemporaryDirectory(prefix="complaintctl-bench-") as folder:
        codes = [
            _measured(Path(folder), chosen.runs, chosen.closed),
            _verify_measured(Path(folder), chosen.runs, chosen.commits),
        ]
        return max(codes)


def _measured(folder: Path, runs: int, closed: int) -> int:
    _say(f"computing the due times of {engine.CASES:,} cases")
    figures = engine.measured()
    moment = datetime.now(UTC)
    for name, count, archive in (
        ("empty", 0, 0),
        ("small", 1_000, 0),
        ("large", 10_000, 0),
        ("old", 1_000, closed),
    ):
        _say(f"writing a casebook of {count:,} open and {archive:,} closed cases")
        casebooks.made(folder / name, count, archive, moment)
    promises = [
        _against_plain_reading("check, 1,000 open cases / plain reading", 1.3, folder / "small", runs),
        _against_plain_reading("check, 10,000 open cases / plain reading", 1.0, folder / "large", runs),
        _measure(
            f"check, 1,000 open cases, {closed:,} closed ones / without them",
            1.15,
            _check(folder / "old"),
            _check(folder / "small"),
            runs,
        ),
    ]
    loaded = dict(_loaded(folder / "small"))
    clean = all(not names & FORBIDDEN for names in loaded.values())
    tables = (
        _engine_table(figures),
        _promise_table(promises, clean),
        _module_table(loaded),
        _start_table(folder, runs),
    )
    sys.stdout.write("\n".join(tables))
    return 0 if clean and figures.kept() and all(promise.kept() for promise in promises) else 1


def _verify_measured(folder: Path, runs: int, commits: int) -> int:
    """Measure `verify` against git alone, and with new commits only against the start of the program."""
    _say(f"writing a history of {commits:,} commits")
    root = folder / "history"
    histories.make_history(root, commits, datetime.now(UTC))
    plain = (sys.executable, plain_history.__file__, str(root))
    whole = _measure(
        f"verify --full, {commits:,} commits / git log and cat-file",
        VERIFY_TIMES,
        (*COMPLAINTCTL, "-C", str(root), "verify", "--full"),
        plain,
        runs,
    )
    new = []
    for number in range(runs):
        histories.append_history(root, NEW_COMMITS, number)
        started = processes.taken((*COMPLAINTCTL, "--version"), {})
        verified = processes.taken((*COMPLAINTCTL, "-C", str(root), "verify"), {})
        new.append(verified.wall - started.wall)
    kept = median(new) <= NEW_SECONDS
    rows = [*_promise_rows(whole)]
    rows.append(
        [
            f"verify, {NEW_COMMITS} new commits - start-up",
            "wall",
            f"{median(new):.2f}",
            "",
            "",
            "",
            "0.5 s",
            _verdict(kept=kept),
        ]
    )
    headings = ["", "clock", "seconds", "against", "ratio", "pairs", "at most", ""]
    sys.stdout.write(_table(headings, rows))
    return 0 if kept and median(whole.pairs.ratios("wall")) <= VERIFY_TIMES else 1


def _say(message: str) -> None:
    sys.stderr.write(f"{message}\n")


def _check(root: Path) -> Sequence[str]:
    return (*COMPLAINTCTL, "-C", str(root), "check")


def _against_plain_reading(name: str, limit: float, root: Path, runs: int) -> Promise:
    plain = (sys.executable, plain_reading.__file__, str(root / "cases" / "open"))
    return _measure(name, limit, _check(root), plain, runs)


def _measure(name: str, limit: float, measured: Sequence[str], against: Sequence[str], runs: int) -> Promise:
    _say(f"measuring {name}")
    return Promise(name=name, limit=limit, pairs=processes.in_turns(measured, against, runs))


def _engine_table(figures: engine.Figures) -> str:
    """Returns the table of processor seconds; the limit applies to the sum of all due times."""
    count = figures.clocks // engine.CASES
    rows = [
        [f"{engine.CASES:,} limits of {text}", "", f"{days:.1f}", "", "", ""]
        for text, days in figures.by_days.items()
    ]
    by_days = sum(figures.by_days.values())
    limits = f"at most {engine.MOST_SECONDS} s, at least {engine.LEAST_RATIO} times"
    ours = f"{figures.due_times:.2f}"
    rows += [
        [
            f"{figures.clocks:,} due times, {count} a case",
            ours,
            f"{by_days:.1f}",
            f"{figures.ratio:.0f}",
            limits,
            _verdict(kept=figures.kept()),
        ],
        ["laying out the calendar", f"{figures.loading:.2f}", "", "", "", ""],
        ["the whole judgement of the cases", f"{figures.judging:.2f}", "", "", "", ""],
    ]
    headings = [
        f"{len(engine.YEARS)} years, {engine.CASES:,} cases",
        "processor",
        "day by day",
        "times",
        "promise",
        "",
    ]
    note = (
        f"processor seconds, the least of {engine.ROUNDS} rounds; day by day is reckoned from a sample of "
        f"{figures.checked:,} due times, all of them equal to ours"
    )
    return _table(headings, rows) + note + "\n"


def _promise_table(promises: Sequence[Promise], clean: bool) -> str:
    rows = [row for promise in promises for row in _promise_rows(promise)]
    rows.append(["ruamel on no reading path", "", "", "", "", "", "", _verdict(kept=clean)])
    headings = ["", "clock", "seconds", "against", "ratio", "pairs", "at most", ""]
    return _table(headings, rows)


def _promise_rows(promise: Promise) -> Iterator[list[str]]:
    measured, against = processes.middle(promise.pairs.measured), processes.middle(promise.pairs.against)
    for clock in CLOCKS:
        ratios = promise.pairs.ratios(clock)
        yield [
            promise.name,
            clock,
            f"{getattr(measured, clock):.2f}",
            f"{getattr(against, clock):.2f}",
            f"{median(ratios):.2f}",
            " ".join(f"{ratio:.2f}" for ratio in ratios),
            f"{promise.limit}",
            _verdict(kept=median(ratios) <= promise.limit),
        ]


def _verdict(*, kept: bool) -> str:
    return "PASS" if kept else "FAIL"


def _loaded(root: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Yields the modules that each reading command loads, with table and with JSON output."""
    case_id = next((root / "cases" / "open").iterdir()).stem
    for name in READING:
        words = ("-C", str(root), name, *((case_id,) if name in OF_ONE_CASE else ()))
        yield name, processes.modules(words, {})
        yield f"{name} --json", processes.modules((*words, "--json"), {})


def _module_table(loaded: dict[str, frozenset[str]]) -> str:
    shown = (*sorted(FORBIDDEN), *HEAVY)
    rows = [
        [name, len(names), *("x" if module in names else "" for module in shown)]
        for name, names in loaded.items()
    ]
    return _table(["loads", "modules", *shown], rows)


def _starts(folder: Path) -> Iterator[tuple[str, Sequence[str], Mapping[str, str]]]:
    """Yields runs dominated by the start-up time: a name, the command, its extra environment."""
    empty = str(folder / "empty")
    yield "--version", (*COMPLAINTCTL, "--version"), {}
    yield "check, no case", (*COMPLAINTCTL, "-C", empty, "check"), {}
    yield "today, no case", (*COMPLAINTCTL, "-C", empty, "today"), {}
    shell = {
        "_COMPLAINTCTL_COMPLETE": "complete_bash",
        "COMP_WORDS": "complaintctl show C-",
        "COMP_CWORD": "2",
    }
    for name in ("small", "old"):
        environment = {**shell, "COMPLAINTCTL_DIR": str(folder / name)}
        yield f"completing an id, casebook {name}", COMPLAINTCTL, environment


def _start_table(folder: Path, runs: int) -> str:
    rows = []
    for name, command, extra in _starts(folder):
        middle = processes.middle([processes.taken(command, extra) for _ in range(runs + 1)][1:])
        rows.append([name, f"{middle.wall:.3f}", f"{middle.processor:.3f}"])
    return _table(["start-up", "wall", "processor"], rows)


def _table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    cells = [[str(cell) for cell in row] for row in rows]
    return "".join(table_layout.table_texts(headings, lambda: iter(cells)))


if __name__ == "__main__":
    sys.exit(main())
