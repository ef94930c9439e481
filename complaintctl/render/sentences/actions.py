"""Sentences about corrective actions."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

ACTION_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "action-which": N_(
        "Use one of these: --what TEXT --who NAME --due DAY to set an action, --done N to report one, "
        "--verify N --effective yes|no to verify one."
    ),
    "action-day": N_("{option} {value} is not a date. Write it like 2026-12-01."),
    "action-yes-no": N_("--effective must be yes or no, not {value}."),
    "action-due-past": N_("An action set at {at} cannot be due on {day}. Give a later day."),
    "action-check-early": N_(
        "Whether an action worked cannot be checked on {check}, before it is due on {day}."
    ),
    "no-such-action": N_(
        "{case} has no action {number}; it has {count}. List them: complaintctl show {case}"
    ),
    # refused (exit 3)
    "actions-missing": N_(
        "{step} needs fields that some corrective actions lack: {fields}. Record them: complaintctl action "
        "{case} --what … --who … --due … --check …, then --done N, --verify N"
    ),
    "action-done": N_("Action {number} of {case} was done at {at}. Nothing was recorded."),
    "action-not-done": N_(
        "Action {number} of {case} is not done yet. Report it: complaintctl action {case} --done {number}"
    ),
    "action-own-check": N_(
        "The person who carries out an action cannot verify it: {who} cannot verify action {number}. People "
        "who can: {could}."
    ),
    "action-verified": N_(
        "Action {number} of {case} was verified as effective at {at}. Nothing was recorded."
    ),
    "action-before": N_("{time} is before action {number} was set or done ({at})."),
    # problems of files
    "action-without-event": N_(
        "action {number} was written or changed here without an event. Undo the edit and record it with: "
        "complaintctl action CASE"
    ),
    "action-gone": N_("the history has action {number}, which is missing here. Restore it."),
    # explanations
    "fixed-action": N_("the day the action is due; fixed, never paused, not ended by closing"),
    "fixed-action-check": N_("the day of the check whether the action worked; fixed, never paused"),
}
