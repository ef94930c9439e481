"""What the work tree has that is not committed yet: told, but no contradiction."""

from collections.abc import Iterator

from complaintctl.domain.audit.records import AuditFinding
from complaintctl.storage.audit import case_text, comparison
from complaintctl.storage.audit.layout import CasebookPath, Layout
from complaintctl.storage.audit.versions import Versions
from complaintctl.storage.case.casebook import POLICY_FILE
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.git import revisions


def find_uncommitted(layout: Layout, versions: Versions, last: str) -> Iterator[AuditFinding]:
    """Yields a warning for each file that differs from the last commit, with what it does to the history of a case."""
    root = layout.casebook.root
    folders = (root / "cases", root / "attachments", root / POLICY_FILE)
    for _state, name in revisions.changed_files(layout.repository, folders):
        path = layout.understand(name)
        if path is None:
            continue
        key, values = _describe(layout, versions, path, f"{last}:{name}")
        yield AuditFinding(
            key=key, values=values, case_id=path.owner or None, file=path.path, commit=None, warning=True
        )


def _describe(
    layout: Layout, versions: Versions, path: CasebookPath, name: str
) -> tuple[str, dict[str, object]]:
    """Returns the key and the values of the sentence about a file that is not committed as it is."""
    values: dict[str, object] = {"case": path.owner, "file": path.path}
    if path.kind != "case":
        return "audit-uncommitted", values
    text, _problems = untrusted_file.read_untrusted_file(
        layout.casebook.root / path.path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
    )
    if text is None:
        return "audit-uncommitted-removed", values
    before = versions.text(name)
    if before is None:
        return "audit-uncommitted-new", values
    key, events = _compare(before, text, path.owner)
    return key, {**values, "events": events}


def _compare(before: bytes, text: bytes, case_id: str) -> tuple[str, list[str]]:
    """Returns the key of the sentence about a changed case, and the ids of the events that it is about."""
    if case_text.without_form(before) == case_text.without_form(text):
        return "audit-uncommitted-form", []
    old, new = case_text.read_texts(before), case_text.read_texts(text)
    if old is None or new is None:
        return "audit-uncommitted", []
    found = comparison.compare_versions(old, new, case_id)
    touched = [event.id for event in (*found.removed, *(was for was, _now in found.changed), *found.moved)]
    if touched:
        return "audit-uncommitted-past", touched
    if found.added:
        return "audit-uncommitted-events", [event.id for event in found.added]
    return "audit-uncommitted", []
