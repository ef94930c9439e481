"""What the shell offers behind the commands about calendars and policies."""

import os
from pathlib import Path

from complaintctl.commands.completion import Offer, fitting, policy_here
from complaintctl.errors import Failure


def calendars(incomplete: str) -> list[Offer]:
    """The calendars of the policy, and the command that stands below their names."""
    policy = policy_here()
    return fitting(["fill", *policy.calendars] if policy else ["fill"], incomplete)


def years(incomplete: str) -> list[Offer]:
    """The present year and the next one."""
    from complaintctl.commands import session

    this = session.clock().year
    return fitting((str(this), str(this + 1)), incomplete)


def countries(incomplete: str) -> list[Offer]:
    """The countries of the library, where it is installed."""
    try:
        from complaintctl.exchange.holidays import holiday_library
    except ModuleNotFoundError:
        return []
    return fitting(holiday_library.countries(), incomplete)


def review_failures(incomplete: str) -> list[Offer]:
    """What fails `policy diff`."""
    return fitting(("overdue", "never"), incomplete)


def replay_parts(incomplete: str) -> list[Offer]:
    """What `policy simulate` shows."""
    return fitting(("figures", "changed"), incomplete)


def policy_versions(incomplete: str) -> list[Offer]:
    """Policy files of the folder, then branches and tags of the casebook."""
    from complaintctl.storage.git import git

    files = sorted(path.name for path in Path().glob("*.yaml"))
    try:
        known = git.revisions(Path(os.environ.get("COMPLAINTCTL_DIR") or "."))
    except (Failure, OSError):
        known = ()
    return fitting([*files, "HEAD", *known], incomplete)
