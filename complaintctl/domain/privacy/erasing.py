"""Decides an erasing: what goes, what stays, and the event that says so (GDPR Art. 17, PIPL Art. 47)."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from complaintctl.domain.case import data_state, fields
from complaintctl.domain.case.case import Attachment, Case, Event
from complaintctl.domain.case.event_kinds import ERASED
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.contacts import CONTACT_BY, CONTACT_VIA
from complaintctl.domain.lifecycle import guards
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.privacy import erased_fields, personal_values
from complaintctl.domain.privacy.erased_fields import (
    ATTACHMENT_PREFIX,
    ERASED_TEXT,
    EVENT_MAILS,
    EVENT_TEXTS,
    ROW_MARKS,
)
from complaintctl.domain.privacy.personal_values import ErasedValue
from complaintctl.errors import InvalidInput, Refused

# Why data are erased: on request, because the consent was withdrawn, because the purpose ended, because the time for
# which they are kept is over, because they should not have been collected (GDPR Art. 17(1), PIPL Art. 47).
BASES: Final = ("request", "consent-withdrawn", "purpose-ended", "retention", "unlawful")
ALL_ATTACHMENTS: Final = "all"
NO_ATTACHMENTS: Final = "none"
# Other fields of free text that may be named to be erased, too; the rest are keys, times and names of the team.
_ALSO_ERASABLE: Final = frozenset(
    {"title", "remedy_sought", "lesson", "product.serial", "product.bought_from"}
)
_ALSO_GROUPS: Final = ("x.", "problem.", "impact.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ErasingRequest:
    """What to erase and why: a basis of `BASES`, free words, further fields, and attachments (all, none or names)."""

    basis: str
    words: str | None
    also: tuple[str, ...]
    attachments: tuple[str, ...]
    force: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasing:
    """A decided erasing: the case before and after it, its event, and what was counted.

    `files` are the attachments to delete; `texts` and `mails` count the texts and e-mails of events. `values` are what
    is erased: they are never written anywhere, only searched for afterwards.
    """

    before: Case
    case: Case
    event: Event
    files: tuple[Attachment, ...]
    texts: int
    mails: int
    values: tuple[ErasedValue, ...]


def decide_erasing(case: Case, request: ErasingRequest, act: Attribution) -> Erasing:
    """Returns the erasing of a case. No policy and no clock is changed by it.

    Raises InvalidInput for an unknown basis, field or attachment, a time in the future, or words with erased data;
    Refused under legal hold, under a restriction, for an open case without `force`, and if nothing is left to erase.
    """
    guards.check_event_time(case, act.at, act.now)
    check_allowed(case, request.basis, force=request.force)
    files = _chosen_files(case, request.attachments)
    cleared = _cleared_fields(case, request.also)
    names = (*cleared, *_other_names(case), *(f"{ATTACHMENT_PREFIX}{entry.file}" for entry in files))
    if not names:
        raise Refused("already-erased" if case.is_erased else "nothing-to-erase", case=case.id)
    values = personal_values.values_to_erase(case, cleared)
    reason = request.basis if not request.words else f"{request.basis}: {request.words}"
    if personal_values.names_person(request.words or "", values):
        raise InvalidInput("erase-words-personal", case=case.id)
    event = Event(
        at=act.at,
        by=act.by,
        did=ERASED,
        set=_ended_contact(case, act),
        changed=names,
        reason=reason,
        recorded=act.now if act.given else None,
        recorded_by=act.recorder,
    )
    after = _erased_case(case, event, cleared, files)
    guards.check_one_line(after, event)
    event = history.identify_event(case.id, case.history, event)
    after = dataclasses.replace(after, history=(*after.history, event))
    return Erasing(
        before=case,
        case=after,
        event=event,
        files=files,
        texts=sum(entry.text is not None for entry in case.history),
        mails=sum(1 for _event in _mail_events(case)),
        values=values,
    )


def check_allowed(case: Case, basis: str, *, force: bool) -> None:
    """Raises InvalidInput for an unknown basis, Refused under legal hold or restriction, or if the case is open."""
    if basis not in BASES:
        raise InvalidInput("unknown-choice", option="--basis", value=basis, choices=list(BASES))
    if (hold := data_state.hold_of(case)) is not None:
        raise Refused("erase-on-hold", case=case.id, since=hold.since, reason=hold.reason or "–")
    if (restriction := data_state.restriction_of(case)) is not None:
        raise Refused(
            "erase-restricted", case=case.id, since=restriction.since, reason=restriction.reason or "–"
        )
    # The customer is still owed an answer, and the team needs the data for it: GDPR Art. 17(1)(a) does not apply yet.
    if case.status != "closed" and not force:
        raise Refused("erase-open", case=case.id)


def _chosen_files(case: Case, chosen: tuple[str, ...]) -> tuple[Attachment, ...]:
    """Returns the attachments to delete; the original of an e-mail always goes, unless none is to go."""
    present = tuple(entry for entry in case.attachments if not entry.erased)
    if chosen == (ALL_ATTACHMENTS,):
        return present
    if chosen == (NO_ATTACHMENTS,):
        return ()
    known = {entry.file for entry in case.attachments}
    for name in chosen:
        if name not in known:
            raise InvalidInput("no-such-attachment", case=case.id, name=name, choices=sorted(known))
    originals = {event.mail.files[0] for event in case.history if event.mail and event.mail.files}
    return tuple(entry for entry in present if entry.file in {*chosen, *originals})


def _cleared_fields(case: Case, also: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the fields that lose their value; raises InvalidInput for one that must stay or stands in the history."""
    for name in also:
        is_text = name in _ALSO_ERASABLE or name.startswith(_ALSO_GROUPS)
        if not (is_text or fields.is_personal(name)):
            raise InvalidInput("erase-field-kind", field=name)
        if event := next((event for event in case.history if name in event.set), None):
            raise InvalidInput("erase-field-recorded", field=name, case=case.id, event=event.id)
    named = dict.fromkeys((*erased_fields.personal_fields(), *also))
    return tuple(name for name in named if erased_fields.has_erasable_value(case, name))


def _other_names(case: Case) -> Iterator[str]:
    if any(event.text is not None for event in case.history):
        yield EVENT_TEXTS
    if any(True for _event in _mail_events(case)):
        yield EVENT_MAILS
    if case.source is not None and case.source.row not in {"", ERASED_TEXT}:
        yield ROW_MARKS


def _mail_events(case: Case) -> Iterator[Event]:
    """Yields the events whose e-mail is not erased yet."""
    for event in case.history:
        if event.mail and (
            event.mail.references or event.mail.id != erased_fields.erased_mail_id(event.mail.id)
        ):
            yield event


def _ended_contact(case: Case, act: Attribution) -> dict[str, tuple[Any, Any]]:
    """Returns the end of a contact that was agreed with the customer and lies ahead: nobody can keep it any more."""
    if case.contact is None or case.contact.by is None or case.contact.by <= act.at:
        return {}
    values = {name: fields.plain_value(fields.value_at(case, name)) for name in (CONTACT_BY, CONTACT_VIA)}
    return {name: (value, None) for name, value in values.items() if value is not None}


def _erased_case(case: Case, event: Event, cleared: tuple[str, ...], files: tuple[Attachment, ...]) -> Case:
    case = erased_fields.clear_fields(fields.with_values(case, dict.fromkeys(event.set)), cleared)
    gone = {entry.file for entry in files}
    return dataclasses.replace(
        erased_fields.with_erased_events(case, event.changed),
        attachments=tuple(
            dataclasses.replace(entry, erased=True) if entry.file in gone else entry
            for entry in case.attachments
        ),
    )
