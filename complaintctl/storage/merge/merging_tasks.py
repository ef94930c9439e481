"""Uniting the tasks of a case where two clones gave some, or reported different ones, at the same time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from complaintctl.storage.yaml import yamltext

_IDENTITY_KEYS: Final = ("to", "what", "given")
_REPORT_KEYS: Final = ("done", "result")


@dataclass(frozen=True, kw_only=True, slots=True)
class _TaskLine:
    """One task as it stands in the file: what tells it from the others, its line, whether it has a report."""

    key: tuple[str, ...]
    asked: dict[str, Any]
    text: bytes
    done: bool


def merge_task_lines(ours: list[bytes], theirs: list[bytes]) -> list[bytes] | None:
    """The lines of both sides, each task once, with its report where one side has it.

    The tasks that both sides hold stand first, then the others by when they were given, so that both clones come to
    the same file. None where a side holds anything but tasks on a line each, or both say different things of one.
    """
    left, right = _parse_tasks(ours), _parse_tasks(theirs)
    if left is None or right is None:
        return None
    both: list[_TaskLine] = []
    for key in left.keys() & right.keys():
        one = _choose_reported_task(left[key], right[key])
        if one is None:
            return None
        both.append(one)
    places = list(left)
    both.sort(key=lambda line: places.index(line.key))
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
    found = {line.key: line for line in lines if line is not None}
    return found if len(found) == len(side) else None


def _parse_task(text: bytes) -> _TaskLine | None:
    """One task of a side; None for anything else."""
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
    except ValueError:
        return given, to, what
    return given, to, what
