"""Command lines that a message asks the reader to type."""

from collections.abc import Iterable, Mapping
from typing import Final

from complaintctl.domain.case.event_kinds import BUILT_IN_STEPS

# The option that names one entry of a list, by the field of the list.
LIST_OPTIONS: Final[Mapping[str, str]] = {"cause.fishbone": "--bone", "plan.measures": "--measure"}


def step_command(step: str, case_id: str) -> str:
    """The command that takes a step; a step of the team's own has no command of its own name."""
    has_command = step in BUILT_IN_STEPS or step == "close"
    return f"complaintctl {step} {case_id}" if has_command else f"complaintctl step {case_id} {step}"


def assignment_options(fields: Iterable[str]) -> str:
    """The options of `complaintctl edit` that record these fields or the lists that they are parts of."""
    lists = {field: field if field in LIST_OPTIONS else field.rpartition(".")[0] for field in fields}
    options = sorted({f"{LIST_OPTIONS[name]} …" for name in lists.values() if name in LIST_OPTIONS})
    return " ".join(
        options if LIST_OPTIONS.keys() >= set(lists.values()) else ["--set FIELD=VALUE", *options]
    )
