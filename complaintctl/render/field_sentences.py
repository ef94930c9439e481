"""The sentences about what a policy asks of fields, those of the team's own among them."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.language import N_

FIELDS: Final[Mapping[str, str]] = {
    "parts-missing": N_(
        "{step} needs what not every entry has: {fields}. Say it where they are listed, as in: "
        'complaintctl plan {case} --measure "WHAT;WHO;WHEN"'
    ),
    "policy-unknown-field": N_("A case has no field {value}. Did you mean {near}?"),
    "policy-plain-name": N_("{value} is no plain name. Use letters, digits, - and _."),
    "policy-word-twice": N_("{value} stands here for two entries. Name one otherwise."),
    "policy-undeclared-field": N_("fields has no {value}. Did you mean {near}? It knows: {choices}."),
}
