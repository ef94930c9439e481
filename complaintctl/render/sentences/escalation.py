"""Sentences about escalation, repetition and reminders: faults in a policy, and refusals of the commands."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

ESCALATION_SENTENCES: Final[Mapping[str, str]] = {
    "policy-named-crisis": N_("a level or class cannot be called crisis: a limit could not distinguish them"),
    "policy-hand-over": N_(
        "{to} is not a person, so a case cannot be handed over to {to}. Use one of people"
    ),
    "policy-raise": N_("there are no levels, so a level cannot be raised"),
    "policy-rung-twice": N_("there is the same rung above for the same steps: it would only apply once"),
    "policy-repetition": N_(
        "a rule must count either reopenings or similar cases. Write it like {{reopened: 2, to: manager}} or "
        "{{same: [category], cases: 3, within: 30d, to: manager}}"
    ),
    "policy-repetition-alone": N_("one case is not a repetition: write 2 or more"),
    "policy-repetition-field": N_(
        "{value} cannot show whether two complaints are alike. Use a text field that escalating does not "
        "change"
    ),
    "policy-repetition-twice": N_("there is the same rule above: it would only apply once"),
    "case-or-due": N_(
        "Give one case to escalate, or --due for all cases that the policy escalates; not both."
    ),
    "option-of-due": N_("{option} can only be used with --due."),
    "option-by-hand": N_("{option} is for one case; --due does what the policy says for all of them."),
    "policy-notify-variable": N_(
        "this must be the name of an environment variable, such as NOTIFY_LI_WEI. The address itself does not "
        "belong in the policy, because it may hold a password"
    ),
    "notify-what": N_("Give --due to send the reminders that are due, or --trial NAME; not both."),
    "notify-trial-alone": N_("--trial sends at once, so --as-of and --dry-run cannot be used with it."),
    "notify-extra-missing": N_(
        "Sending needs the library {library}, which is not installed: pip install 'complaintctl[notify]'"
    ),
    "notify-running": N_(
        "Another run of notify holds {path}. Nothing was sent. Wait until it has ended, then try again."
    ),
    "sent-line": N_(
        "this line does not record a reminder. Remove it, or keep both sides if it is from a merge conflict"
    ),
    "sent-faulty": N_(
        "{folder} has errors, so nothing was sent: it might be sent twice. Correct them first."
    ),
}
