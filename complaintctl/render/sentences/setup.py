"""Sentences about the answers that set up a new casebook (hours, people, roles, addresses), and about an assistant."""

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
    "mcp-extra-missing": N_("The library mcp is not installed. Install it: pip install 'complaintctl[mcp]'"),
    "mcp-terminal": N_(
        "An assistant starts this command and speaks to it over stdin; nothing can be typed here. See docs/mcp.md."
    ),
    "tool-writes": N_("{tool} writes, and this server only reads."),
    "tool-input": N_("{input} is not valid: {detail}"),
    "tool-text-long": N_("{input} has {count} characters; at most {most} are possible."),
    "tool-text-faulty": N_("{input} contains a character that no file may hold."),
    "tool-personal": N_("{field} is customer data, and this server leaves it out."),
    "tool-time": N_("The call was stopped after {seconds} seconds."),
    # files for CI
    "ci-exists": N_(
        "Already there, and different: {files}. Nothing was written. --force replaces them; --print shows the new ones."
    ),
    "ci-folder": N_(
        "The folder of the casebook has a sign that CI services interpret: {value}. Rename the folder."
    ),
    "ci-package": N_("{value} cannot be a package here: it has the sign {sign}."),
}
