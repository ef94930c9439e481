"""What erasing takes out of a case, and which differences between two versions of a case it therefore explains.

The event `erase` lists in `changed` what went, by name and without values: personal fields (`customer.name`), other
fields that were named by hand (`title`), `history.text` (the free texts of all events before it), `history.mail` (what
identifies their e-mails), `source.row` (the fingerprints of an imported row), `attachments/NAME` (a file). Nothing of
this is hashed in the ids of the earlier events, so the chain of ids still holds; the list itself is hashed in the id
of the event `erase`.
"""

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Case, Event, RecordedMail
from complaintctl.domain.case.event_kinds import ERASED
from complaintctl.domain.deadlines.history import compute_event_id
from complaintctl.domain.intake.mail_ids import hash_mail_id

# The value of a field that a case cannot be without.
ERASED_TEXT: Final = "…"
PERSONAL_CUSTOMER: Final = "customer."
EVENT_TEXTS: Final = "history.text"
EVENT_MAILS: Final = "history.mail"
ROW_MARKS: Final = "source.row"
ATTACHMENT_PREFIX: Final = "attachments/"
# RFC 2606: no mail can ever have this domain.
_ERASED_DOMAIN: Final = "erased.invalid"


def personal_fields() -> tuple[str, ...]:
    """Returns every personal field that an erasing empties, in the order of the file."""
    return tuple(
        name for name, kind in fields.field_kinds().items() if kind != "group" and fields.is_personal(name)
    )


def erased_mail_id(mail_id: str) -> str:
    """Returns what stands for the Message-ID of an erased mail: a hash, so that the same mail is still recognised."""
    return hash_mail_id(mail_id, _ERASED_DOMAIN)


def erased_names(events: Iterable[Event]) -> frozenset[str]:
    """Returns what the events `erase` among these took out, by name."""
    return frozenset(name for event in events if event.did == ERASED for name in event.changed)


def erase_event_texts(events: Sequence[Event], names: Iterable[str]) -> tuple[Event, ...]:
    """Returns the events without the texts and mails that an erasing of these names takes out."""
    gone = frozenset(names)
    return tuple(_without_texts(event, gone) for event in events)


def _without_texts(event: Event, names: frozenset[str]) -> Event:
    text = None if EVENT_TEXTS in names else event.text
    mail = event.mail
    if mail is not None and EVENT_MAILS in names:
        mail = RecordedMail(id=erased_mail_id(mail.id), files=mail.files)
    return (
        event
        if (text, mail) == (event.text, event.mail)
        else dataclasses.replace(event, text=text, mail=mail)
    )


def has_erasable_value(case: Case, name: str) -> bool:
    """Whether a field has a value that an erasing takes out; a sealed value counts, though nobody opened it."""
    value = fields.value_at(case, name)
    return (fields.has_value(value) and value != ERASED_TEXT) or fields.is_sealed(case, name)


def clear_fields(case: Case, names: Iterable[str]) -> Case:
    """Returns the case without the values of these fields; one that a case cannot be without gets a sign for it."""
    for name in [name for name in names if has_erasable_value(case, name)]:
        if (
            name.startswith(PERSONAL_CUSTOMER)
            and case.customer is not None
            and case.customer.sealed is not None
        ):
            # What stands beside a sealed block (its pseudonyms) goes with it.
            case = dataclasses.replace(case, customer=None)
        else:
            case = fields.with_value(case, name, ERASED_TEXT if name in fields.REQUIRED_FIELDS else None)
    return case


def with_erased_events(case: Case, names: Iterable[str]) -> Case:
    """Returns the case without the texts and mails of events, and fingerprints, that an erasing of these names takes out."""
    gone = frozenset(names)
    source = case.source
    if source is not None and ROW_MARKS in gone:
        source = dataclasses.replace(source, row=ERASED_TEXT)
    return dataclasses.replace(case, source=source, history=erase_event_texts(case.history, gone))


def explains_event_change(before: Event, after: Event, later: Iterable[Event]) -> bool:
    """Whether events `erase` among `later` explain that an event recorded as `before` now reads as `after`.

    `later` are the events that stand after it in the same case now. Only the text may be missing, and only the mail may
    have its hash in place of its id; every other difference is not explained, and neither is a text that differs.
    """
    return before == after or erase_event_texts((before,), erased_names(later)) == (after,)


def explains_raw_change(before: Mapping[str, Any], after: Mapping[str, Any], names: Collection[str]) -> bool:
    """Like `explains_event_change`, for events as texts, lists and maps; `names` are those of later events `erase`."""
    expected = dict(before)
    if EVENT_TEXTS in names:
        expected.pop("text", None)
    mail = before.get("mail")
    if EVENT_MAILS in names and isinstance(mail, Mapping):
        kept = {"files": mail["files"]} if mail.get("files") else {}
        expected["mail"] = {"id": erased_mail_id(str(mail.get("id"))), **kept}
    return after in (before, expected)


def explains_field_change(name: str, later: Iterable[Event]) -> bool:
    """Whether events `erase` among `later` explain that a field lost its value, such as `customer.name` or `title`."""
    return name in erased_names(later)


def explains_missing_attachment(case: Case, file: str) -> bool:
    """Whether an event `erase` of the case explains that an attachment which it lists is not on disk."""
    listed = any(entry.file == file and entry.erased for entry in case.attachments)
    return listed and f"{ATTACHMENT_PREFIX}{file}" in erased_names(case.history)


def explained_history_length(before: Sequence[Event], after: Sequence[Event]) -> int:
    """Returns how many events of `before`, from the first on, `after` still has, as they were or as erased.

    Equal to `len(before)` if `after` only appends events and erases what its own events `erase` name.
    """
    for index, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new and not explains_event_change(old, new, after[index + 1 :]):
            return index
    return min(len(before), len(after))


def keeps_event_id(event: Event, previous: str) -> bool:
    """Whether the id of an event is that of its content: erasing takes out nothing that is hashed."""
    return compute_event_id(event, previous) == event.id


def returned_fields(case: Case) -> tuple[str, ...]:
    """Returns the fields that an erasing emptied and that have a value again without an event after it: by hand, say."""
    places = [index for index, event in enumerate(case.history) if event.did == ERASED]
    since = case.history[places[-1] + 1 :] if places else ()
    told = {name for event in since for name in (*event.changed, *event.set)}
    return tuple(
        name for name in sorted(erased_names(case.history)) if _is_back(case, name) and name not in told
    )


def has_returned_texts(case: Case) -> bool:
    """Whether an event before an erasing has a text or a mail that it takes out: written meanwhile in another clone."""
    return any(
        event != _without_texts(event, erased_names(case.history[index + 1 :]))
        for index, event in enumerate(case.history)
    )


def _is_back(case: Case, name: str) -> bool:
    if name.startswith((ATTACHMENT_PREFIX, "history.", "source.")) or not fields.is_field(name):
        return False
    return has_erasable_value(case, name)
