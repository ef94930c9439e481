"""The cases as a commit has them, for checkpoints: makes their leaves and compares them with those of a checkpoint."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from complaintctl.domain.audit.checkpoints import canonical_history
from complaintctl.domain.audit.checkpoints.checkpoint import Leaf
from complaintctl.domain.audit.records import AuditFinding
from complaintctl.domain.case.case import Case
from complaintctl.domain.problems import Problem
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, Casebook
from complaintctl.storage.checkpoints.checkpoint_files import StoredCheckpoint
from complaintctl.storage.git import recorded_tree
from complaintctl.storage.git.git import Repository


def leaves_at_commit(
    casebook: Casebook, repository: Repository, commit: str, known: StoredCheckpoint | None
) -> tuple[list[Leaf], list[Problem]]:
    """Returns the leaves of all cases of a commit, and the faults of cases that cannot be read.

    Files that have not changed since the commit of `known` keep its leaves, unread.
    """
    folder = casebook.root / "cases"
    files = recorded_tree.case_files(recorded_tree.list_tree(repository, commit, folder))
    earlier = {leaf.case_id: leaf for leaf in known.leaves} if known else {}
    changed = _changed_since(casebook, repository, commit, known) if known else None
    leaves, problems, wanted = list[Leaf](), list[Problem](), list[tuple[str, str]]()
    for case_id, places in files.items():
        paths = [path for path, _blob in places]
        if len(paths) > 1 or not CASE_ID_PATTERN.fullmatch(case_id):
            problems += [Problem(key="checkpoint-odd-file", file=str(folder / path)) for path in paths]
        elif changed is None or case_id not in earlier or paths[0] in changed:
            wanted += places
        else:
            leaves.append(earlier[case_id])
    for path, case, faults in _read_cases(repository, folder, wanted):
        problems += faults
        if case is not None:
            leaves.append(canonical_history.leaf_of_case(case))
        elif not faults:
            problems.append(Problem(key="checkpoint-odd-file", file=str(folder / path)))
    return sorted(leaves, key=lambda leaf: leaf.case_id), problems


def _read_cases(
    repository: Repository, folder: Path, files: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, Case | None, list[Problem]]]:
    """Yields path, case and serious faults of files; a file with faults gives what can be read of it as well."""
    files = list(files)
    contents = recorded_tree.read_objects(repository, (blob for _path, blob in files))
    for (path, _blob), data in zip(files, contents, strict=True):
        loaded, problems = casefile.parse_case(folder / path, data)
        yield path, loaded.case if loaded else None, [fault for fault in problems if not fault.warning]


def compare_with_checkpoint(
    casebook: Casebook,
    repository: Repository,
    commit: str,
    stored: StoredCheckpoint,
    values: Mapping[str, object],
) -> list[AuditFinding]:
    """Returns what contradicts a checkpoint in the cases of a commit: cases and events that are gone or differ.

    If the checkpoint's commit is in the history of this one, only the files that changed since are read.
    """
    folder = casebook.root / "cases"
    files = recorded_tree.case_files(recorded_tree.list_tree(repository, commit, folder))
    changed = _changed_since(casebook, repository, commit, stored)
    findings, leaves, wanted = list[AuditFinding](), dict[str, Leaf](), list[tuple[str, str]]()
    for leaf in stored.leaves:
        places = files.get(leaf.case_id, [])
        if not places:
            findings.append(canonical_history.missing_case(leaf, values))
        for path, blob in places:
            if changed is None or path in changed:
                leaves[path] = leaf
                wanted.append((path, blob))
    for path, case, faults in _read_cases(repository, folder, wanted):
        leaf, file = leaves[path], f"cases/{path}"
        if case is None or faults:
            findings.append(canonical_history.faulty_case(leaf, file, values))
        else:
            findings += canonical_history.compare_with_leaf(leaf, case, file, values)
    return findings


def _changed_since(
    casebook: Casebook, repository: Repository, commit: str, stored: StoredCheckpoint
) -> frozenset[str] | None:
    """Returns the case files that differ from the commit of a checkpoint; None if it is not in this history."""
    before = stored.content.commit
    if not recorded_tree.is_ancestor(repository, before, commit):
        return None
    return recorded_tree.changed_names(repository, before, commit, casebook.root / "cases")
