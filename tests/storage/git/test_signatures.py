"""Who signed a commit: SSH keys and OpenPGP keys that the policy names, and nobody else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaintctl.storage.git.git import Repository, find_repository
from complaintctl.storage.git.signatures import find_signers
from tests.casebooks import Book, make_book

LI, MA = "li.wei", "ma.li"


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return make_book(tmp_path)


def repository(book: Book) -> Repository:
    found = find_repository(book.root)
    assert found is not None
    return found


def signed_commit(book: Book, *settings: str, env: dict[str, str] | None = None) -> str:
    """A commit that git signs with these settings; gives its hash."""
    options = [part for setting in settings for part in ("-c", setting)]
    named = Book(root=book.root, variables={**book.variables, **(env or {})})
    named.git(*options, "commit", "--quiet", "--allow-empty", "--gpg-sign", "--message", "signed")
    return book.head()


def ssh_key(folder: Path, name: str) -> tuple[Path, str]:
    """A key pair: the file of the private key, and the public key as a policy has it."""
    path = folder / name.replace(".", "-")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path, " ".join(path.with_suffix(".pub").read_text(encoding="utf-8").split()[:2])


def test_a_commit_has_the_person_whose_ssh_key_signed_it(book: Book, tmp_path: Path) -> None:
    (own, own_public), (other, other_public) = (ssh_key(tmp_path, name) for name in (LI, MA))
    first = signed_commit(book, "gpg.format=ssh", f"user.signingKey={own}")
    second = signed_commit(book, "gpg.format=ssh", f"user.signingKey={other}")
    unsigned = book.git("rev-parse", "HEAD~2").strip()
    commits = [first, second, unsigned]
    assert find_signers(repository(book), commits, {LI: [own_public], MA: [other_public]}) == {
        first: LI,
        second: MA,
    }
    assert find_signers(repository(book), commits, {MA: [other_public]}) == {second: MA}
    assert find_signers(repository(book), commits, {LI: [], MA: []}) == {}


@pytest.mark.parametrize("entry", ["cert-authority {key}", "{key}\n* {other}", "* {key}", "{key} comment"])
def test_the_key_of_a_person_is_a_key_and_nothing_else(book: Book, tmp_path: Path, entry: str) -> None:
    (_own, own_public), (other, other_public) = (ssh_key(tmp_path, name) for name in (LI, MA))
    commit = signed_commit(book, "gpg.format=ssh", f"user.signingKey={other}")
    keys = {LI: [entry.format(key=own_public, other=other_public)]}
    assert find_signers(repository(book), [commit], keys) == {}


@pytest.fixture
def gnupg(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A folder for the keys of GnuPG, and the settings of git for it; its socket needs a short path."""
    if shutil.which("gpg") is None:
        pytest.skip("GnuPG is not installed")
    folder = Path(tempfile.mkdtemp(prefix="g"))
    monkeypatch.setenv("GNUPGHOME", str(folder))
    yield {"GNUPGHOME": str(folder)}
    subprocess.run(["gpgconf", "--kill", "all"], check=False, env={**os.environ, "GNUPGHOME": str(folder)})
    shutil.rmtree(folder, ignore_errors=True)


def gpg_key(name: str, gnupg: dict[str, str]) -> str:
    """A key pair of GnuPG; gives its fingerprint."""
    env = {**os.environ, **gnupg}
    command = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", name, "ed25519"]
    subprocess.run(command, check=True, env=env, capture_output=True)
    listing = subprocess.run(
        ["gpg", "--batch", "--with-colons", "--list-keys", name], check=True, env=env, capture_output=True
    ).stdout.decode()
    return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))


def test_a_commit_has_the_person_whose_openpgp_key_signed_it(book: Book, gnupg: dict[str, str]) -> None:
    fingerprint = gpg_key("Li Wei <li.wei@example.com>", gnupg)
    commit = signed_commit(book, f"user.signingKey={fingerprint}", env=gnupg)
    assert find_signers(repository(book), [commit], {LI: [fingerprint.lower()]}) == {commit: LI}
    assert find_signers(repository(book), [commit], {LI: ["0" * 40]}) == {}


def test_an_openpgp_key_that_is_named_like_one_of_us_is_nobody(
    book: Book, tmp_path: Path, gnupg: dict[str, str]
) -> None:
    _path, public = ssh_key(tmp_path, LI)
    fingerprint = gpg_key("person-0", gnupg)
    commit = signed_commit(book, f"user.signingKey={fingerprint}", env=gnupg)
    assert find_signers(repository(book), [commit], {LI: [public]}) == {}
