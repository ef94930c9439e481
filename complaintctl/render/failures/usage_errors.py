"""Failures without a sentence in render/sentences/: what Typer says of a command line, and our own bugs."""

import re
from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

# Typer's error messages by key, for translation. If one is the beginning of another, the longer one comes first.
TYPER_ERRORS: Final[Mapping[str, str]] = {
    "usage-no-command": N_("Missing command."),
    "usage-unknown-command-near": N_("No such command {name}. Did you mean {near}?"),
    "usage-unknown-command": N_("No such command {name}."),
    "usage-argument-missing": N_("Missing argument {name}."),
    "usage-option-missing": N_("Missing option {name}."),
    "usage-unknown-option-near": N_("No such option: {name} (Possible options: {near})"),
    "usage-unknown-option": N_("No such option: {name}"),
    "usage-value-missing": N_("Option {name} requires an argument."),
    "usage-value-not-taken": N_("Option {name} does not take a value."),
    "usage-too-many-arguments": N_("Got unexpected extra argument(s) ({words})"),
    "usage-bad-value": N_("Invalid value for {name}: {problem}"),
    "usage-not-a-number": N_("{value} is not a valid int."),
    "usage-not-a-number-of-a-range": N_("{value} is not a valid int range."),
    "usage-number-out-of-range": N_("{value} is not in the range {range}."),
}
# A message of Typer that is not in the table.
UNKNOWN_USAGE: Final = "usage"
_GAP: Final = re.compile(r"{(\w+)}")


def other_failure_facts() -> dict[str, list[str]]:
    """Returns the facts of each key that has no sentence in render/sentences/."""
    of_usage = {key: sorted(_GAP.findall(template)) for key, template in TYPER_ERRORS.items()}
    return {
        **of_usage,
        UNKNOWN_USAGE: ["problem"],
        "command-line-not-utf-8": [],
        "bug": ["file", "kind", "line"],
    }
