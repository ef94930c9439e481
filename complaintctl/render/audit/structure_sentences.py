"""The sentences of what happened to files and commits: lost, changed, moved, copied, rewritten."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

STRUCTURE_SENTENCES: Final[Mapping[str, str]] = {
    # events
    "audit-event-removed": N_("event {event} ({did}) was removed: restore the line as it was"),
    "audit-event-changed": N_("event {event} ({did}) was changed ({keys}): restore the line as it was"),
    "audit-event-inserted": N_(
        "event {event} ({did}) was put between earlier events, where uniting two clones would not put it"
    ),
    "audit-events-reordered": N_("event {event} ({did}) stands in another order than it was recorded"),
    "audit-event-replayed": N_("event {event} ({did}) was recorded in case {other} and copied from there"),
    "audit-event-twice": N_("event {event} is in the history twice"),
    "audit-event-erased": N_("event {event} ({did}): its text was erased, by a recorded erasing"),
    "audit-history-hidden": N_(
        "a value in the file imitates the list of events, which stands in another place"
    ),
    # cases
    "audit-case-deleted": N_("case {case} was deleted: restore the file from the commit before"),
    "audit-case-renamed": N_("case {case} was given another id: {other}"),
    "audit-case-copied": N_("case {case} is a copy of {other}, with the same events"),
    "audit-case-misplaced": N_("case {case} lies where no command finds it: move the file back"),
    "audit-case-twice": N_("case {case} has two files, the other one is {other}"),
    "audit-source-twice": N_("record {id} of {system} is two cases: {case} and {other}"),
    "audit-moved-alone": N_(
        "case {case} was moved between open and closed, and no event of this commit closes or reopens it"
    ),
    "audit-fields-rewritten": N_(
        "case {case}: rewritten by hand, without an event: {fields}. Restore them, or record the change with edit"
    ),
    "audit-fields-filled": N_(
        "case {case}: filled in by hand, without an event: {fields}. Next time, record it with edit"
    ),
    "audit-unreadable": N_("the file of case {case}, as it is in this commit, cannot be read"),
    "audit-customer-sealed": N_(
        "case {case}: the customer was sealed, sealed anew or replaced, without an event; only the key tells which"
    ),
    "audit-customer-plain": N_(
        "case {case}: this commit has the customer in plain text, though the policy seals it. Seal it: complaintctl keys "
        "seal. To take it out of the history: erase --plan-history-rewrite"
    ),
    # attachments
    "audit-attachment-deleted": N_("an attachment of case {case} was deleted: restore the file"),
    "audit-attachment-changed": N_("an attachment of case {case} was replaced: restore the file"),
    "audit-attachment-erased": N_("an attachment of case {case} was erased, by a recorded erasing"),
    "audit-attachment-missing": N_("attachment {file} of case {case} is not in the repository"),
    "audit-attachment-hash": N_("attachment {file} of case {case} has another SHA-256 than the case says"),
    # merges
    "audit-merge-added-event": N_("the merge has event {event} ({did}), which neither side has"),
    "audit-merge-changed-event": N_("the merge has event {event} ({did}) as neither side has it ({keys})"),
    "audit-merge-lost-event": N_("the merge lost event {event} ({did}) of one side"),
    "audit-merge-added-facts": N_("the merge of case {case} has values that neither side has: {fields}"),
    "audit-merge-added-case": N_("the merge has case {case}, which neither side has"),
    # commits
    "audit-rewritten": N_(
        "the history was rewritten: commits that were verified are gone: {count} ({commits}). Events that went with "
        "them: {lost} ({events}). Find them: git log {last}"
    ),
    "audit-rebased": N_(
        "commits that were verified were replaced by others: {count} ({commits}); all their events are still there"
    ),
    "audit-policy-unreadable": N_(
        "the policy of this commit cannot be read; its events are judged by the policy before it"
    ),
    # not everything was verified
    "audit-shallow": N_(
        "this clone has only a part of the history, so only that part is verified: git fetch --unshallow"
    ),
    "audit-objects-missing": N_(
        "this clone lacks files of the history ({count}), so they are not verified: git fetch --refetch"
    ),
    # not committed
    "audit-uncommitted": N_("{file} differs from the last commit"),
    "audit-uncommitted-form": N_(
        "{file} differs from the last commit only by line ends of Windows or a byte order mark: complaintctl doctor --fix"
    ),
    "audit-uncommitted-new": N_("{file} is not committed yet"),
    "audit-uncommitted-removed": N_("{file} is removed, and the removal is not committed"),
    "audit-uncommitted-events": N_("{file} has events that are not committed: {events}"),
    "audit-uncommitted-past": N_("{file} changes or removes recorded events, and is not committed: {events}"),
}
