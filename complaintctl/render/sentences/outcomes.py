"""Sentences about what became of a change when the command that wanted to make it failed."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

OUTCOME_SENTENCES: Final[Mapping[str, str]] = {
    "change-nowhere": N_("NOT recorded: nothing of it was written."),
    "change-behind": N_(
        "NOT recorded: an earlier change comes first and cannot be completed: {subject}. Remove the cause or commit "
        "it yourself with git, then give this command again."
    ),
    "change-uncommitted": N_(
        "The change is in the file, not committed. Do not repeat it: the next writing command commits it."
    ),
    "change-written": N_("The change is in the file. Do not repeat it."),
    "change-committed": N_("The change is recorded and committed. Do not repeat it."),
    "change-half": N_(
        "A part of the change is written: {files}. Do not repeat it: the next writing command writes the rest."
    ),
    "change-left-over": N_("NOT recorded: the next writing command removes what is left of it: {files}."),
    # of many cases
    "bulk-uncommitted": N_(
        "Every case is in its file, not committed; cases: {count}. Do not repeat it: the next writing command "
        "commits them."
    ),
    "bulk-part-committed": N_(
        "Cases recorded and committed before that: {count}. The others are NOT recorded: give this command again."
    ),
    "bulk-part-uncommitted": N_(
        "Cases written before that, not committed: {count}. The next writing command commits them. The others are "
        "NOT recorded: give this command again."
    ),
    "bulk-part-written": N_(
        "Cases written before that: {count}. The others are NOT recorded: give this command again."
    ),
}
