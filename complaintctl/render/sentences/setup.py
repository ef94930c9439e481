"""Sentences about setting up: a new casebook, an assistant, files for CI; and about checkpoints and packs."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

SETUP_SENTENCES: Final[Mapping[str, str]] = {
    "hours-spelling": N_(
        "{value} is not valid for office hours: give each weekday once, then the times. Write mon-fri "
        "09:00-12:00 13:00-18:00, or always."
    ),
    "person-spelling": N_(
        "{value} has no name. Write NAME;E-MAIL;ROLES;DEPARTMENT; everything after the name is optional."
    ),
    "person-twice": N_("{name} is already in the team."),
    "no-roles": N_("The policy has no roles, so nobody can have {role}. Leave it out."),
    "no-address": N_("{value} is not an e-mail address."),
    "mcp-extra-missing": N_("The library mcp is not installed. Install it: pip install 'complaintctl[mcp]'"),
    "mcp-terminal": N_(
        "An assistant starts this command and speaks to it over stdin; nothing can be typed here. See docs/mcp.md."
    ),
    "tool-writes": N_("{tool} writes, and this server only reads."),
    "tool-input": N_("{input} is not valid: {detail}"),
    "tool-text-long": N_("{input} has {count} characters; at most {most} are possible."),
    "tool-text-faulty": N_("{input} contains a character that no file may hold."),
    "tool-personal": N_("{field} is customer data, and this server leaves it out."),
    # customer data that a policy masks (exit 3)
    "personal-group": N_("{field} is customer data, and the policy masks them: no figures are made by it."),
    "reveal-missing": N_(
        "{option} needs customer data, and the policy masks them. To use them all the same: --reveal"
    ),
    "tool-time": N_("The call was stopped after {seconds} seconds."),
    # git and other clones
    "not-in-git": N_("This folder is not a git repository, so there is nothing to set up or to exchange."),
    "detached-head": N_(
        "No branch is checked out, so there is nothing to sync. Check one out: git switch main"
    ),
    "no-remote": N_(
        "This casebook knows no other repository. Tell it one: git remote add origin URL; "
        "git push --set-upstream origin {branch}"
    ),
    "no-upstream": N_(
        "The branch {branch} follows no branch of {remote}. Tell it once: git push --set-upstream {remote} {branch}"
    ),
    "shallow-clone": N_(
        "This clone has only the newest part of the history (shallow), so nothing can be united. Get the rest: "
        "git fetch --unshallow"
    ),
    "uncommitted-changes": N_(
        "Changed and in no commit: {files}. Commit them, or put them back (git restore FILE); then sync again."
    ),
    "remote-unreachable": N_(
        "{remote} cannot be reached: {detail}. What you recorded is safe here; sync again when you are online."
    ),
    "remote-not-let-in": N_(
        "{remote} does not let you in: {detail}. Check your key or password for it in git."
    ),
    "remote-missing": N_(
        "{remote} is no git repository, or you may not see it: {detail}. Check: git remote -v"
    ),
    "push-refused": N_("{remote} refused what you recorded: {detail}. It is safe here, united with theirs."),
    "push-outrun": N_(
        "Others pushed to {remote} {count} times meanwhile, so yours is not there yet. It is safe here; sync again."
    ),
    "rebase-over-merges": N_(
        "Among your own commits is a merge, and a rebase would drop what was decided in it. Sync without --rebase."
    ),
    "sync-half-done": N_(
        "A sync was killed while it wrote, and these files were changed since: {files}. Keep a copy of them, put them "
        "back (git restore --source {before} FILE), then sync again."
    ),
    "sync-stopped": N_("Stopped. Nothing was lost: what you recorded is in git. Go on: complaintctl sync"),
    # files for CI
    "ci-exists": N_(
        "Already there, and different: {files}. Nothing was written. --force replaces them; --print shows the new ones."
    ),
    "ci-folder": N_(
        "The folder of the casebook has a sign that CI services interpret: {value}. Rename the folder."
    ),
    "ci-package": N_("{value} cannot be a package here: it has the sign {sign}."),
}

CHECKPOINT_SENTENCES: Final[Mapping[str, str]] = {
    # why nothing was signed
    "ssh-keygen-missing": N_("ssh-keygen was not found on the PATH. It is a part of OpenSSH."),
    "sign-failed": N_("ssh-keygen did not sign: {detail}"),
    "signing-key-missing": N_(
        "There is no key to sign with. Name one: --key ~/.ssh/id_ed25519, or git config user.signingkey. To make one: "
        "ssh-keygen -t ed25519"
    ),
    "signing-key-not-ssh": N_(
        "{name} (git's user.signingkey) is no file with an SSH key. Name one: --key FILE"
    ),
    "signing-key-unreadable": N_(
        "The public key of {name} cannot be read. Put it beside it: ssh-keygen -y -f {name} > {name}.pub"
    ),
    "signer-unknown": N_(
        "The key {fingerprint} belongs to nobody in the policy. Add its public half to a person of complaintctl.yaml: "
        "people: {{li.wei: {{email: …, signing_keys: [ssh-ed25519 AAAA…]}}}}"
    ),
    "checkpoint-without-commits": N_("A checkpoint is about commits, and there are none here."),
    "no-checkpoint": N_(
        "{path} is no checkpoint: give a file such as 3.note, or the folder with it. If there is none yet, sign the first "
        "one: complaintctl verify --sign"
    ),
    "no-such-folder": N_("{folder} is not a folder. Make it, or connect its disk, then try again."),
    "checkpoint-signed-already": N_(
        "Nothing was recorded since checkpoint {number}, which {people} signed ({needed} needed)."
    ),
    "checkpoint-file-taken": N_("{path} is there already. Nothing was signed."),
    "checkpoint-of-faulty-cases": N_("Nothing was signed: {count} case files have faults."),
    "checkpoint-odd-file": N_("no file of a case, or the case is there twice; a checkpoint cannot list it"),
    "sign-folder-inside": N_(
        "{folder} lies in the casebook, and -o is for a folder elsewhere. Without -o the checkpoint goes into "
        "checkpoints/ and is committed."
    ),
    "sign-options": N_("{options} belong to --sign."),
    # why nothing was packed
    "pack-uncommitted": N_("Not committed, so nothing proves them: {files}. Commit them first."),
    "pack-without-commits": N_("The commits of a case are its evidence, and there are none here."),
    "pack-of-shallow-clone": N_(
        "This clone has only part of the git history, so commits of the case are missing: git fetch --unshallow"
    ),
    "attachment-unreadable": N_("{path} is a link or no plain file, so it is not packed."),
    # what contradicts a checkpoint
    "checkpoint-damaged": N_("{file} is not the note of a checkpoint, or it was changed"),
    "checkpoint-leaves": N_("{file} is not the list that its note was signed for"),
    "checkpoint-signature-wrong": N_("{signature} is no valid signature of checkpoint {checkpoint}"),
    "checkpoint-signer-unknown": N_(
        "{signature} is by a key of nobody in the policy of checkpoint {checkpoint}; it does not count"
    ),
    "checkpoint-too-few": N_(
        "checkpoint {checkpoint} does not count: people who signed it: {count}, needed: {needed}"
    ),
    "checkpoint-note-gone": N_("{note} is gone, which checkpoint {checkpoint} names as the one before it"),
    "checkpoint-note-changed": N_("{note} was changed after checkpoint {checkpoint} was signed"),
    "checkpoint-file-changed": N_(
        "{name}, a file of a checkpoint, was removed or changed by a commit: only new ones are added"
    ),
    "checkpoint-commit-gone": N_(
        "the commit of checkpoint {checkpoint} ({since}) is not in this history: it was rewritten or reset"
    ),
    "checkpoint-commit-rewritten": N_(
        "the commit of checkpoint {checkpoint} ({since}) is {new} since {by} rewrote the history, as a map in "
        "history-rewrites/ says"
    ),
    "checkpoint-commit-cut-off": N_(
        "the commit of checkpoint {checkpoint} ({since}) is not in this shallow clone: git fetch --unshallow"
    ),
    "checkpoint-against-commit": N_("checkpoint {checkpoint} does not list what its commit contains"),
    "checkpoint-case-gone": N_(
        "{case} is gone: checkpoint {checkpoint} ({since}) lists it; recorded events: {count}"
    ),
    "checkpoint-case-faulty": N_(
        "{case} has faults and cannot be compared with checkpoint {checkpoint} ({since})"
    ),
    "checkpoint-event-gone": N_(
        "the event {event} of {case} is gone: checkpoint {checkpoint} ({since}) lists it"
    ),
    "checkpoint-event-changed": N_(
        "the event {event} of {case} was rewritten after checkpoint {checkpoint} ({since})"
    ),
    "checkpoint-history-changed": N_(
        "an event of {case}, or the hash of an attachment, was rewritten after checkpoint {checkpoint} ({since})"
    ),
    "checkpoint-events-swapped": N_(
        "events of {case} stand in another order than in checkpoint {checkpoint} ({since})"
    ),
}
