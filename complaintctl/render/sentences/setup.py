"""Sentences about the answers that set up a new casebook: hours, people, roles, addresses."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

SETUP_SENTENCES: Final[Mapping[str, str]] = {
    "hours-spelling": N_(
        "{value} is not valid for office hours: give each weekday once, then the times. Write mon-fri "
        "09:00-12:00 13:00-18:00, or always."
    ),
    "person-spelling": N_(
        "{value} has no name. Write NAME;E-MAIL;ROLES;DEPARTMENT; everything after the name is optional."
    ),
    "person-twice": N_("{name} is already in the team."),
    "no-roles": N_("The policy has no roles, so nobody can have {role}. Leave it out."),
    "no-address": N_("{value} is not an e-mail address."),
    # files for CI
    "ci-exists": N_(
        "Already there, and different: {files}. Nothing was written. --force replaces them; --print shows the new ones."
    ),
    "ci-folder": N_(
        "The folder of the casebook has a sign that CI services interpret: {value}. Rename the folder."
    ),
    "ci-package": N_("{value} cannot be a package here: it has the sign {sign}."),
}
