"""The commands of the group `export`."""

from collections.abc import Callable

from complaintctl.commands.exchange.export_ics import export_ics
from complaintctl.render.text.language import N_

COMMANDS: tuple[tuple[str, Callable[..., int | None], str], ...] = (
    ("ics", export_ics, N_("Write due times into a calendar file, to subscribe to or to import.")),
)
