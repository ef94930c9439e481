"""What differs between two commits, in words of the casebook: the new events of each case, and other files."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from complaintctl.domain.case.case import Event
from complaintctl.domain.overview.news import CaseNews, News
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import CASE_ID_PATTERN, Casebook
from complaintctl.storage.git import git, remotes


def news_between(casebook: Casebook, repository: git.Repository, before: str | None, after: str) -> News:
    """Returns what is in `after` and not in `before` (None: in no commit); reads only the files that differ."""
    changes = remotes.tree_changes(repository, before, after)
    folder = PurePosixPath(casebook.root.relative_to(repository.top).as_posix(), "cases")
    versions: dict[str, tuple[list[str], list[str]]] = {}
    files: list[str] = []
    for name, (old, new) in changes.items():
        path = PurePosixPath(name)
        if not path.is_relative_to(folder) or not CASE_ID_PATTERN.fullmatch(path.stem):
            files.append(name)
            continue
        olds, news = versions.setdefault(path.stem, ([], []))
        olds += [old] if old else []
        news += [new] if new else []
    names = {blob for sides in versions.values() for side in sides for blob in side}
    contents = remotes.read_objects(repository, tuple(sorted(names)))
    cases = (
        _case_news(case_id, *([contents.get(blob, b"") for blob in side] for side in sides))
        for case_id, sides in sorted(versions.items())
    )
    # A case that was only moved or only reformatted has nothing to tell.
    return News(
        cases=tuple(case for case in cases if case.events or case.gone or not case.readable),
        files=tuple(sorted(files)),
    )


def _case_news(case_id: str, olds: Iterable[bytes], news: Iterable[bytes]) -> CaseNews:
    known = {event.id for text in olds for event in _events(case_id, text) or ()}
    histories = [_events(case_id, text) for text in news]
    events = {event.id: event for history in histories for event in history or () if event.id not in known}
    return CaseNews(
        case_id=case_id, events=tuple(events.values()), gone=not histories, readable=None not in histories
    )


def _events(case_id: str, text: bytes) -> tuple[Event, ...] | None:
    loaded, _problems = casefile.parse_case(Path(f"{case_id}.yaml"), text)
    return loaded.case.history if loaded is not None else None
