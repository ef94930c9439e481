"""The commands `git …`: how git merges case files in this clone."""

from collections.abc import Callable
from typing import Annotated

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording.recording import find_actor, print_completed, should_commit
from complaintctl.commands.session import Session, open_session, print_message, print_output
from complaintctl.errors import InvalidInput
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _
from complaintctl.storage.git import driver_settings
from complaintctl.storage.git.driver_settings import ATTRIBUTES_FILE
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction


def setup(
    ctx: typer.Context,
    remove: Annotated[
        bool,
        typer.Option("--remove", help=_("Undo it: git merges case files as text again."), show_default=False),
    ] = False,
    no_commit: options.NoCommit = False,
    as_json: options.Json = False,
) -> None:
    """Make git merge case files with `complaintctl merge-driver`; with --remove, undo that."""
    session = open_session(casebook_dir(ctx))
    casebook = session.casebook
    if casebook.git_refusal is not None:
        raise casebook.git_refusal
    if casebook.repository is None:
        raise InvalidInput("not-in-git")
    commit = should_commit(session, no_commit=no_commit)
    is_written = _write_attributes(session, remove=remove, commit=commit)
    change = driver_settings.remove_driver if remove else driver_settings.install_driver
    is_set = change(casebook.repository)
    if as_json:
        content = {"driver": not remove, "settings_changed": is_set, "attributes_changed": is_written}
        print_output(tables.flat_json_document(content))
        return
    _print_changes(remove=remove, is_set=is_set, is_written=is_written, commit=commit)


def _write_attributes(session: Session, *, remove: bool, commit: bool) -> bool:
    """Add our line to .gitattributes, or take it out; whether the file changed."""
    casebook = session.casebook
    path = casebook.root / ATTRIBUTES_FILE
    with open_transaction(casebook, commit=commit) as transaction:
        print_completed(transaction)
        before = path.read_bytes() if path.is_file() else b""
        if remove:
            after = driver_settings.without_driver_attribute(before)
        else:
            after = driver_settings.with_driver_attribute(before)
        if before == after:
            return False
        subject = "Merge cases as text again" if remove else "Merge cases with complaintctl"
        save_in_transaction(
            transaction,
            CasebookChange(
                files={path: after}, subject=subject, actor=find_actor(session, None)[0], commit=commit
            ),
        )
    return True


def _print_changes(*, remove: bool, is_set: bool, is_written: bool, commit: bool) -> None:
    if not is_set and not is_written:
        print_message(
            _("git merges case files as text already.")
            if remove
            else _("git already merges case files with complaintctl.")
        )
        return
    if is_set:
        print_message(
            _(".git/config: the merge driver was removed; in this clone, git merges case files as text.")
            if remove
            else _(
                ".git/config: the merge driver was set for this clone. It is not copied to other clones: run "
                "complaintctl git setup in each."
            )
        )
    if is_written:
        template = (
            _("{file}: the line for case files was taken out.")
            if remove
            else _("{file}: git is to merge case files with complaintctl.")
        )
        print_message(template.format(file=ATTRIBUTES_FILE))
        if not commit:
            print_message(
                _("Not committed, commit it yourself with git: {subject}").format(subject=ATTRIBUTES_FILE)
            )


COMMANDS: tuple[tuple[str, Callable[..., int | None], str], ...] = (
    (
        "setup",
        setup,
        N_("Make git merge case files with complaintctl in this clone; --remove undoes it."),
    ),
)
