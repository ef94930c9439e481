"""Opens the sealed customer of a case for commands that need or show it."""

import dataclasses
from collections.abc import Mapping

from complaintctl.commands.session import Session, print_message
from complaintctl.domain.case.case import Case
from complaintctl.domain.case.identity import Contact
from complaintctl.errors import Broken
from complaintctl.render.sentences import sentences
from complaintctl.render.text.language import _
from complaintctl.storage.case import sealed_text
from complaintctl.storage.privacy import customer_seal
from complaintctl.storage.privacy.keyring import PSEUDONYM_NAME, open_secret


def reveal_customer(session: Session, case: Case) -> Case:
    """Returns the case with its customer readable; a case that is not sealed as it is.

    If the customer cannot be opened, prints the reason as a warning and returns the case still sealed.
    """
    return session.display.opened(case)


def open_customer(session: Session, case: Case) -> Case:
    """Returns the case with its customer readable; raises Broken with the reason if it cannot be opened."""
    return sealed_text.open_case(session.casebook, case)


def open_for_change(session: Session, case: Case, names: Mapping[str, object]) -> Case:
    """Returns the case, opened if a request sets a field of the customer; raises Broken if it cannot be opened."""
    if any(name.partition(".")[0] == "customer" for name in names):
        return open_customer(session, case)
    return case


def add_pseudonyms(session: Session, contact: Contact) -> Contact:
    """Returns what a customer is looked for by, with the pseudonyms of sealed cases, if the user can make them."""
    keys = session.casebook.keyring
    secret = customer_seal.find_pseudonym_key(keys, keys.identities()) if keys is not None else None
    if secret is None:
        return contact
    pseudonyms = customer_seal.pseudonyms_of_contact(secret, contact)
    return dataclasses.replace(contact, pseudonyms=contact.pseudonyms | pseudonyms)


def print_unrecognised(session: Session) -> None:
    """Print why the customers of sealed cases cannot be recognised, if the policy seals them and the user cannot."""
    keys = session.casebook.keyring
    if keys is None:
        return
    try:
        open_secret(keys, PSEUDONYM_NAME, keys.identities())
    except Broken as failure:
        reason = sentences.failure_text(failure, None)
        print_message(_("Sealed customers cannot be recognised here. {reason}").format(reason=reason))
