"""The files of the last commit: the cases and attachments, and what contradicts itself in them as a whole."""

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.audit.state import VerifiedState
from complaintctl.storage.git import revisions

# Modes of git: https://git-scm.com/docs/git-fast-import#_filemodify
_FILES: Final = frozenset({"100644", "100755", "100664"})


@dataclass(frozen=True, slots=True)
class HeadFile:
    """The file of a case in the last commit: its path from the casebook's root, and its blob."""

    case_id: str
    path: str
    blob: str


@dataclass(slots=True)
class HeadFiles:
    """Those that were asked for; `attachments` are paths from the casebook's root with their blobs.

    `count` is the number of all case files, `present` the cases that they are of, by name. `irregular` are all cases that
    are a link or a repository of its own.
    """

    count: int = 0
    present: set[str] = field(default_factory=set)
    cases: list[HeadFile] = field(default_factory=list)
    attachments: dict[str, str] = field(default_factory=dict)
    irregular: list[HeadFile] = field(default_factory=list)

    def with_present_paths(self, findings: Sequence[AuditFinding]) -> list[AuditFinding]:
        """Returns the findings with the present file of each case, which may have moved since a finding was made."""
        paths = {file.case_id: file.path for file in self.cases}
        present = set(paths.values())
        return [
            dataclasses.replace(finding, file=paths[finding.case_id])
            if finding.case_id in paths and finding.file.startswith("cases/") and finding.file not in present
            else finding
            for finding in findings
        ]


def list_head_files(layout: Layout, last: str, wanted: Container[str] | None) -> HeadFiles:
    """Returns the files of the wanted cases (None: all) of a commit. A link is no file of a casebook."""
    files, cases = HeadFiles(), f"{layout.prefix}cases/"
    for mode, blob, name in revisions.list_files(layout.repository, last, layout.casebook.root):
        is_unwanted = False
        if name.startswith(cases) and name.endswith(".yaml"):
            case_id = name.rpartition("/")[2].removesuffix(".yaml")
            files.count += 1
            files.present.add(case_id)
            is_unwanted = wanted is not None and case_id not in wanted
        if is_unwanted and mode in _FILES:
            continue
        path = layout.understand(name)
        if path is None:
            continue
        if mode not in _FILES:
            files.irregular += [HeadFile(path.owner, path.path, blob)] if path.kind == "case" else []
        elif path.kind == "case":
            files.cases.append(HeadFile(path.owner, path.path, blob))
        elif path.kind == "attachment":
            files.attachments[path.path] = blob
    return files


def irregular_findings(head: HeadFiles, last: str) -> Iterator[AuditFinding]:
    """Yields a finding for each case whose file is none."""
    for file in head.irregular:
        yield AuditFinding(key="not-a-file", case_id=file.case_id, file=file.path, line=1, commit=last)


def double_findings(
    head: HeadFiles,
    judged: Collection[str],
    sources: Iterable[tuple[str, str, str]],
    state: VerifiedState,
    last: str,
) -> Iterator[AuditFinding]:
    """Yields a finding for each case with two files, and for each record of another system that is two cases.

    `sources` are system, id and case of the cases that were `judged`; `state` knows those of the other ones.
    """
    paths: dict[str, list[str]] = defaultdict(list)
    for file in head.cases:
        paths[file.case_id].append(file.path)
    for case_id, places in paths.items():
        if len(places) > 1:
            values = {"case": case_id, "other": places[0]}
            yield AuditFinding(
                key="audit-case-twice", values=values, case_id=case_id, file=places[-1], commit=last
            )
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for system, name, case_id in sources:
        known = owners[system, name]
        known.update(owner for owner in state.cases_of(system, name) if owner not in judged)
        known.add(case_id)
        others = sorted(other for other in known if other in head.present and other != case_id)
        if others and case_id in paths:
            yield AuditFinding(
                key="audit-source-twice",
                values={"system": system, "id": name, "other": others[0], "case": case_id},
                case_id=case_id,
                file=paths[case_id][0],
                commit=last,
            )
