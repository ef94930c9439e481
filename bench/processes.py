"""Whole processes: how long they take by the clock and by the processor, and which modules they load."""

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

# The console script of the environment we run in: what users start.
SCRIPT: Final = Path(sys.executable).with_name("complaintctl")
COMPLAINTCTL: Final = (sys.executable, "-X", "utf8", str(SCRIPT))


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """Seconds a process took; `processor` is user and system time of it and of the git it asked."""

    wall: float
    processor: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs:
    """Runs of two commands, taken in turns: what is measured, and what it is measured against."""

    measured: tuple[Taken, ...]
    against: tuple[Taken, ...]

    def ratios(self, clock: str) -> list[float]:
        """Of each pair, `wall` or `processor`."""
        pairs = zip(self.measured, self.against, strict=True)
        return [getattr(one, clock) / getattr(other, clock) for one, other in pairs]


def taken(command: Sequence[str], extra: Mapping[str, str]) -> Taken:
    """Run a command to its end; what it says is thrown away, what it ends with is not judged."""
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
    """Run both once to warm up, then A B A B."""
    rounds = [(taken(measured, {}), taken(against, {})) for _ in range(runs + 1)][1:]
    return Pairs(measured=tuple(one for one, _ in rounds), against=tuple(other for _, other in rounds))


def middle(runs: Sequence[Taken]) -> Taken:
    """The medians."""
    return Taken(wall=median(run.wall for run in runs), processor=median(run.processor for run in runs))


def modules(arguments: Sequence[str], extra: Mapping[str, str]) -> frozenset[str]:
    """Every module that a command of ours has loaded when it ends."""
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
