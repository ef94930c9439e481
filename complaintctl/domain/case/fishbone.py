"""The cause-and-effect diagram: its branches, and how a possible cause is typed."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from complaintctl.domain.case.case import Bone, Case
from complaintctl.domain.policy.policy import Labels
from complaintctl.errors import InvalidInput

# The usual six; any other word is a branch too.
BRANCHES: Final[Mapping[str, Labels]] = {
    "man": {"en": "man", "zh": "人"},
    "machine": {"en": "machine", "zh": "机"},
    "material": {"en": "material", "zh": "料"},
    "method": {"en": "method", "zh": "法"},
    "measurement": {"en": "measurement", "zh": "测"},
    "environment": {"en": "environment", "zh": "环"},
}
_KEYS: Final = {label: key for key, labels in BRANCHES.items() for label in labels.values()}
# The colon of either language.
_COLON: Final = re.compile("[:：]")


def parse_bone(text: str) -> Bone:
    """The cause and its branch, typed as `material: foil too thin`; raises InvalidInput where either is missing."""
    branch, cause = (*(part.strip() for part in _COLON.split(text, maxsplit=1)), "")[:2]
    if not branch or not cause:
        raise InvalidInput("bone-spelling", value=text)
    return Bone(branch=_KEYS.get(branch.lower(), branch), cause=cause)


def causes_by_branch(bones: Iterable[Bone]) -> dict[str, list[str]]:
    """The causes of each branch, both in the order in which they were first named."""
    found: dict[str, list[str]] = {}
    for one in bones:
        found.setdefault(one.branch, []).append(one.cause)
    return found


def is_analysis_empty(case: Case) -> bool:
    """Whether nothing was recorded that an analysis could show."""
    return case.problem is None and not (case.cause and (case.cause.five_whys or case.cause.fishbone))
