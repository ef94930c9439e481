"""Sentences about limits: calendars and fields that select them, extensions, and who may take a step how often."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

LIMIT_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "extension-untold": N_(
        "Extending {step} needs the reason and how the customer was told it: --reason TEXT --via CHANNEL"
    ),
    # refused (exit 3)
    "step-times": N_(
        "{step} was taken as often as the policy allows ({count}), last at {at}. To begin again: complaintctl "
        "reopen {case} --to {step_key} --reason …"
    ),
    "same-person": N_("{who} took {before}; somebody else must take {step}. People who can: {could}."),
    "extension-not-allowed": N_("The policy does not extend {step} of this case. It extends: {choices}."),
    "extension-twice": N_("{step} of {case} was extended at {at}; a limit is extended once."),
    "extension-not-running": N_("{step} of {case} has no running limit that could be extended."),
    "extension-late": N_("{step} of {case} was due {due}; a limit is extended before it ends."),
    # problems of policies
    "policy-night": N_(
        "{value}: the night shift has not ended when the next day opens. Shorten one of them."
    ),
    "policy-no-date": N_(
        "{value} is no date: declare it under fields: {name}: {{type: day}}, or {{type: time}}"
    ),
    "policy-type-and-choices": N_("field {value} has a type and choices. Keep one."),
    "policy-by-alone": N_("{value} selects nothing: there is no map with its values as keys"),
    "policy-by-ambiguous": N_("{value} is a value of {field} and also a level or a category. Rename one."),
    "policy-calendar-else": N_("this map needs else: the calendar of cases that match no other key"),
    "policy-extend-alone": N_("step {step} has extend without a limit to extend"),
    "policy-extend-kind": N_(
        "step {step}: extend must count like the limit: both hours, both calendar days or months, or both working days"
    ),
    # explanations
    "shortest-by": N_("{field} is not known yet, so the shortest limit of the step applies"),
    "calendar-chosen": N_("for {key}, the calendar {calendar} counts"),
    "limit-date": N_("limit: the date in {limit}{key}"),
    "combined-end": N_("{limit} ends {due}"),
    "earlier-counts": N_("the earlier of the two counts"),
    "later-counts": N_("the later of the two counts"),
    "extended": N_("extended {at} by {who}{reason}"),
}
