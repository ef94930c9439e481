"""Checkpoints: the tree of RFC 6962, the text of a note, and damaged texts."""

import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from complaintctl.domain.audit.checkpoints import checkpoint
from complaintctl.domain.audit.checkpoints.checkpoint import Checkpoint, CheckpointTextError, Leaf


def leaves(count: int) -> list[Leaf]:
    return [
        Leaf(
            case_id=f"C-20261121-{number:05}",
            digest=hashlib.sha256(b"%d" % number).hexdigest(),
            events=("7Q2M0X4C", "K3N8W1PA")[: number % 3],
        )
        for number in range(count)
    ]


def reference_root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\0" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    left, right = reference_root(entries[:split]), reference_root(entries[split:])
    return hashlib.sha256(b"\1" + left + right).digest()


def note(**changes: object) -> Checkpoint:
    made = Checkpoint(
        number=2,
        origin="complaintctl/electronics",
        size=3,
        root=bytes(range(32)),
        commit="a" * 40,
        at=datetime(2026, 11, 21, 9, tzinfo=UTC),
        leaves="b" * 64,
        previous=(1, "c" * 64),
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("count", range(20))
def test_the_root_and_every_proof_are_those_of_rfc_6962(count: int) -> None:
    entries = leaves(count)
    root = reference_root([leaf.line.encode() for leaf in entries])
    assert checkpoint.merkle_root(entries) == root
    for index, leaf in enumerate(entries):
        path = checkpoint.inclusion_proof(entries, index)
        assert checkpoint.root_from_proof(leaf, path) == root
        other = dataclasses.replace(leaf, digest="0" * 64)
        assert checkpoint.root_from_proof(other, path) != root


def test_a_note_begins_with_the_three_lines_of_c2sp_and_reads_back() -> None:
    text = checkpoint.note_text(note())
    assert text.splitlines() == [
        "complaintctl/electronics",
        "3",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        f"commit {'a' * 40}",
        "time 2026-11-21T09:00:00+00:00",
        f"{'b' * 64}  2.leaves",
        f"{'c' * 64}  1.note",
    ]
    assert checkpoint.parse_note(text.encode()) == note()
    first = note(number=1, previous=None)
    assert checkpoint.parse_note(checkpoint.note_text(first).encode()) == first


GOOD = checkpoint.note_text(note())
DAMAGED = {
    "empty": "",
    "cut off": GOOD[:-20],
    "a line more": GOOD + "more\n",
    "Windows line ends": GOOD.replace("\n", "\r\n"),
    "a size with a zero before": GOOD.replace("\n3\n", "\n03\n"),
    "no base64": GOOD.replace("AAEC", "A*EC"),
    "no time": GOOD.replace("2026-11-21", "someday"),
    "another spelling of the time": GOOD.replace("T09:00:00+00:00", "T090000Z"),
    "the leaves of a path": GOOD.replace("  2.leaves", "  ../2.leaves"),
    "a note before that is no note": GOOD.replace("  1.note", "  1.leaves"),
    "an origin that steers the terminal": GOOD.replace("electronics", "\x1b[2J"),
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_note_is_refused(text: str) -> None:
    with pytest.raises(CheckpointTextError):
        checkpoint.parse_note(text.encode())


def test_the_leaves_are_sorted_and_read_back() -> None:
    entries = leaves(7)
    text = checkpoint.leaves_text(list(reversed(entries)))
    assert checkpoint.parse_leaves(text.encode()) == tuple(entries)


LEAF = leaves(3)[2].line
DAMAGED_LEAVES = {
    "no line end": LEAF,
    "twice": f"{LEAF}\n{LEAF}\n",
    "not sorted": f"{LEAF}\n{leaves(1)[0].line}\n",
    "an event less than counted": f"{LEAF.removesuffix(' K3N8W1PA')}\n",
    "a blank line": f"\n{LEAF}\n",
    "another case": LEAF.replace("C-", "../C-") + "\n",
    "no text": "\udcff\n",
}


@pytest.mark.parametrize("text", DAMAGED_LEAVES.values(), ids=DAMAGED_LEAVES)
def test_damaged_leaves_are_refused(text: str) -> None:
    with pytest.raises(CheckpointTextError):
        checkpoint.parse_leaves(text.encode(errors="surrogateescape"))
