"""A journal that somebody edited must not make us write, remove or commit what no command does."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.write.journal_scope import case_of_file, is_own_journal

ID, OTHER = "C-20261121-7K3FQ", "C-20261121-0000A"
OPEN, CLOSED = f"cases/open/{ID}.yaml", f"cases/closed/2026/11/{ID}.yaml"
MESSAGE = f"{ID} note\n\nCase: {ID}\nEvent: note ABCDEFGH\nActor: li.wei\n"


@pytest.fixture
def casebook(tmp_path: Path) -> Casebook:
    root = tmp_path / "book"
    (root / "cases" / "open").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path)
    (root / "templates").symlink_to(tmp_path)
    return Casebook(root=root, repository=None)


def entry(message: str = MESSAGE, **parts: Any) -> dict[str, Any]:
    return {"message": message, "commit": True, "files": {}, "new": [], "removed": [], "marks": [], **parts}


def texts(*names: str) -> dict[str, Any]:
    together = {name: {"was": "", "text": "evil"} for name in names}
    return {"files": {OPEN: "0", **dict.fromkeys(names, "0")}, "together": together}


OWN = {
    "a note": entry(files={OPEN: "0"}, marks=["ABCDEFGH"]),
    "a closing": entry(files={CLOSED: "0"}, new=[CLOSED], removed=[OPEN]),
    "an attachment": entry(files={OPEN: "0", f"attachments/{ID}/合同 (2).pdf": "0"}),
    "a renaming": entry(f"rename level a b\n\nCase: {ID}\n", files={"complaintctl.yaml": "0", OPEN: "0"}),
    "a new casebook": entry(
        "Make a casebook\n",
        files={"complaintctl.yaml": "0", ".gitattributes": "0", "cases/open/.gitkeep": "0"},
    ),
    "a checkpoint": entry(
        "checkpoint 1\n", files={"checkpoints/1.note": "0", "checkpoints/1.li.wei.sig": "0"}
    ),
    "an erasing": entry(
        f"{ID} erase\n\nCase: {ID}\nEvent: erase ABCDEFGH\n",
        files={OPEN: "0"},
        removed=[f"attachments/{ID}/photo.jpg"],
    ),
    "a mending": entry(
        "doctor: 1 mended\n", files={"cases/open/c-1.yaml": "0", f"attachments/{OTHER}/a.jpg": "0"}
    ),
    "a duty": entry("duty tidy\n", files={"duties.yaml": "0"}),
}
FOREIGN = {
    "removes the policy": entry(removed=["complaintctl.yaml"]),
    "removes the policy beside a move": entry(files={OPEN: "0"}, removed=["complaintctl.yaml"]),
    "writes the policy": entry(**texts("complaintctl.yaml")),
    "commits the policy with a note": entry(files={OPEN: "0", "complaintctl.yaml": "0"}),
    "removes a case": entry(removed=[OPEN]),
    "removes another case": entry(files={CLOSED: "0"}, removed=[f"cases/open/{OTHER}.yaml"]),
    "writes another case": entry(**texts(f"cases/open/{OTHER}.yaml")),
    "commits another case": entry(files={f"cases/open/{OTHER}.yaml": "0"}),
    "an attachment of another case": entry(files={f"attachments/{OTHER}/photo.jpg": "0"}),
    "an attachment for git": entry(files={f"attachments/{ID}/.gitattributes": "0"}),
    "a hook": entry(**texts(".git/hooks/pre-commit")),
    "a hook on a disk that ignores case": entry(files={".GIT/hooks/pre-commit": "0"}),
    "a hook beside the templates": entry(files={"templates/../.git/hooks/pre-commit": "0"}),
    "git's settings": entry(removed=[".git/config"]),
    "a mending that removes the policy": entry("doctor: 1 mended\n", removed=["complaintctl.yaml"]),
    "a mending that removes what git cannot give back": entry("doctor: 1 mended\n", removed=[OPEN]),
    "a mending that writes a hook": entry(
        "doctor: 1 mended\n", files={"cases/../.git/hooks/pre-commit": "0"}
    ),
    "removes an attachment": entry(files={OPEN: "0"}, removed=[f"attachments/{ID}/photo.jpg"]),
    "an erasing that the case does not record": entry(
        f"{ID} erase\n\nCase: {ID}\nEvent: erase ABCDEFGH\n",
        files={OPEN: hashlib.sha256(b"").hexdigest()},
        removed=[f"attachments/{ID}/photo.jpg"],
    ),
    "a file of the user": entry(files={"README.md": "0"}),
    "outside": entry(files={"../precious.yaml": "0"}),
    "outside below cases": entry(files={f"cases/open/../../../{ID}.yaml": "0"}),
    "an absolute path": entry(files={"/etc/passwd": "0"}),
    "through a link": entry(files={"link/precious.yaml": "0"}),
    "through a link in place of the templates": entry(files={"templates/x.md": "0"}),
    "a newline": entry(files={f"cases/open/a\n/{ID}.yaml": "0"}),
    "a backslash": entry(files={f"cases/open/..\\..\\{ID}.yaml": "0"}),
    "no name": entry(files={"": "0"}),
    "the folder": entry(files={".": "0"}),
    "new without being written": entry(new=[OPEN]),
    "any content is the one that was meant": entry(files={OPEN: "0"}, marks=[""]),
    "a mark that no event has": entry(files={OPEN: "0"}, marks=["id"]),
}


@pytest.mark.parametrize("journal", OWN.values(), ids=OWN)
def test_what_commands_write_is_completed(casebook: Casebook, journal: dict[str, Any]) -> None:
    (casebook.root / "templates").unlink()
    assert is_own_journal(casebook, journal)


@pytest.mark.parametrize("journal", FOREIGN.values(), ids=FOREIGN)
def test_what_no_command_writes_is_refused(casebook: Casebook, journal: dict[str, Any]) -> None:
    assert not is_own_journal(casebook, journal)


@pytest.mark.parametrize(
    "name",
    [
        "cases/../complaintctl.yaml",
        "cases/open/../../complaintctl.yaml",
        f"cases/open/.hidden/{ID}.yaml",
        f"cases/open//{ID}.yaml",
        f"/cases/open/{ID}.yaml",
        f"cases/{ID}.yaml",
        f"cases/open/{ID}.yaml\n",
        "cases/open/README.yaml",
    ],
)
def test_only_the_file_of_a_case_is_one(name: str) -> None:
    assert case_of_file(name) is None
    assert case_of_file(OPEN) == case_of_file(CLOSED) == ID
