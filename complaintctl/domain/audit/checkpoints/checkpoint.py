"""Checkpoints: the text of a note over all cases, one line for each case, and what contradicts them later.

The note has the form of https://c2sp.org/tlog-checkpoint: origin, number of cases, root hash, further lines. The root is
the Merkle tree hash of RFC 6962, section 2.1, over the lines of the leaves file without their line ends.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

LEAVES_SUFFIX: Final = ".leaves"
NOTE_SUFFIX: Final = ".note"
# A line as `sha256sum` prints it, so that `sha256sum --check` reads it.
_SUM_LINE: Final = re.compile(r"([0-9a-f]{64})  ([1-9]\d*)(\.leaves|\.note)")
_LEAF_LINE: Final = re.compile(r"(C-\d{8}-[0-9A-Z]{5}) (0|[1-9]\d*) ([0-9a-f]{64})((?: \S+)*)")
_COMMIT: Final = re.compile(r"commit ([0-9a-f]{40}|[0-9a-f]{64})")
_SIZE: Final = re.compile(r"0|[1-9]\d{0,17}")
_FIXED_LINES: Final = 3


class CheckpointTextError(ValueError):
    """A note or a leaves file that is not of our form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """What a checkpoint says of one case: the ids of its events in their order, and the hash of its history.

    `digest` is the SHA-256, in hexadecimal, of the canonical history (`canonical_history`).
    """

    case_id: str
    digest: str
    events: tuple[str, ...]

    @property
    def line(self) -> str:
        """The line of the leaves file: case, number of events, hash, ids of the events."""
        return " ".join([self.case_id, str(len(self.events)), self.digest, *self.events])


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """The content of a note.

    `origin` names the casebook. `root` is the Merkle tree hash of the leaves, `leaves` the SHA-256 of the leaves file.
    `commit` is the full hash of the commit whose cases are listed. `previous` is the number and the SHA-256 of the note
    before, None for the first one.
    """

    number: int
    origin: str
    size: int
    root: bytes
    commit: str
    at: datetime
    leaves: str
    previous: tuple[int, str] | None


def note_text(checkpoint: Checkpoint) -> str:
    """Returns the text of the note, which is what people sign."""
    lines = [
        checkpoint.origin,
        str(checkpoint.size),
        base64.b64encode(checkpoint.root).decode(),
        f"commit {checkpoint.commit}",
        f"time {checkpoint.at.isoformat(timespec='seconds')}",
        f"{checkpoint.leaves}  {checkpoint.number}{LEAVES_SUFFIX}",
    ]
    if checkpoint.previous is not None:
        number, digest = checkpoint.previous
        lines.append(f"{digest}  {number}{NOTE_SUFFIX}")
    return "".join(f"{line}\n" for line in lines)


def parse_note(data: bytes) -> Checkpoint:
    """Returns the checkpoint in the bytes of a note; raises CheckpointTextError if it is not exactly of our form."""
    try:
        lines = data.decode().split("\n")
        origin, size, root = lines[:_FIXED_LINES]
        commit, time, leaves, *more = lines[_FIXED_LINES:-1]
        previous = _sum_line(more[0], NOTE_SUFFIX) if more else None
        number, digest = _sum_line(leaves, LEAVES_SUFFIX)
        found = _COMMIT.fullmatch(commit)
        if found is None or not _SIZE.fullmatch(size) or not time.startswith("time "):
            raise CheckpointTextError
        checkpoint = Checkpoint(
            number=number,
            origin=origin,
            size=int(size),
            root=base64.b64decode(root, validate=True),
            commit=found[1],
            at=datetime.fromisoformat(time.removeprefix("time ")),
            leaves=digest,
            previous=previous,
        )
    except (ValueError, binascii.Error) as error:
        raise CheckpointTextError from error
    # One text for one checkpoint: nothing can hide in another spelling of it.
    if note_text(checkpoint).encode() != data or not origin.isprintable() or not origin.strip():
        raise CheckpointTextError
    return checkpoint


def _sum_line(line: str, suffix: str) -> tuple[int, str]:
    found = _SUM_LINE.fullmatch(line)
    if found is None or found[3] != suffix:
        raise CheckpointTextError
    return int(found[2]), found[1]


def leaves_text(leaves: Sequence[Leaf]) -> str:
    """Returns the text of the leaves file: one line for each case, sorted by case id."""
    return "".join(f"{leaf.line}\n" for leaf in sorted(leaves, key=_leaf_order))


def _leaf_order(leaf: Leaf) -> str:
    return leaf.case_id


def parse_leaves(data: bytes) -> tuple[Leaf, ...]:
    """Returns the leaves in a leaves file; raises CheckpointTextError if a line is damaged or in the wrong place."""
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError as error:
        raise CheckpointTextError from error
    if lines[-1]:
        raise CheckpointTextError
    leaves = [_parse_leaf(line) for line in lines[:-1]]
    ids = [leaf.case_id for leaf in leaves]
    if ids != sorted(set(ids)):
        raise CheckpointTextError
    return tuple(leaves)


def _parse_leaf(line: str) -> Leaf:
    found = _LEAF_LINE.fullmatch(line)
    events = tuple(found[4].split(" ")[1:]) if found else ()
    if found is None or len(events) != int(found[2]):
        raise CheckpointTextError
    return Leaf(case_id=found[1], digest=found[3], events=events)


def file_digest(content: bytes) -> str:
    """Returns the SHA-256 of the bytes of a file as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()


def leaf_hash(leaf: Leaf) -> bytes:
    """Returns the hash of a leaf of the Merkle tree (RFC 6962: SHA-256 of a zero byte and the entry)."""
    return hashlib.sha256(b"\0" + leaf.line.encode()).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def merkle_root(leaves: Sequence[Leaf]) -> bytes:
    """Returns the Merkle tree hash (RFC 6962, section 2.1) of leaves in their order."""
    return _tree_hash([leaf_hash(leaf) for leaf in leaves])


def _tree_hash(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return hashlib.sha256(b"").digest()
    level = list(hashes)
    # An odd node at the end moves up unchanged: the same tree as splitting at the largest power of two.
    while len(level) > 1:
        pairs = [_node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def inclusion_proof(leaves: Sequence[Leaf], index: int) -> tuple[tuple[str, bytes], ...]:
    """Returns the audit path of one leaf (RFC 6962, section 2.1.1) from the leaf up: the side and hash of each sibling.

    The side is `left` or `right`: where the sibling stands.
    """
    level, path = [leaf_hash(leaf) for leaf in leaves], list[tuple[str, bytes]]()
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(("left" if sibling < index else "right", level[sibling]))
        pairs = [_node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level, index = pairs + level[len(pairs) * 2 :], index // 2
    return tuple(path)


def root_from_proof(leaf: Leaf, path: Sequence[tuple[str, bytes]]) -> bytes:
    """Returns the root of the tree that has this leaf at the end of this audit path."""
    current = leaf_hash(leaf)
    for side, sibling in path:
        current = _node_hash(sibling, current) if side == "left" else _node_hash(current, sibling)
    return current
