"""The branch of another repository that the current branch follows: fetched, compared, pushed."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.git import Repository

_BRANCH: Final = "refs/heads/"
# The last commit that this clone and the remote both had, by branch; so a remote whose history was rewritten is
# noticed, also if another program fetched it since.
_SHARED: Final = "refs/complaintctl/shared/"
# What git and the transports print (LC_ALL=C) if there is no way to the other repository, or it does not let us in.
_UNREACHABLE: Final = re.compile(
    rb"could not resolve (host|proxy)|couldn't connect|connection (refused|timed out|reset|closed by)|"
    rb"network is unreachable|no route to host|operation timed out|failed to connect|name or service not known|"
    rb"temporary failure in name resolution|unable to connect",
    re.IGNORECASE,
)
_NOT_LET_IN: Final = re.compile(
    rb"authentication failed|could not read (username|password)|terminal prompts disabled|"
    rb"permission denied|access denied|host key verification failed|http basic: access|error: 40[13]\b",
    re.IGNORECASE,
)
_NOTHING_THERE: Final = re.compile(
    rb"does not appear to be a git repository|repository .*not found|repository not found|no such file or directory",
    re.IGNORECASE,
)
_NO_SUCH_BRANCH: Final = b"couldn't find remote ref"
# Why a push is refused that succeeds after another fetch.
_BEHIND: Final = re.compile(
    r"\((fetch first|non-fast-forward|stale info|cannot lock ref.*|failed to lock|incorrect old value provided|"
    r"failed to update ref|reference already exists)\)"
)

Push = Literal["pushed", "behind"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Upstream:
    """What the current branch follows: `remote_ref` there, whose last known commit is `tracking` here."""

    branch: str
    remote: str
    remote_ref: str
    tracking: str

    @property
    def name(self) -> str:
        """Remote and branch: `origin/main`."""
        return f"{self.remote}/{self.remote_ref.removeprefix(_BRANCH)}"

    @property
    def shared_ref(self) -> str:
        """Where this clone keeps the last commit that both had."""
        return f"{_SHARED}{self.branch}"


def find_upstream(repository: Repository) -> Upstream:
    """The branch that the current one follows; raises Broken if there is no branch, no remote or no such setting."""
    branch = _answer(repository, "symbolic-ref", "--short", "--quiet", "HEAD")
    if not branch:
        raise Broken("detached-head")
    remotes = _answer(repository, "remote").split()
    if not remotes:
        raise Broken("no-remote", branch=branch)
    remote = _answer(repository, "config", "--get", f"branch.{branch}.remote")
    remote_ref = _answer(repository, "config", "--get", f"branch.{branch}.merge")
    if not remote or not remote_ref:
        raise Broken("no-upstream", branch=branch, remote="origin" if "origin" in remotes else remotes[0])
    # Unlike `rev-parse @{upstream}`, this also answers for a branch that was never fetched.
    tracking = _answer(repository, "for-each-ref", "--format=%(upstream)", f"{_BRANCH}{branch}")
    if not tracking:
        tracking = f"refs/remotes/{remote}/{remote_ref.removeprefix(_BRANCH)}"
    return Upstream(branch=branch, remote=remote, remote_ref=remote_ref, tracking=tracking)


def _answer(repository: Repository, *arguments: str) -> str:
    return git.run_git(repository, *arguments).stdout.decode(errors="replace").strip()


def fetch(repository: Repository, upstream: Upstream) -> str | None:
    """Fetch the branch and return its commit there; None if the remote does not have it.

    Raises Broken if the remote cannot be reached, does not let us in, or git fails otherwise.
    """
    refspec = f"+{upstream.remote_ref}:{upstream.tracking}"
    run = git.run_git(
        repository,
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        upstream.remote,
        refspec,
        writes=True,
    )
    if run.returncode != 0 and _NO_SUCH_BRANCH in run.stderr:
        return None
    if run.returncode != 0:
        raise _remote_failure(upstream, "fetch", run.stderr)
    return git.git_output(repository, "rev-parse", "--verify", f"{upstream.tracking}^{{commit}}").strip()


def push(repository: Repository, upstream: Upstream, commit: str) -> Push:
    """Push a commit to the branch; `behind` if somebody else was faster.

    Raises Broken if the remote refuses it otherwise (a hook, a protected branch) or cannot be reached.
    """
    refspec = f"{commit}:{upstream.remote_ref}"
    run = git.run_git(repository, "push", "--porcelain", upstream.remote, refspec, writes=True)
    if run.returncode == 0:
        return "pushed"
    lines = run.stdout.decode(errors="replace").splitlines()
    refused = next((line for line in lines if line.startswith("!")), "")
    if _BEHIND.search(refused):
        return "behind"
    if refused:
        raise Broken("push-refused", remote=upstream.name, detail=_reason(refused, run.stderr))
    raise _remote_failure(upstream, "push", run.stderr)


def _reason(refused: str, errors: bytes) -> str:
    """Why a remote refuses: what its hook says last, or the words of git."""
    lines = (line.strip() for line in errors.decode(errors="replace").splitlines())
    told = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    told = [line for line in told if line]
    return (told[-1] if told else refused.rpartition("\t")[2]).rstrip(".")


def _remote_failure(upstream: Upstream, command: str, errors: bytes) -> Broken:
    detail = git.git_error_line(errors)
    if _NOT_LET_IN.search(errors):
        return Broken("remote-not-let-in", remote=upstream.remote, detail=detail)
    if _UNREACHABLE.search(errors):
        return Broken("remote-unreachable", remote=upstream.remote, detail=detail)
    if _NOTHING_THERE.search(errors):
        return Broken("remote-missing", remote=upstream.remote, detail=detail)
    return Broken("git-failed", command=command, detail=detail)


def is_ancestor(repository: Repository, earlier: str, later: str) -> bool:
    """Whether the history of `later` contains `earlier`."""
    return git.run_git(repository, "merge-base", "--is-ancestor", earlier, later).returncode == 0


def common_commit(repository: Repository, one: str, other: str) -> str | None:
    """The last commit that both histories have; None if they have none."""
    return _answer(repository, "merge-base", one, other) or None


def was_rewritten(repository: Repository, upstream: Upstream, incoming: str, own: str) -> str | None:
    """The last commit that both had, if it is still in our history but no longer in theirs; else None."""
    shared = _answer(repository, "rev-parse", "--verify", "--quiet", upstream.shared_ref)
    if not shared or is_ancestor(repository, shared, incoming) or not is_ancestor(repository, shared, own):
        return None
    return shared


def remember_shared(repository: Repository, upstream: Upstream, commit: str) -> None:
    """Remember the last commit that both have."""
    git.git_output(repository, "update-ref", upstream.shared_ref, commit)


def changed_tracked_files(repository: Repository) -> tuple[str, ...]:
    """The files in git that differ from the last commit, in the index or the work tree."""
    answer = git.git_output(repository, "status", "--porcelain", "-z", "--untracked-files=no", "--no-renames")
    return tuple(entry[3:] for entry in answer.split("\0") if entry)


def untracked_files(repository: Repository, folders: tuple[str, ...]) -> tuple[str, ...]:
    """The files below these folders (from the top) that are in no commit and not ignored."""
    answer = git.git_output(repository, "ls-files", "--others", "--exclude-standard", "-z", "--", *folders)
    return tuple(name for name in answer.split("\0") if name)


def tree_changes(
    repository: Repository, before: str | None, after: str
) -> dict[str, tuple[str | None, str | None]]:
    """The files that differ between two commits (`before` None: an empty tree), with their blobs before and after."""
    start = before or _answer(repository, "hash-object", "-t", "tree", "/dev/null")
    answer = git.git_output(
        repository, "diff-tree", "-r", "--raw", "-z", "--no-abbrev", "--no-renames", start, after
    )
    parts = iter(answer.split("\0"))
    changes: dict[str, tuple[str | None, str | None]] = {}
    for head in parts:
        if head:
            _old_mode, _new_mode, old, new, _status = head.lstrip(":").split()
            changes[next(parts)] = (_blob(old), _blob(new))
    return changes


def _blob(name: str) -> str | None:
    return None if set(name) == {"0"} else name


def read_objects(repository: Repository, names: tuple[str, ...]) -> dict[str, bytes]:
    """The bytes of blobs by name, by one git process."""
    if not names:
        return {}
    run = git.run_git(repository, "cat-file", "--batch", given="\n".join(names).encode() + b"\n")
    contents: dict[str, bytes] = {}
    place = 0
    while place < len(run.stdout):
        end = run.stdout.index(b"\n", place)
        name, *rest = run.stdout[place:end].decode().split()
        place = end + 1
        if rest[0] == "missing":
            continue
        size = int(rest[1])
        contents[name] = run.stdout[place : place + size]
        place += size + 1
    return contents
