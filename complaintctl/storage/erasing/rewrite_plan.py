"""Plans how git-filter-repo removes erased data from earlier commits, and checks that it did (templates/rewrite/)."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.privacy import erased_fields, personal_values
from complaintctl.domain.privacy.certificate import case_of_path
from complaintctl.domain.privacy.erased_fields import ATTACHMENT_PREFIX
from complaintctl.domain.privacy.personal_values import ErasedValue
from complaintctl.errors import Broken, InvalidInput
from complaintctl.storage.case import casefile, new_text
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.disk.shipped import SHIPPED_FOLDER
from complaintctl.storage.erasing import needle_search
from complaintctl.storage.git import git, object_search
from complaintctl.storage.git.git import Repository

_TEMPLATES: Final = ("rewrite.sh", "blob.py.txt", "commit.py.txt")
_PLAN_FILE: Final = "plan.json"
_OLD_OBJECTS: Final = "old-objects.txt"


@dataclass(slots=True)
class RewritePlan:
    """What a rewriting changes: new contents by the old blob, paths to remove, new messages by the old commit.

    `others` are further files, by path, that have a piece of the data; a person decides about them.
    """

    cases: tuple[str, ...]
    head: str
    versions: dict[str, bytes] = field(default_factory=dict)
    removed: dict[str, None] = field(default_factory=dict)
    removed_blobs: set[str] = field(default_factory=set)
    messages: dict[str, bytes] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no earlier commit has anything to remove."""
        return not (self.versions or self.removed_blobs or self.messages or self.others)

    @property
    def old_objects(self) -> tuple[str, ...]:
        """The objects that must be gone afterwards."""
        return (*self.versions, *sorted(self.removed_blobs), *self.messages)


def make_plan(repository: Repository, cases: Mapping[str, Case]) -> RewritePlan:
    """Returns the plan for erased cases, by id, as they are now. Raises Broken if git fails."""
    plan = RewritePlan(cases=tuple(cases), head=git.head_commit(repository) or "")
    broken, values = dict[str, bytes](), dict[ErasedValue, None]()
    for _commit, blob, path in object_search.file_changes(repository):
        case = cases.get(case_of_path(path) or "")
        if case is None or blob in plan.versions or blob in broken:
            continue
        if ATTACHMENT_PREFIX in path and "cases/" not in path:
            _plan_attachment(plan, case, blob, path)
        else:
            _plan_version(plan, case, (blob, path), git.read_object(repository, blob), broken, values)
    _plan_rest(plan, repository, broken, values)
    return plan


def _plan_attachment(plan: RewritePlan, case: Case, blob: str, path: str) -> None:
    name = path.rpartition("/")[2]
    if f"{ATTACHMENT_PREFIX}{name}" in erased_fields.erased_names(case.history):
        plan.removed[path] = None
        plan.removed_blobs.add(blob)


def _plan_version(
    plan: RewritePlan,
    now: Case,
    version: tuple[str, str],
    content: bytes,
    broken: dict[str, bytes],
    values: dict[ErasedValue, None],
) -> None:
    """Adds a version of a case: with what was erased since taken out, or to `broken` if it cannot be read."""
    blob, path = version
    loaded, _problems = casefile.parse_case(Path(path), content)
    if loaded is None or not loaded.whole:
        broken[blob] = content
        return
    ids = {event.id for event in loaded.case.history}
    names = erased_fields.erased_names(event for event in now.history if event.id not in ids)
    if not names:
        return
    after = _erased_version(loaded.case, names)
    cleared = [name for name in names if fields.is_field(name)]
    values.update(dict.fromkeys(personal_values.values_to_erase(loaded.case, cleared)))
    text = new_text.case_yaml(after).encode()
    if text != content:
        plan.versions[blob] = text


def _erased_version(case: Case, names: Collection[str]) -> Case:
    """Returns an earlier version of a case as it would have been, had it never had what was erased later."""
    case = erased_fields.clear_fields(case, filter(fields.is_field, names))
    return erased_fields.with_erased_events(case, names)


def _plan_rest(
    plan: RewritePlan, repository: Repository, broken: Mapping[str, bytes], values: Iterable[ErasedValue]
) -> None:
    """Adds versions that cannot be read, commit messages, and other files with a piece of the data."""
    known_values = tuple(values)
    needles = personal_values.make_needles(known_values)
    contains = needle_search.NeedleSearch(known_values).weigh
    plan.versions |= {
        blob: _blank_out(content, [needle.text for needle in needles])
        for blob, content in broken.items()
        if contains(content)
    }
    known = {*plan.versions, *plan.removed_blobs}
    _count, found = object_search.search_objects(repository, contains, ())
    for entry in found:
        if entry.kind == "commit" and entry.commits:
            message = git.commit_message(repository, entry.name)
            changed = _blank_out(message, [needle.text for needle in needles])
            if changed != message:
                plan.messages[entry.name] = changed
        elif entry.kind == "blob" and entry.name not in known:
            plan.others |= dict.fromkeys(path for path in entry.paths if case_of_path(path) not in plan.cases)


def _blank_out(content: bytes, texts: Iterable[str]) -> bytes:
    for text in sorted(texts, key=len, reverse=True):
        for spelling in needle_search.spellings(text):
            content = content.replace(spelling, erased_fields.ERASED_TEXT.encode())
    return content


def write_plan(plan: RewritePlan, folder: Path, language: str) -> None:
    """Writes the plan into a new folder, for its owner alone. Raises InvalidInput if the folder has files, Broken if the disk fails."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput("rewrite-folder", path=str(folder))
    with atomic_write.convert_disk_errors(folder):
        for part in ("versions", "messages"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        for blob, content in plan.versions.items():
            (folder / "versions" / blob).write_bytes(content)
        for commit, message in plan.messages.items():
            (folder / "messages" / commit).write_bytes(message)
        _write_lines(folder / "removed-paths.txt", plan.removed)
        _write_lines(folder / "other-files.txt", (f"#{path}" for path in plan.others))
        _write_lines(folder / _OLD_OBJECTS, plan.old_objects)
        _write_lines(folder / "head.txt", [plan.head])
        about = json.dumps({"version": 1, "cases": plan.cases, "head": plan.head})
        (folder / _PLAN_FILE).write_text(about + "\n", encoding="utf-8")
        source = SHIPPED_FOLDER / "rewrite"
        for name in _TEMPLATES:
            (folder / name).write_bytes((source / name).read_bytes())
        (folder / "rewrite.sh").chmod(0o700)
        (folder / "README.md").write_bytes((source / f"README.{language}.md").read_bytes())


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))


@dataclass(frozen=True, kw_only=True, slots=True)
class RewrittenHistory:
    """A history that git-filter-repo rewrote: the cases of the plan, and each new commit by the old one."""

    cases: tuple[str, ...]
    commits: Mapping[str, str]


def read_rewritten(repository: Repository, folder: Path) -> RewrittenHistory:
    """Returns what the script of a plan did. Raises InvalidInput if it is no plan or was not run.

    Raises Broken if objects of the old history are still there.
    """
    try:
        plan = json.loads((folder / _PLAN_FILE).read_bytes())
        cases, head = tuple(map(str, plan["cases"])), str(plan["head"])
        old = (folder / _OLD_OBJECTS).read_text(encoding="utf-8").split()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput("rewrite-plan", path=str(folder)) from error
    map_file = git.common_folder(repository) / "filter-repo" / "commit-map"
    commits = _read_commit_map(map_file)
    if head not in commits:
        raise InvalidInput("rewrite-not-run", path=str(folder), map=str(map_file))
    left = [name for name in old if name not in object_search.missing_objects(repository, old)]
    if left:
        raise Broken("rewrite-left", count=len(left))
    return RewrittenHistory(
        cases=cases, commits={before: after for before, after in commits.items() if before != after}
    )


def _read_commit_map(path: Path) -> dict[str, str]:
    """Returns new by old commit; the first line of the file is a heading, and a commit of zeros was dropped."""
    if not path.is_file():
        return {}
    pairs = (line.split() for line in path.read_text(encoding="utf-8").splitlines()[1:])
    return {pair[0]: pair[1] for pair in pairs if len(pair) == len(("old", "new")) and pair[1].strip("0")}
