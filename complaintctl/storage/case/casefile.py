"""Reads case files. A faulty file never stops the others, and all faults of a file are reported together."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

from complaintctl.domain.case import old_names
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.old_names import NO_OLD_NAMES, OldNamesByField
from complaintctl.domain.problems import Fault, Problem
from complaintctl.domain.worktime.time_range import is_in_range
from complaintctl.storage.case import schema
from complaintctl.storage.case.casebook import CASE_ID_PATTERN
from complaintctl.storage.case.fault_boundary import contain_case_faults
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml, YamlPosition

# UTC+14, where a day begins first: with an unreadable time of receipt, deadlines are due too early, never too late.
_EARLIEST_ZONE: Final = timezone(timedelta(hours=14))
# After these flaws the rest of the file was not read, so missing fields are not reported as faults.
TRUNCATING_FAULTS: Final = frozenset({"yaml-syntax", "yaml-character", "too-deep"})


@dataclass(frozen=True, kw_only=True, slots=True)
class LoadedCase:
    """A case and its file. `whole` is False if faulty parts were dropped."""

    case: Case
    path: Path
    whole: bool


def read_cases(
    paths: Iterable[Path],
    names: OldNamesByField = NO_OLD_NAMES,
    read: Callable[[Path], tuple[LoadedCase | None, list[Problem]]] | None = None,
) -> Iterator[tuple[LoadedCase | None, list[Problem]]]:
    """Read case files one by one; yields for each file the case, its problems, or both.

    Old names of the policy (`names`) are read as the current ones. `read`: another way to get at a file than
    `read_case`.
    """
    read = read or read_case
    for path in paths:
        loaded, problems = None, list[Problem]()
        with contain_case_faults(path, problems):
            loaded, problems = read(path)
            loaded = with_current_names(loaded, names) if loaded is not None and names else loaded
        yield loaded, problems


def read_case(path: Path) -> tuple[LoadedCase | None, list[Problem]]:
    """Read one case file. Never raises: faulty content and unreadable files become problems."""
    data, problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    return (_case_from_name(path), problems) if data is None else parse_case(path, data)


def parse_case(path: Path, data: bytes) -> tuple[LoadedCase | None, list[Problem]]:
    """Returns the case in the bytes of a file, and the problems of the file."""
    reading = yamltext.parse_yaml(data, with_places=False)
    if not reading.flaws:
        case, faults = schema.case_from_texts(reading.root)
        if case is not None and not faults and case.id == path.stem:
            return LoadedCase(case=case, path=path, whole=True), []
    return _parse_faulty_case(path, data)


def _parse_faulty_case(path: Path, data: bytes) -> tuple[LoadedCase | None, list[Problem]]:
    """Read a faulty file again, this time with positions, and keep what is valid."""
    reading = yamltext.parse_yaml(data, with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if reading.root is None:
        reading = yamltext.parse_yaml(_keep_readable_bytes(data), with_places=True)
    if not isinstance(reading.root, dict) or not reading.root:
        return _case_from_name(path), problems
    root = reading.root
    case, faults = schema.case_from_texts(root)
    if not CASE_ID_PATTERN.fullmatch(path.stem):
        faults.append(Fault(key="file-name", path=(), values={"name": path.name}))
    # D-007
    elif "id" in root and root["id"] != path.stem:
        faults.append(
            Fault(key="id-against-name", path=("id",), values={"id": root["id"], "name": path.name})
        )
    if not any(problem.key in TRUNCATING_FAULTS for problem in problems):
        problems += [problem_at_fault(path, reading, fault, None) for fault in faults]
    if case is not None and case.id != path.stem:
        # The file name wins over `id`: people type it, and letters and commands contain it (D-007).
        name = path.stem if CASE_ID_PATTERN.fullmatch(path.stem) else case.id
        case = dataclasses.replace(case, id=name) if CASE_ID_PATTERN.fullmatch(name) else None
    whole = case is not None and not any(not problem.warning for problem in problems)
    if case is None:
        case = _salvage_case(root, faults, path.stem)
    loaded = LoadedCase(case=case, path=path, whole=whole) if case else None
    return loaded, sorted(problems, key=_problem_position)


def with_current_names(loaded: LoadedCase, names: OldNamesByField) -> LoadedCase:
    """Returns the case with the current names of the policy instead of old ones (`also:`); the file keeps its own."""
    if not names:
        return loaded
    return dataclasses.replace(loaded, case=old_names.with_current_names(loaded.case, names))


def _problem_position(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _case_from_name(path: Path) -> LoadedCase | None:
    """A case rebuilt from the file name alone: its deadlines run from the day in the id."""
    case = _salvage_case({}, [], path.stem)
    return LoadedCase(case=case, path=path, whole=False) if case else None


def _keep_readable_bytes(data: bytes) -> bytes:
    """Drops conflict markers (both sides stay) and byte order marks, and replaces bytes that are not UTF-8."""
    lines = (
        data.decode(errors="replace")
        .encode()
        .replace(yamltext.BYTE_ORDER_MARK, b"")
        .splitlines(keepends=True)
    )
    return b"".join(line for line in lines if not yamltext.CONFLICT_MARKER.match(line))


def problem_at_fault(path: Path, reading: ParsedYaml, fault: Fault, place: YamlPosition | None) -> Problem:
    """Returns the fault with file, line and column: those of the value, of its key, or of the nearest parent."""
    key_path = fault.path
    if place is None and fault.key == "unknown-key":
        place = reading.key_places.get(key_path)
    while place is None:
        place = reading.places.get(key_path) or reading.key_places.get(key_path)
        if not key_path:
            break
        key_path = key_path[:-1]
    line, column = place or (1, 1)
    return Problem(
        key=fault.key, values=fault.values, file=str(path), line=line, column=column, warning=fault.warning
    )


def _salvage_case(root: dict[str, Any], faults: list[Fault], case_id: str) -> Case | None:
    """Returns the case without its faulty parts, so that no deadline is hidden; None if `case_id` is not a case id.

    A dropped step counts as not taken, a dropped level gets the shortest limit, a dropped time of receipt becomes
    the first minute of the day in the id. If an event is dropped, waits are dropped too: a pause without its end
    would hide a deadline (D-004).
    """
    if not CASE_ID_PATTERN.fullmatch(case_id):
        return None
    for fault in sorted(faults, key=_path_length, reverse=True):
        _remove_faulty_value(root, fault.path)
    events = root.get("history")
    if isinstance(events, list):
        lost = [event for event in events if event is None]
        root["history"] = [
            event for event in events if event is not None and not (lost and event.get("did") == "wait")
        ]
    day = (
        datetime.strptime(case_id[2:10], "%Y%m%d").replace(tzinfo=_EARLIEST_ZONE)
        if _has_valid_date(case_id)
        else None
    )
    if "received" not in root and day is not None:
        root["received"] = day.isoformat()
    root = {"title": "", "status": "open", **root, "id": case_id}
    for name in ("promised", "tasks", "actions"):
        if isinstance(root.get(name), list):
            root[name] = [entry for entry in root[name] if entry is not None]
    case, _ = schema.case_from_texts(root)
    return case


def _path_length(fault: Fault) -> int:
    return len(fault.path)


def _has_valid_date(case_id: str) -> bool:
    try:
        return is_in_range(datetime.strptime(case_id[2:10], "%Y%m%d").replace(tzinfo=_EARLIEST_ZONE))
    except ValueError:
        return False


def _remove_faulty_value(root: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """Remove the value at a fault: the whole event or promise (it becomes None), else the field, else its group."""
    if not path or path[0] not in root:
        return
    top = root[path[0]]
    if isinstance(top, list) and len(path) > 1 and isinstance(path[1], int) and path[1] < len(top):
        top[path[1]] = None
    elif isinstance(top, dict) and len(path) == len(("group", "field")) and path[1] in top:
        del top[path[1]]
    else:
        del root[path[0]]


def faults_with_positions(path: Path, faults: list[Fault]) -> list[Problem]:
    """Returns faults of a readable file with their lines and columns in it."""
    reading = yamltext.parse_yaml(path.read_bytes(), with_places=True)
    return [problem_at_fault(path, reading, fault, None) for fault in faults]


def read_faultless_case(path: Path) -> Case | list[Problem]:
    """Returns the case in a file if it can be changed, else the problems that prevent it (warnings do not)."""
    loaded, problems = read_case(path)
    serious = [problem for problem in problems if not problem.warning]
    if loaded is None or serious:
        return serious
    return dataclasses.replace(loaded.case)
