"""The sentences about fields of the team's own."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.language import N_

FIELDS: Final[Mapping[str, str]] = {
    "policy-plain-name": N_("{value} is no plain name. Use letters, digits, - and _."),
    "policy-word-twice": N_("{value} stands here for two entries. Name one otherwise."),
    "policy-undeclared-field": N_("fields has no {value}. Did you mean {near}? It knows: {choices}."),
}
