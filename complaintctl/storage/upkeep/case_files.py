"""Examines the files of cases: readable, in the right folder, one file for each case, status as the history says."""

import os
import stat
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.deadlines.rulebook import to_policy_zone
from complaintctl.domain.overview import ailments
from complaintctl.storage.case import casefile, edited_text
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, closed_case_path, open_case_path
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.upkeep import twins
from complaintctl.storage.upkeep.examination import Examination
from complaintctl.storage.yaml.yamltext import BYTE_ORDER_MARK, CONFLICT_MARKER

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_PRIVATE: Final = 0o600


def examine_cases(examination: Examination) -> None:
    """Examine every case file; of a case with several files, find out which one stays."""
    by_id: dict[str, list[Path]] = defaultdict(list)
    for path in _case_paths(examination.casebook.root / "cases"):
        if not CASE_ID_PATTERN.fullmatch(path.stem):
            examination.find("doctor-file-name", path, name=path.name)
        elif examination.only in {None, path.stem}:
            by_id[path.stem].append(path)
    whole = {
        case_id: [path for path in paths if _read(examination, path)] for case_id, paths in by_id.items()
    }
    for case_id, readable in whole.items():
        if len(by_id[case_id]) == 1:
            for path in readable:
                _examine_case(examination, path)
    # The links of the other cases follow a case that gets a new id, so all of them are read by now.
    for case_id, readable in whole.items():
        if len(readable) == len(by_id[case_id]) > 1:
            twins.settle_twins(examination, readable)
    _examine_sources(examination)


def _case_paths(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (
            Path(place, name)
            for name in sorted(names)
            if name.endswith((".yaml", ".yml")) and not name.startswith(".")
        )


def _read(examination: Examination, path: Path) -> bool:
    """Reads a case file into `cases`, and its repaired bytes into `files`; False if it is unreadable."""
    data, problems = untrusted_file.read_untrusted_file(
        path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    if data is None:
        examination.find("doctor-unreadable", path, unreadable=True, case_id=path.stem, count=len(problems))
        return False
    if CONFLICT_MARKER.search(data):
        examination.find("doctor-conflict-marker", path, unreadable=True, case_id=path.stem)
        return False
    clean = _clean_bytes(examination, path, data)
    loaded, problems = casefile.parse_case(path, clean)
    serious = [problem for problem in problems if not problem.warning]
    if [problem.key for problem in serious] == ["id-against-name"] and loaded is not None:
        return _read_renamed(examination, path, clean, loaded.case)
    if loaded is None or serious:
        examination.find("doctor-unreadable", path, unreadable=True, case_id=path.stem, count=len(serious))
        return False
    examination.cases[path] = loaded.case
    if clean != data:
        examination.files[path] = clean
    return True


def _clean_bytes(examination: Examination, path: Path, data: bytes) -> bytes:
    clean = data
    if clean.startswith(BYTE_ORDER_MARK):
        examination.find("doctor-bom", path, mend="mend-bom", case_id=path.stem)
        clean = clean.removeprefix(BYTE_ORDER_MARK)
    if b"\r\n" in clean:
        examination.find("doctor-crlf", path, mend="mend-crlf", case_id=path.stem)
        clean = clean.replace(b"\r\n", b"\n")
    return clean


def _read_renamed(examination: Examination, path: Path, data: bytes, case: Case) -> bool:
    """A file whose `id` is another one: if its first event was recorded under the name of the file, `id` is wrong."""
    first = case.history[0] if case.history else None
    if first is None or history.compute_event_id(first, path.stem) != first.id:
        examination.find("doctor-renamed", path, unreadable=True, case_id=path.stem)
        return False
    examination.find("doctor-id", path, mend="mend-id", case_id=path.stem, id=path.stem)
    examination.cases[path] = case
    examination.files[path] = edited_text.edit_case_text(data, {"id": case.id}, ())
    return True


def _examine_case(examination: Examination, path: Path) -> None:
    """Compare history, `status:` and folder of a case, and find events of the future and a mode that lets others read."""
    case, now = examination.cases[path], examination.now
    in_closed = path.is_relative_to(examination.casebook.closed_folder)
    told = fold_history(case, examination.rules, now).status
    status = ailments.true_status(case, told, in_closed=in_closed)
    for fault in history.future_event_faults(case, now):
        examination.find(
            "doctor-future-event", path, case_id=case.id, did=fault.values["did"], time=fault.values["time"]
        )
    if status is None:
        examination.find("doctor-status-unclear", path, case_id=case.id, told=told, status=case.status)
        return
    if case.status != status:
        examination.find(
            "doctor-status", path, mend="mend-status", case_id=case.id, told=told, status=case.status
        )
        _write_status(examination, path, case, status)
    target = _right_path(examination, case.id, status)
    if target != path:
        key = "doctor-month" if in_closed and status == "closed" else "doctor-folder"
        target_name = examination.name(target)
        examination.find(key, path, mend="mend-move", case_id=case.id, status=status, target=target_name)
        _move(examination, path, target)
    if examination.casebook.private and os.name == "posix" and path.stat().st_mode & _OTHERS:
        examination.find("doctor-mode", path, mend="mend-mode", case_id=case.id)
        examination.acts.append(partial(os.chmod, path, _PRIVATE))


def _right_path(examination: Examination, case_id: str, status: str) -> Path:
    path_of = closed_case_path if status == "closed" else open_case_path
    return path_of(examination.casebook, case_id)


def _write_status(examination: Examination, path: Path, case: Case, status: str) -> None:
    reason = f"doctor: status was {case.status}, the history says {status}"
    corrected = fields.with_value(case, "status", status)
    noted = ailments.with_note(
        corrected, to_policy_zone(examination.rules, examination.now), examination.by, reason
    )
    data = examination.files.get(path, path.read_bytes())
    event = noted.history[-1]
    examination.files[path] = edited_text.edit_case_text(data, {"status": status}, [event])
    examination.cases[path] = noted
    examination.events.append((event.did, event.id))
    examination.mended.append(case.id)


def _move(examination: Examination, path: Path, target: Path) -> None:
    repaired = examination.files.pop(path, None)
    examination.files[target] = path.read_bytes() if repaired is None else repaired
    examination.removed.add(path)
    examination.cases[target] = examination.cases.pop(path)


def _examine_sources(examination: Examination) -> None:
    """Name cases that were imported from the same record."""
    by_source: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path, case in examination.cases.items():
        if case.source is not None and path not in examination.removed:
            by_source[case.source.system, case.source.id].append(path)
    for (system, number), paths in by_source.items():
        for path in sorted(paths)[1:]:
            first = min(paths).stem
            examination.find(
                "doctor-source-twice", path, case_id=path.stem, system=system, id=number, other=first
            )


def folded_name(name: str) -> str:
    """Returns a path as macOS and Windows compare it."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
