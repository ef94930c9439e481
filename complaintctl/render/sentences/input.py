"""Sentences about the cases that a command names, and about questions."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

INPUT_SENTENCES: Final[Mapping[str, str]] = {
    "cases-or-where": N_(
        "Name the cases: ids or parts of them, - for ids on stdin, or --where FIELD=VALUE without any."
    ),
    "cases-unconfirmed": N_(
        "Cases that match: {count}. There is no terminal to confirm that; to record it in all of them add --yes."
    ),
    "cases-unreadable": N_("Not every case could be read, so nothing was recorded. Repair the files first."),
    "cases-refused": N_("Refused for {refused} of {count} cases, so nothing was recorded in any of them."),
    "no-such-choice": N_("{value} is none of the choices. Did you mean {near}?"),
    "no-case-matches": N_("No case matches. Nothing was recorded."),
    "no-case-named": N_("Stdin names no case. Nothing was recorded."),
    "several-periods": N_("Choose one of --week, --month and --window."),
    "bad-window": N_("{value} is not a length of 1 to {most} days. Write it like 7d or 2w."),
    "no-field-to-compare": N_("--by needs a field, such as category."),
}
