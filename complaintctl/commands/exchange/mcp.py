"""Serves the casebook to an AI assistant as tools of the Model Context Protocol."""

import dataclasses
import sys
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import check_personal_option, open_session
from complaintctl.errors import Broken, InvalidInput
from complaintctl.render.text.language import _

_LIBRARIES: Final = frozenset({"mcp", "mcp_types", "anyio", "jsonschema"})
_SECONDS: Final = 60


def mcp(
    ctx: typer.Context,
    allow_writes: Annotated[
        bool,
        typer.Option(
            "--allow-writes",
            help=_(
                "Offer the tools that open, note, advance and close cases, too; you are recorded for them."
            ),
            show_default=False,
        ),
    ] = False,
    personal: Annotated[
        bool,
        typer.Option(
            "--personal",
            help=_(
                "Let the assistant see customer data. Without it, names, contacts, titles and every text that "
                "somebody wrote are left out."
            ),
            show_default=False,
        ),
    ] = False,
    reveal: options.Reveal = False,
    timeout: Annotated[
        int,
        typer.Option(
            "--timeout", metavar="SECONDS", min=1, help=_("How long a reading call may take, in seconds.")
        ),
    ] = _SECONDS,
) -> int:
    """Serve until the assistant closes stdin; stdout belongs to the protocol."""
    try:
        from complaintctl.commands.exchange.assistants import calls, server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _LIBRARIES:
            raise
        raise Broken("mcp-extra-missing") from error
    session = open_session(casebook_dir(ctx), reveal=reveal)
    check_personal_option(session, "--personal", wanted=personal)
    if sys.stdin.isatty():
        raise InvalidInput("mcp-terminal")
    desk = calls.Desk(
        casebook=dataclasses.replace(session.casebook, root=session.casebook.root.resolve()),
        writes=allow_writes,
        personal=personal,
        reveal=reveal and personal,
        seconds=timeout,
    )
    server.serve_stdio(desk)
    return 0
