"""Signs and verifies texts with `ssh-keygen -Y`: no key and no signature is handled by code of ours.

Keys may be files, in ssh-agent, or on a security key. A passphrase is asked by ssh-keygen itself, on the terminal.
"""

import base64
import binascii
import hashlib
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from complaintctl.errors import Broken, InvalidInput
from complaintctl.storage.git import git

# The namespace of a signature: one made for a commit or a file does not count for a checkpoint.
NAMESPACE: Final = "complaintctl-checkpoint"
_SIGNER: Final = "signer"
_ARMOUR: Final = re.compile(
    rb"\s*-----BEGIN SSH SIGNATURE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END SSH SIGNATURE-----\s*"
)
_MAGIC: Final = b"SSHSIG"
_PUBLIC_KEY: Final = re.compile(r"([a-z0-9@.-]+)\s+([A-Za-z0-9+/]+={0,2})(\s.*)?", re.DOTALL)
_LITERAL_KEY: Final = re.compile(r"(key::|ssh-|ecdsa-|sk-)")
_MAX_KEY_BYTES: Final = 1 << 16


def _run_keygen(*arguments: str, given: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments],
            input=given,
            capture_output=True,
            env=git.git_environment(),
            check=False,
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Broken("ssh-keygen-missing") from error


def sign_text(text: bytes, key: str) -> bytes:
    """Returns the armoured signature of a text; raises Broken with the reason of ssh-keygen if it cannot sign.

    `key` is a file with a private or public key (the private half is then in ssh-agent), or a public key itself.
    """
    if not _LITERAL_KEY.match(key):
        return _sign_with_file(text, key)
    with tempfile.TemporaryDirectory(prefix="complaintctl-") as folder:
        path = Path(folder, "key.pub")
        path.write_text(key.removeprefix("key::") + "\n", encoding="utf-8")
        return _sign_with_file(text, str(path))


def _sign_with_file(text: bytes, path: str) -> bytes:
    run = _run_keygen("-Y", "sign", "-n", NAMESPACE, "-f", path, given=text)
    if run.returncode != 0 or not _ARMOUR.fullmatch(run.stdout):
        raise Broken("sign-failed", detail=git.git_error_line(run.stderr))
    return run.stdout


def find_key(folder: Path, given: str | None) -> str:
    """Returns the key to sign with: `given` (a file), else git's `user.signingkey`.

    Raises InvalidInput if there is none, or if the key of git is not an SSH key.
    """
    if given is not None:
        if not Path(given).is_file():
            raise InvalidInput("no-such-file", path=given)
        return str(Path(given).absolute())
    key = git.configured_value(folder, "user.signingkey")
    if key is None:
        raise InvalidInput("signing-key-missing")
    if _LITERAL_KEY.match(key):
        return key
    path = Path(key).expanduser()
    if not path.is_file():
        raise InvalidInput("signing-key-not-ssh", name=key)
    return str(path.absolute())


def public_half(key: str) -> bytes | None:
    """Returns the public key of a key to sign with; None if ssh-keygen cannot tell without a passphrase."""
    if _LITERAL_KEY.match(key):
        return public_key_bytes(key.removeprefix("key::"))
    for path in (Path(key), Path(f"{key}.pub")):
        if path.is_file() and (found := public_key_bytes(path.read_text(errors="replace"))):
            return found
    run = _run_keygen("-y", "-P", "", "-f", key, given=b"")
    return public_key_bytes(run.stdout.decode(errors="replace")) if run.returncode == 0 else None


def signature_key(signature: bytes) -> bytes | None:
    """Returns the public key in an armoured signature, as the bytes of its base64 part; None if it is damaged.

    The layout is that of https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig: the magic word, the
    version (four bytes), the key with its length (four bytes) before it.
    """
    found = _ARMOUR.fullmatch(signature)
    if found is None:
        return None
    try:
        blob = base64.b64decode(b"".join(found[1].split()), validate=True)
    except binascii.Error:
        return None
    start = len(_MAGIC) + 8
    length = int.from_bytes(blob[start - 4 : start], "big")
    key = blob[start : start + length]
    return key if blob.startswith(_MAGIC) and 0 < length <= _MAX_KEY_BYTES and len(key) == length else None


def public_key_bytes(text: str) -> bytes | None:
    """Returns the bytes of a public key `ssh-ed25519 AAAA… comment`; None if it is not of this form."""
    found = _PUBLIC_KEY.fullmatch(text.strip())
    try:
        return base64.b64decode(found[2], validate=True) if found else None
    except binascii.Error:
        return None


def is_valid_signature(text: bytes, signature: bytes) -> bool:
    """Whether a signature is one of its own key over this text, for checkpoints; raises Broken without ssh-keygen.

    Whose key it is must be decided by `signature_key`.
    """
    key = signature_key(signature)
    if key is None:
        return False
    kind = key[4 : 4 + int.from_bytes(key[:4], "big")]
    if not re.fullmatch(rb"[a-z0-9@.-]+", kind):
        return False
    with tempfile.TemporaryDirectory(prefix="complaintctl-") as folder:
        allowed, armoured = Path(folder, "allowed_signers"), Path(folder, "signature")
        allowed.write_bytes(b"%s %s %s\n" % (_SIGNER.encode(), kind, base64.b64encode(key)))
        armoured.write_bytes(signature)
        files = ("-f", str(allowed), "-s", str(armoured))
        run = _run_keygen("-Y", "verify", "-I", _SIGNER, "-n", NAMESPACE, *files, given=text)
    return run.returncode == 0


def short_key_text(key: bytes) -> str:
    """Returns the fingerprint of a public key as `ssh-keygen -l` prints it."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")
