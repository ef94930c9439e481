"""Seals the customer in the text of a case before it is written, so that no command can forget it.

Works on the text and not through ruamel: reading commands load this module with the journal, and must start fast.
"""

import dataclasses
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Customer
from complaintctl.domain.privacy.hidden_customer import hide_customer
from complaintctl.errors import Broken
from complaintctl.storage.case import casefile, new_text
from complaintctl.storage.case.casebook import Casebook, closed_case_path, open_case_path
from complaintctl.storage.privacy import customer_seal
from complaintctl.storage.yaml import yamltext

# No customer, or a block as we write it: such a text need not be parsed. In a case file only keys stand in the first
# column, and the line after an empty customer is indented if it belongs to the customer.
_SETTLED: Final = re.compile(
    rb"^customer:(?:[ \t]*\r?\n(?:[ \t]*\r?\n)*(?=[^\s])| \{has: \[[\w, ]*\], (?:known_by: \[[\w, -]*\], )?sealed: [\w-]+\}\r?$)",
    re.MULTILINE,
)

# The texts of a new case in which a customer may be named.
_HIDDEN_IN: Final = (
    "title",
    "description",
    "remedy_sought",
    "problem.who",
    "problem.what",
    "satisfaction.comment",
)


def seal_files(casebook: Casebook, files: Mapping[Path, bytes]) -> Mapping[Path, bytes]:
    """Returns the files to write, with the customer of every case sealed if the policy says so.

    Raises Refused or Broken, before anything is written, if a customer cannot be sealed.
    """
    if casebook.keyring is None:
        return files
    return {path: seal_case_text(casebook, path, content) for path, content in files.items()}


def has_no_plain_customer(content: bytes) -> bool:
    """Whether the text of a case says, without being parsed, that it has no customer or a sealed one."""
    return _SETTLED.search(content) is not None


def seal_case_text(casebook: Casebook, path: Path, content: bytes) -> bytes:
    """Returns the text of a case with the customer sealed; another file, or a sealed case, as it is.

    Raises Refused or Broken if the keyring cannot hold the key, or the text is that of no case.
    """
    is_case = path.is_relative_to(casebook.root / "cases")
    if casebook.keyring is None or not is_case or has_no_plain_customer(content):
        return content
    loaded, problems = casefile.parse_case(path, content)
    if loaded is None or any(not problem.warning for problem in problems):
        raise Broken("not-sealable", case=path.stem)
    sealed = sealed_case(casebook, loaded.case)
    if sealed is loaded.case:
        return content
    if new_text.case_yaml(loaded.case).encode() == content:
        return new_text.case_yaml(sealed).encode()
    return _replace_customer(content, sealed)


def sealed_case(casebook: Casebook, case: Case) -> Case:
    """Returns the case with the customer sealed, if the policy says so and the case has one in plain text.

    A new case keeps no word that names the customer, either; what an older one says is in git already.
    """
    keys, customer = casebook.keyring, case.customer
    if keys is None or customer is None or customer.sealed is not None:
        return case
    if not any(path_of(casebook, case.id).exists() for path_of in (open_case_path, closed_case_path)):
        case = _without_names(case, customer, casebook.country_code)
    sealed = customer_seal.seal_customer(keys, case.id, customer, casebook.country_code, keys.identities())
    return dataclasses.replace(case, customer=sealed if sealed.sealed is not None else None)


def open_case(casebook: Casebook, case: Case) -> Case:
    """Returns the case with its customer readable, a case that is not sealed as it is; raises Broken if it cannot be."""
    keys, customer = casebook.keyring, case.customer
    if customer is None or not customer.is_closed:
        return case
    if keys is None:
        raise Broken("not-a-sealed-policy", case=case.id)
    opened = customer_seal.unseal_customer(keys, case.id, customer, keys.identities())
    return dataclasses.replace(case, customer=opened)


def _without_names(case: Case, customer: Customer, country_code: str | None) -> Case:
    """No event records these texts, so no id of an event depends on them."""
    values = {name: text for name in _HIDDEN_IN if (text := fields.text_at(case, name))}
    hidden = {name: hide_customer(text, customer, country_code) for name, text in values.items()}
    return fields.with_values(case, hidden)


def _replace_customer(content: bytes, sealed: Case) -> bytes:
    """Returns the text with another customer; comments inside the old one go, because they may name somebody."""
    places = yamltext.parse_yaml(content, with_places=True).key_places
    starts = sorted(line for path, (line, _column) in places.items() if len(path) == 1)
    first = places[("customer",)][0]
    lines = content.splitlines(keepends=True)
    last = next((line for line in starts if line > first), len(lines) + 1) - 1
    while last > first and (not lines[last - 1].strip() or lines[last - 1].startswith(b"#")):
        last -= 1
    end = b"\r\n" if lines[first - 1].endswith(b"\r\n") else b"\n"
    value = f" {new_text.flow_text(sealed.customer)}" if sealed.customer is not None else ""
    return b"".join([*lines[: first - 1], f"customer:{value}".encode(), end, *lines[last:]])
