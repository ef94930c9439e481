"""What is said about the ladder: what a policy may not say of it and of repetition, what the command refuses."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

ESCALATION_SENTENCES: Final[Mapping[str, str]] = {
    "policy-named-crisis": N_(
        "no level and no class can be called crisis: a limit could not tell them apart"
    ),
    "policy-hand-over": N_("{to} is no person, so no case can be handed over to {to}. Name one of people"),
    "policy-raise": N_("there are no levels, so none can be raised"),
    "policy-rung-twice": N_("the same rung stands above for the same steps: it would be done once"),
    "policy-repetition": N_(
        "a rule counts reopenings or cases alike. Write it like {{reopened: 2, to: manager}} or {{same: [category], "
        "cases: 3, within: 30d, to: manager}}"
    ),
    "policy-repetition-alone": N_("one case is no repetition: name 2 or more"),
    "policy-repetition-field": N_(
        "{value} does not tell whether two complaints are alike. Name a text of the case that escalating does not change"
    ),
    "policy-repetition-twice": N_("the same rule stands above: it would be done once"),
    "case-or-due": N_(
        "Give one case to escalate, or --due for all cases that the policy escalates; not both."
    ),
    "option-of-due": N_("{option} can only be used with --due."),
    "option-by-hand": N_("{option} is for one case; --due does what the policy says for all of them."),
}
