"""The private key of the user: its public half, and a new one for who has no usable SSH key."""

from pathlib import Path
from typing import Final

from complaintctl.errors import Refused
from complaintctl.storage.disk import atomic_write
from complaintctl.storage.privacy import age_encryption
from complaintctl.storage.privacy.keyring import Keyring

USABLE_SIGNS: Final = (age_encryption.AGE_RECIPIENT_SIGN, *age_encryption.SSH_RECIPIENT_SIGNS)


def own_recipient(keys: Keyring) -> str | None:
    """Returns the public half of the first private key that can be used; None without any."""
    for file in keys.identity_files:
        identities = age_encryption.read_identities((file,))
        for key in identities.keys:
            if hasattr(key, "to_public"):
                return str(key.to_public())
            # pyrage does not derive the public half of an SSH key.
            public = file.with_name(f"{file.name}.pub")
            if public.is_file():
                return public.read_text(encoding="utf-8", errors="replace").strip()
    return None


def make_identity_file(file: Path | None) -> str:
    """Write a new age identity to a file that only its owner can read, and return its public key.

    Raises Refused if the file exists.
    """
    path = file if file is not None else age_encryption.default_identity_files()[-1]
    path = path.expanduser().absolute()
    if path.exists():
        raise Refused("identity-exists", path=str(path))
    pair = age_encryption.make_key_pair()
    content = f"# public key: {pair.public}\n{pair.secret}\n".encode()
    atomic_write.write_atomically(path, content, private=True)
    return pair.public
