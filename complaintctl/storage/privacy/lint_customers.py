"""Who the customer of a case is, for `lint`: as the file says in plain text, or opened with the user's key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from complaintctl.domain.case.case import PERSONAL_PARTS, Customer
from complaintctl.errors import Broken
from complaintctl.storage.privacy import customer_seal
from complaintctl.storage.privacy.age_encryption import Identities
from complaintctl.storage.privacy.keyring import Keyring


@dataclass(kw_only=True, slots=True)
class LintCustomers:
    """Reads customers; `unopened` grows by the cases whose sealed customer cannot be opened here.

    `keys` is None for a casebook whose policy seals nothing.
    """

    keys: Keyring | None
    unopened: set[str] = field(default_factory=set)
    _identities: Identities | None = None

    def customer_of(self, case_id: str, content: Mapping[str, Any]) -> Customer | None:
        """Returns the customer of a case by the `customer` of its file; None without one or if nobody can tell."""
        texts: dict[str, Any] = {
            name: text for name in PERSONAL_PARTS if isinstance(text := content.get(name), str) and text
        }
        if texts:
            return Customer(**texts)
        sealed = content.get("sealed")
        if not isinstance(sealed, str):
            return None
        opened = self._open(case_id, sealed)
        if opened is None:
            self.unopened.add(case_id)
        return opened

    def _open(self, case_id: str, sealed: str) -> Customer | None:
        if self.keys is None:
            return None
        try:
            if self._identities is None:
                self._identities = self.keys.identities()
            return customer_seal.unseal_customer(
                self.keys, case_id, Customer(sealed=sealed), self._identities
            )
        except Broken:
            return None
