"""Makes casebooks to measure with: the electronics policy and invented cases, committed to a git repository."""

import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from bench import stories
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.domain.deadlines.rulebook import Rulebook, build_rulebook
from complaintctl.storage.case import new_text
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.policy import policyfile

POLICY: Final = "electronics"
# The number of different closed cases. The rest of an archive are copies with other ids, since no daily command
# reads them.
DIFFERENT: Final = 500


def rules() -> Rulebook:
    """Returns the rulebook of the shipped policy."""
    file, problems = policyfile.read_policy(policy_path())
    if file is None:
        raise SystemExit("\n".join(map(str, problems)))
    return build_rulebook(file.policy)


def policy_path() -> Path:
    """Returns the file of the shipped policy."""
    path = policyfile.shipped_policy_path(POLICY)
    if path is None:
        raise SystemExit(POLICY)
    return path


def made(root: Path, open_count: int, closed_count: int, moment: datetime) -> Casebook:
    """Makes a casebook in a new folder with these numbers of open and closed cases, all committed."""
    book = Casebook(root=root, repository=None)
    book.open_folder.mkdir(parents=True)
    book.closed_folder.mkdir(parents=True)
    book.policy_path.write_bytes(policy_path().read_bytes())
    for case in stories.open_cases(open_count, rules(), moment):
        open_case_path(book, case.id).write_text(new_text.case_yaml(case), encoding="utf-8")
    for case_id, text in _archive(closed_count, moment):
        path = closed_case_path(book, case_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _commit(root)
    return book


def _archive(count: int, moment: datetime) -> Iterator[tuple[str, str]]:
    different = list(stories.closed_cases(min(count, DIFFERENT), rules(), moment))
    texts = [(case, new_text.case_yaml(case)) for case in different]
    for number in range(count):
        case, text = texts[number % len(texts)]
        yield _renamed(case, text, number)


def _renamed(case: Case, text: str, number: int) -> tuple[str, str]:
    letters = "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in reversed(range(5)))
    case_id = f"{case.id[:-5]}{letters}"
    return case_id, text.replace(case.id, case_id, 1)


def _commit(root: Path) -> None:
    """Commit everything once, with uncompressed objects, because only the index is measured."""
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    quick = (
        "-c",
        "core.compression=0",
        "-c",
        "core.fsync=none",
        "-c",
        "gc.auto=0",
        "-c",
        "maintenance.auto=0",
    )
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message=bench")):
        subprocess.run(["git", "-C", str(root), *identity, *quick, *words], check=True)
