"""What is wrong with the sealed customer in a case file, as far as it can be told without a private key."""

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from complaintctl.domain.case.case import PERSONAL_PARTS, Case
from complaintctl.domain.problems import Fault
from complaintctl.storage.privacy import keyring
from complaintctl.storage.privacy.keyring import Keyring

_AGE_HEAD: Final = b"age-encryption.org/v1\n"
_KEY: Final = "customer"


def seal_faults(keys: Keyring | None, case: Case) -> Iterator[Fault]:
    """Yields a warning for a customer in plain text though the policy seals them, a damaged block, a missing key.

    `keys` is None if the policy seals nothing. That a keyring cannot be reached is no fault of the case.
    """
    customer = case.customer
    if customer is None:
        return
    if customer.sealed is None:
        if keys is not None:
            yield Fault(key="case-in-plain-text", path=(_KEY,), values={"case": case.id}, warning=True)
        return
    if not _is_age_file(customer.sealed) or not set(customer.has) <= set(PERSONAL_PARTS):
        yield Fault(key="seal-block-damaged", path=(_KEY, "sealed"), warning=True)
    if any(getattr(customer, part) for part in PERSONAL_PARTS):
        yield Fault(key="seal-beside-text", path=(_KEY,), warning=True)
    is_reachable = keys is not None and any(
        (folder / keyring.RECIPIENTS_FILE).is_file() for folder in keys.folders
    )
    if keys is not None and is_reachable and keyring.find_key_file(keys, case.id) is None:
        yield Fault(key="seal-key-gone", path=(_KEY,), warning=True)


def _is_age_file(text: str) -> bool:
    try:
        block = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return block.startswith(_AGE_HEAD)
