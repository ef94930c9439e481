"""Sentences about the cases that a command names, about questions, and about names of the policy."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

INPUT_SENTENCES: Final[Mapping[str, str]] = {
    "cases-or-where": N_(
        "Name the cases: ids or parts of them, - for ids on stdin, or --where FIELD=VALUE without any."
    ),
    "cases-unconfirmed": N_(
        "Cases that match: {count}. There is no terminal to confirm that; to record it in all of them add --yes."
    ),
    "cases-unreadable": N_("Not every case could be read, so nothing was recorded. Repair the files first."),
    "cases-refused": N_("Refused for {refused} of {count} cases, so nothing was recorded in any of them."),
    "no-such-choice": N_("{value} is none of the choices. Did you mean {near}?"),
    "no-case-matches": N_("No case matches. Nothing was recorded."),
    "no-case-named": N_("Stdin names no case. Nothing was recorded."),
    "several-periods": N_("Choose one of --week, --month and --window."),
    "bad-window": N_("{value} is not a length of 1 to {most} days. Write it like 7d or 2w."),
    "verify-outside-git": N_(
        "{folder} is not in a git repository, so there is no history to verify. Start one: git init"
    ),
    "since-not-before": N_("{revision} is no commit before the last one. Name one of: git log"),
    "no-field-to-compare": N_("--by needs a field, such as category."),
    # names of the policy: renamed, removed, held by nobody
    "policy-name-in-use": N_(
        "{field} {value} is used by open cases, but this policy does not have it ({count}: {cases}). Put it back, or "
        "add also: [{value}] to the entry that replaces it"
    ),
    "policy-old-name-twice": N_("the old name {value} in also: has two meanings here"),
    "policy-role-vacant": N_("nobody in people: holds the role {role}"),
    "policy-step-vacant": N_("nobody can take step {step}: nobody holds {choices}"),
    "policy-approval-vacant": N_("nobody can approve step {step} as {choices}: nobody holds it"),
    "rename-unknown": N_("The policy has no {kind} {value}. Choose: {choices}."),
    "rename-taken": N_("{value} is already in the policy. Choose another name."),
    "rename-spelling": N_("{value} cannot be a name: use letters, digits, - _ and . without spaces."),
    "rename-parent": N_("A class keeps its parent: rename {old} to a name beside it, not {value}."),
    "rename-breaks": N_("With {value} for {old} the policy would not be valid. Nothing was changed."),
}
