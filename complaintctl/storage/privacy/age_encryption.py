"""Encrypts with age through pyrage (extra `crypto`), for age recipients and SSH public keys; reads private keys."""

import importlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from complaintctl.errors import Broken, InvalidInput

AGE_RECIPIENT_SIGN: Final = "age1"
SSH_RECIPIENT_SIGNS: Final = ("ssh-ed25519 ", "ssh-rsa ")
_AGE_IDENTITY_SIGN: Final = "AGE-SECRET-KEY-1"
# An identity file or a private key; a larger file is something else.
_MAX_IDENTITY_BYTES: Final = 1 << 16


@cache
def load_library() -> Any:
    """Returns pyrage; raises Broken if it is not installed."""
    try:
        return importlib.import_module("pyrage")
    except ImportError as error:
        raise Broken("crypto-extra-missing") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Identities:
    """The private keys that this user has, and for each file that is no usable key its name and the reason (a key)."""

    keys: tuple[Any, ...]
    unusable: tuple[tuple[Path, str], ...] = ()


def parse_recipient(text: str) -> Any:
    """Returns pyrage's recipient of an age recipient or an SSH public key; raises InvalidInput if it is neither."""
    library, line = load_library(), text.strip()
    try:
        if line.startswith(AGE_RECIPIENT_SIGN):
            return library.x25519.Recipient.from_str(line)
        if line.startswith(SSH_RECIPIENT_SIGNS):
            return library.ssh.Recipient.from_str(" ".join(line.split()[:2]))
    except library.RecipientError as error:
        raise InvalidInput("recipient-spelling", value=line) from error
    raise InvalidInput("recipient-spelling", value=line)


def encrypt(plain: bytes, recipients: Iterable[str], *, armored: bool) -> bytes:
    """Returns the age file that any of the recipients can open; `armored` as text."""
    parsed = [parse_recipient(text) for text in recipients]
    encrypted: bytes = load_library().encrypt(plain, parsed, armored=armored)
    return encrypted


def decrypt(encrypted: bytes, identities: Sequence[Any]) -> bytes | None:
    """Returns the content of an age file; None if it is for none of the identities. Raises ValueError if damaged."""
    library = load_library()
    try:
        plain: bytes = library.decrypt(encrypted, list(identities))
    except library.DecryptError as error:
        # pyrage has one exception for both.
        if "No matching keys" in str(error):
            return None
        raise ValueError(str(error)) from error
    return plain


def decrypt_for(encrypted: bytes, identities: Sequence[Any], case_id: str) -> bytes:
    """Returns the content of an age file of a case; raises Broken if it is damaged, or sealed with another key."""
    try:
        plain = decrypt(encrypted, identities)
    except ValueError as error:
        raise Broken("seal-damaged", case=case_id) from error
    if plain is None:
        raise Broken("seal-other-key", case=case_id)
    return plain


def read_identities(files: tuple[Path, ...]) -> Identities:
    """Returns the private keys in the files that exist: SSH keys without passphrase, and files of age identities."""
    keys: list[Any] = []
    unusable: list[tuple[Path, str]] = []
    for file in files:
        try:
            keys += _keys_in_file(file)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            unusable.append((file, "locked" if str(error) == "locked" else "unusable"))
    return Identities(keys=tuple(keys), unusable=tuple(unusable))


def _keys_in_file(file: Path) -> list[Any]:
    """Raises ValueError if the file has no usable key; its text is `locked` if a passphrase protects the key."""
    library = load_library()
    with file.open("rb") as stream:
        content = stream.read(_MAX_IDENTITY_BYTES)
    try:
        if b"PRIVATE KEY-----" in content:
            return [library.ssh.Identity.from_buffer(content)]
        lines = [line.strip() for line in content.decode().splitlines()]
        found = [
            library.x25519.Identity.from_str(line) for line in lines if line.startswith(_AGE_IDENTITY_SIGN)
        ]
    except library.IdentityError as error:
        raise ValueError("locked" if "decrypted first" in str(error) else "unusable") from error
    if not found:
        raise ValueError("locked" if content.startswith((b"age-encryption.org", b"-----BEGIN AGE")) else "")
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyPair:
    """A new age identity as text, and its public recipient."""

    secret: str
    public: str


def make_key_pair() -> KeyPair:
    """Returns a new age (X25519) identity."""
    identity = load_library().x25519.Identity.generate()
    return KeyPair(secret=str(identity), public=str(identity.to_public()))


def parse_secrets(lines: Iterable[str]) -> tuple[Any, ...]:
    """Returns the age identities in lines of text; raises ValueError if one is not one."""
    library = load_library()
    try:
        return tuple(library.x25519.Identity.from_str(line) for line in lines if line)
    except library.IdentityError as error:
        raise ValueError(str(error)) from error


def default_identity_files() -> tuple[Path, ...]:
    """Returns where a private key is looked for if none is named: SSH's own keys, and an age identity file of ours."""
    try:
        home = Path.home()
    except RuntimeError:
        return ()
    names = (".ssh/id_ed25519", ".ssh/id_rsa", ".config/complaintctl/identity.txt")
    return tuple(home / Path(name) for name in names)


def split_paths(text: str) -> tuple[str, ...]:
    """Returns the paths in an environment variable, separated as in PATH."""
    return tuple(part for part in text.split(os.pathsep) if part)
