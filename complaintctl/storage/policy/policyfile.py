"""Reads and checks the policy file, with the line of each value."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from complaintctl.domain.case import vocabulary
from complaintctl.domain.policy.policy import Labels, Policy
from complaintctl.domain.policy_check.policy_faults import find_policy_faults
from complaintctl.domain.problems import Fault, Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.case import schema
from complaintctl.storage.case.casefile import problem_at_fault
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.yaml import yamltext
from complaintctl.storage.yaml.yamltext import ParsedYaml, YamlPosition

# Syntax flaws after which the rest of the file is still reliable.
_HARMLESS_SYNTAX_FAULTS: Final = frozenset({"duplicate-key", "key-not-text", "tag-or-anchor", "alias"})
# The versions that stay parsed: a server for assistants asks for the same policy again and again.
_KEPT_VERSIONS: Final = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyFile:
    """A policy with its file, the bytes in it, and the line of each of its values, by path."""

    policy: Policy
    path: Path
    lines: Mapping[tuple[str | int, ...], int]
    content: bytes


def read_policy(path: Path) -> tuple[PolicyFile | None, list[Problem]]:
    """Returns the policy in a file, or None, with all faults and their positions."""
    data, problems = untrusted_file.read_untrusted_file(path, untrusted_file.MAX_YAML_BYTES, may_be_link=True)
    return (None, problems) if data is None else parse_policy(data, path)


def parse_policy(data: bytes, path: Path) -> tuple[PolicyFile | None, list[Problem]]:
    """Returns the policy in the bytes of a file, or None, with all faults; `path` is named in the faults."""
    policy, problems = _parse_version(data, path)
    return policy, list(problems)


@lru_cache(maxsize=_KEPT_VERSIONS)
def _parse_version(data: bytes, path: Path) -> tuple[PolicyFile | None, tuple[Problem, ...]]:
    reading = yamltext.parse_yaml(data, with_places=True)
    problems = [problem_at_fault(path, reading, fault, place) for fault, place in reading.flaws]
    if not isinstance(reading.root, dict) or any(
        fault.key not in _HARMLESS_SYNTAX_FAULTS for fault, _ in reading.flaws
    ):
        return None, tuple(problems)
    policy, faults = _validate_policy(reading.root)
    named = {place for _, place in reading.flaws}
    for fault in faults:
        place = _faulty_key_position(reading, fault)
        if place is None or place not in named:
            problems.append(problem_at_fault(path, reading, fault, place))
    problems.sort(key=_problem_position)
    if policy is None or any(not problem.warning for problem in problems):
        return None, tuple(problems)
    lines = {key_path: line for key_path, (line, _) in {**reading.key_places, **reading.places}.items()}
    return PolicyFile(policy=policy, path=path, lines=lines, content=data), tuple(problems)


def _validate_policy(root: dict[str, Any]) -> tuple[Policy | None, list[Fault]]:
    """Returns the policy, or None, with all faults of its structure and of its references.

    Faulty parts are removed to check the rest. If a whole top-level part was removed, unknown references are not
    reported, because its key may only be misspelt.
    """
    policy, faults = schema.policy_from_texts(root)
    if policy is None:
        for fault in faults:
            _remove_faulty_part(root, fault.path)
        policy, left = schema.policy_from_texts(root)
        if left or policy is None:
            return None, faults
    references = find_policy_faults(policy)
    if any(len(fault.path) == 1 for fault in faults):
        references = [fault for fault in references if fault.key != "policy-unknown"]
    return policy, [*faults, *references]


def _remove_faulty_part(root: Any, path: yamltext.YamlPath) -> None:
    """Remove the value at the end of a path; list entries stay, so that the indexes of the others do not change."""
    part: Any
    for part in path[:-1]:
        if not isinstance(root, dict | list) or (isinstance(root, dict) and part not in root):
            return
        root = root[part]
    if isinstance(root, dict):
        root.pop(path[-1], None)


def _faulty_key_position(reading: ParsedYaml, fault: Fault) -> YamlPosition | None:
    """The position of the key, if the key itself is faulty; None if its value is."""
    is_key = fault.key == "unknown-key" or (fault.path and fault.values.get("value") == fault.path[-1])
    return reading.key_places.get(fault.path) if is_key else None


def _problem_position(problem: Problem) -> tuple[int, int]:
    return problem.line, problem.column


def shipped_policy_names() -> tuple[str, ...]:
    """The names of the policies that come with the package."""
    return tuple(sorted(path.stem for path in (SHIPPED_FOLDER / "policies").glob("*.yaml")))


def shipped_policy_labels() -> dict[str, Labels]:
    """The labels of the shipped policies by name."""
    files = (
        (name, read_policy(SHIPPED_FOLDER / "policies" / f"{name}.yaml")[0])
        for name in shipped_policy_names()
    )
    return {name: file.policy.label if file else {} for name, file in files}


def shipped_policy_path(name: str) -> Path | None:
    """The file of a shipped policy, or None if the name is unknown."""
    return SHIPPED_FOLDER / "policies" / f"{name}.yaml" if name in shipped_policy_names() else None


def find_shipped_policy(typed: str) -> Path:
    """Returns the file of a shipped policy by name or label; raises InvalidInput with the choices if unknown."""
    path = shipped_policy_path(typed) or shipped_policy_path(
        vocabulary.find_key(known := shipped_policy_labels(), typed) or ""
    )
    if path is None:
        raise InvalidInput("unknown-policy", name=typed, choices=vocabulary.named_choices(known))
    return path
