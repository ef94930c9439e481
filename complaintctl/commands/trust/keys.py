"""The group `keys`: the keyring of a casebook whose policy seals customer data."""

from pathlib import Path
from typing import Annotated

import typer

from complaintctl.commands import completion, options
from complaintctl.commands.folder import casebook_dir
from complaintctl.commands.recording.recording import read_whole_case
from complaintctl.commands.session import Session, open_session, print_message, print_output, write_output
from complaintctl.commands.trust import erase_writing, keys_check, keys_seal
from complaintctl.domain.case import data_state
from complaintctl.domain.policy.policy import Person, Policy
from complaintctl.errors import InvalidInput, Refused
from complaintctl.render.text import tables
from complaintctl.render.text.language import N_, _, ngettext
from complaintctl.storage.case import sealed_file
from complaintctl.storage.case.casebook import attachment_path, find_case_file
from complaintctl.storage.privacy import own_keys, recipients
from complaintctl.storage.privacy.keyring import Keyring
from complaintctl.storage.privacy.recipients import Recipient

Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO",
        help=_(
            "A person in the policy with signing_keys, an age recipient (age1…), an SSH public key, or a file with one."
        ),
        autocompletion=completion.complete_people,
    ),
]
Name = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help=_("The name in the list of recipients."))
]


def sealed_keyring(session: Session) -> Keyring:
    """Returns the keyring of the casebook; raises Refused if the policy does not seal customer data."""
    if session.casebook.keyring is None:
        raise Refused("policy-not-sealed")
    return session.casebook.keyring


def _keyring_to_renew(session: Session) -> Keyring:
    """Returns the keyring without keys of erased cases, which a copy of it may have brought back."""
    keys = sealed_keyring(session)
    erase_writing.print_destroyed(erase_writing.destroy_all_leftover_keys(session))
    return keys


def init(
    ctx: typer.Context,
    recipient: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient",
            metavar="WHO",
            help=_("Who else can open the customer data: as WHO of `keys add`. Repeatable."),
        ),
    ] = None,
) -> None:
    """Make the keyring that the policy names. You and the given people can open it."""
    session = open_session(casebook_dir(ctx))
    keys, policy = sealed_keyring(session), session.rules.policy
    own = own_keys.own_recipient(keys)
    team = [] if own is None else [Recipient(name=_own_name(session, own), text=own)]
    for typed in recipient or ():
        team += [new for new in _parse_who(policy, typed, None) if new.bare not in {old.bare for old in team}]
    if not team:
        raise Refused("no-own-key")
    recipients.init_keyring(keys, team)
    names = _(", ").join(entry.name or entry.bare for entry in team)
    folders = _(", ").join(map(str, keys.folders))
    print_output(
        _("Made the keyring {folders}; it can be opened by {names}.").format(folders=folders, names=names)
        + "\n",
        "text",
    )
    if own is None:
        print_message(_("You have no private key, so you cannot open it yourself."))
    print_message(_("Keep a copy of the keyring elsewhere: without it nobody reads the customers again."))


def _own_name(session: Session, own: str) -> str:
    people = session.rules.policy.people.items()
    named = [name for name, person in people if person is not None and _has_key(person.signing_keys, own)]
    return named[0] if named else (session.author().address or "")


def _has_key(texts: tuple[str, ...], own: str) -> bool:
    return any(text.split()[:2] == own.split()[:2] for text in texts)


def _parse_who(policy: Policy, typed: str, name: str | None) -> list[Recipient]:
    """Returns the recipients that a text means: a person's SSH keys, a key itself, or the keys in a file.

    Raises InvalidInput if it is nothing of these.
    """
    if typed in policy.people:
        person = policy.people[typed] or Person()
        usable = [text for text in person.signing_keys if text.startswith(own_keys.USABLE_SIGNS)]
        if not usable:
            raise InvalidInput("person-without-key", name=typed)
        return [Recipient(name=name or typed, text=text) for text in usable]
    path = Path(typed).expanduser()
    if not typed.startswith(own_keys.USABLE_SIGNS) and path.is_file():
        found = recipients.parse_recipients(path.read_text(encoding="utf-8", errors="replace"))
        return [Recipient(name=name or entry.name, text=entry.text) for entry in found]
    return [Recipient(name=name or " ".join(typed.split()[2:]), text=typed.strip())]


def list_keys(ctx: typer.Context, *, as_json: options.Json = False) -> None:
    """List who can open the customer data."""
    keys = sealed_keyring(open_session(casebook_dir(ctx)))
    own = own_keys.own_recipient(keys)
    rows = [
        {"name": entry.name, "recipient": entry.bare, "you": own is not None and _has_key((own,), entry.bare)}
        for entry in recipients.list_recipients(keys)
    ]
    if as_json:
        print_output(tables.json_document("recipients", rows))
        return
    columns = {"name": _("name"), "recipient": _("key"), "you": _("you")}
    words = [{**row, "you": _("yes") if row["you"] else ""} for row in rows]
    print_output(tables.format_rows(columns, words, "table"), "table")


def add(ctx: typer.Context, who: Who, name: Name = None) -> None:
    """Let a colleague open the customer data: every key is wrapped for them as well."""
    session = open_session(casebook_dir(ctx))
    keys = _keyring_to_renew(session)
    for new in _parse_who(session.rules.policy, who, name):
        count = recipients.add_recipient(keys, new, keys.identities())
        message = ngettext("{name} can open {count} key now.", "{name} can open {count} keys now.", count)
        print_output(message.format(name=new.name or new.bare, count=count) + "\n", "text")


def remove(ctx: typer.Context, who: Who) -> None:
    """Shut out a colleague who leaves: every key is wrapped anew, with a new secret for later changes."""
    session = open_session(casebook_dir(ctx))
    keys = _keyring_to_renew(session)
    gone = recipients.find_recipient(keys, who)
    count = recipients.remove_recipient(keys, gone, keys.identities())
    message = ngettext(
        "{name} is out; {count} key was renewed.", "{name} is out; {count} keys were renewed.", count
    )
    print_output(message.format(name=gone.name or gone.bare, count=count) + "\n", "text")
    print_message(
        _(
            "Whoever copied the keyring before can still open what was sealed until now, in every clone that they have. "
            "New cases and changed customers are safe from them. Take away their access to the repository, too."
        )
    )


def rekey(ctx: typer.Context) -> None:
    """Renew the secret of every key, for example after a private key was lost; what is sealed stays readable."""
    keys = _keyring_to_renew(open_session(casebook_dir(ctx)))
    count = recipients.renew_keys(keys, keys.identities())
    message = ngettext("{count} key was renewed.", "{count} keys were renewed.", count)
    print_output(message.format(count=count) + "\n", "text")


def identity(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help=_("Where to keep it. Default: ~/.config/complaintctl/identity.txt.")
        ),
    ] = None,
) -> None:
    """Make a private key of your own, if your SSH key has a passphrase; a colleague adds its public half."""
    del ctx
    public = own_keys.make_identity_file(file)
    print_output(f"{public}\n", "text")
    print_message(_("Give this public key to a colleague: complaintctl keys add age1… --name NAME"))


def open_attachment(
    ctx: typer.Context,
    case: options.Case,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help=_("The sealed attachment, as `show` names it."))
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help=_("Where to write it. Default: stdout.")),
    ] = None,
) -> None:
    """Open a sealed attachment of a case."""
    session = open_session(casebook_dir(ctx))
    sealed_keyring(session)
    path = find_case_file(session.casebook, case)
    data_state.check_usable(read_whole_case(session, path))
    file = attachment_path(session.casebook, path.stem, name)
    if not file.is_file():
        raise InvalidInput("no-such-file", path=str(file))
    content = sealed_file.open_file(session.casebook, path.stem, file.read_bytes())
    write_output(content, output, private=True)


COMMANDS = (
    ("init", init, N_("Make the keyring that the policy names.")),
    ("list", list_keys, N_("List who can open the customer data.")),
    ("add", add, N_("Let a colleague open the customer data.")),
    ("remove", remove, N_("Shut out a colleague who leaves.")),
    ("rekey", rekey, N_("Renew the secret of every key.")),
    ("check", keys_check.check, N_("Check that every sealed case has a key, and that all copies agree.")),
    ("seal", keys_seal.seal, N_("Seal the customers of cases that are in plain text.")),
    ("identity", identity, N_("Make a private key of your own.")),
    ("open", open_attachment, N_("Open a sealed attachment of a case.")),
)
