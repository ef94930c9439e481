"""The files of a checkpoint: `N.note`, `N.leaves` and `N.PERSON.sig`, in `checkpoints/` or a folder outside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from complaintctl.domain.audit.checkpoints import checkpoint
from complaintctl.domain.audit.checkpoints.checkpoint import Checkpoint, CheckpointTextError, Leaf
from complaintctl.domain.policy.policy import Policy
from complaintctl.domain.problems import Problem
from complaintctl.errors import InvalidInput
from complaintctl.storage.checkpoints import ssh_signature
from complaintctl.storage.disk import untrusted_file

FOLDER: Final = "checkpoints"
_NOTE_NAME: Final = re.compile(r"([1-9]\d{0,8})\.note")
_SIGNATURE_NAME: Final = re.compile(r"([1-9]\d{0,8})\.[^/\x00-\x1f]+\.sig")
_PLAIN_NAME: Final = re.compile(r"\w[\w.-]*")
_MAX_NOTE_BYTES: Final = 1 << 16
# A million cases with ten events each.
_MAX_LEAVES_BYTES: Final = 1 << 28


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCheckpoint:
    """A note with its leaves and its signatures by file name. `note_path` is its file."""

    note_path: Path
    note: bytes
    content: Checkpoint
    leaves: tuple[Leaf, ...]
    signatures: dict[str, bytes]

    @property
    def number(self) -> int:
        """The number in the names of its files."""
        return self.content.number


@dataclass(frozen=True, kw_only=True, slots=True)
class Signers:
    """Who signed a checkpoint: people of the policy, and the files of signatures that do not count, with the reason."""

    people: tuple[str, ...]
    unknown: tuple[str, ...]
    wrong: tuple[str, ...]


def find_notes(place: Path) -> list[Path]:
    """Returns the notes that a path means: one file, or all of a folder by number; raises InvalidInput without one."""
    if place.is_dir():
        return sorted((path for path in place.iterdir() if _NOTE_NAME.fullmatch(path.name)), key=note_number)
    if not place.is_file() or not _NOTE_NAME.fullmatch(place.name):
        raise InvalidInput("no-checkpoint", path=str(place))
    return [place]


def note_number(path: Path) -> int:
    """Returns the number in the name of a note."""
    return int(path.name.partition(".")[0])


def read_checkpoint(note_path: Path) -> tuple[StoredCheckpoint | None, list[Problem]]:
    """Returns the checkpoint of a note, or None with what is wrong with its files.

    The leaves are checked against the hash and the root in the note; signatures are read, not checked.
    """
    number = note_number(note_path)
    leaves_path = note_path.with_name(f"{number}{checkpoint.LEAVES_SUFFIX}")
    note, problems = untrusted_file.read_untrusted_file(note_path, _MAX_NOTE_BYTES, may_be_link=False)
    data, more = untrusted_file.read_untrusted_file(leaves_path, _MAX_LEAVES_BYTES, may_be_link=False)
    if note is None or data is None:
        return None, [*problems, *more]
    try:
        content = checkpoint.parse_note(note)
        leaves = checkpoint.parse_leaves(data)
    except CheckpointTextError:
        content, leaves = None, ()
    if content is None or content.number != number:
        return None, [Problem(key="checkpoint-damaged", values={"file": note_path.name}, file=str(note_path))]
    fits = (content.leaves, content.root, content.size) == (
        checkpoint.file_digest(data),
        checkpoint.merkle_root(leaves),
        len(leaves),
    )
    if not fits:
        return None, [
            Problem(key="checkpoint-leaves", values={"file": leaves_path.name}, file=str(leaves_path))
        ]
    signatures, unreadable = _read_signatures(note_path)
    stored = StoredCheckpoint(
        note_path=note_path, note=note, content=content, leaves=leaves, signatures=signatures
    )
    return stored, unreadable


def _read_signatures(note_path: Path) -> tuple[dict[str, bytes], list[Problem]]:
    number, found, problems = str(note_number(note_path)), dict[str, bytes](), list[Problem]()
    for path in sorted(note_path.parent.iterdir()):
        named = _SIGNATURE_NAME.fullmatch(path.name)
        if named is not None and named[1] == number:
            data, more = untrusted_file.read_untrusted_file(path, _MAX_NOTE_BYTES, may_be_link=False)
            problems += more
            if data is not None:
                found[path.name] = data
    return found, problems


def check_signers(stored: StoredCheckpoint, policy: Policy) -> Signers:
    """Returns who of a policy signed a checkpoint; raises Broken if ssh-keygen is missing.

    A person counts once, and a key that two people share is that of the first: a quorum needs different people with
    different keys.
    """
    people: dict[str, None] = {}
    unknown, wrong = list[str](), list[str]()
    for name, signature in stored.signatures.items():
        key = ssh_signature.signature_key(signature)
        person = find_signer(policy, key) if key is not None else None
        if key is None or not ssh_signature.is_valid_signature(stored.note, signature):
            wrong.append(name)
        elif person is None:
            unknown.append(name)
        else:
            people[person] = None
    return Signers(people=tuple(people), unknown=tuple(unknown), wrong=tuple(wrong))


def find_signer(policy: Policy, key: bytes) -> str | None:
    """Returns the person whose `signing_keys` contain a key, or None."""
    return next(
        (
            name
            for name, person in policy.people.items()
            if person and any(ssh_signature.public_key_bytes(text) == key for text in person.signing_keys)
        ),
        None,
    )


def signature_name(number: int, person: str) -> str:
    """Returns the name of the file with a person's signature; a name that is no file name becomes its hash."""
    known = person if _PLAIN_NAME.fullmatch(person) else checkpoint.file_digest(person.encode())[:12]
    return f"{number}.{known}.sig"


def next_number(notes: Sequence[Path]) -> int:
    """Returns the number of the next checkpoint in a folder with these notes."""
    return max(map(note_number, notes), default=0) + 1
