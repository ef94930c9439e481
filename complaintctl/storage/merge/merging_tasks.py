"""Merges the tasks of a case that two clones assigned or reported at the same time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.storage.yaml import yamltext

_IDENTITY_KEYS: Final = ("to", "what", "given")
_REPORT_KEYS: Final = ("done", "result")


@dataclass(frozen=True, kw_only=True, slots=True)
class _TaskLine:
    """One task in the file: its identity, its fields without the report, its line, and whether it is reported done."""

    key: tuple[str, ...]
    asked: dict[str, Any]
    text: bytes
    done: bool


def merge_task_lines(ours: list[bytes], theirs: list[bytes]) -> list[bytes] | None:
    """Returns the lines of both sides with each task once, with its report if one side has it.

    Tasks on both sides come first, then the others by the time they were given, so that both clones get the same
    file. Returns None if a line is not a task, or if the sides contradict each other about a task (D-061).
    """
    left, right = _parse_tasks(ours), _parse_tasks(theirs)
    if left is None or right is None:
        return None
    both: list[_TaskLine] = []
    for key in left.keys() & right.keys():
        task = _choose_reported_task(left[key], right[key])
        if task is None:
            return None
        both.append(task)
    order = list(left)
    both.sort(key=lambda line: order.index(line.key))
    alone = [line for key, line in {**left, **right}.items() if key not in left or key not in right]
    alone.sort(key=_time_given)
    return [line.text for line in (*both, *alone)]


def _choose_reported_task(one: _TaskLine, other: _TaskLine) -> _TaskLine | None:
    if one.text == other.text:
        return one
    if one.asked != other.asked or one.done == other.done:
        return None
    return one if one.done else other


def _parse_tasks(side: list[bytes]) -> dict[tuple[str, ...], _TaskLine] | None:
    lines = [_parse_task(text) for text in side]
    tasks = {line.key: line for line in lines if line is not None}
    return tasks if len(tasks) == len(side) else None


def _parse_task(text: bytes) -> _TaskLine | None:
    """Parses one line as a task; returns None if it is not one."""
    reading = yamltext.parse_yaml(b"tasks:\n" + text, with_places=False)
    root = reading.root if isinstance(reading.root, dict) else {}
    entries: Any = root.get("tasks")
    if reading.flaws or not isinstance(entries, list) or not isinstance(entries[0], dict) or len(root) > 1:
        return None
    task = entries[0]
    if any(not isinstance(task.get(name), str) for name in _IDENTITY_KEYS):
        return None
    return _TaskLine(
        key=tuple(task[name] for name in _IDENTITY_KEYS),
        asked={name: value for name, value in task.items() if name not in _REPORT_KEYS},
        text=text if text.endswith(b"\n") else text + b"\n",
        done="done" in task,
    )


def _time_given(line: _TaskLine) -> tuple[str, ...]:
    to, what, given = line.key
    try:
        given = datetime.fromisoformat(given).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return given, to, what
    return given, to, what
