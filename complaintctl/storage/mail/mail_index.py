"""Finds the cases that have a mail, or a customer's address, without parsing every file."""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from complaintctl.domain.case import identity
from complaintctl.domain.case.case import Case, RecordedMail
from complaintctl.domain.intake.mail_ids import hidden_mail_id
from complaintctl.domain.privacy.erased_fields import erased_mail_id
from complaintctl.domain.problems import Problem
from complaintctl.storage.case import casefile
from complaintctl.storage.case.casebook import Casebook, all_case_files, closed_case_path, open_case_path
from complaintctl.storage.case.fault_boundary import contain_case_faults
from complaintctl.storage.disk import untrusted_file
from complaintctl.storage.privacy import customer_seal

# What may be a Message-ID or an address, in any style of YAML; or the pseudonym of a sealed address.
_TOKEN: Final = re.compile(rb"[^\s<>,;\[\]{}\"'()]+@[^\s<>,;\[\]{}\"'()]+|email-[0-9a-f]+")

_Signature = tuple[int, int, int]


class MailIndex:
    """Which of the wanted Message-IDs and addresses are in which cases.

    A file is read again only if it was changed. Only files that contain a wanted id are parsed.
    """

    def __init__(self, casebook: Casebook, wanted: Collection[str]) -> None:
        self._casebook = casebook
        self._secret = _pseudonym_secret(casebook)
        texts = {key for text in wanted for key in (text.casefold(), *self._address_keys(text))}
        self._wanted = {text.encode("utf-8", "replace") for text in texts if text}
        # An erased mail is recognised by the hash of its id.
        self._wanted |= {erased_mail_id(text).encode() for text in wanted if text}
        self._signatures: dict[Path, _Signature] = {}
        # By Message-ID: the cases, and whether they only refer to the mail.
        self._related: dict[str, dict[str, bool]] = {}
        self._emails: dict[str, frozenset[str]] = {}
        self._closed: dict[str, bool] = {}

    def refresh(self) -> None:
        """Reads the files that were changed since the last time, also by others."""
        for path in all_case_files(self._casebook):
            signature = _signature(path)
            if signature is not None and self._signatures.get(path) != signature:
                self._signatures[path] = signature
                self._read_file(path)

    def _read_file(self, path: Path) -> None:
        data, _problems = untrusted_file.read_untrusted_file(
            path, untrusted_file.MAX_YAML_BYTES, may_be_link=False
        )
        if data is None or self._wanted.isdisjoint(_TOKEN.findall(data.lower())):
            return
        unforeseen: list[Problem] = []
        with contain_case_faults(path, unforeseen):
            loaded, _found = casefile.read_case(path)
            if loaded is not None:
                self.add_case(loaded.case)

    def add_case(self, case: Case) -> None:
        """Adds a case, or its new mails."""
        for event in case.history:
            if event.mail is not None:
                self.add_mail(case.id, event.mail)
        contact = identity.contact_of_case(case, None)
        self._emails[case.id] = contact.emails | identity.pseudonyms_of(contact, "email")
        self._closed[case.id] = case.status == "closed"

    def add_mail(self, case_id: str, mail: RecordedMail) -> None:
        """Adds a mail of a case; of a dry run, whose new cases have no number yet, with the id "" for the case."""
        for other in mail.references:
            self._related.setdefault(self._id(other), {}).setdefault(case_id, True)
        self._related.setdefault(self._id(mail.id), {})[case_id] = False

    def _id(self, mail_id: str) -> str:
        """Returns an id as the mails of this import have it: hashed if the policy seals customer data.

        A case from before the policy sealed them has ids as they were.
        """
        return mail_id if self._casebook.keyring is None else hidden_mail_id(mail_id)

    def find_recorded(self, mail_id: str) -> str | None:
        """Returns the case in which this mail is recorded, or None."""
        return next(
            (case_id for case_id, only_refers in self._cases_of(mail_id).items() if not only_refers),
            None,
        )

    def _cases_of(self, mail_id: str) -> dict[str, bool]:
        return self._related.get(mail_id, {}) | self._related.get(erased_mail_id(mail_id), {})

    def find_related(self, mail_id: str) -> list[str]:
        """Returns the cases with a mail of this id, or that refer to it; first those with the mail, open ones first."""
        found = self._cases_of(mail_id)
        return sorted(found, key=lambda case_id: (found[case_id], self._closed.get(case_id, False), case_id))

    def find_customer_cases(self, address: str) -> list[str]:
        """Returns the cases of a customer with this e-mail address, the latest first."""
        wanted = self._address_keys(address)
        return sorted((case_id for case_id, emails in self._emails.items() if emails & wanted), reverse=True)

    def is_customer_address(self, case: Case, address: str) -> bool | None:
        """Whether the address is one of the customer of a case; None if the customer is sealed and nobody can say."""
        if case.customer is not None and case.customer.is_closed and self._secret is None:
            return None
        contact = identity.contact_of_case(case, None)
        known = contact.emails | identity.pseudonyms_of(contact, "email")
        return bool(known & self._address_keys(address))

    def _address_keys(self, address: str) -> frozenset[str]:
        """Returns the addresses in a text, and their pseudonyms in sealed cases."""
        contact = identity.Contact(emails=identity.parse_emails(address))
        if self._secret is None:
            return contact.emails
        return contact.emails | customer_seal.pseudonyms_of_contact(self._secret, contact)

    def find_case(self, case_id: str) -> Path | None:
        """Returns the file of the case with exactly this id, or None."""
        return next((path for path in _case_paths(self._casebook, case_id) if path.is_file()), None)


def _pseudonym_secret(casebook: Casebook) -> bytes | None:
    keys = casebook.keyring
    return None if keys is None else customer_seal.find_pseudonym_key(keys, keys.identities())


def _case_paths(casebook: Casebook, case_id: str) -> Iterator[Path]:
    yield open_case_path(casebook, case_id)
    yield closed_case_path(casebook, case_id)


def _signature(path: Path) -> _Signature | None:
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
