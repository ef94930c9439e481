"""Examines whether git keeps what makes it quick in a large casebook."""

from functools import partial
from typing import Final

from complaintctl.storage.git import git, revisions
from complaintctl.storage.git.git import Repository
from complaintctl.storage.upkeep.examination import Examination

# With 100,000 files `git status` takes 0.5 s of a processor; below this number nobody waits.
_LARGE: Final = 20_000
_UNTRACKED_CACHE: Final = "core.untrackedCache"


def examine_size(examination: Examination, repository: Repository) -> None:
    """Name what a repository of many files lacks: changed paths in the commit-graph, the cache of untracked files."""
    if _count_files(repository) < _LARGE:
        return
    if not revisions.has_changed_paths(repository):
        examination.find("doctor-commit-graph", None, mend="mend-commit-graph")
        write_graph = ("commit-graph", "write", "--reachable", "--changed-paths")
        examination.acts.append(partial(_run, repository, write_graph))
    if git.configured_value(repository.top, _UNTRACKED_CACHE) is None:
        examination.find("doctor-untracked-cache", None, mend="mend-untracked-cache")
        examination.acts.append(partial(_run, repository, ("config", _UNTRACKED_CACHE, "true")))


def _run(repository: Repository, arguments: tuple[str, ...]) -> None:
    git.git_output(repository, *arguments)


def _count_files(repository: Repository) -> int:
    """The number of files in git's index, from its head (gitformat-index(5)); 0 if there is none."""
    try:
        with (repository.folder / "index").open("rb") as file:
            return int.from_bytes(file.read(12)[8:])
    except OSError:
        return 0
