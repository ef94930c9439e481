"""The keyring of a sealed casebook: one key a case, wrapped to the team, in folders outside of any git history.

A history would keep a key that was destroyed. Each key file is an age file, as text, below three lines for
programs: the public key, which seals new data, the list of recipients it was wrapped for, and what the file is.
"""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from complaintctl.domain.policy.trust_rules import PersonalRule
from complaintctl.errors import Broken, Refused
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.privacy import age_encryption
from complaintctl.storage.privacy.age_encryption import Identities

KEYRING_VARIABLE: Final = "COMPLAINTCTL_KEYRING"
IDENTITY_VARIABLE: Final = "COMPLAINTCTL_IDENTITY"
RECIPIENTS_FILE: Final = "recipients.txt"
PSEUDONYM_NAME: Final = "pseudonym"
KEY_SUFFIX: Final = ".age"
DESTROYED_SUFFIX: Final = ".destroyed"
_FOLDER_MODE: Final = 0o700
_HEAD_LINES: Final = re.compile(rb"(?:# [^\n]*\n)*")
_HEAD_ENTRY: Final = re.compile(rb"^# (public key|recipients): (\S+)$", re.MULTILINE)
_KEY_NAME: Final = re.compile(r"C-\d{8}-[0-9A-Z]{5}|pseudonym")
# A key file is about 1 KB for each recipient at most.
_MAX_KEY_BYTES: Final = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyring:
    """The folders of a keyring, each a full copy, and the files with the private keys of the user.

    `named` says that the user named these files, so that all of them must exist. `top` is the casebook, which must
    not hold a folder.
    """

    folders: tuple[Path, ...]
    identity_files: tuple[Path, ...]
    named: bool
    top: Path

    def identities(self) -> Identities:
        """The private keys of the user; raises Broken if a named file is missing."""
        missing = next((file for file in self.identity_files if self.named and not file.is_file()), None)
        if missing is not None:
            raise Broken("private-key-missing", path=str(missing))
        return age_encryption.read_identities(self.identity_files)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedKey:
    """The opened key of a case: private keys, the newest first, and the public key that seals new data."""

    identities: tuple[Any, ...]
    public: str


def find_keyring(root: Path, rule: PersonalRule, environment: Mapping[str, str]) -> Keyring | None:
    """Returns the keyring of a casebook whose policy seals customer data; None for another policy. Reads no file.

    A relative folder of the policy is one beside or above the casebook. `COMPLAINTCTL_KEYRING` names other folders,
    `COMPLAINTCTL_IDENTITY` the files with the user's private keys, both separated as in PATH.
    """
    if rule.level != "sealed":
        return None
    typed = age_encryption.split_paths(environment.get(KEYRING_VARIABLE, "")) or rule.keyring
    named = age_encryption.split_paths(environment.get(IDENTITY_VARIABLE, ""))
    files = tuple(Path(name).expanduser().absolute() for name in named)
    return Keyring(
        folders=tuple(Path(os.path.normpath(root / Path(folder).expanduser())) for folder in typed),
        identity_files=files or age_encryption.default_identity_files(),
        named=bool(files),
        top=root,
    )


def check_keyring_place(keyring: Keyring) -> None:
    """Raise Refused if the policy names no folder, or one lies in the casebook or in a git work tree.

    A history there would keep a key that was destroyed, so nothing could be erased.
    """
    if not keyring.folders:
        raise Refused("keyring-unnamed")
    for folder in keyring.folders:
        real = Path(os.path.realpath(folder))
        inside = next((place for place in (real, *real.parents) if os.path.lexists(place / ".git")), None)
        if inside is None and real.is_relative_to(os.path.realpath(keyring.top)):
            inside = keyring.top
        if inside is not None:
            raise Refused("keyring-in-git", folder=str(folder), place=str(inside))


def present_folders(keyring: Keyring) -> tuple[Path, ...]:
    """Returns the folders that are there; raises Broken if none is."""
    if not keyring.folders:
        raise Broken("keyring-unnamed")
    present = tuple(folder for folder in keyring.folders if (folder / RECIPIENTS_FILE).is_file())
    if not present:
        raise Broken("keyring-missing", folder=str(keyring.folders[0]))
    return present


def missing_folders(keyring: Keyring) -> tuple[Path, ...]:
    """Returns the folders of the policy that cannot be reached, or that hold no keyring."""
    return tuple(folder for folder in keyring.folders if not (folder / RECIPIENTS_FILE).is_file())


def key_path(folder: Path, name: str) -> Path:
    """The file of the key of a case, or of the pseudonym key; raises ValueError for another name."""
    if not _KEY_NAME.fullmatch(name):
        raise ValueError(name)
    return folder / f"{name}{KEY_SUFFIX}"


def key_names(keyring: Keyring) -> Iterator[str]:
    """Yields the ids of the cases that have a key in any folder, and `pseudonym`, sorted."""
    names = {
        path.stem
        for folder in present_folders(keyring)
        for path in folder.glob(f"*{KEY_SUFFIX}")
        if _KEY_NAME.fullmatch(path.stem)
    }
    yield from sorted(names)


def make_folder(folder: Path) -> None:
    """Make a folder of the keyring, for its owner alone. Windows has no such modes."""
    with atomic_write.convert_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)


def read_recipients(keyring: Keyring) -> tuple[str, ...]:
    """Returns the age recipients and SSH public keys of the team; raises Broken if there is none."""
    path = present_folders(keyring)[0] / RECIPIENTS_FILE
    lines = [line.strip() for line in _read(path).decode(errors="replace").splitlines()]
    recipients = tuple(line for line in lines if line and not line.startswith("#"))
    if not recipients:
        raise Broken("keyring-nobody", path=str(path))
    return recipients


def recipients_mark(recipients: tuple[str, ...]) -> str:
    """Returns a short hash of a list of recipients, by which a key file says for whom it was wrapped."""
    bare = sorted(" ".join(text.split()[:2]) for text in recipients)
    return sha256("\n".join(bare).encode()).hexdigest()[:16]


def find_key_file(keyring: Keyring, name: str) -> Path | None:
    """Returns the first copy of a key file, or None. A destroyed key has none, whatever an old copy still holds."""
    folders = present_folders(keyring)
    if any(destroyed_path(folder, name).exists() for folder in folders):
        return None
    return next((path for folder in folders if (path := key_path(folder, name)).is_file()), None)


def destroyed_path(folder: Path, name: str) -> Path:
    """The mark that a key was destroyed, so that no old copy brings it back."""
    return key_path(folder, name).with_suffix(DESTROYED_SUFFIX)


def key_file_entry(path: Path, name: str) -> str:
    """Returns the `public key` or the `recipients` in the head of a key file; "" if it has none."""
    head = _HEAD_LINES.match(_read(path))
    found: dict[bytes, bytes] = dict(_HEAD_ENTRY.findall(head[0])) if head else {}
    return found.get(name.encode(), b"").decode()


def write_key_file(keyring: Keyring, name: str, secret: str, public: str) -> None:
    """Wrap a secret to the team and write it to every folder that is there; raises Refused, Broken or InvalidInput."""
    check_keyring_place(keyring)
    content = wrapped_key(keyring, name, secret, public)
    for folder in present_folders(keyring):
        atomic_write.write_atomically(key_path(folder, name), content, private=True)


def wrapped_key(keyring: Keyring, name: str, secret: str, public: str) -> bytes:
    """Returns the content of a key file."""
    recipients = read_recipients(keyring)
    head = [f"# complaintctl key of {name}", f"# recipients: {recipients_mark(recipients)}"]
    head += [f"# public key: {public}"] if public else []
    wrapped = age_encryption.encrypt(secret.encode(), recipients, armored=True)
    return "".join(f"{line}\n" for line in head).encode() + wrapped


def create_case_key(keyring: Keyring, case_id: str) -> str:
    """Returns the public key of a case; makes the key if the case has none. Needs no private key.

    Raises Refused if the keyring lies in a git work tree, or if the key of the case was destroyed; Broken if the
    keyring cannot be reached.
    """
    check_keyring_place(keyring)
    folders = present_folders(keyring)
    if any(destroyed_path(folder, case_id).exists() for folder in folders):
        raise Refused("key-destroyed", case=case_id)
    path = find_key_file(keyring, case_id)
    if path is None:
        pair = age_encryption.make_key_pair()
        path = _write_first(folders[0], case_id, wrapped_key(keyring, case_id, pair.secret, pair.public))
    for folder in folders:
        if not key_path(folder, case_id).is_file():
            atomic_write.write_atomically(key_path(folder, case_id), _read(path), private=True)
    public = key_file_entry(path, "public key")
    if not public.startswith(age_encryption.AGE_RECIPIENT_SIGN):
        raise Broken("key-damaged", path=str(path))
    return public


def _write_first(folder: Path, name: str, content: bytes) -> Path:
    """Write a new key file, unless another command wrote one in the meantime: then that one counts."""
    path = key_path(folder, name)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    with atomic_write.convert_disk_errors(path):
        # Durable before the case that is sealed with it, but with one sync of the folder: an import makes many keys.
        with os.fdopen(atomic_write.open_new_file(draft, draft, private=True), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:
            # The folder is on a disk without hard links.
            if not path.exists():
                draft.replace(path)
        draft.unlink(missing_ok=True)
        atomic_write.sync_folder(folder)
    return path


def open_secret(keyring: Keyring, name: str, identities: Identities) -> str:
    """Returns the secret in a key file.

    Raises Broken if there is no such key, if the file is damaged, or if none of the identities can open it.
    """
    path = find_key_file(keyring, name)
    if path is None:
        raise Broken("key-missing", name=name, folder=str(present_folders(keyring)[0]))
    return open_key_file(path, identities)


def open_key_file(path: Path, identities: Identities) -> str:
    """Returns the secret in one copy of a key file; raises Broken as `open_secret` does."""
    content = _read(path)
    head = _HEAD_LINES.match(content)
    try:
        secret = age_encryption.decrypt(content[head.end() :] if head else content, identities.keys)
    except ValueError as error:
        raise Broken("key-damaged", path=str(path)) from error
    if secret is None:
        raise _no_identity_failure(identities, path)
    return secret.decode(errors="replace")


def _no_identity_failure(identities: Identities, path: Path) -> Broken:
    """Returns why no private key opens a file: none is there, all need a passphrase, or none is of the team."""
    if identities.keys:
        return Broken("identity-foreign", path=str(path))
    locked = next((file for file, reason in identities.unusable if reason == "locked"), None)
    if locked is not None:
        return Broken("identity-locked", path=str(locked))
    if identities.unusable:
        return Broken("identity-unusable", path=str(identities.unusable[0][0]))
    return Broken("identity-none")


def open_case_key(keyring: Keyring, case_id: str, identities: Identities) -> OpenedKey:
    """Returns the key of a case; raises Broken as `open_secret` does."""
    lines = open_secret(keyring, case_id, identities).split()
    path = find_key_file(keyring, case_id)
    try:
        keys = age_encryption.parse_secrets(lines)
    except ValueError as error:
        raise Broken("key-damaged", path=str(path)) from error
    return OpenedKey(identities=keys, public=str(keys[0].to_public()) if keys else "")


def destroy_case_key(keyring: Keyring, case_id: str, at: str) -> tuple[Path, ...]:
    """Overwrite and remove every copy of the key of a case; returns the files that were destroyed.

    Leaves a mark with the time `at`, so that a copy of the keyring does not bring the key back. Raises Broken, and
    destroys nothing, if a folder of the keyring cannot be reached: a copy there would still open the case.
    """
    check_keyring_place(keyring)
    folders = present_folders(keyring)
    if missing := missing_folders(keyring):
        raise Broken("keyring-copy-missing", folder=str(missing[0]))
    for folder in folders:
        mark = destroyed_path(folder, case_id)
        if not mark.exists():
            atomic_write.write_atomically(mark, f"{at}\n".encode(), private=True)
    destroyed = []
    for folder in folders:
        path = key_path(folder, case_id)
        for found in (*folder.glob(f".{path.name}*.tmp"), path):
            if found.is_file():
                _overwrite_and_remove(found)
                destroyed.append(found)
    return tuple(destroyed)


def _overwrite_and_remove(path: Path) -> None:
    """A disk that writes elsewhere (SSD, a file system with snapshots) may keep the old blocks; docs/personal-data.md."""
    with atomic_write.convert_disk_errors(path):
        with path.open("r+b") as stream:
            length = os.fstat(stream.fileno()).st_size
            stream.write(secrets.token_bytes(length))
            stream.flush()
            os.fsync(stream.fileno())
        atomic_write.remove_durably(path)


def _read(path: Path) -> bytes:
    with atomic_write.convert_disk_errors(path), suppress(FileNotFoundError), path.open("rb") as stream:
        return stream.read(_MAX_KEY_BYTES)
    raise Broken("key-missing", name=path.stem, folder=str(path.parent))
