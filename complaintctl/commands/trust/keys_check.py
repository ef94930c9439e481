"""The command `keys check`: whether every sealed case has a key, and whether all copies of the keyring agree."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from complaintctl.commands import options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.session import Session, open_session, print_message, print_output
from complaintctl.domain.problems import Problem
from complaintctl.errors import Broken, Refused
from complaintctl.render.sentences import sentences
from complaintctl.render.text import tables
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.case.casebook import all_case_files
from complaintctl.storage.privacy import keyring, keyring_check

_SEALED: Final = re.compile(rb"^customer:.*\bsealed: ", re.MULTILINE)
_PLAIN: Final = re.compile(rb"^customer:[ \t]*(?:\{(?!.*sealed: )|\r?\n[ \t]+\w)", re.MULTILINE)


def check(
    ctx: typer.Context,
    *,
    mend: Annotated[
        bool,
        typer.Option(
            "--mend", help=_("Copy missing keys, and destroy again those that came back."), show_default=False
        ),
    ] = False,
    as_json: options.Json = False,
) -> int:
    """Check that every sealed case has a key, that you can open it, and that all copies of the keyring agree."""
    session = open_session(casebook_dir(ctx))
    keys = session.casebook.keyring
    if keys is None:
        raise Refused("policy-not-sealed")
    if mend:
        count = keyring_check.mend_keyring(keys, session.now.isoformat())
        message = ngettext(
            "{count} file of the keyring was mended.", "{count} files of the keyring were mended.", count
        )
        print_message(message.format(count=count))
    sealed, plain = _case_ids(session)
    problems = list(_problems(session, sealed, plain))
    if as_json:
        entries = [
            {"key": entry.key, "file": entry.file, "warning": entry.warning, **_case_of(entry)}
            for entry in problems
        ]
        content = {"sealed": len(sealed), "plain": len(plain), "problems": entries}
        print_output(tables.json_document("keyring", content))
    else:
        for problem in problems:
            print_output(f"{sentences.problem_text(problem, str(session.casebook.root))}\n", "text")
        message = ngettext("{count} sealed case.", "{count} sealed cases.", len(sealed))
        print_message(message.format(count=len(sealed)))
    return 1 if any(not problem.warning for problem in problems) else 0


def _case_of(problem: Problem) -> dict[str, object]:
    return {"case": problem.values["case"]} if "case" in problem.values else {}


def _problems(session: Session, sealed: list[str], plain: list[str]) -> Iterator[Problem]:
    keys = session.casebook.keyring
    if keys is None:
        return
    yield from keyring_check.keyring_problems(keys, sealed)
    for case_id in plain:
        yield Problem(
            key="case-in-plain-text", values={"case": case_id}, file=f"{case_id}.yaml", warning=True
        )
    identities = keys.identities()
    for name in keyring.key_names(keys):
        path = keyring.find_key_file(keys, name)
        if path is None:
            continue
        try:
            keyring.open_secret(keys, name, identities)
        except Broken as failure:
            yield Problem(key=failure.key, values=failure.values, file=str(path))
            if failure.key.startswith("identity-"):
                # It is about the private key of the user, so every other key would fail likewise.
                return


def _case_ids(session: Session) -> tuple[list[str], list[str]]:
    """Returns the ids of the cases whose customer is sealed, and of those whose customer is in plain text."""
    sealed, plain = [], []
    for path in all_case_files(session.casebook):
        content = path.read_bytes()
        if _SEALED.search(content):
            sealed.append(path.stem)
        elif _PLAIN.search(content):
            plain.append(path.stem)
    return sealed, plain
