"""Sentences about fields that a policy requires, including the team's own."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

FIELD_SENTENCES: Final[Mapping[str, str]] = {
    "parts-missing": N_(
        "{step} needs fields that some entries lack: {fields}. Give the whole list: complaintctl "
        "edit {case} {assignments}"
    ),
    "level-against-grading": N_(
        "The grading gives {graded} ({when}), not {level}. Correct the fields that it uses: "
        "complaintctl edit {case} --set FIELD=VALUE, or raise the level: complaintctl escalate "
        "{case} --level LEVEL --reason …"
    ),
    "grading-silent": N_(
        "No row of the grading matches {case}. Record the fields that it uses ({fields}), or "
        "give --level or --category."
    ),
    "not-a-condition": N_(
        '{value} is not a condition. Write it in quotes: "FIELD=VALUE", or with !=, >=, <=, >, < or ~ (contains).'
    ),
    "unordered-field": N_(
        "{field} has no order: {operator} does not apply to it. Use =, != or ~ (contains)."
    ),
    "no-customer": N_("{value} is not a telephone number, an e-mail address, a name or a serial number."),
    "policy-country-code": N_("{value} is not a country code. Write it like +86."),
    "policy-grading-level": N_("the grading sets the level, so it cannot depend on it"),
    "policy-grading-covered": N_("no case reaches this row: a row above it matches all of them"),
    "policy-unknown-field": N_("A case has no field {value}. Did you mean {near}?"),
    "policy-plain-name": N_("{value} is not a valid name. Use letters, digits, - and _."),
    "policy-word-twice": N_("{value} is the name of two entries here. Rename one."),
    "policy-undeclared-field": N_("fields has no {value}. Did you mean {near}? Available: {choices}."),
}
