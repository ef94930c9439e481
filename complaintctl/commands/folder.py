"""The folder that a command works in."""

from pathlib import Path

import typer


def casebook_dir(ctx: typer.Context) -> Path:
    """Returns the folder where the search for the casebook starts: -C, COMPLAINTCTL_DIR, or the current folder."""
    # During completion the shell passes `~` unexpanded.
    return Path(ctx.find_root().params.get("directory") or ".").expanduser()
