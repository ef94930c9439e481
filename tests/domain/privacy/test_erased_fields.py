"""Which differences between two versions of a case an erasing explains, and which it does not."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case import fields
from complaintctl.domain.case.case import Attachment, Case, Customer, Event, ImportSource, RecordedMail
from complaintctl.domain.deadlines.history import identify_event
from complaintctl.domain.lifecycle.lifecycle import Attribution
from complaintctl.domain.privacy import erased_fields
from complaintctl.domain.privacy.erasing import ErasingRequest, decide_erasing
from complaintctl.domain.privacy.personal_values import ErasedValue, contains_needle, make_needles

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
ACT = Attribution(at=AT, now=AT, by="li.wei", given=False, recorder=None)
REQUEST = ErasingRequest(basis="request", words=None, also=(), attachments=("all",), force=True)
TEXTS = st.none() | st.text(min_size=1, max_size=8)


def event(did: str, **values: Any) -> Event:
    return Event(at=AT, by="li.wei", did=did, **values)


def case_with(*events: Event, **values: Any) -> Case:
    case = Case(id="C-20261121-7K3FQ", title="Swells", received=AT, status="closed", **values)
    for one in events:
        case = dataclasses.replace(case, history=(*case.history, identify_event(case.id, case.history, one)))
    return case


def erased(case: Case) -> Case:
    return decide_erasing(case, REQUEST, ACT).case


NOTE = event("note", text="call her sister", reason="late")
MAILED = event(
    "heard", text="hello", mail=RecordedMail(id="1@wang.cn", references=("0@wang.cn",), files=("a.eml",))
)


def test_a_missing_text_and_a_hashed_mail_are_explained_by_a_later_erasing() -> None:
    before = case_with(event("open"), NOTE, MAILED, customer=Customer(name="Wang"))
    after = erased(before)
    assert after.history[1].text is None
    assert after.history[2].mail == RecordedMail(
        id=erased_fields.erased_mail_id("1@wang.cn"), files=("a.eml",)
    )
    assert erased_fields.explained_history_length(before.history, after.history) == len(before.history)


def test_events_as_texts_are_explained_like_events() -> None:
    before = case_with(event("open"), NOTE, MAILED, customer=Customer(name="Wang"))
    after = erased(before)
    names = erased_fields.erased_names(after.history)
    for old, new in zip(before.history, after.history, strict=False):
        was, now = (fields.plain_value(one) for one in (old, new))
        assert erased_fields.explains_raw_change(was, now, names)
        assert erased_fields.explains_raw_change(was, now, ()) == (was == now)
        assert not erased_fields.explains_raw_change(was, {**now, "reason": "early"}, names)
    assert not erased_fields.explains_raw_change({"text": "a"}, {"text": "b"}, names)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "call her brother"},
        {"reason": None},
        {"reason": "early"},
        {"by": "ma.li"},
        {"id": "00000000"},
        {"mail": RecordedMail(id="2@wang.cn")},
    ],
)
def test_every_other_difference_is_not_explained(change: dict[str, Any]) -> None:
    before = case_with(event("open"), NOTE, customer=Customer(name="Wang"))
    after = erased(before)
    later = after.history[2:]
    forged = dataclasses.replace(after.history[1], **change)
    assert erased_fields.explains_event_change(before.history[1], after.history[1], later)
    assert not erased_fields.explains_event_change(before.history[1], forged, later)
    history = (after.history[0], forged, *later)
    assert erased_fields.explained_history_length(before.history, history) == 1


def test_an_erasing_explains_nothing_of_the_events_after_it_and_nothing_it_does_not_name() -> None:
    case = erased(case_with(event("open"), customer=Customer(name="Wang")))
    case = dataclasses.replace(case, history=(*case.history, identify_event(case.id, case.history, NOTE)))
    note = case.history[-1]
    gone = dataclasses.replace(note, text=None)
    assert not erased_fields.explains_event_change(note, gone, ())
    assert not erased_fields.explains_event_change(note, gone, case.history[:-1])
    assert erased_fields.explains_field_change("customer.name", case.history)
    assert not erased_fields.explains_field_change("customer.phone", case.history)


def test_a_missing_attachment_needs_the_mark_and_the_event() -> None:
    photo = Attachment(file="photo.jpg", sha256="0" * 64)
    before = case_with(event("open"), event("attach", file="photo.jpg"), attachments=(photo,))
    after = erased(before)
    assert erased_fields.explains_missing_attachment(after, "photo.jpg")
    assert not erased_fields.explains_missing_attachment(before, "photo.jpg")
    marked = dataclasses.replace(before, attachments=(dataclasses.replace(photo, erased=True),))
    assert not erased_fields.explains_missing_attachment(marked, "photo.jpg")


def test_the_fingerprints_of_a_row_go_and_its_number_stays() -> None:
    source = ImportSource(system="desk", id="88121", row="9C1F0000")
    after = erased(case_with(event("open"), source=source, customer=Customer(name="Wang")))
    assert after.source == ImportSource(system="desk", id="88121", row="…")


@given(st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), max_size=5), TEXTS, TEXTS)
def test_erasing_keeps_every_id_and_leaves_nothing_to_erase(
    rows: list[tuple[str | None, str | None, bool]], name: str | None, comment: str | None
) -> None:
    events = [
        event("note", text=text, reason=reason, mail=RecordedMail(id=f"{text}@x.cn") if mailed else None)
        for text, reason, mailed in rows
    ]
    customer = Customer(name=name) if name else None
    before = case_with(event("open"), *events, customer=customer, description=comment)
    if not (name or comment or any(text is not None or mailed for text, _reason, mailed in rows)):
        return
    after = erased(before)
    previous = after.id
    for one in after.history:
        assert erased_fields.keeps_event_id(one, previous)
        previous = one.id
    assert erased_fields.explained_history_length(before.history, after.history) == len(before.history)
    assert (after.customer, after.description) == (None, None)
    assert not erased_fields.has_returned_texts(after)
    assert erased_fields.returned_fields(after) == ()


@pytest.mark.parametrize(
    ("value", "free", "text", "found"),
    [
        ("Li", False, "Mr Li called", True),
        ("Li", False, "in Liverpool", False),
        ("王芳", False, "请王芳女士来电", True),
        ("138 0013-8000", False, "phone: 13800138000", True),
        ("138 0013-8000", False, "order 9138001380001", False),
        ("ok", True, "all is ok", False),
        ("The flat smells\nof smoke", True, "x: The flat smells", True),
    ],
)
def test_values_are_found_as_words_and_lines(value: str, free: bool, text: str, found: bool) -> None:
    needles = make_needles([ErasedValue(text=value, free=free)])
    assert any(contains_needle(text, needle) for needle in needles) == found
