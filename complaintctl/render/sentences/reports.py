"""Sentences about reports: periods, dimensions, volumes."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

REPORT_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "option-before-subcommand": N_("Options of {command} follow its name. Move {option} behind {command}."),
}
