"""What an assistant sees of a case whose customer data are restricted: what it sees without --personal."""

from typing import Any

from complaintctl.domain.case import data_state
from complaintctl.domain.case.event_kinds import RESTRICTED
from complaintctl.domain.dashboard.public_output import mask_cases, named_cases
from complaintctl.domain.policy.policy import Policy
from complaintctl.storage.case import casefile, prefilter
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, Casebook, closed_case_path, open_case_path


def mask_restricted(casebook: Casebook, policy: Policy, output: Any) -> Any:
    """Returns the output of a command with the restricted cases in it masked; only the cases that it names are read."""
    return mask_cases(
        policy, output, [case_id for case_id in named_cases(output) if _is_restricted(casebook, case_id)]
    )


def _is_restricted(casebook: Casebook, case_id: str) -> bool:
    if not CASE_ID_PATTERN.fullmatch(case_id):
        return False
    paths = (open_case_path(casebook, case_id), closed_case_path(casebook, case_id))
    for path in paths:
        if path.is_file() and prefilter.may_contain_text(path, RESTRICTED):
            loaded, _problems = casefile.read_case(path)
            # Nothing proves that the data of an unreadable case may be used.
            if loaded is None or data_state.restriction_of(loaded.case) is not None:
                return True
    return False
