"""Run the fuzz drivers one after the other and print what each tried and found: `python -m fuzz --seconds 120 case policy`."""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from complaintctl.render.text import table_layout

FOUND: Final = Path("fuzz/found")
# libFuzzer's exit code for an input that takes too long.
EXIT_TIMEOUT: Final = 70
SLOW_SECONDS: Final = 20
MAX_BYTES: Final = 200_000
_EXECUTED: Final = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def main() -> int:
    """Run the drivers; 1 if one of them found something."""
    from fuzz.drivers import DRIVERS  # noqa: PLC0415 - the child processes import it instrumented

    options = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    options.add_argument("driver", nargs="*", choices=[*DRIVERS, []], help="default: all")
    options.add_argument("--seconds", type=int, default=120, help="for each driver")
    chosen = options.parse_args()
    FOUND.mkdir(exist_ok=True)
    rows = [_run(name, chosen.seconds) for name in chosen.driver or DRIVERS]
    headings = ["driver", "inputs", "crashes", "hangs"]
    sys.stdout.writelines(table_layout.table_texts(headings, lambda: iter(rows)))
    return int(any(row[2:] != ["0", "0"] for row in rows))


def _run(name: str, seconds: int) -> list[str]:
    """Run one driver in a process of its own; what it found is printed and stays in fuzz/found."""
    from fuzz.drivers import DRIVERS  # noqa: PLC0415 - same

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(DRIVERS[name].seeds()):
            (Path(corpus) / str(number)).write_bytes(seed)
        command = [sys.executable, "-X", "utf8", "-m", "fuzz.target", name, corpus]
        command += [f"-max_total_time={seconds}", f"-timeout={SLOW_SECONDS}", f"-max_len={MAX_BYTES}"]
        # A limit that grows slowly would cut what our mutators write, and cut inputs are broken ones.
        command += ["-len_control=0", "-reduce_inputs=0"]
        command += [f"-artifact_prefix={FOUND}/{name}-", "-print_final_stats=1", "-rss_limit_mb=4096"]
        ended = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    executed = _EXECUTED.search(ended.stderr)
    if ended.returncode:
        sys.stderr.write(_tail(ended.stderr))
    hung = ended.returncode == EXIT_TIMEOUT
    crashed = ended.returncode != 0 and not hung
    return [name, executed[1] if executed else "?", str(int(crashed)), str(int(hung))]


def _tail(log: str) -> str:
    """The traceback and the name of the saved input."""
    start = log.rfind("=== Uncaught Python exception")
    return log[start:] if start >= 0 else log[-3000:]


if __name__ == "__main__":
    sys.exit(main())
