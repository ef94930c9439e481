"""What the commands that compare policies share: versions read by name, their faults said, what they are called."""

from complaintctl.commands.session import Session, current_time, print_problems
from complaintctl.domain.deadlines.rulebook import build_rulebook
from complaintctl.errors import Broken
from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.policy import policyfile, policyversion
from complaintctl.storage.policy.policyfile import PolicyFile


def read_policies(casebook: Casebook, *names: str | None) -> list[PolicyFile]:
    """The policies of these names, None for that of the work tree.

    Raises InvalidInput for a name that is neither file nor revision, Broken where one has faults (after listing all).
    """
    files, faulty = [], []
    for name in names:
        found, problems = (
            policyversion.read_policy_version(casebook, name)
            if name
            else policyfile.read_policy(casebook.policy_path)
        )
        print_problems(problems, casebook.root)
        if found is None:
            faulty.append(name or POLICY_FILE)
        else:
            files.append(found)
    if faulty:
        raise Broken("policy-version-faulty", names=faulty)
    return files


def session_with_policy(casebook: Casebook, file: PolicyFile) -> Session:
    """The casebook seen with one of them."""
    return Session(casebook=casebook, file=file, rules=build_rulebook(file.policy), now=current_time())
