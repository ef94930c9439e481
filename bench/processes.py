"""Measures whole processes: wall time, processor time, and the modules they load."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from bench import loading

# The console script of the current environment, which users start.
SCRIPT: Final = Path(sys.executable).with_name("complaintctl")
COMPLAINTCTL: Final = (sys.executable, "-X", "utf8", str(SCRIPT))


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Seconds of a process; `processor` is its user and system time, including the git processes it started."""

    wall: float
    processor: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs:
    """Alternating runs of two commands: the measured one and the reference."""

    measured: tuple[Taken, ...]
    against: tuple[Taken, ...]

    def ratios(self, clock: str) -> list[float]:
        """Returns the ratio of each pair; `clock` is `wall` or `processor`."""
        pairs = zip(self.measured, self.against, strict=True)
        return [
            getattr(measured_run, clock) / getattr(against_run, clock) for measured_run, against_run in pairs
        ]


def taken(command: Sequence[str], extra: Mapping[str, str]) -> Taken:
    """Run a command and return its times; discards its output and ignores its exit code."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **extra},
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    return Taken(wall=wall, processor=usage.ru_utime + usage.ru_stime)


def in_turns(measured: Sequence[str], against: Sequence[str], runs: int) -> Pairs:
    """Run both commands once to warm up, then alternately `runs` times."""
    rounds = [(taken(measured, {}), taken(against, {})) for _ in range(runs + 1)][1:]
    return Pairs(measured=tuple(first for first, _ in rounds), against=tuple(second for _, second in rounds))


def middle(runs: Sequence[Taken]) -> Taken:
    """Returns the medians of wall and processor time."""
    return Taken(wall=median(run.wall for run in runs), processor=median(run.processor for run in runs))


def modules(arguments: Sequence[str], extra: Mapping[str, str]) -> frozenset[str]:
    """Returns all modules that a complaintctl command has loaded when it ends."""
    run = subprocess.run(
        [sys.executable, "-X", "utf8", loading.__file__, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **extra},
        check=False,
    )
    lines = run.stderr.splitlines()
    return frozenset(line.removeprefix(loading.MARK) for line in lines if line.startswith(loading.MARK))
