"""Settles two files with one case id: one case whose move was left halfway, or two cases that met in a merge."""

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines.history import CASE_ID_LENGTH, encode_base32
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.overview import ailments
from complaintctl.storage.case import edited_text
from complaintctl.storage.case.casebook import closed_case_path, open_case_path
from complaintctl.storage.disk.content_digest import content_digest
from complaintctl.storage.upkeep.examination import Examination


def settle_twins(examination: Examination, paths: Sequence[Path]) -> None:
    """Decide about the readable files of one id.

    One case at two moments: the later state stays, in its folder. Two cases: the one that was registered later gets a
    new id. Two versions of one case that went different ways are left to a person.
    """
    if len(paths) > len(("open", "closed")):
        examination.find("doctor-many-files", paths[0], case_id=paths[0].stem, count=len(paths))
        return
    one, other = (examination.cases[path] for path in paths)
    if ailments.is_beginning(one, other) or ailments.is_beginning(other, one):
        _finish_move(examination, paths)
    elif not ailments.is_same_opening(one, other):
        _renumber_later(examination, paths)
    else:
        other_name = examination.name(paths[1])
        examination.find("doctor-two-versions", paths[0], case_id=one.id, other=other_name)


def _finish_move(examination: Examination, paths: Sequence[Path]) -> None:
    """Keep the file with the longer history; of equal ones the one in the folder of its status."""
    long, short = sorted(paths, key=lambda path: -len(examination.cases[path].history))
    kept_case = examination.cases[long]
    status = fold_history(kept_case, examination.rules, examination.now).status
    path_of = closed_case_path if status == "closed" else open_case_path
    target = path_of(examination.casebook, kept_case.id)
    equal = len(examination.cases[short].history) == len(kept_case.history)
    if equal and dataclasses.replace(examination.cases[short], status=status) != dataclasses.replace(
        kept_case, status=status
    ):
        examination.find("doctor-two-versions", long, case_id=kept_case.id, other=examination.name(short))
        return
    if equal and short == target:
        long, short = short, long
    examination.find(
        "doctor-both-folders",
        short,
        mend="mend-both-folders",
        case_id=kept_case.id,
        other=examination.name(long),
        target=examination.name(target),
    )
    repaired = examination.files.pop(long, None)
    content = long.read_bytes() if repaired is None else repaired
    content = (
        edited_text.edit_case_text(content, {"status": status}, ()) if kept_case.status != status else content
    )
    examination.removed.update(path for path in (long, short) if path != target)
    if target != long or content != long.read_bytes():
        examination.files[target] = content
    if short != target:
        examination.files.pop(short, None)
    case = dataclasses.replace(examination.cases.pop(long), status=status)
    examination.cases.pop(short, None)
    examination.cases[target] = case


def _registration(examination: Examination, path: Path) -> tuple[Any, str]:
    case = examination.cases[path]
    return (case.history[0].at if case.history else case.received), str(path)


def _renumber_later(examination: Examination, paths: Sequence[Path]) -> None:
    """Give the case that was registered later a new id; its attachments and the links that mean it follow."""
    first, later = sorted(paths, key=lambda path: _registration(examination, path))
    earlier, case = examination.cases[first], examination.cases[later]
    new_id = _free_id(examination, case, later)
    examination.find(
        "doctor-id-twice",
        later,
        mend="mend-id-twice",
        case_id=case.id,
        other=examination.name(first),
        new=new_id,
    )
    target = later.with_name(f"{new_id}.yaml")
    renumbered = dataclasses.replace(case, id=new_id)
    at = to_policy_zone(examination.rules, examination.now)
    reason = f"doctor: this case was {case.id}, an id that two cases had"
    noted = ailments.with_note(renumbered, at, examination.by, reason)
    repaired = examination.files.pop(later, None)
    data = later.read_bytes() if repaired is None else repaired
    _record(examination, target, noted, edited_text.edit_case_text(data, {"id": new_id}, noted.history[-1:]))
    examination.removed.add(later)
    examination.cases.pop(later)
    _move_attachments(examination, case, earlier, new_id)
    _follow_links(examination, case, earlier, new_id)


def _free_id(examination: Examination, case: Case, path: Path) -> str:
    """Returns an unused id of the same day, from the content of the file: asked again, it is the same."""
    for attempt in itertools.count():
        digest = bytes.fromhex(content_digest(path.read_bytes() + str(attempt).encode()))
        new_id = f"{case.id[:11]}{encode_base32(digest, CASE_ID_LENGTH, 0)}"
        taken = (open_case_path(examination.casebook, new_id), closed_case_path(examination.casebook, new_id))
        if not any(place.exists() for place in taken):
            return new_id
    raise AssertionError


def _record(examination: Examination, path: Path, case: Case, content: bytes, events: int = 1) -> None:
    """Note the new content of a case that ends with events about the mend."""
    examination.files[path] = content
    examination.cases[path] = case
    examination.events += [(event.did, event.id) for event in case.history[-events:]]
    examination.mended.append(case.id)


def _move_attachments(examination: Examination, case: Case, earlier: Case, new_id: str) -> None:
    """The files that only this case names move to the folder of the new id; those that both name are copied."""
    folder = examination.casebook.root / "attachments"
    shared = {entry.file for entry in earlier.attachments}
    for entry in case.attachments:
        old = folder / case.id / entry.file
        if old.is_file() and content_digest(old.read_bytes()) == entry.sha256:
            examination.files[folder / new_id / entry.file] = old.read_bytes()
            if entry.file not in shared:
                examination.removed.add(old)


def _follow_links(examination: Examination, case: Case, earlier: Case, new_id: str) -> None:
    """A link to the old id means the renumbered case if that one is linked back, and the other one is not."""
    for path, linked in list(examination.cases.items()):
        if not ailments.links_to(linked, case.id):
            continue
        if not ailments.links_to(case, linked.id) or ailments.links_to(earlier, linked.id):
            examination.find("doctor-link-unclear", path, case_id=linked.id, link=case.id, new=new_id)
            continue
        at = to_policy_zone(examination.rules, examination.now)
        reason = f"doctor: the link to {case.id} now names {new_id}"
        noted = ailments.follow_links(linked, (case.id, new_id), at, examination.by, reason)
        added = noted.history[len(linked.history) :]
        data = examination.files.get(path, path.read_bytes())
        content = edited_text.edit_case_text(data, {"links": noted.links}, added)
        _record(examination, path, noted, content, len(added))
