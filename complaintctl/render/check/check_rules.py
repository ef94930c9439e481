"""The rules of a check, as code scanning explains them: a heading, and what to do."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

CHECK_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "overdue": (
        N_("A deadline has passed"),
        N_(
            "The step, promise, task or action was due and is not done. Do it and record it; see: explain CASE"
        ),
    ),
    "due": (
        N_("A deadline is near"),
        N_("The step, promise, task or action is due soon. Do it and record it; see: explain CASE"),
    ),
    "warned": (
        N_("A warning of the policy is reached"),
        N_("The part of the time after which the policy warns has passed. See: explain CASE"),
    ),
    "unpublished": (
        N_("The calendar does not reach the deadline"),
        N_("The holidays of that day are not known yet, so the deadline may move. See: policy calendar"),
    ),
    "duty-overdue": (
        N_("A duty of the desk is overdue"),
        N_("A recurring duty of the policy is late. Do it and record it: duty NAME"),
    ),
    "duty-due": (
        N_("A duty of the desk is due soon"),
        N_("A recurring duty of the policy is due. Do it and record it: duty NAME"),
    ),
}
FILE_FAULT: Final = (
    N_("A file has a fault"),
    N_("A file of the casebook cannot be used as it is. The message says what is wrong and what to do."),
)
