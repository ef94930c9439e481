"""The folder that a command works in."""

from pathlib import Path

import typer


def casebook_dir(ctx: typer.Context) -> Path:
    """The folder to look for the casebook in: -C, COMPLAINTCTL_DIR, or the current one."""
    # A shell that asks for a completion hands us `~` as it was typed.
    return Path(ctx.find_root().params.get("directory") or ".").expanduser()
