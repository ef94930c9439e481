"""Which reminders were sent: one line of JSON each in `notified/YYYY-MM.jsonl`, and the message that is on its way.

A line stands alone and is never changed, so git may unite the lines of two clones (`merge=union`). Before a message is
sent, its lines are written to a file of ours in git's folder. If that file is still there at the next run, a crash came
between: nobody knows whether the message went out.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from complaintctl.domain.problems import Problem
from complaintctl.domain.sending.reminders import SentKey
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import Casebook, check_inside_casebook
from complaintctl.storage.disk import atomic_write, untrusted_file

FOLDER: Final = "notified"
_ATTRIBUTES: Final = ".gitattributes"
_UNION_LINE: Final = f"{FOLDER}/*.jsonl merge=union"
# About two hundred thousand lines.
_MAX_BYTES: Final = 1 << 25
_KEYS: Final = ("case", "clock", "to")


@dataclass(frozen=True, kw_only=True, slots=True)
class SentRecord:
    """The points of one clock that were sent to one receiver; `unsure`: a crash came between sending and recording."""

    at: datetime
    case: str
    clock: str
    points: tuple[str, ...]
    to: str
    unsure: bool = False

    @property
    def keys(self) -> tuple[SentKey, ...]:
        """What is not sent again."""
        return tuple((self.case, self.clock, point, self.to) for point in self.points)


@contextmanager
def hold_sending_lock(casebook: Casebook) -> Iterator[None]:
    """Keep other runs from sending the same; raises Broken if one is running. Other commands need not wait for it.

    Raises Broken too if git refuses the repository, because its lock would not be found there.
    """
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    path = _own_path(casebook, "lock")
    lock = FileLock(path, timeout=0)
    with atomic_write.convert_disk_errors(path):
        try:
            lock.acquire()
        except Timeout as error:
            raise Broken("notify-running", path=str(path)) from error
    try:
        yield
    finally:
        lock.release()


def read_sent(casebook: Casebook) -> tuple[list[SentRecord], list[Problem]]:
    """Returns what was sent, and a problem for each line that is not a record."""
    records, problems = list[SentRecord](), list[Problem]()
    folder = casebook.root / FOLDER
    for path in sorted(folder.glob("*.jsonl")) if folder.is_dir() else ():
        data, found = untrusted_file.read_untrusted_file(path, _MAX_BYTES, may_be_link=False)
        problems += found
        for number, line in enumerate((data or b"").splitlines(), 1):
            record = _parse_line(line)
            if record is None:
                problems.append(Problem(key="sent-line", file=str(path), line=number, column=1))
            else:
                records.append(record)
    return records, problems


def _parse_line(line: bytes) -> SentRecord | None:
    try:
        values: Any = json.loads(line)
        at = datetime.fromisoformat(values["at"])
        points = tuple(values["points"])
        texts = [values[key] for key in _KEYS]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if at.tzinfo is None or not all(isinstance(text, str) for text in (*points, *texts)):
        return None
    case, clock, receiver = texts
    return SentRecord(
        at=at, case=case, clock=clock, points=points, to=receiver, unsure=bool(values.get("unsure"))
    )


def _line(record: SentRecord) -> str:
    values: dict[str, object] = {
        "at": record.at.isoformat(),
        "case": record.case,
        "clock": record.clock,
        "points": list(record.points),
        "to": record.to,
    }
    return json.dumps(values | ({"unsure": True} if record.unsure else {}), ensure_ascii=False)


def begin_message(casebook: Casebook, records: Sequence[SentRecord]) -> None:
    """Say durably that a message is on its way."""
    content = "".join(f"{_line(record)}\n" for record in records)
    atomic_write.write_atomically(_own_path(casebook, "message"), content.encode())


def end_message(casebook: Casebook) -> None:
    """The message is recorded, or was refused."""
    atomic_write.remove_durably(_own_path(casebook, "message"))


def read_unsure(casebook: Casebook) -> list[SentRecord]:
    """Returns the records of a message that was on its way when a run was killed."""
    path = _own_path(casebook, "message")
    lines = path.read_bytes().splitlines() if path.is_file() else ()
    return [record for line in lines if (record := _parse_line(line)) is not None]


def append_sent(casebook: Casebook, records: Sequence[SentRecord]) -> None:
    """Add records to the files of their months, durably; raises Broken if the disk fails."""
    by_path: dict[Path, list[SentRecord]] = {}
    for record in records:
        by_path.setdefault(casebook.root / FOLDER / f"{record.at:%Y-%m}.jsonl", []).append(record)
    for path, new in by_path.items():
        check_inside_casebook(casebook, path)
        content = path.read_bytes() if path.is_file() else b""
        if content and not content.endswith(b"\n"):
            content += b"\n"
        lines = "".join(f"{_line(record)}\n" for record in new)
        atomic_write.write_atomically(path, content + lines.encode())


def log_files(casebook: Casebook) -> dict[Path, bytes]:
    """Returns the files to commit, and `.gitattributes` if it lacks the line about them."""
    folder, attributes = casebook.root / FOLDER, casebook.root / _ATTRIBUTES
    files = {path: path.read_bytes() for path in sorted(folder.glob("*.jsonl"))}
    known = attributes.read_text(encoding="utf-8") if attributes.is_file() else ""
    if files and _UNION_LINE not in known.splitlines():
        head = known if not known or known.endswith("\n") else f"{known}\n"
        files[attributes] = f"{head}{_UNION_LINE}\n".encode()
    return files


def _own_path(casebook: Casebook, what: str) -> Path:
    name = f"complaintctl.notify.{what}"
    return casebook.own_folder / (name if casebook.repository else f".{name}")
