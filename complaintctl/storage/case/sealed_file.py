"""Seals the attachments of a sealed casebook under the key of their case, so that they go when the key goes."""

from complaintctl.storage.case.casebook import Casebook
from complaintctl.storage.privacy import age_encryption, keyring

SEALED_SUFFIX = ".age"


def seal_file(casebook: Casebook, case_id: str, name: str, content: bytes) -> tuple[str, bytes]:
    """Returns the name and the content under which a file is kept: an age file if the policy seals customer data.

    Raises Refused or Broken if the keyring cannot hold the key of the case.
    """
    if casebook.keyring is None:
        return name, content
    public = keyring.create_case_key(casebook.keyring, case_id)
    return f"{name}{SEALED_SUFFIX}", age_encryption.encrypt(content, [public], armored=False)


def open_file(casebook: Casebook, case_id: str, content: bytes) -> bytes:
    """Returns the content of a sealed attachment; raises Broken if it cannot be opened."""
    keys = casebook.keyring
    if keys is None:
        return content
    opened = keyring.open_case_key(keys, case_id, keys.identities())
    return age_encryption.decrypt_for(content, opened.identities, case_id)
