"""Finds out who signed commits: git checks each signature against the keys that the policy names."""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken
from complaintctl.storage.git import git
from complaintctl.storage.git.commit_stream import start_reading
from complaintctl.storage.git.git import Repository

# A public key as in `authorized_keys`, without options before it: an option could make it a certificate authority.
_SSH_KEY: Final = re.compile(r"((?:ssh|ecdsa|sk)-[a-z0-9@.-]+) ([A-Za-z0-9+/]+={0,3})(?: [^\n]*)?")
# Of OpenPGP version 4 and of version 6.
_FINGERPRINT: Final = re.compile(r"[0-9A-F]{40}|[0-9A-F]{64}")
# See `%G?` in git-log(1): good; good with unknown validity, as GnuPG's own trust does not count; good by a signature
# or key that has expired since.
_GOOD_GPG: Final = frozenset("GUXY")
_GOOD_SSH: Final = "G"
_SSH_FINGERPRINT: Final = "SHA256:"
_LAYOUT: Final = "%H%x1f%G?%x1f%GF%x1f%GP%x1f%GS"


def find_signers(
    repository: Repository, commits: Iterable[str], keys: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    """Returns the person whose valid signature each commit carries; commits without one are left out.

    `commits` are full hashes; `keys` are public SSH keys (`ssh-ed25519 AAAA…`) or fingerprints of OpenPGP keys (40
    hexadecimal digits), by person. Costs about 10 ms a commit, because git starts a program for each. Raises Broken if
    git fails.
    """
    names = list(commits)
    fingerprints = _fingerprints(keys)
    with tempfile.TemporaryDirectory(prefix="complaintctl-") as folder:
        allowed = Path(folder, "allowed_signers")
        principals = _write_allowed_signers(allowed, keys)
        output = _ask_git(repository, names, allowed) if names and (principals or fingerprints) else ""
    signers: dict[str, str] = {}
    for line in output.splitlines():
        commit, verdict, fingerprint, primary, principal = (*line.split("\x1f"), "", "", "", "")[:5]
        if fingerprint.startswith(_SSH_FINGERPRINT):
            # The name in an OpenPGP key is free text and could be one of our principals.
            if verdict == _GOOD_SSH and principal in principals:
                signers[commit] = principals[principal]
        elif verdict in _GOOD_GPG and (person := fingerprints.get(fingerprint) or fingerprints.get(primary)):
            signers[commit] = person
    return signers


def _fingerprints(keys: Mapping[str, Iterable[str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for person, own in keys.items():
        for key in own:
            text = re.sub(r"\s", "", key).upper().removeprefix("0X")
            if _FINGERPRINT.fullmatch(text):
                found.setdefault(text, person)
    return found


def _write_allowed_signers(path: Path, keys: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Writes the SSH keys for ssh-keygen; returns the people by the principals used there.

    A principal is a number, because the key of a person may hold signs that mean something in that file.
    """
    principals: dict[str, str] = {}
    lines: list[str] = []
    for number, (person, own) in enumerate(keys.items()):
        for key in own:
            if found := _SSH_KEY.fullmatch(key.strip()):
                principals[f"person-{number}"] = person
                lines.append(f'person-{number} namespaces="git" {found[1]} {found[2]}\n')
    path.write_text("".join(lines), encoding="utf-8")
    return principals


def _ask_git(repository: Repository, names: list[str], allowed: Path) -> str:
    settings = ("-c", f"gpg.ssh.allowedSignersFile={allowed}")
    arguments = (*settings, "log", "--no-walk=unsorted", "--stdin", f"--format={_LAYOUT}")
    with start_reading(repository, arguments, subprocess.PIPE) as process:
        output, errors = process.communicate("".join(f"{name}\n" for name in names).encode())
    if process.returncode != 0:
        raise Broken("git-failed", command="log", detail=git.git_error_line(errors))
    return output.decode(errors="replace")
