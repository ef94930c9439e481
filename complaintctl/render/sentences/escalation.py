"""Sentences about escalation and repetition: faults in a policy, and refusals of the command."""

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
}
