"""Shell completion for the commands about calendars and policies."""

from pathlib import Path

import typer

from complaintctl.commands.completion import Suggestion, current_policy, matching_words
from complaintctl.commands.folder import casebook_dir
from complaintctl.errors import Failure


def complete_calendars(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Calendars of the policy, and the subcommand `fill`, which is typed in the same place."""
    policy = current_policy(ctx)
    return matching_words(["fill", *policy.calendars] if policy else ["fill"], incomplete)


def complete_years(incomplete: str) -> list[Suggestion]:
    """The current year and the next one."""
    from complaintctl.commands.session import current_time

    this = current_time().year
    return matching_words((str(this), str(this + 1)), incomplete)


def complete_countries(incomplete: str) -> list[Suggestion]:
    """Countries of the library `holidays`, if it is installed."""
    try:
        from complaintctl.exchange.holidays import holiday_library
    except ModuleNotFoundError:
        return []
    return matching_words(holiday_library.known_countries(), incomplete)


def complete_diff_failures(incomplete: str) -> list[Suggestion]:
    """Values of --fail-on of `policy diff`."""
    return matching_words(("overdue", "never"), incomplete)


def complete_replay_parts(incomplete: str) -> list[Suggestion]:
    """Values of --show of `policy simulate`."""
    return matching_words(("figures", "changed"), incomplete)


def complete_policy_versions(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """YAML files in the current folder, then HEAD, branches and tags of the casebook."""
    files = sorted(path.name for path in Path().glob("*.yaml"))
    return matching_words([*files, "HEAD", *_branches_and_tags(ctx)], incomplete)


def complete_revisions(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """Branches and tags of the casebook."""
    return matching_words(_branches_and_tags(ctx), incomplete)


def _branches_and_tags(ctx: typer.Context) -> tuple[str, ...]:
    from complaintctl.storage.git import git

    try:
        return git.branches_and_tags(casebook_dir(ctx))
    except (Failure, OSError):
        return ()


def complete_renamed_kinds(incomplete: str) -> list[Suggestion]:
    """What `rename` renames."""
    return matching_words(("category", "level", "person"), incomplete)


def complete_renamed_names(ctx: typer.Context, incomplete: str) -> list[Suggestion]:
    """The levels, classes or people of the policy, by the kind that was typed before."""
    from complaintctl.domain.policy.policy import class_paths

    policy = current_policy(ctx)
    if policy is None:
        return []
    known = {
        "level": [*policy.levels],
        "category": [path for path, _entry in class_paths(policy.categories, "")],
        "person": [*policy.people],
    }
    return matching_words(known.get(ctx.params.get("kind") or "", []), incomplete)
