"""The history of a case: ids of events, the case at an earlier moment, and contradictions with its fields."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from complaintctl.domain.case.case import Attachment, Case, Event, Promise
from complaintctl.domain.case.event_kinds import CROCKFORD
from complaintctl.domain.deadlines import history
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle.lifecycle import Attribution, Request, decide_request
from complaintctl.domain.policy.policy import ClassEntry
from tests.domain.building import CASE_ID, a_book, a_case, at, did

EVENT = did("classify", "10:00", set={"level": (None, "urgent")}, due=at("13:00"), met=True)


# Ids


def test_an_event_id_is_eight_characters_that_can_be_read_over_the_phone() -> None:
    name = history.compute_event_id(EVENT, CASE_ID)
    assert len(name) == history.EVENT_ID_LENGTH
    assert set(name) <= set(CROCKFORD)


@pytest.mark.parametrize(
    "changes",
    [
        {"at": at("10:01")},
        {"by": "zhang.min"},
        {"did": "escalate"},
        {"via": "phone"},
        {"set": {"level": (None, "general")}},
        {"set": {"level": ("general", "urgent")}},
        {"due": at("14:00")},
        {"met": False},
        {"forced": ("respond",)},
        {"changed": ("customer.phone",)},
        {"promise": (at("12:00"),)},
    ],
)
def test_an_event_id_changes_with_the_content(changes: dict[str, Any]) -> None:
    assert history.compute_event_id(
        dataclasses.replace(EVENT, **changes), CASE_ID
    ) != history.compute_event_id(EVENT, CASE_ID)


def test_an_event_id_changes_with_the_event_before() -> None:
    assert history.compute_event_id(EVENT, "7Q2M0X4C") != history.compute_event_id(EVENT, CASE_ID)


def test_free_words_are_left_out_so_that_they_can_be_erased() -> None:
    spoken = dataclasses.replace(EVENT, text="Ms Wang said her son was frightened")
    assert history.compute_event_id(spoken, CASE_ID) == history.compute_event_id(EVENT, CASE_ID)


def test_what_personal_fields_say_is_no_part_of_an_event_only_their_names_are() -> None:
    case = a_case(did("open", "09:00"))
    act = Attribution(at=at("10:00"), now=at("10:00"), by="li.wei", given=False, recorder=None)
    first, second = (
        decide_request(case, a_book(), Request(did="edit", fields={"customer.phone": phone}), act).event
        for phone in ("13800138000", "13900139000")
    )
    assert (first.changed, first.set) == (("customer.phone",), {})
    assert first == second


def test_the_id_an_event_already_has_is_no_part_of_its_id() -> None:
    assert history.compute_event_id(
        dataclasses.replace(EVENT, id="7Q2M0X4C"), CASE_ID
    ) == history.compute_event_id(EVENT, CASE_ID)


def test_the_same_moment_read_from_a_file_gives_the_same_id() -> None:
    read = dataclasses.replace(EVENT, at=datetime.fromisoformat("2026-11-16T10:00:00+08:00"))
    assert history.compute_event_id(read, CASE_ID) == history.compute_event_id(EVENT, CASE_ID)


# The case as it was

STORY = a_case(
    did("open", "09:00", set={"level": (None, "general"), "received": (None, at("09:00").isoformat())}),
    did("assign", "10:00", set={"owner": (None, "li.wei")}),
    did("classify", "11:00", set={"level": ("general", "urgent"), "category": (None, "quality")}),
    did("ack", "12:00", via="phone", promise=(at("2026-11-17 12:00"),)),
    did("wait", "13:00"),
    did("assign", "14:00", set={"owner": ("li.wei", "zhang.min")}),
    did("close", "15:00", set={"outcome": (None, "withdrawn")}),
    status="closed",
    level="urgent",
    category="quality",
    owner="zhang.min",
    outcome="withdrawn",
    promised=(Promise(by=at("2026-11-17 12:00"), what="respond", made=at("12:00")),),
    attachments=(Attachment(file="photo.jpg", sha256="0" * 64),),
)


def as_it_was(when: str) -> Case:
    found = history.case_as_of(STORY, a_book(), at(when))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("when", "level", "category"),
    [("10:59", "general", None), ("11:00", "urgent", "quality"), ("20:00", "urgent", "quality")],
)
def test_level_and_category_are_those_of_the_moment(when: str, level: str, category: str | None) -> None:
    assert (as_it_was(when).level, as_it_was(when).category) == (level, category)


@pytest.mark.parametrize(
    ("when", "owner"), [("09:30", None), ("10:00", "li.wei"), ("13:59", "li.wei"), ("14:00", "zhang.min")]
)
def test_the_owner_is_the_one_of_the_moment(when: str, owner: str | None) -> None:
    assert as_it_was(when).owner == owner


@pytest.mark.parametrize(
    ("when", "status", "outcome"),
    [
        ("12:00", "open", None),
        ("13:00", "waiting", None),
        ("14:30", "waiting", None),
        ("15:00", "closed", "withdrawn"),
    ],
)
def test_state_and_outcome_are_those_of_the_moment(when: str, status: str, outcome: str | None) -> None:
    assert (as_it_was(when).status, as_it_was(when).outcome) == (status, outcome)


def test_promises_made_later_are_not_known_yet() -> None:
    assert as_it_was("11:59").promised == ()
    assert as_it_was("12:00").promised == STORY.promised


def test_later_events_are_no_part_of_the_case_as_it_was() -> None:
    assert [event.did for event in as_it_was("11:30").history] == ["open", "assign", "classify"]


def test_before_it_was_opened_there_was_no_case() -> None:
    assert history.case_as_of(STORY, a_book(), at("08:59")) is None
    assert [event.did for event in as_it_was("09:00").history] == ["open"]


def test_after_the_last_event_the_case_is_what_it_is_now() -> None:
    assert history.case_as_of(STORY, a_book(), at("2027-01-01 00:00")) is STORY


def test_links_and_attachments_added_later_are_not_there_yet() -> None:
    case = a_case(
        did("open", "09:00"),
        did("attach", "10:00", file="photo.jpg"),
        did("link", "11:00", link="C-20261101-AAAAA"),
        attachments=(Attachment(file="photo.jpg", sha256="0" * 64),),
        links=({"duplicate_of": "C-20261101-AAAAA"},),
    )
    before = history.case_as_of(case, a_book(), at("10:30"))
    assert before is not None
    assert (before.links, before.attachments) == ((), case.attachments)


def test_typed_facts_come_back_as_what_they_were() -> None:
    case = a_case(
        did("open", "09:00"),
        did("edit", "10:00", set={"product.bought": ("2026-11-02", None), "cause.five_whys": (["heat"], [])}),
    )
    before = history.case_as_of(case, a_book(), at("09:30"))
    assert before is not None
    assert before.product is not None
    assert before.product.bought is not None
    assert before.product.bought.isoformat() == "2026-11-02"
    assert before.cause is not None
    assert before.cause.five_whys == ("heat",)


# Contradictions


def contradictions(case: Case, *, in_closed: bool) -> list[tuple[str, tuple[str | int, ...]]]:
    told = fold_history(case, a_book(), at("2026-12-01 00:00")).status
    found = history.history_faults(case, told, in_closed=in_closed)
    return [(fault.key, fault.path) for fault in found]


def test_where_folder_status_and_history_agree_there_is_nothing_to_say() -> None:
    assert contradictions(STORY, in_closed=True) == []


def test_a_status_that_the_history_does_not_tell_is_named() -> None:
    edited = dataclasses.replace(STORY, status="waiting")
    assert contradictions(edited, in_closed=False) == [("status-against-history", ("status",))]


def test_an_open_case_in_the_archive_is_named() -> None:
    assert contradictions(a_case(did("open", "09:00")), in_closed=True) == [
        ("open-in-closed-folder", ("status",))
    ]


def test_a_closed_case_on_the_pile_is_named() -> None:
    assert contradictions(STORY, in_closed=False) == [("closed-in-open-folder", ("status",))]


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"level": "general"}, "level"),
        ({"level": None}, "level"),
        ({"category": "other"}, "category"),
        ({"outcome": "upheld"}, "outcome"),
        ({"received": at("08:00")}, "received"),
    ],
)
def test_a_judged_fact_edited_by_hand_is_named(facts: dict[str, Any], path: str) -> None:
    edited = dataclasses.replace(STORY, **facts)
    assert contradictions(edited, in_closed=True) == [("fact-without-event", (path,))]


def test_a_promise_without_an_event_is_named_by_its_place() -> None:
    invented = Promise(by=at("2026-11-30 09:00"), what="respond", made=at("12:00"))
    edited = dataclasses.replace(STORY, promised=(*STORY.promised, invented))
    assert contradictions(edited, in_closed=True) == [("promise-without-event", ("promised", 1))]


def test_a_fact_that_is_not_judged_may_be_edited_by_hand() -> None:
    assert (
        contradictions(dataclasses.replace(STORY, owner="somebody", lesson="Test longer"), in_closed=True)
        == []
    )


@pytest.mark.parametrize(
    ("status", "in_closed", "judged"),
    [("closed", True, "closed"), ("closed", False, "waiting"), ("open", True, "waiting")],
)
def test_where_folder_or_status_says_open_the_closing_does_not_count(
    status: Any, in_closed: bool, judged: str
) -> None:
    case = history.case_to_judge(dataclasses.replace(STORY, status=status), in_closed=in_closed)
    assert fold_history(case, a_book(), at("2026-12-01 00:00")).status == judged


def test_a_closing_that_was_reopened_still_counts_as_a_pause() -> None:
    case = a_case(did("open", "09:00"), did("close", "10:00"), did("reopen", "11:00"), did("close", "12:00"))
    kept = history.case_to_judge(case, in_closed=False)
    assert [event.did for event in kept.history] == ["open", "close", "reopen"]


def test_a_case_whose_history_was_never_closed_stays_open_wherever_it_lies() -> None:
    case = history.case_to_judge(a_case(did("open", "09:00"), status="closed"), in_closed=True)
    assert fold_history(case, a_book(), at("10:00")).status == "open"


# Words of the policy


def test_words_the_policy_does_not_know_are_named() -> None:
    book = a_book(
        levels={"urgent": None},
        channels={"phone": None},
        categories={"quality": ClassEntry(sub={"function": None})},
    )
    case = a_case(level="major", channel="fax", category="quality/function/colour")
    named = [fault.path for fault in history.unknown_word_faults(case, book)]
    assert named == [("level",), ("channel",), ("category",)]


def test_a_list_the_policy_leaves_empty_accepts_anything() -> None:
    case = a_case(level="major", channel="fax", category="anything/at/all")
    assert list(history.unknown_word_faults(case, a_book())) == []


# Naming an event


def test_an_event_is_found_by_the_beginning_of_its_id_in_any_case_of_letters() -> None:
    first: Event = STORY.history[0]
    assert history.find_event(STORY, first.id[:5].lower()) == first


def test_a_beginning_that_several_ids_share_finds_none() -> None:
    assert history.find_event(STORY, "") is None
