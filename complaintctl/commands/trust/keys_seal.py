"""The command `keys seal`: seals the customers of cases that were written in plain text."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording import recording, revealing
from complaintctl.commands.session import Session, open_session, print_message, print_output, print_problems
from complaintctl.domain.case.case import Customer
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import all_case_files, find_case_file
from complaintctl.storage.case.index.index_file import remove_index
from complaintctl.storage.privacy import keyring
from complaintctl.storage.write import bulk
from complaintctl.storage.write.transaction import open_transaction


def seal(
    ctx: typer.Context,
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CASE]…", help=_("The cases to seal."), autocompletion=completion.complete_case_ids
        ),
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help=_("All open and closed cases."), show_default=False)
    ] = False,
    by: options.By = None,
    no_commit: options.NoCommit = False,
) -> int:
    """Seal the customers of cases that are in plain text, in one commit. Earlier commits still hold the plain text."""
    if every == bool(cases):
        raise InvalidInput("seal-which")
    session = open_session(casebook_dir(ctx))
    if session.casebook.keyring is None:
        raise Refused("policy-not-sealed")
    keyring.check_keyring_place(session.casebook.keyring)
    actor, _recorder = recording.find_actor(session, by)
    commit = recording.should_commit(session, no_commit=no_commit)
    problems: list[Problem] = []
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        paths = all_case_files(session.casebook) if every else _named_files(session, cases or [])
        count = _seal_files(session, paths, actor, problems, commit=commit)
        # What it remembers of these cases is in clear text.
        remove_index(session.casebook)
    print_output(
        ngettext("{count} case was sealed.", "{count} cases were sealed.", count).format(count=count) + "\n",
        "text",
    )
    print_problems(problems, session.casebook.root)
    if count and session.casebook.repository is not None:
        print_message(
            _(
                "Earlier commits still hold the plain text, and so does every clone. What it takes to remove it there: "
                "complaintctl erase --plan-history-rewrite"
            )
        )
    return Broken.exit_code if problems else 0


def _named_files(session: Session, parts: list[str]) -> list[Path]:
    return [find_case_file(session.casebook, part) for part in parts]


def _seal_files(
    session: Session, paths: list[Path], actor: str, problems: list[Problem], *, commit: bool
) -> int:
    from complaintctl.storage.case import edited_text

    subject = "seal customer data"
    batch = bulk.BulkChange(
        casebook=session.casebook, subject=subject, trailers=(f"Actor: {actor}",), commit=commit
    )
    with bulk.settle_bulk_failure(batch):
        for path in paths:
            loaded, found = casefile.read_case(path)
            if loaded is None or not loaded.whole:
                problems += [problem for problem in found if not problem.warning]
                continue
            customer = loaded.case.customer
            if customer is None or not _needs_sealing(customer):
                continue
            content = path.read_bytes()
            if customer.sealed is not None:
                opened = revealing.reveal_customer(session, loaded.case).customer
                if opened is None or opened.is_closed:
                    continue
                plain = Customer(
                    name=opened.name, phone=opened.phone, email=opened.email, address=opened.address
                )
                content = edited_text.edit_case_text(content, {"customer": plain}, ())
            bulk.write_bulk_file(batch, path, content)
        bulk.finish_bulk_change(batch, f"{subject}: {batch.written}")
    return batch.written


def _needs_sealing(customer: Customer) -> bool:
    """Whether the customer is in plain text, or was sealed by somebody who could make no pseudonyms."""
    return customer.sealed is None or not customer.known_by
