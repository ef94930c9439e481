"""Sentences about the answers that set up a new casebook: hours, people, roles, addresses."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

SETUP_SENTENCES: Final[Mapping[str, str]] = {
    "hours-spelling": N_(
        "{value} does not name office hours: weekdays once each, then spans. "
        "Write mon-fri 09:00-12:00 13:00-18:00, or always."
    ),
    "person-spelling": N_(
        "{value} names nobody. Write NAME;E-MAIL;ROLES;DEPARTMENT; what comes after the name may be left out."
    ),
    "person-twice": N_("{name} stands in the team already."),
    "no-roles": N_("The policy has no roles, so nobody can have {role}. Leave it out."),
    "no-address": N_("{value} is no e-mail address."),
}
