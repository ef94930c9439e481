"""Seals the customer of a case under the key of the case, and opens the block again."""

import base64
import binascii
import hmac
import json
from hashlib import sha256
from typing import Any, Final

from complaintctl.domain.case import identity
from complaintctl.domain.case.case import PERSONAL_PARTS, Customer
from complaintctl.errors import Broken
from complaintctl.storage.privacy import age_encryption, keyring
from complaintctl.storage.privacy.age_encryption import Identities
from complaintctl.storage.privacy.keyring import Keyring

# The length of a block tells the length of a name only up to this many bytes.
_PADDING: Final = 128
_PSEUDONYM_BYTES: Final = 10


def seal_customer(
    keys: Keyring, case_id: str, customer: Customer, country_code: str | None, identities: Identities | None
) -> Customer:
    """Returns the customer sealed; the fields of a customer without any stay empty.

    Needs no private key; with one that opens the pseudonym key, the customer gets pseudonyms. Raises Refused or
    Broken if the keyring cannot hold the key of the case.
    """
    values = {name: value for name in PERSONAL_PARTS if (value := getattr(customer, name))}
    if not values:
        return Customer()
    public = keyring.create_case_key(keys, case_id)
    text = json.dumps({"case": case_id, "customer": values}, ensure_ascii=False).encode()
    padded = text + b" " * (-len(text) % _PADDING)
    block = age_encryption.encrypt(padded, [public], armored=False)
    secret = None if identities is None else find_pseudonym_key(keys, identities)
    return Customer(
        sealed=base64.urlsafe_b64encode(block).decode().rstrip("="),
        has=tuple(values),
        known_by=() if secret is None else pseudonyms_of_customer(secret, customer, country_code),
    )


def unseal_customer(keys: Keyring, case_id: str, customer: Customer, identities: Identities) -> Customer:
    """Returns the sealed customer with the fields; the block stays beside them.

    Raises Broken if the keyring cannot be reached, has no key of the case, none of the identities opens it, or the
    block is damaged or that of another case.
    """
    if customer.sealed is None:
        return customer
    key = keyring.open_case_key(keys, case_id, identities)
    try:
        block = base64.b64decode(customer.sealed + "=" * (-len(customer.sealed) % 4), b"-_", validate=True)
        plain = age_encryption.decrypt(block, key.identities)
        content: Any = json.loads(plain) if plain is not None else None
    except (binascii.Error, ValueError) as error:
        raise Broken("seal-damaged", case=case_id) from error
    if content is None:
        raise Broken("seal-other-key", case=case_id)
    if not isinstance(content, dict) or content.get("case") != case_id:
        raise Broken("seal-of-other-case", case=case_id)
    values = _customer_values(content, case_id)
    return Customer(**values, sealed=customer.sealed, has=customer.has, known_by=customer.known_by)


def _customer_values(content: dict[str, Any], case_id: str) -> dict[str, Any]:
    values = content.get("customer")
    if not isinstance(values, dict) or not all(
        name in PERSONAL_PARTS and isinstance(value, str) for name, value in values.items()
    ):
        raise Broken("seal-damaged", case=case_id)
    return values


def find_pseudonym_key(keys: Keyring, identities: Identities) -> bytes | None:
    """Returns the key of the pseudonyms; None if the user cannot open it, or the keyring has none."""
    try:
        return bytes.fromhex(keyring.open_secret(keys, keyring.PSEUDONYM_NAME, identities))
    except (Broken, ValueError):
        return None


def pseudonyms_of_customer(secret: bytes, customer: Customer, country_code: str | None) -> tuple[str, ...]:
    """Returns the pseudonyms of the telephone numbers, e-mail addresses and the name of a customer, sorted."""
    contact = identity.make_contact(
        country_code, phone=customer.phone, email=customer.email, serial=None, name=customer.name
    )
    return tuple(sorted(pseudonyms_of_contact(secret, contact)))


def pseudonyms_of_contact(secret: bytes, contact: identity.Contact) -> frozenset[str]:
    """Returns the pseudonyms of what a customer can be recognised by; a serial number is not personal."""
    phones = {("phone", number.key) for number in contact.phones}
    emails = {("email", address) for address in contact.emails}
    names = {("name", contact.name)} if contact.name else set()
    return frozenset(f"{kind}-{_digest(secret, kind, key)}" for kind, key in phones | emails | names)


def _digest(secret: bytes, kind: str, key: str) -> str:
    return hmac.new(secret, f"{kind}:{key}".encode(), sha256).digest()[:_PSEUDONYM_BYTES].hex()
