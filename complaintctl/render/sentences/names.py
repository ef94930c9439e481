"""Sentences about names of the policy: renamed, removed, held by nobody."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

NAME_SENTENCES: Final[Mapping[str, str]] = {
    # problems of policies
    "policy-name-in-use": N_(
        "{field} {value} is used by open cases, but this policy does not have it ({count}: {cases}). Put it back, or "
        "add also: [{value}] to the entry that replaces it"
    ),
    "policy-old-name-twice": N_("the old name {value} in also: has two meanings here"),
    "policy-role-vacant": N_("nobody in people: holds the role {role}"),
    "policy-step-vacant": N_("nobody can take step {step}: nobody holds {choices}"),
    "policy-approval-vacant": N_("nobody can approve step {step} as {choices}: nobody holds it"),
    # invalid input (exit 2)
    "rename-unknown": N_("The policy has no {kind} {value}. Choose: {choices}."),
    "rename-taken": N_("{value} is already in the policy. Choose another name."),
    "rename-spelling": N_("{value} cannot be a name: use letters, digits, - _ and . without spaces."),
    "rename-parent": N_("A class keeps its parent: rename {old} to a name beside it, not {value}."),
    # refused (exit 3)
    "rename-breaks": N_("With {value} for {old} the policy would not be valid. Nothing was changed."),
}
