"""The options of the dashboard, apart from it, so that a report without one starts fast."""

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


def check_dashboard_options(html: Path | None, output_format: str, *, with_customers: bool) -> None:
    """Raise InvalidInput if options of the report and of the dashboard do not fit together."""
    if html is None and with_customers:
        raise InvalidInput("customers-without-html")
    if html is not None and output_format != "table":
        raise InvalidInput("html-with", option=f"--format {output_format}")
