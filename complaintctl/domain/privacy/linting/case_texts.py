"""The texts of a case file in which personal data do not belong, by their places in the file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import PERSONAL_PARTS
from complaintctl.domain.policy.trust_rules import PersonalLevel
from complaintctl.domain.privacy.linting.personal_texts import is_number_name

# Keys whose values are times, ids, digests or words of ours. `mail.id` and `references` look like e-mail addresses.
_OWN_KEYS: Final = frozenset(
    {"id", "received", "source", "status", "at", "due", "made", "recorded", "met", "moved", "until", "sha256"}
    | {
        "given",
        "done",
        "verified",
        "start",
        "references",
        "links",
        "link",
        "recurred",
        "alike",
        "event",
        "did",
    }
)
# Parts of a policy that are about colleagues and the desk itself.
_TEAM_KEYS: Final = frozenset({"people", "sender", "notify", "personal"})
# An event repeats the names of the attachments that it added.
_REPEATED: Final = (("history", "file"), ("history", "mail", "files"))
# Fields meant for numbers of products: only what is certain is found there.
_NUMBER_FIELDS: Final = frozenset({"product.serial", "product.batch", "product.model"})


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseText:
    """A text of a case file: the path of keys and indexes to it, and the dotted field it belongs to.

    `is_number`: the field is meant for numbers such as serials, so a number there is no telephone.
    """

    path: tuple[str | int, ...]
    field: str
    text: str
    is_number: bool


def case_texts(root: Any, level: PersonalLevel) -> Iterator[CaseText]:
    """Yields the texts of a parsed case file that are not meant for personal data.

    `customer` is meant for them, and so are the personal fields, except under `sealed`, where only the customer is
    encrypted, and must be. Every other key is looked at, also unknown ones.
    """
    if not isinstance(root, dict):
        return
    customer = root.get("customer")
    if level == "sealed" and isinstance(customer, dict):
        for part in PERSONAL_PARTS:
            if isinstance(text := customer.get(part), str):
                yield CaseText(path=("customer", part), field=f"customer.{part}", text=text, is_number=False)
    for key, value in root.items():
        if key not in _OWN_KEYS and key != "customer":
            yield from _texts_below(value, (key,), level)


def settings_texts(root: Any) -> Iterator[CaseText]:
    """Yields the texts of a parsed policy, or of another YAML file beside it, without what it says of the team."""
    if isinstance(root, dict):
        for key, value in root.items():
            if key not in _TEAM_KEYS:
                yield from _texts_below(value, (key,), "plain")


def _texts_below(value: Any, path: tuple[str | int, ...], level: PersonalLevel) -> Iterator[CaseText]:
    if isinstance(value, str):
        name = _field_name(path)
        if not _is_meant_for(name, level) and not _is_repeated(path):
            numbers = name in _NUMBER_FIELDS or is_number_name(name.rpartition(".")[2])
            yield CaseText(path=path, field=name, text=value, is_number=numbers)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in _OWN_KEYS and not (key == "changed" and path[0] == "history"):
                yield from _texts_below(inner, (*path, key), level)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts_below(inner, (*path, index), level)


def _field_name(path: tuple[str | int, ...]) -> str:
    """Returns the dotted name: of a value that an event set, the field that it set; list entries have no number."""
    names = [part for part in path if isinstance(part, str)]
    is_set = names[:2] == ["history", "set"] and len(names) > len(("history", "set"))
    return names[2] if is_set else ".".join(names)


def _is_meant_for(name: str, level: PersonalLevel) -> bool:
    if name.startswith(fields.PERSONAL_GROUPS):
        return True
    return level != "sealed" and fields.is_personal(name)


def _is_repeated(path: tuple[str | int, ...]) -> bool:
    return tuple(part for part in path if isinstance(part, str)) in _REPEATED
