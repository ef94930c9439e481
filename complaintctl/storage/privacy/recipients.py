"""Makes a keyring, and changes for whom its keys are wrapped."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.privacy import age_encryption, keyring
from complaintctl.storage.privacy.age_encryption import Identities
from complaintctl.storage.privacy.keyring import Keyring

_PSEUDONYM_KEY_BYTES: Final = 32
_FILE_HEAD: Final = (
    "# Who can open the customer data of this casebook: age recipients and SSH public keys.\n"
    "# Change it with: complaintctl keys add, complaintctl keys remove. They wrap every key anew.\n"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """One member of the team: an age recipient or an SSH public key, and a name for people."""

    name: str
    text: str

    @property
    def bare(self) -> str:
        """The key without a comment, by which recipients are compared."""
        return " ".join(self.text.split()[:2])


def parse_recipients(text: str) -> tuple[Recipient, ...]:
    """Returns the recipients in a file; the comment line before one, or the comment of an SSH key, is the name."""
    found, name = [], ""
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("#"):
            name = line.removeprefix("#").strip()
        elif line:
            comment = " ".join(line.split()[2:])
            found.append(Recipient(name=name or comment, text=line))
            name = ""
        else:
            name = ""
    return tuple(found)


def list_recipients(keys: Keyring) -> tuple[Recipient, ...]:
    """Returns the team of a keyring; raises Broken if the keyring cannot be reached."""
    path = keyring.present_folders(keys)[0] / keyring.RECIPIENTS_FILE
    with atomic_write.convert_disk_errors(path):
        return parse_recipients(path.read_text(encoding="utf-8", errors="replace"))


def init_keyring(keys: Keyring, team: Sequence[Recipient]) -> None:
    """Make the folders of a keyring, the list of recipients and the pseudonym key.

    Raises Refused if a folder holds a keyring already or lies in a git work tree, InvalidInput for a wrong recipient.
    """
    keyring.check_keyring_place(keys)
    for folder in keys.folders:
        if (folder / keyring.RECIPIENTS_FILE).exists():
            raise Refused("keyring-exists", folder=str(folder))
    for recipient in team:
        age_encryption.parse_recipient(recipient.text)
    for folder in keys.folders:
        keyring.make_folder(folder)
    write_recipients(keys, team, keys.folders)
    secret = secrets.token_bytes(_PSEUDONYM_KEY_BYTES).hex()
    keyring.write_key_file(keys, keyring.PSEUDONYM_NAME, secret, "")


def write_recipients(keys: Keyring, team: Sequence[Recipient], folders: Sequence[object] = ()) -> None:
    """Write the list of recipients to every folder that is there, or to `folders`."""
    lines = [f"\n# {entry.name}\n{entry.text}\n" if entry.name else f"\n{entry.text}\n" for entry in team]
    content = (_FILE_HEAD + "".join(lines)).encode()
    for folder in keys.folders if folders else keyring.present_folders(keys):
        atomic_write.write_atomically(folder / keyring.RECIPIENTS_FILE, content, private=True)


def add_recipient(keys: Keyring, new: Recipient, identities: Identities) -> int:
    """Add a member of the team and wrap every key for them as well; returns how many keys were wrapped.

    Raises Refused if they can open the keys already, Broken if a key cannot be opened: then nothing changes.
    """
    age_encryption.parse_recipient(new.text)
    team = list_recipients(keys)
    if any(entry.bare == new.bare for entry in team):
        raise Refused("recipient-known", name=new.name or new.bare)
    opened = open_all_keys(keys, identities)
    write_recipients(keys, (*team, new))
    return wrap_keys(keys, opened, fresh=False)


def remove_recipient(keys: Keyring, gone: Recipient, identities: Identities) -> int:
    """Remove a member of the team and wrap every key anew, with a new secret for what is sealed from now on.

    Returns how many keys were wrapped. Raises Refused if nobody would be left, Broken if a key cannot be opened.
    """
    rest = [entry for entry in list_recipients(keys) if entry.bare != gone.bare]
    if not rest:
        raise Refused("recipient-last", name=gone.name or gone.bare)
    opened = open_all_keys(keys, identities)
    write_recipients(keys, rest)
    return wrap_keys(keys, opened, fresh=True)


def find_recipient(keys: Keyring, typed: str) -> Recipient:
    """Returns the member of the team with this name or key; raises InvalidInput if none or several have it."""
    bare = " ".join(typed.split()[:2])
    found = [entry for entry in list_recipients(keys) if bare == entry.bare or typed.strip() == entry.name]
    if len(found) != 1:
        raise InvalidInput("recipient-unknown", value=typed)
    return found[0]


def open_all_keys(keys: Keyring, identities: Identities) -> dict[str, str]:
    """Returns the secret of every key by its name; raises Broken if one cannot be opened.

    Copies of a case key that differ, because one folder was not there when it was renewed, are united.
    """
    return {name: _united_secret(keys, name, identities) for name in _living_names(keys)}


def _united_secret(keys: Keyring, name: str, identities: Identities) -> str:
    folders = keyring.present_folders(keys)
    paths = [path for folder in folders if (path := keyring.key_path(folder, name)).is_file()]
    secrets_of_copies = [keyring.open_key_file(path, identities) for path in paths]
    if name == keyring.PSEUDONYM_NAME:
        return secrets_of_copies[0]
    return "\n".join(dict.fromkeys(line for secret in secrets_of_copies for line in secret.split()))


def _living_names(keys: Keyring) -> list[str]:
    return [name for name in keyring.key_names(keys) if keyring.find_key_file(keys, name) is not None]


def wrap_keys(keys: Keyring, opened: dict[str, str], *, fresh: bool) -> int:
    """Write every key for the recipients of today; `fresh` puts a new secret before the old ones of each case.

    The pseudonym key stays: with another, no earlier case of a customer would be recognised.
    """
    for name, secret in opened.items():
        is_case = name != keyring.PSEUDONYM_NAME
        wrapped, public = _case_secret(keys, name, secret, fresh=fresh) if is_case else (secret, "")
        keyring.write_key_file(keys, name, wrapped, public)
    return len(opened)


def _case_secret(keys: Keyring, name: str, secret: str, *, fresh: bool) -> tuple[str, str]:
    if fresh:
        pair = age_encryption.make_key_pair()
        return f"{pair.secret}\n{secret}", pair.public
    path = keyring.find_key_file(keys, name)
    if path is None:
        raise Broken("key-missing", name=name, folder=str(keys.folders[0]))
    return secret, keyring.key_file_entry(path, "public key")


def renew_keys(keys: Keyring, identities: Identities) -> int:
    """Write every key with a new secret for what is sealed from now on; returns how many.

    Raises Broken, and changes nothing, if one cannot be opened.
    """
    return wrap_keys(keys, open_all_keys(keys, identities), fresh=True)
