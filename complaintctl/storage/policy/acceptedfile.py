"""Reads a file in which the team accepts findings, each with a reason: a baseline or an allow-list."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from complaintctl.domain.problems import Fault, Problem
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml

Content = TypeVar("Content")


def parse_accepted(
    path: Path, data: bytes, shape: type[Content], find_faults: Callable[[Content], list[Fault]]
) -> tuple[Content | None, list[Problem]]:
    """Returns the content of a file, None if it is empty or has faults, and its problems; `find_faults` finds more."""
    reading = yamltext.parse_yaml(data, with_places=True)
    flaws = [(fault, place) for fault, place in reading.flaws if fault.key != "file-empty"]
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in flaws]
    if problems or not isinstance(reading.root, dict):
        return None, problems
    root = {name: value for name, value in reading.root.items() if value is not None}
    content, faults = schema.object_from_texts(shape, root)
    faults += find_faults(content) if content is not None else []
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    return (content if not problems else None), problems


def place_faults(path: Path, faults: Iterable[Fault]) -> list[Problem]:
    """Returns faults of a readable file with their lines and columns in it."""
    reading = yamltext.parse_yaml(path.read_bytes(), with_places=True) if path.is_file() else ParsedYaml()
    return [problem_at_fault(path, reading, fault, None) for fault in faults]
