"""The options of the dashboard, apart from it, so that a report without one starts fast."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from complaintctl.errors import InvalidInput
from complaintctl.render.text.language import _

Html = Annotated[
    Path | None,
    typer.Option(
        "--html",
        metavar="FILE",
        help=_("Write the dashboard into this file: one page with all figures, charts and a table of cases."),
    ),
]
WithCustomers = Annotated[
    bool,
    typer.Option(
        "--with-customers",
        help=_(
            "Show customer data, too. Without it, names, contacts, titles and every text that somebody wrote are "
            "left out."
        ),
        show_default=False,
    ),
]


def check_dashboard_options(
    html: Path | None, outputs: Mapping[str, object], *, with_customers: bool
) -> None:
    """Raise InvalidInput if options of the report and of the dashboard do not fit together.

    `outputs` are the options that choose another output, with what was typed.
    """
    if html is None and with_customers:
        raise InvalidInput("customers-without-html")
    other = next((option for option, typed in outputs.items() if typed), None)
    if html is not None and other is not None:
        raise InvalidInput("html-with", option=other)
