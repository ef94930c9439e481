"""Makes, signs and reviews checkpoints for `verify`: who signs, what is signed, where it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from complaintctl.commands.recording import recording
from complaintctl.commands.session import Session, print_message, print_problems
from complaintctl.domain.audit.checkpoints import checkpoint
from complaintctl.domain.audit.checkpoints.checkpoint import Checkpoint
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.errors import Broken, InvalidInput, Refused
from complaintctl.render.text.language import _, ngettext
from complaintctl.storage.audit.verification import Verification
from complaintctl.storage.case.casebook import Casebook, check_inside_casebook, is_inside_folder
from complaintctl.storage.checkpoints import checkpoint_files, recorded_cases, ssh_signature
from complaintctl.storage.checkpoints.checkpoint_files import StoredCheckpoint
from complaintctl.storage.checkpoints.checkpoint_review import Review, ReviewedCheckpoint, Reviewer
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction

# The first word of every origin; the rest is the name of the policy.
_ORIGIN: Final = "complaintctl/"
# What signing itself mends: one more signature.
_MENDED_BY_SIGNING: Final = frozenset({"checkpoint-too-few"})


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that was just signed by `person`. `new`: made now; else one more signature on an earlier one."""

    content: Checkpoint
    person: str
    signers: tuple[str, ...]
    needed: int
    note_path: Path
    new: bool


def review_checkpoints(session: Session, place: Path | None) -> Review:
    """Review the checkpoints of a file or folder, or of the casebook back to the latest one that counts (None).

    Raises InvalidInput if there is none at a given place, Broken outside git or without ssh-keygen.
    """
    repository, head = _recorded_state(session)
    default = session.casebook.root / checkpoint_files.FOLDER
    if place is None and not default.is_dir():
        return Review(findings=[], latest=None, counting=None)
    if place is None:
        check_inside_casebook(session.casebook, default)
    notes = checkpoint_files.find_notes(place or default)
    if place is not None and not notes:
        raise InvalidInput("no-checkpoint", path=str(place))
    reviewer = _reviewer(session, repository, head)
    return reviewer.review_notes(notes, all_of_them=place is not None)


def _recorded_state(session: Session) -> tuple[Repository, str]:
    repository = session.casebook.repository
    if session.casebook.git_refusal is not None:
        raise session.casebook.git_refusal
    head = git.head_commit(repository) if repository is not None else None
    if repository is None or head is None:
        raise InvalidInput("checkpoint-without-commits")
    return repository, head


def _reviewer(session: Session, repository: Repository, head: str) -> Reviewer:
    return Reviewer(casebook=session.casebook, repository=repository, policy=session.rules.policy, head=head)


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningRequest:
    """The options of signing: the key file, the folder outside the casebook, whether to commit."""

    key: str | None
    output: Path | None
    no_commit: bool


def sign_checkpoint(session: Session, request: SigningRequest) -> SignedCheckpoint | list[AuditFinding]:
    """Sign the latest checkpoint, if it waits for a signature, else make a new one; or return what speaks against it.

    The caller has verified the history. Raises InvalidInput without a key, Refused if the key is of nobody in the
    policy or if there is nothing to sign, Broken if ssh-keygen or the disk fails.
    """
    repository, head = _recorded_state(session)
    casebook = session.casebook
    folder = request.output or casebook.root / checkpoint_files.FOLDER
    if request.output is None:
        check_inside_casebook(casebook, folder)
    else:
        _check_outside(casebook, folder)
    commit = request.output is None and recording.should_commit(session, no_commit=request.no_commit)
    key = ssh_signature.find_key(casebook.root, request.key)
    notes = checkpoint_files.find_notes(folder) if folder.is_dir() else []
    reviewer = _reviewer(session, repository, head)
    review = reviewer.review_notes(notes, all_of_them=False)
    against = [one for one in review.findings if not one.warning and one.key not in _MENDED_BY_SIGNING]
    if against:
        return against
    candidate = _new_checkpoint(session, repository, head, review.latest, checkpoint_files.next_number(notes))
    person = _signing_person(reviewer, key)
    # Nobody can witness a commit that a rewriting of the history removed.
    present = review.latest if review.latest and reviewer.is_in_history(review.latest.stored) else None
    waiting = _waiting_checkpoint(present, candidate, person)
    if waiting is not None:
        if against := _differences(session, repository, reviewer, waiting.stored):
            return against
        return _save(session, request, waiting.stored, key, person, commit=commit, reviewed=waiting)
    return _save(session, request, candidate, key, person, commit=commit, reviewed=None)


def _check_outside(casebook: Casebook, folder: Path) -> None:
    """Raises InvalidInput if there is no such folder, or if it lies in the casebook, where nothing would commit the files.

    A missing folder is not made: it may be that of a disk which is not connected.
    """
    if not folder.is_dir():
        raise InvalidInput("no-such-folder", folder=str(folder))
    if is_inside_folder(casebook.root, folder):
        raise InvalidInput("sign-folder-inside", folder=str(folder))


def check_request(
    *, sign: bool, key: str | None, output: Path | None, no_commit: bool
) -> SigningRequest | None:
    """Returns what to sign, None without --sign; raises InvalidInput if other options of it are given without it."""
    if sign:
        return SigningRequest(key=key, output=output, no_commit=no_commit)
    given = {"--key": key, "--output": output, "--no-commit": no_commit or None}
    if named := [name for name, value in given.items() if value is not None]:
        raise InvalidInput("sign-options", options=", ".join(named))
    return None


def sign_if_clean(
    session: Session, verified: Verification, request: SigningRequest
) -> SignedCheckpoint | None:
    """Sign a checkpoint if nothing contradicts and everything could be verified; adds what speaks against it."""
    if verified.incomplete or any(not finding.warning for finding in verified.findings):
        return None
    signed = sign_checkpoint(session, request)
    if isinstance(signed, SignedCheckpoint):
        # A warning that it waits for signatures is told by `print_signed`.
        verified.findings = [one for one in verified.findings if one.key not in _MENDED_BY_SIGNING]
        return signed
    verified.findings += signed
    return None


def print_signed(signed: SignedCheckpoint | None, verified: Verification) -> None:
    """Print which checkpoint was signed by whom, or why none was."""
    if signed is not None:
        template = ngettext(
            "Checkpoint {number} over {count} case: signed by {people} ({needed} needed).",
            "Checkpoint {number} over {count} cases: signed by {people} ({needed} needed).",
            signed.content.size,
        )
        people = ", ".join(signed.signers)
        print_message(
            template.format(
                number=signed.content.number, count=signed.content.size, people=people, needed=signed.needed
            )
        )
    elif verified.incomplete:
        print_message(_("Nothing was signed, because not everything could be verified."))
    else:
        print_message(_("Nothing was signed, because something contradicts."))


def _signing_person(reviewer: Reviewer, key: str) -> str:
    """Returns whose key it is by the policy; raises Refused if nobody's."""
    public = ssh_signature.public_half(key)
    if public is None:
        raise InvalidInput("signing-key-unreadable", name=key)
    person = checkpoint_files.find_signer(reviewer.policy, public)
    if person is None:
        raise Refused("signer-unknown", fingerprint=ssh_signature.short_key_text(public))
    return person


def _new_checkpoint(
    session: Session,
    repository: Repository,
    head: str,
    latest: ReviewedCheckpoint | None,
    number: int,
) -> StoredCheckpoint:
    """Returns the checkpoint over the recorded cases, not written yet; raises Broken if a case file is faulty."""
    casebook, before = session.casebook, latest.stored if latest else None
    leaves, problems = recorded_cases.leaves_at_commit(casebook, repository, head, before)
    if problems:
        print_problems(problems, casebook.root)
        raise Broken("checkpoint-of-faulty-cases", count=len(problems))
    now = to_policy_zone(session.rules, session.now)
    content = Checkpoint(
        number=number,
        origin=before.content.origin if before else _origin(session),
        size=len(leaves),
        root=checkpoint.merkle_root(leaves),
        commit=head,
        at=now.replace(microsecond=0),
        leaves=checkpoint.file_digest(checkpoint.leaves_text(leaves).encode()),
        previous=(before.number, checkpoint.file_digest(before.note)) if before else None,
    )
    return StoredCheckpoint(
        note_path=Path(f"{number}{checkpoint.NOTE_SUFFIX}"),
        note=checkpoint.note_text(content).encode(),
        content=content,
        leaves=tuple(leaves),
        signatures={},
    )


def _origin(session: Session) -> str:
    name = "-".join(session.rules.policy.name.split())
    return f"{_ORIGIN}{''.join(sign for sign in name if sign.isprintable() and sign != '+')}"


def _waiting_checkpoint(
    latest: ReviewedCheckpoint | None, candidate: StoredCheckpoint, person: str
) -> ReviewedCheckpoint | None:
    """Returns the latest checkpoint if this person should sign it rather than a new one; raises Refused if neither.

    It waits while it does not count yet, and while nothing was recorded after it.
    """
    if latest is None:
        return None
    is_same = latest.stored.content.leaves == candidate.content.leaves
    if person not in latest.signers.people and (is_same or not latest.counts):
        return latest
    if is_same:
        number, people = latest.stored.number, list(latest.signers.people)
        raise Refused("checkpoint-signed-already", number=number, people=people, needed=latest.needed)
    return None


def _differences(
    session: Session, repository: Repository, reviewer: Reviewer, stored: StoredCheckpoint
) -> list[AuditFinding]:
    """Returns what a witness must not sign: the checkpoint of others does not say what its commit has, or what is here."""
    differences = reviewer.compare(stored)
    if differences:
        return differences
    leaves, _problems = recorded_cases.leaves_at_commit(
        session.casebook, repository, stored.content.commit, None
    )
    if tuple(leaves) == stored.leaves:
        return []
    values = {"checkpoint": stored.number, "since": stored.content.at, "commit": stored.content.commit}
    return [AuditFinding(key="checkpoint-against-commit", values=values, commit=stored.content.commit)]


def _save(
    session: Session,
    request: SigningRequest,
    stored: StoredCheckpoint,
    key: str,
    person: str,
    *,
    commit: bool,
    reviewed: ReviewedCheckpoint | None,
) -> SignedCheckpoint:
    """Sign a checkpoint and write its new files: all of a new one, else the signature alone."""
    folder, number = request.output or session.casebook.root / checkpoint_files.FOLDER, stored.number
    signature = ssh_signature.sign_text(stored.note, key)
    files: dict[str, bytes] = {checkpoint_files.signature_name(number, person): signature}
    if reviewed is None:
        files[stored.note_path.name] = stored.note
        files[f"{number}{checkpoint.LEAVES_SUFFIX}"] = checkpoint.leaves_text(stored.leaves).encode()
    _write(
        session,
        request,
        {folder / name: content for name, content in files.items()},
        stored,
        person,
        commit=commit,
    )
    people = reviewed.signers.people if reviewed else ()
    return SignedCheckpoint(
        content=stored.content,
        person=person,
        signers=(*people, person),
        needed=reviewed.needed if reviewed else max(session.rules.policy.trust.witnesses, 1),
        note_path=folder / f"{number}{checkpoint.NOTE_SUFFIX}",
        new=reviewed is None,
    )


def _write(
    session: Session,
    request: SigningRequest,
    files: Mapping[Path, bytes],
    stored: StoredCheckpoint,
    person: str,
    *,
    commit: bool,
) -> None:
    """Write files that are not there yet: outside as they are, in the casebook as one change with one commit."""
    taken = [path for path in files if path.exists() or path.is_symlink()]
    if taken:
        raise Refused("checkpoint-file-taken", path=str(taken[0]))
    if request.output is not None:
        for path, content in files.items():
            atomic_write.write_atomically(path, content)
        return
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        count = stored.content.size
        change = CasebookChange(
            files=files,
            subject=f"checkpoint {stored.number} of {count} cases: signed by {person}",
            actor=person,
            commit=commit,
        )
        save_in_transaction(transaction, change)


def signed_json(session: Session, signed: SignedCheckpoint) -> dict[str, Any]:
    """Returns a signed checkpoint as JSON."""
    root = session.casebook.root
    path = signed.note_path
    return {
        "checkpoint": signed.content.number,
        "cases": signed.content.size,
        "commit": signed.content.commit,
        "signed_by": list(signed.signers),
        "needed": signed.needed,
        "new": signed.new,
        "file": path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path),
    }
