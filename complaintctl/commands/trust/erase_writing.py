"""Writes erasings, destroys the keys of sealed cases, and searches for what was erased."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from complaintctl.commands.recording import recording
from complaintctl.commands.recording.write_options import WriteOptions
from complaintctl.commands.session import Session, current_time, open_session, print_message
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import ERASED
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.privacy.certificate import (
    Certificate,
    DestroyedKey,
    Probe,
    case_of_path,
    erased_case,
)
from complaintctl.domain.privacy.erasing import Erasing
from complaintctl.errors import Broken
from complaintctl.render.text.language import _
from complaintctl.storage.case import new_text, prefilter
from complaintctl.storage.case.casebook import all_case_files, attachment_path
from complaintctl.storage.case.index.index_file import remove_index
from complaintctl.storage.case.sealed_file import SEALED_SUFFIX
from complaintctl.storage.erasing import needle_search, probe
from complaintctl.storage.erasing.probe import ProbeResult
from complaintctl.storage.git import git
from complaintctl.storage.privacy import keyring
from complaintctl.storage.write.transaction import CasebookChange, open_transaction, save_in_transaction


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundErasing:
    """A decided erasing and the file of its case."""

    path: Path
    erasing: Erasing


# What is to be erased, decided under the lock at one moment.
Decide = Callable[[Session, Attribution], Sequence[FoundErasing]]


def erase_cases(write_options: WriteOptions, decide: Decide) -> tuple[Session, Certificate] | None:
    """Erases what `decide` returns, with one event a case and one commit, and returns the certificate.

    Returns None if nothing is to be erased. Raises Broken if the disk or git fails, Refused and InvalidInput as
    `decide` does.
    """
    session = open_session(write_options.casebook_dir, index=False)
    recording.parse_attribution(session, write_options.at, write_options.by)
    commit = recording.should_commit(session, no_commit=write_options.no_commit)
    with open_transaction(session.casebook, commit=commit) as transaction:
        recording.print_completed(transaction)
        session = dataclasses.replace(session, now=current_time())
        act = recording.parse_attribution(session, write_options.at, write_options.by)
        check_keyring(session)
        found = decide(session, act)
        if not found:
            return None
        # The probe compares whole files, so they are read before they go.
        files = _attached_contents(session, found)
        save_in_transaction(transaction, _erasing_change(session, found, act, commit=commit))
        _remove_empty_folders(session, found)
        remove_index(session.casebook)
        keys = destroy_keys(session, [one.erasing.case.id for one in found])
    return session, _certify(session, found, files, keys, committed=commit)


def check_keyring(session: Session) -> None:
    """Raises Broken or Refused, before anything is erased, if a copy of the keyring cannot be reached.

    A key that is destroyed in some copies only is not destroyed.
    """
    keys = session.casebook.keyring
    if keys is None:
        return
    keyring.check_keyring_place(keys)
    if missing := keyring.missing_folders(keys):
        raise Broken("keyring-copy-missing", folder=str(missing[0]))


def destroy_keys(session: Session, ids: Sequence[str]) -> tuple[DestroyedKey, ...]:
    """Destroys the keys of these cases everywhere the keyring lies, and returns where they were."""
    keys = session.casebook.keyring
    if keys is None:
        return ()
    at = session.now.isoformat(timespec="seconds")
    return tuple(
        DestroyedKey(case_id=case_id, place=str(path))
        for case_id in ids
        for path in keyring.destroy_case_key(keys, case_id, at)
    )


def destroy_leftover_keys(session: Session, case: Case) -> tuple[DestroyedKey, ...]:
    """Destroys the key of an erased case that an interrupted erasing had left; returns where it was."""
    keys = session.casebook.keyring
    if keys is None or not case.is_erased or case.customer is not None:
        return ()
    if keyring.find_key_file(keys, case.id) is None:
        return ()
    return destroy_keys(session, [case.id])


def destroy_all_leftover_keys(session: Session) -> tuple[DestroyedKey, ...]:
    """Destroys the keys of all erased cases that interrupted erasings had left."""
    keys = session.casebook.keyring
    if keys is None:
        return ()
    names = frozenset(keyring.key_names(keys))
    paths = [path for path in all_case_files(session.casebook) if path.stem in names]
    cases = (
        recording.read_whole_case(session, path)
        for path in paths
        if prefilter.may_contain_field(path, ERASED)
    )
    return tuple(key for case in cases for key in destroy_leftover_keys(session, case))


def print_destroyed(keys: Sequence[DestroyedKey]) -> None:
    """Prints the keys that an interrupted erasing had left, and that are destroyed now."""
    for key in keys:
        template = _("The key of {case}, which is erased, was still there or came back; destroyed: {place}")
        print_message(template.format(case=key.case_id, place=key.place))


def _attached_contents(session: Session, found: Sequence[FoundErasing]) -> frozenset[bytes]:
    paths = [path for one in found for path in _attached_paths(session, one)]
    if session.casebook.keyring is not None:
        # Sealed files stay in earlier commits; nobody can open them.
        paths = [path for path in paths if path.suffix != SEALED_SUFFIX]
    return frozenset(path.read_bytes() for path in paths if path.is_file())


def _attached_paths(session: Session, one: FoundErasing) -> list[Path]:
    return [attachment_path(session.casebook, one.erasing.case.id, entry.file) for entry in one.erasing.files]


def _erasing_change(
    session: Session, found: Sequence[FoundErasing], act: Attribution, *, commit: bool
) -> CasebookChange:
    """Returns the change; the file of a case is written anew, because a comment in it may name the person."""
    ids = [one.erasing.case.id for one in found]
    return CasebookChange(
        files={one.path: new_text.case_yaml(one.erasing.case).encode() for one in found},
        removed=tuple(path for one in found for path in _attached_paths(session, one)),
        subject=f"{ids[0]} erase" if len(ids) == 1 else f"erase: {len(ids)}",
        case_id=ids[0],
        others=tuple(ids[1:]),
        events=tuple((one.erasing.event.did, one.erasing.event.id) for one in found),
        actor=act.by,
        commit=commit,
    )


def _remove_empty_folders(session: Session, found: Sequence[FoundErasing]) -> None:
    for one in found:
        folder = session.casebook.root / "attachments" / one.erasing.case.id
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _certify(
    session: Session,
    found: Sequence[FoundErasing],
    files: frozenset[bytes],
    keys: tuple[DestroyedKey, ...],
    *,
    committed: bool,
) -> Certificate:
    repository = session.casebook.repository
    print_message(_("Searching every object of the repository and every file for what was erased …"))
    values = [value for one in found for value in one.erasing.values]
    result = probe.probe_casebook(session.casebook, values, files)
    return Certificate(
        casebook=session.rules.policy.name,
        level=session.rules.policy.personal.level,
        made=session.now,
        commit=git.head_commit(repository) if committed and repository is not None else None,
        cases=tuple(erased_case(one.erasing) for one in found),
        keys=keys,
        probe=_sort_probe(result, [one.erasing.before for one in found]),
    )


def _sort_probe(result: ProbeResult, before: Sequence[Case]) -> Probe:
    """Returns what was found, sorted by what can be done about it; `before` are the cases that were erased."""
    erased = frozenset(case.id for case in before)
    own, others, unreachable = list[str](), list[str](), list[str]()
    for entry in result.found:
        is_own = bool(entry.paths) and all(case_of_path(path) in erased for path in entry.paths)
        if entry.commits:
            (own if is_own else others).extend(entry.commits)
        elif entry.kind != "tree":
            unreachable.append(entry.name)
    cases = {case_of_path(path) for path in result.files}
    return Probe(
        objects=result.objects,
        searched=result.searched,
        named=any(entry.weight == needle_search.NAMES for entry in result.found),
        commits=tuple(dict.fromkeys(own)),
        other_commits=tuple(dict.fromkeys(others)),
        unreachable=tuple(unreachable),
        other_cases=tuple(sorted(case for case in cases if case and case not in erased)),
        files=tuple(path for path in result.files if case_of_path(path) is None),
        unread=tuple(case.id for case in before if case.customer is not None and case.customer.is_closed),
    )
