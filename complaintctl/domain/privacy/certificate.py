"""The certificate of an erasing: what was destroyed, when, by whom, why, and where it can still be found."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case
from complaintctl.domain.policy.trust_rules import PersonalLevel
from complaintctl.domain.privacy.erased_fields import ATTACHMENT_PREFIX
from complaintctl.domain.privacy.erasing import Erasing
from complaintctl.domain.privacy.personal_values import ErasedValue, contains_needle, make_needles

_CASE_FILE: Final = re.compile(r"(?:^|/)cases/(?:.*/)?(C-\d{8}-[0-9A-Z]{5})\.ya?ml$")
_CASE_FOLDER: Final = re.compile(r"(?:^|/)attachments/(C-\d{8}-[0-9A-Z]{5})/")
_HISTORY: Final = "history"


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasedCase:
    """What was erased from one case, without any of it.

    `fields` are names; `texts` and `mails` are counts of events; `files` are SHA-256 sums of deleted attachments;
    `remains` names the parts of the case that still name the person: fields, and `history.ID.reason` and the like.
    """

    case_id: str
    event: str
    at: datetime
    by: str
    recorded_by: str | None
    reason: str
    fields: tuple[str, ...]
    texts: int
    mails: int
    files: tuple[str, ...]
    remains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DestroyedKey:
    """The key of a sealed case, destroyed in one place of the keyring."""

    case_id: str
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """Where what was erased was found again, after the commit.

    `objects` and `searched` count the objects of git and the files that were read. `commits` brought versions of the
    erased cases, `other_commits` something else; `named`: a name, number or address was among it, not only words; `unreachable` are objects of no commit; `other_cases` are cases that
    still name the person; `files` are other files of the casebook. `unread` are cases whose sealed customer nobody here
    could open, so that it could not be searched for.
    """

    objects: int
    searched: int
    named: bool
    commits: tuple[str, ...]
    other_commits: tuple[str, ...]
    unreachable: tuple[str, ...]
    other_cases: tuple[str, ...]
    files: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found anywhere."""
        return not (self.commits or self.other_commits or self.unreachable or self.other_cases or self.files)


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """The certificate of one erasing; `commit` is None outside git and if the user commits himself."""

    casebook: str
    level: PersonalLevel
    made: datetime
    commit: str | None
    cases: tuple[ErasedCase, ...]
    keys: tuple[DestroyedKey, ...]
    probe: Probe


def erased_case(erasing: Erasing) -> ErasedCase:
    """Returns what the certificate says of one case."""
    event = erasing.event
    return ErasedCase(
        case_id=erasing.case.id,
        event=event.id,
        at=event.at,
        by=event.by,
        recorded_by=event.recorded_by,
        reason=event.reason or "",
        fields=tuple(name for name in event.changed if not name.startswith(ATTACHMENT_PREFIX)),
        texts=erasing.texts,
        mails=erasing.mails,
        files=tuple(entry.sha256 for entry in erasing.files),
        remains=tuple(remaining_parts(erasing.case, erasing.values)),
    )


def remaining_parts(case: Case, values: Iterable[ErasedValue]) -> Iterator[str]:
    """Yields the parts of a case that still contain one of the values; parts of events as `history.ID.reason`."""
    needles = make_needles(values)
    parts: list[tuple[str, object]] = [
        (name, fields.plain_value(fields.value_at(case, name)))
        for name, kind in fields.field_kinds().items()
        if kind != "group" and name not in {"id", _HISTORY, "x"}
    ]
    parts += [(f"x.{name}", value) for name, value in case.x.items()]
    for event in case.history:
        parts += [
            (f"{_HISTORY}.{event.id}.{name}", value)
            for name, value in fields.plain_value(event).items()
            if name not in {"at", "id", "due"}
        ]
    for name, value in parts:
        texts = list(_texts_in(value))
        if any(contains_needle(text, needle) for text in texts for needle in needles):
            yield name


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts_in(inner)


def case_of_path(path: str) -> str | None:
    """Returns the case that a path from the root of a repository belongs to, or None."""
    match = _CASE_FILE.search(path) or _CASE_FOLDER.search(path)
    return match[1] if match else None
