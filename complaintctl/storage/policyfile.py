"""Reading the policy: the file, what it refers to, and where each promise stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.policy import Policy
from complaintctl.domain.policy_faults import faults_of
from complaintctl.domain.problems import Problem
from complaintctl.storage import schema, yamltext
from complaintctl.storage.casefile import problem_at

_PACKAGE: Final = Path(__file__).resolve().parent.parent
# In a wheel the templates lie inside the package; in a checkout beside it.
SHIPPED: Final = (
    _PACKAGE / "templates" if (_PACKAGE / "templates").is_dir() else _PACKAGE.parent / "templates"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyFile:
    """A policy with its file and the line of each of its values, by path."""

    policy: Policy
    path: Path
    lines: Mapping[tuple[str | int, ...], int]


def read(path: Path) -> tuple[PolicyFile | None, list[Problem]]:
    """The policy in a file, or None, with every fault and its place."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, [Problem(key="unreadable", facts={"detail": error.strerror or ""}, file=str(path))]
    return parse(data, path)


def parse(data: bytes, path: Path) -> tuple[PolicyFile | None, list[Problem]]:
    """The policy in a text that stands, or will stand, at `path`."""
    reading = yamltext.read(data, with_places=True)
    problems = [problem_at(path, reading, fault, place) for fault, place in reading.flaws]
    if problems or not isinstance(reading.root, dict):
        return None, problems
    policy, faults = schema.policy_from(reading.root)
    if policy is not None:
        faults += faults_of(policy)
    problems = [problem_at(path, reading, fault, None) for fault in faults]
    if policy is None or any(not problem.warning for problem in problems):
        return None, problems
    lines = {way: line for way, (line, _) in {**reading.key_places, **reading.places}.items()}
    return PolicyFile(policy=policy, path=path, lines=lines), problems


def shipped_names() -> tuple[str, ...]:
    """The names of the policies that come with the package."""
    return tuple(sorted(path.stem for path in (SHIPPED / "policies").glob("*.yaml")))


def shipped_path(name: str) -> Path | None:
    """The file of a shipped policy, or None where there is none of that name."""
    return SHIPPED / "policies" / f"{name}.yaml" if name in shipped_names() else None
