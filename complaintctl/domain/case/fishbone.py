"""The cause-and-effect (fishbone) diagram: its branches, and parsing of typed causes."""

from collections.abc import Iterable, Mapping
from typing import Final

from complaintctl.domain.case import list_separators
from complaintctl.domain.case.case import Bone, Case
from complaintctl.domain.policy.policy import Labels
from complaintctl.errors import InvalidInput

# The usual six branches; any other word is a valid branch, too (D-013).
BRANCHES: Final[Mapping[str, Labels]] = {
    "man": {"en": "man", "zh": "人"},
    "machine": {"en": "machine", "zh": "机"},
    "material": {"en": "material", "zh": "料"},
    "method": {"en": "method", "zh": "法"},
    "measurement": {"en": "measurement", "zh": "测"},
    "environment": {"en": "environment", "zh": "环"},
}
_KEYS: Final = {label: key for key, labels in BRANCHES.items() for label in labels.values()}


def parse_bone(text: str) -> Bone:
    """Parses `material: foil too thin` into branch and cause; raises InvalidInput if either is missing."""
    branch, cause = (*list_separators.split_branch(text), "")[:2]
    if not branch or not cause:
        raise InvalidInput("bone-spelling", value=text)
    return Bone(branch=_KEYS.get(branch.lower(), branch), cause=cause)


def causes_by_branch(bones: Iterable[Bone]) -> dict[str, list[str]]:
    """Returns the causes of each branch, both in the order of their first appearance."""
    causes: dict[str, list[str]] = {}
    for bone in bones:
        causes.setdefault(bone.branch, []).append(bone.cause)
    return causes


def is_analysis_empty(case: Case) -> bool:
    """Whether the case has none of the parts of an analysis: problem, five whys, fishbone (D-127)."""
    return case.problem is None and not (case.cause and (case.cause.five_whys or case.cause.fishbone))
