"""Reads the policy versions that `policy diff` and `policy simulate` compare."""

from complaintctl.commands.session import Session, ask_author_once, current_time, print_problems
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.domain.privacy.personal_display import PersonalDisplay
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.policy import policyfile, policyversion
from complaintctl.storage.policy.policyfile import PolicyFile


def read_policies(casebook: Casebook, *names: str | None) -> list[PolicyFile]:
    """Returns the policies with these names (file or git revision); None means the policy file in the casebook.

    Raises InvalidInput if a name is neither, Broken if a policy has faults (after printing the faults of all).
    """
    files, faulty = [], []
    for name in names:
        file, problems = (
            policyversion.read_policy_version(casebook, name)
            if name
            else policyfile.read_policy(casebook.policy_path)
        )
        print_problems(problems, casebook.root)
        if file is None:
            faulty.append(name or POLICY_FILE)
        else:
            files.append(file)
    if faulty:
        raise Broken("policy-version-faulty", names=faulty)
    return files


def session_with_policy(casebook: Casebook, file: PolicyFile, *, index: bool) -> Session:
    """Returns a session of the casebook with another policy; without `index`, every case file is read."""
    return Session(
        casebook=casebook,
        file=file,
        rules=build_rulebook(file.policy),
        now=current_time(),
        author=ask_author_once(casebook),
        display=PersonalDisplay(policy=file.policy, revealed=False),
        uses_index=index,
    )
