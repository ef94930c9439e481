"""What a path of the repository means in a casebook, which may be a subfolder of the repository."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final, Literal, get_args

from complaintctl.storage.case.casebook import POLICY_FILE, Casebook
from complaintctl.storage.git.git import Repository

Kind = Literal["case", "attachment", "policy", "checkpoint"]
_KINDS: Final = re.compile(
    r"(?P<case>cases/(?P<folder>open|closed)/(?:[^\n]*/)?(?P<id>[^/]+)\.ya?ml)"
    r"|(?P<attachment>attachments/(?P<owner>[^/]+)/.+)"
    r"|(?P<checkpoint>checkpoints/[1-9][^/]*\.(?:note|leaves|sig))"
    rf"|(?P<policy>{re.escape(POLICY_FILE)})",
    re.DOTALL,
)
_KIND_OF_GROUP: Final[Mapping[str | None, Kind]] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class CasebookPath:
    """A path from the casebook's root: of a case (`owner` is its id by name), an attachment, the policy, a checkpoint."""

    kind: Kind
    path: str
    owner: str
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the casebook lies in its repository."""

    casebook: Casebook
    repository: Repository

    @cached_property
    def prefix(self) -> str:
        """The path of the casebook from the top of the repository, with a slash at its end; empty at the top."""
        relative = PurePosixPath(self.casebook.root.relative_to(self.repository.top).as_posix())
        return "" if str(relative) == "." else f"{relative}/"

    def understand(self, path: str) -> CasebookPath | None:
        """Returns what a path from the top of the repository is; None if it is no file that `verify` looks at."""
        if not path.startswith(self.prefix):
            return None
        match = _KINDS.fullmatch(path, len(self.prefix))
        if match is None:
            return None
        owner = match["id"] or match["owner"] or ""
        return CasebookPath(
            _KIND_OF_GROUP[match.lastgroup], path[len(self.prefix) :], owner, match["folder"] == "closed"
        )

    def case_paths(self, case_id: str) -> tuple[str, str]:
        """The paths of a case from the top of the repository while it is open, and once it is closed."""
        return (
            f"{self.prefix}cases/open/{case_id}.yaml",
            f"{self.prefix}cases/closed/{case_id[2:6]}/{case_id[6:8]}/{case_id}.yaml",
        )

    @property
    def policy_path(self) -> str:
        """The path of the policy from the top of the repository."""
        return self.prefix + POLICY_FILE
