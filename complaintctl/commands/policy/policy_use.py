"""Whether the policy of a casebook fits its open cases and its people."""

from pathlib import Path

from complaintctl.commands.case_reading import counted_files
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.policy_check.missing_names import MissingNames, vacancy_warnings
from complaintctl.domain.problems import Fault, Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import Casebook, find_casebook, open_case_files
from complaintctl.storage.policy.policyfile import PolicyFile


def use_problems(folder: Path, file: PolicyFile) -> list[Problem]:
    """Returns the names that open cases use and the policy does not have, and the roles that nobody holds.

    Only the policy of the casebook in `folder` (or above it) is compared with cases.
    """
    faults = list(vacancy_warnings(file.policy))
    if (casebook := _casebook_of(folder, file.path)) is not None:
        faults = [*_missing_names(casebook, file), *faults]
    return [_problem(file, fault) for fault in faults]


def _casebook_of(folder: Path, path: Path) -> Casebook | None:
    try:
        casebook = find_casebook(folder)
    except InvalidInput:
        return None
    return casebook if casebook.policy_path.resolve() == path.resolve() else None


def _missing_names(casebook: Casebook, file: PolicyFile) -> list[Fault]:
    rules = build_rulebook(file.policy)
    missing = MissingNames(rules)
    # The faults of case files are named by `check`.
    with counted_files(open_case_files(casebook)) as paths:
        for loaded, _problems in casefile.read_cases(paths, rules.old_names):
            if loaded is not None:
                missing.add(loaded.case)
    return list(missing.faults())


def _problem(file: PolicyFile, fault: Fault) -> Problem:
    place = fault.path
    while place and place not in file.lines:
        place = place[:-1]
    return Problem(
        key=fault.key,
        values=fault.values,
        file=str(file.path),
        line=file.lines.get(place, 1),
        column=1,
        warning=fault.warning,
    )
