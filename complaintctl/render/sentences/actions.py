"""Sentences about corrective actions."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

ACTION_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "action-which": N_(
        "Say one thing: --what TEXT --who NAME --due DAY sets an action, --done N reports one, --verify N --effective "
        "yes|no judges one."
    ),
    "action-day": N_("{option} {value} is no day. Write it like 2026-12-01."),
    "action-yes-no": N_("--effective {value} is neither yes nor no."),
    "action-due-past": N_("An action set at {at} cannot be due on {day}. Name a later day."),
    "action-check-early": N_(
        "Whether an action worked cannot be checked on {check}, before it is due on {day}."
    ),
    "no-such-action": N_(
        "{case} has no action {number}; it has {count}. They are shown by: complaintctl show {case}"
    ),
    # refused (exit 3)
    "actions-missing": N_(
        "{step} needs what not every corrective action has: {fields}. Record it: complaintctl action {case} --what … "
        "--who … --due … --check …, then --done N, --verify N"
    ),
    "action-done": N_("Action {number} of {case} was done at {at}. Nothing was recorded."),
    "action-not-done": N_(
        "Action {number} of {case} is not done yet. Report it: complaintctl action {case} --done {number}"
    ),
    "action-own-check": N_(
        "Whoever does an action does not judge it: action {number} is not for {who} to verify. It could be done by: "
        "{could}."
    ),
    "action-verified": N_("Action {number} of {case} was found effective at {at}. Nothing was recorded."),
    "action-before": N_("{time} is before action {number} was set or done ({at})."),
    # problems of files
    "action-without-event": N_(
        "action {number} was written or changed here without an event. Take that back and record it with: "
        "complaintctl action CASE"
    ),
    "action-gone": N_("the history tells of an action {number} that does not stand here. Put it back."),
    # explanations
    "fixed-action": N_("the day the action is due; fixed, never paused, not ended by closing"),
    "fixed-action-check": N_("the day of the check whether the action worked; fixed, never paused"),
}
