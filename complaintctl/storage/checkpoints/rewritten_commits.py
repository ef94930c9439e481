"""Finds the new commit of one that an honest rewriting of the history replaced, by the committed maps."""

from collections.abc import Iterator
from pathlib import Path

from complaintctl.domain.privacy.rewrite_map import MAP_FOLDER, MAP_SUFFIX, RewriteMap, parse_rewrite_map
from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.git import recorded_tree
from complaintctl.storage.git.git import Repository


def find_rewritten(
    casebook: Casebook, repository: Repository, head: str, commit: str
) -> tuple[str, RewriteMap] | None:
    """Returns the commit of this history that stands for an old one, and the last map that says so; else None.

    Only maps that `head` contains count: their own commits say who vouches for them. A history may have been
    rewritten several times.
    """
    maps = sorted(_recorded_maps(casebook, repository, head), key=_map_time)
    current, found = commit, None
    for entry in maps:
        if current in entry.commits:
            current, found = entry.commits[current], entry
    if found is None or not recorded_tree.is_ancestor(repository, current, head):
        return None
    return current, found


def _map_time(entry: RewriteMap) -> float:
    return entry.at.timestamp()


def _recorded_maps(casebook: Casebook, repository: Repository, head: str) -> Iterator[RewriteMap]:
    files = recorded_tree.list_tree(repository, head, casebook.root / MAP_FOLDER)
    blobs = [blob for name, blob in sorted(files.items()) if Path(name).suffix == MAP_SUFFIX]
    for content in recorded_tree.read_objects(repository, blobs):
        entry = parse_rewrite_map(content.decode("utf-8", "replace"))
        if entry is not None:
            yield entry
