"""Reads the allow-list beside the policy: texts that may stand where personal data do not belong."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from complaintctl.domain.privacy.linting.lint_findings import AllowedText, AllowFile
from complaintctl.domain.problems import Fault, Problem
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml

ALLOW_FILE: Final = "lint-allow.yaml"


def read_allow_list(path: Path) -> tuple[tuple[AllowedText, ...], list[Problem]]:
    """Returns the entries of an allow-list and its problems; without such a file, neither."""
    if not path.exists():
        return (), []
    data, problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    if data is None:
        return (), problems
    reading = yamltext.parse_yaml(data, with_places=True)
    flaws = [(fault, place) for fault, place in reading.flaws if fault.key != "file-empty"]
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in flaws]
    if problems or not isinstance(reading.root, dict):
        return (), problems
    root = {name: value for name, value in reading.root.items() if value is not None}
    content, faults = schema.object_from_texts(AllowFile, root)
    faults += _entry_faults(content) if content is not None else []
    problems = [problem_at_fault(path, reading, fault, None) for fault in faults]
    return (content.allowed if content is not None and not problems else ()), problems


def _entry_faults(content: AllowFile) -> list[Fault]:
    faults = []
    for index, entry in enumerate(content.allowed):
        if not entry.reason.strip() or not entry.who.strip():
            faults.append(Fault(key="allow-no-reason", path=("allowed", index)))
        if bool((entry.text or "").strip()) == bool((entry.pattern or "").strip()):
            faults.append(Fault(key="allow-text-or-pattern", path=("allowed", index)))
    return faults


def place_allow_faults(path: Path, faults: Iterable[Fault]) -> list[Problem]:
    """Returns faults of a readable allow-list with their lines and columns in it."""
    reading = yamltext.parse_yaml(path.read_bytes(), with_places=True) if path.is_file() else ParsedYaml()
    return [problem_at_fault(path, reading, fault, None) for fault in faults]
