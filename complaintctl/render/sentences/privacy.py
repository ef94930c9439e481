"""Sentences about personal data: erasing, restricting, keeping."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

PRIVACY_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "erase-one-case": N_("Name one case to erase. Many at once: complaintctl retention apply"),
    "erase-basis": N_("Say why: --basis with one of {choices}, such as --basis 'request: letter of 3 May'."),
    "erase-unconfirmed": N_(
        "Erasing cannot be undone (cases: {count}), and there is no terminal to confirm it. Add --yes."
    ),
    "erase-words-personal": N_(
        "The words of --basis name the person of {case}. They stay in the history for good: leave the name out."
    ),
    "erase-field-kind": N_(
        "{field} cannot be erased: it is a key, a time or a name of the team, not free text."
    ),
    "erase-field-recorded": N_(
        "{field} cannot be erased: event {event} of {case} recorded its value, and the ids of all later events "
        "prove that."
    ),
    # refused (exit 3)
    "already-erased": N_("The customer's data of {case} are already erased. Nothing was changed."),
    "nothing-to-erase": N_("{case} has no customer data. Nothing was changed."),
    "erase-open": N_(
        "{case} is open: the customer is still owed an answer. If they want none, close it as withdrawn; "
        "--force erases it all the same."
    ),
    "erase-on-hold": N_(
        "{case} is under legal hold since {since} ({reason}), so nothing is erased. End that first: complaintctl "
        "retention release {case}"
    ),
    "erase-restricted": N_(
        "The data of {case} are restricted since {since} ({reason}), which can mean that the person wants them kept. "
        "Lift that first: complaintctl restrict {case} --lift"
    ),
    "data-restricted": N_(
        "The customer's data of {case} are restricted since {since} ({reason}): they are stored and not used."
    ),
    "data-erased": N_("The customer's data of {case} were erased on {since}: there is nobody to write to."),
    "personal-after-erase": N_(
        "{case} is erased, so {fields} stays empty. If the person is back: complaintctl edit {case} --set … --reason "
        "'why the data may be kept again'"
    ),
    "personal-while-restricted": N_(
        "The data of {case} are restricted, so {fields} is not changed. A correction that the person wants: "
        "complaintctl edit {case} --set … --reason TEXT"
    ),
    "already-restricted": N_("The data of {case} are already restricted since {since}."),
    "not-restricted": N_("The data of {case} are not restricted."),
    "already-on-hold": N_("{case} is already under legal hold since {since}."),
    "not-on-hold": N_("{case} is not under legal hold."),
    "rewrite-nothing": N_("No earlier commit has data of an erased case. There is nothing to rewrite."),
    "rewrite-folder": N_("{path} is not empty. Name another folder for the plan with -o."),
    "rewrite-inside": N_("{path} lies in the repository. Name a folder outside it with -o."),
    "rewrite-no-git": N_("This folder is not a git repository, so there is no history to rewrite."),
    "rewrite-not-run": N_("{path} has not been run: git filter-repo left no map of commits in {map}."),
    "rewrite-left": N_(
        "Objects of the old history are still there: {count}. Remove them (git reflog expire --expire=now --all && "
        "git gc --prune=now), then give this command again."
    ),
    "rewrite-plan": N_("{path} is not a plan of complaintctl erase --plan-history-rewrite."),
    # problems of cases
    "restricted-since": N_("the customer's data are restricted since {since}: stored, not used ({reason})"),
    "erased-data-back": N_(
        "{fields} was erased and is back without an event, by a merge or by hand. Erase it again: complaintctl erase "
        "{case} --basis BASIS"
    ),
    "erased-attachment-back": N_(
        "{file} was erased, but the file is here again, by a merge or by hand. Remove it: git rm {file}"
    ),
    "erased-text-back": N_(
        "events before the erasing have a text, perhaps written meanwhile in another clone. If it names the person: "
        "complaintctl erase {case} --basis BASIS"
    ),
    # problems of policies
    "policy-retention-keep": N_("{value} is not a length of calendar time. Write it like 3y, 18mo or 30d."),
    "policy-retention-order": N_(
        "this rule never applies: rule {number} before it fits every case that it fits"
    ),
}
