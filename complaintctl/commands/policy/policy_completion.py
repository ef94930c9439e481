"""What the shell offers behind the commands about calendars and policies."""

from pathlib import Path

import typer

from complaintctl.commands.completion import Suggestion, current_policy, matching_words
from complaintctl.commands.folder import casebook_dir
from complaintctl.errors import Failure


def complete_calendars(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The calendars of the policy, and the command that stands below their names."""
    policy = current_policy(ctx)
    return matching_words(["fill", *policy.calendars] if policy else ["fill"], incomplete)


def complete_years(incomplete: str) -> list[Suggestion]:
    """The present year and the next one."""
    from complaintctl.commands.session import current_time

    this = current_time().year
    return matching_words((str(this), str(this + 1)), incomplete)


def complete_countries(incomplete: str) -> list[Suggestion]:
    """The countries of the library, where it is installed."""
    try:
        from complaintctl.exchange.holidays import holiday_library
    except ModuleNotFoundError:
        return []
    return matching_words(holiday_library.known_countries(), incomplete)


def complete_diff_failures(incomplete: str) -> list[Suggestion]:
    """What fails `policy diff`."""
    return matching_words(("overdue", "never"), incomplete)


def complete_replay_parts(incomplete: str) -> list[Suggestion]:
    """What `policy simulate` shows."""
    return matching_words(("figures", "changed"), incomplete)


def complete_policy_versions(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Policy files of the folder, then branches and tags of the casebook."""
    from complaintctl.storage.git import git

    files = sorted(path.name for path in Path().glob("*.yaml"))
    try:
        known = git.branches_and_tags(casebook_dir(ctx))
    except (Failure, OSError):
        known = ()
    return matching_words([*files, "HEAD", *known], incomplete)
