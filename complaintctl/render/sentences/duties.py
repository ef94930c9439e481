"""Sentences about recurring duties of the desk."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

DUTY_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "duty-which": N_("Name the duty that was done: {choices}."),
    "duty-as-of": N_("--as-of is for the list of duties. To record a duty at an earlier time, use --at."),
    # refused (exit 3)
    "duty-role": N_("{duty} belongs to {role}, and {who} does not hold that role. Who could: {could}."),
    # broken (exit 4)
    "duties-faulty": N_("{path} has errors, so nothing was recorded. Correct them first."),
    # problems of policies
    "policy-duty-interval": N_("{value} is no interval: the duty would always be due"),
}
