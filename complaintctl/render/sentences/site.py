"""Sentences about dashboards and the folder of a static site."""

from collections.abc import Mapping
from typing import Final

from complaintctl.render.text.language import N_

SITE_SENTENCES: Final[Mapping[str, str]] = {
    # invalid input (exit 2)
    "site-folder-taken": N_(
        "{folder} is not empty and is no site made by complaintctl. Choose an empty or new folder."
    ),
    "html-with": N_("--html writes the dashboard instead of the report: leave out {option}."),
    "customers-without-html": N_("--with-customers needs --html FILE."),
}
