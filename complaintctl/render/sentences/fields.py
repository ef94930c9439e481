"""Sentences about fields that a policy requires, including the team's own."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

FIELD_SENTENCES: Final[Mapping[str, str]] = {
    "parts-missing": N_(
        "{step} needs what not every entry has: {fields}. Say the list whole: complaintctl edit {case} {assignments}"
    ),
    "level-against-grading": N_(
        "The grading gives {graded} ({when}), not {level}. Correct what it asks: complaintctl edit {case} --set "
        "FIELD=VALUE, or raise it: complaintctl escalate {case} --level LEVEL --reason …"
    ),
    "grading-silent": N_(
        "No row of the grading holds for {case}. Record what it asks ({fields}), or give --level or --category."
    ),
    "policy-grading-level": N_("the grading gives the level, so it cannot ask for it"),
    "policy-grading-covered": N_("no case comes to this row: one above it holds for them all"),
    "policy-unknown-field": N_("A case has no field {value}. Did you mean {near}?"),
    "policy-plain-name": N_("{value} is no plain name. Use letters, digits, - and _."),
    "policy-word-twice": N_("{value} stands here for two entries. Name one otherwise."),
    "policy-undeclared-field": N_("fields has no {value}. Did you mean {near}? It knows: {choices}."),
}
