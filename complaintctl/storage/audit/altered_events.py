"""Finds the events of one case that are not as the commit has them that recorded them."""

from collections.abc import Iterable

from complaintctl.domain.privacy import erased_fields
from complaintctl.storage.audit import case_text, comparison
from complaintctl.storage.audit.case_text import RawEvent
from complaintctl.storage.audit.layout import Layout
from complaintctl.storage.git.object_reader import ObjectReader


def find_altered_events(
    layout: Layout, case_id: str, present: bytes, commits: Iterable[str]
) -> frozenset[str]:
    """Returns the ids of the events in a file that differ from the first of these commits (oldest first) that has them.

    An event whose text was erased is not altered. A file that cannot be read has none.
    """
    texts = case_text.read_texts(present)
    if texts is None:
        return frozenset()
    names = [f"{commit}:{path}" for commit in commits for path in layout.case_paths(case_id)]
    first: dict[str, list[RawEvent]] = {}
    with ObjectReader(layout.repository) as objects:
        for version in objects.read(names):
            read = case_text.read_texts(version) if version is not None else None
            own: dict[str, list[RawEvent]] = {}
            for event in read.events if read is not None else ():
                own.setdefault(event.id, []).append(event.raw)
            for event_id, raws in own.items():
                # Two notes of one second have one id.
                first[event_id] = max(first.get(event_id, []), raws, key=len)
    erased = comparison.erased_names(texts.events)
    return frozenset(
        event.id
        for event in texts.events
        if event.id in first
        and not any(erased_fields.explains_raw_change(raw, event.raw, erased) for raw in first[event.id])
    )
