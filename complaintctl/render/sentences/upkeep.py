"""Sentences about personal data in wrong places, and about what `doctor` finds and mends."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

LINT_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "lint-where": N_("Choose one of {options}."),
    "lint-outside-git": N_("{option} needs a git repository, and {folder} is in none."),
    # findings
    "personal-in-field": N_(
        "{field} holds {kind} ({masked}). Take it out here; it belongs into the fields of the customer. If it may stay, "
        "allow it with a reason in lint-allow.yaml."
    ),
    "personal-unsealed": N_(
        "{field} holds {kind} ({masked}) in plain text, though the policy seals the customer: complaintctl keys seal"
    ),
    "personal-in-text": N_(
        "this line holds {kind} ({masked}). Take it out. If it may stay, allow it with a reason in lint-allow.yaml."
    ),
    "personal-in-name": N_(
        "the name of a file holds {kind} ({masked}), and git keeps names for ever. Give it another name: complaintctl "
        "attach CASE FILE --name NAME"
    ),
    "personal-in-message": N_(
        "the commit message holds {kind} ({masked}). Write it without: a message cannot be erased later."
    ),
    "personal-in-commit": N_(
        "the message of commit {commit} holds {kind} ({masked}). Only a rewritten history would lose it; if it may stay, "
        "allow it with a reason in lint-allow.yaml."
    ),
    "personal-in-branch": N_(
        "the name of the branch or tag holds {kind} ({masked}). Rename it: git branch -m NAME"
    ),
    # problems of the allow-list
    "allow-no-reason": N_("an entry needs a reason and who allows it. Write both."),
    "allow-text-or-pattern": N_("an entry needs either text or pattern. Keep one."),
    "allow-ended": N_(
        "this entry ended on {until}, and its text is still there. Take the text out, or set a new day."
    ),
    "allow-unused": N_("this entry matches nothing any more. Remove it."),
    "allow-faulty": N_("{file} has faults, so nothing was judged by it. Mend them first."),
}

# What `doctor` finds; where a person must decide, also what to do.
DOCTOR_SENTENCES: Final[Mapping[str, str]] = {
    "doctor-pending": N_("A command was interrupted: {subject}"),
    "doctor-git-old": N_("git {version} is too old: this program needs 2.31 or later. Install a newer one."),
    "doctor-lock": N_("A lock of git that no process holds: git refuses to work."),
    "doctor-operation": N_(
        "An operation of git is not finished: {operation}. Finish it, or see: complaintctl resolve"
    ),
    "doctor-shallow": N_(
        "This clone has only a part of the history. To fetch the rest: git fetch --unshallow"
    ),
    "doctor-clock": N_(
        "The last commit is from {time}, and the clock of this computer says {now}. Set the clock first; or was the other "
        "one wrong?"
    ),
    "doctor-identity": N_(
        "git does not know who you are, so nothing can be committed: git config --global user.name NAME; git config "
        "--global user.email ADDRESS"
    ),
    "doctor-attributes": N_(".gitattributes lacks lines that keep line ends and merges right: {lines}"),
    "doctor-driver": N_("This clone does not merge cases with complaintctl, as .gitattributes wants."),
    "doctor-commit-graph": N_(
        "git does not keep which files its many commits changed, so the log of a case takes long."
    ),
    "doctor-untracked-cache": N_(
        "git searches every folder of this large casebook for new files, each time it is asked for its status."
    ),
    "doctor-hook": N_("git ignores the hook {name}, since it is not executable: chmod +x, or remove it."),
    "doctor-hook-missing": N_(
        "The hooks in this file are not turned on in this clone. Turn them on: pre-commit install"
    ),
    "doctor-uncommitted": N_("Not committed."),
    "doctor-case-deleted": N_("The file of a case was removed, and no command does that."),
    "doctor-folder-missing": N_("This folder is missing: git does not keep empty folders."),
    "doctor-leftover": N_("Left behind by an interrupted write."),
    "doctor-file-name": N_(
        "The name is not that of a case. Name the file like C-20261121-7K3FQ.yaml, or move it away."
    ),
    "doctor-unreadable": N_("The file has faults, see: complaintctl check --archive. Correct them by hand."),
    "doctor-conflict-marker": N_(
        "Marks of a merge conflict are left in the file. During the merge: complaintctl resolve; after it, decide by hand "
        "which lines stay."
    ),
    "doctor-bom": N_("The file begins with a byte order mark."),
    "doctor-crlf": N_("The lines end as on Windows, so every line looks changed to git."),
    "doctor-renamed": N_(
        "The id in the file is not that of its name, and its history does not tell which is right. Rename the file or "
        "correct the id."
    ),
    "doctor-id": N_("The id in the file is not that of its name; its history was recorded as {id}."),
    "doctor-status": N_("status says {status}, and the history says {told}."),
    "doctor-status-unclear": N_(
        "The history says {told}, but folder and status say otherwise. If it is so, put the history right: complaintctl "
        "reopen or close; else put file and status back."
    ),
    "doctor-folder": N_("A case with the status {status} lies in the folder of the others."),
    "doctor-month": N_("The folder is not that of the month in the id."),
    "doctor-future-event": N_(
        "The event {did} lies in the future ({time}). Wait, if it is a clock that is wrong; else: complaintctl retract CASE "
        "EVENT --reason …"
    ),
    "doctor-mode": N_("The policy says private, and other people of this computer can read the file."),
    "doctor-both-folders": N_("A move was left halfway: the same case is also in {other}."),
    "doctor-many-files": N_("{count} files have this id. Keep one of them."),
    "doctor-two-versions": N_(
        "Two versions of this case went different ways; the other one is {other}. Unite them by hand, and remove one."
    ),
    "doctor-id-twice": N_("Two different cases have this id; the other one is {other}."),
    "doctor-link-unclear": N_(
        "A link names {link}, which two cases were called; one of them is now {new}. If that one is meant: complaintctl "
        "link CASE {new}"
    ),
    "doctor-source-twice": N_(
        "Record {id} of {system} was imported twice, the other time as {other}. If it is one complaint: complaintctl close "
        "CASE --duplicate-of {other}"
    ),
    "doctor-attachment-missing": N_("The file of an attachment is missing."),
    "doctor-attachment-gone": N_(
        "The file of an attachment is missing, and git never had it. Find it, or take the event back: complaintctl retract "
        "{case} EVENT --reason …"
    ),
    "doctor-attachment-changed": N_(
        "This is not the file that was attached: its SHA-256 differs. Find out who changed it: complaintctl verify; git log "
        "-- FILE"
    ),
    "doctor-attachment-erased": N_(
        "The history of {case} says that this attachment was erased, but its file is here. Remove the file, also from git."
    ),
    "doctor-attachment-unnamed": N_(
        "No entry of {case} names this file. Attach it under another name (complaintctl attach {case} FILE --name NAME), or "
        "remove it."
    ),
    "doctor-attachment-of-nobody": N_("There is no case for this file. Move it away."),
    "doctor-names-alike": N_(
        "macOS and Windows cannot tell this name from {other}, so a clone there has only one of them. Rename one."
    ),
    # how it is mended
    "mend-pending": N_("complete it"),
    "mend-pending-drop": N_("drop it: nothing of it was written"),
    "mend-lock": N_("remove the lock"),
    "mend-attributes": N_("add the lines"),
    "mend-driver": N_("set the merge driver in the settings of this clone"),
    "mend-commit-graph": N_("write git's commit-graph with the changed paths"),
    "mend-untracked-cache": N_("set core.untrackedCache in the settings of this clone"),
    "mend-commit": N_("commit it as it is"),
    "mend-restore": N_("bring it back from the last commit"),
    "mend-folder": N_("make it, with a file .gitkeep"),
    "mend-leftover": N_("remove it"),
    "mend-bom": N_("take the mark out"),
    "mend-crlf": N_("write the line ends of git"),
    "mend-id": N_("write the id of the name"),
    "mend-status": N_("write the status of the history, with an event that says so"),
    "mend-move": N_("move it to {target}"),
    "mend-mode": N_("let only its owner read it"),
    "mend-both-folders": N_("keep the longer history, in {target}"),
    "mend-id-twice": N_("call the later one {new}, with an event that says so; attachments and links follow"),
    "mend-attachment": N_("bring it back from the history of git, which has it with this SHA-256"),
}
