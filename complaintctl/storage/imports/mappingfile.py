"""Reads a mapping file: expands short forms of columns, reports all faults with positions."""

from pathlib import Path
from typing import Any, Final

from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import eventmapping
from complaintctl.exchange.imports.mapping import ImportMapping, mapping_faults
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.yaml import yamltext

_LIST_KEYS: Final = ("column", "times")


def find_mapping(name: str) -> Path:
    """Returns the file at path `name`, else the shipped mapping `name`; raises InvalidInput with the shipped names."""
    path = Path(name)
    if path.is_file():
        return path
    if name in shipped_mapping_names():
        return SHIPPED_FOLDER / "imports" / f"{name}.yaml"
    raise InvalidInput("unknown-mapping", name=name, choices=list(shipped_mapping_names()))


def shipped_mapping_names() -> tuple[str, ...]:
    """The names of the mappings that come with the package."""
    return tuple(sorted(path.stem for path in (SHIPPED_FOLDER / "imports").glob("*.yaml")))


def read_mapping(path: Path) -> tuple[ImportMapping | None, list[Problem]]:
    """Returns the mapping in a file, or None, with all faults and positions. Never raises for faulty content."""
    data, problems = untrusted_file.read_untrusted_file(path, untrusted_file.MAX_YAML_BYTES, may_be_link=True)
    if data is None:
        return None, problems
    reading = yamltext.parse_yaml(data, with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if problems or not isinstance(reading.root, dict):
        return None, problems
    mapping, faults = schema.object_from_texts(ImportMapping, _expand_short_forms(reading.root))
    if mapping is not None:
        faults += [*mapping_faults(mapping), *eventmapping.event_mapping_faults(mapping)]
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    return (None if problems else mapping), sorted(problems, key=_problem_position)


def _problem_position(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def _expand_short_forms(root: dict[str, Any]) -> dict[str, Any]:
    """Expands every short form in place: `title: Issue` becomes `title: {column: [Issue]}`."""
    for name in [name for name, value in root.items() if value is None]:
        del root[name]
    for name in ("id", "received", "closed"):
        if name in root:
            root[name] = _expand_column(root[name])
    promise = root.get("promise")
    if isinstance(promise, dict) and "by" in promise:
        promise["by"] = _expand_column(promise["by"])
    if isinstance(root.get("events"), dict):
        root["events"] = {name: _expand_column(entry) for name, entry in root["events"].items()}
    if isinstance(root.get("fields"), dict):
        root["fields"] = {name: _expand_column(entry) for name, entry in root["fields"].items()}
    if isinstance(root.get("times"), str):
        root["times"] = [root["times"]]
    return root


def _expand_column(raw: Any) -> Any:
    if isinstance(raw, str | list):
        return {"column": [raw] if isinstance(raw, str) else raw}
    if isinstance(raw, dict):
        if "else" in raw:
            raw["else_"] = raw.pop("else")
        for name in _LIST_KEYS:
            if isinstance(raw.get(name), str):
                raw[name] = [raw[name]]
    return raw
