"""Tests rewriting case files: an event changes only its own lines; hand-written text is kept."""

import dataclasses
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintctl.domain.case import fields, one_line
from complaintctl.domain.case.case import Case, Customer, Event, Measure
from complaintctl.errors import Broken
from complaintctl.storage.case import edited_text, new_text
from tests.storage.arbitrary import AWKWARD, BONES, CASES, EVENTS, FEW, MEASURES, SOME_LINE, SOME_TEXT, TEXTS
from tests.storage.building import a_case, at, did, loaded

NOTE: Final = did("note", "11:00", text="He called: again", id="ABCDEFGH")
NOT_EMPTY: Final = TEXTS.filter(bool)
# Their order in the group is that in which commands set them first.
LISTS: Final = ("cause.five_whys", "cause.fishbone")
FACTS: Final = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["open", "waiting", "closed"]),
        "level": SOME_LINE,
        "description": SOME_TEXT,
        "lesson": SOME_TEXT,
        "customer.name": NOT_EMPTY.map(one_line.join_lines).filter(bool),
        "cause.finding": NOT_EMPTY,
        "cause.five_whys": st.lists(TEXTS, min_size=1, max_size=2).map(tuple),
        "cause.fishbone": st.lists(BONES, min_size=1, max_size=2).map(tuple),
        "plan.measures": st.lists(MEASURES, min_size=1, max_size=2).map(tuple),
        "x.own": TEXTS,
        "x.other": TEXTS,
    },
)


def written_by_hand(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


BY_HAND: Final = written_by_hand(
    "# Kept by Li Wei",
    "title:   'Battery''s swollen'   # the customer's words",
    "id: C-20261121-7K3FQ",
    "status: open",
    'received: "2026-11-21T09:14:00+08:00"',
    "",
    "",
    "phones:  # unknown, kept",
    "- +8613800138000",
    "-   00812331",
    "-   [NO,1:30,  12E3, ~]",
    "customer:",
    "    name:  王芳   # Ms",
    "    phone: +8613800138000",
    "product: {model: X100,",
    "          serial: 00812331, batch: 12E3}",
    "level: ~",
    "description: >-",
    "  folded",
    "  text",
    "history:",
    "# first",
    "- at: 2026-11-21T09:20:00+08:00",
    "  by:   li.wei",
    "  did: open",
    "  id: 7Q2M0X4C",
    "# second, over two lines",
    "- {at: 2026-11-21T10:00:00+08:00, by: 'NO',",
    '   did: note, text: "1:30", id: 0K0EN1M8}   # by phone',
    "# the end",
)


def with_changes(case: Case, changes: dict[str, Any], *events: Event) -> Case:
    for name, value in changes.items():
        case = fields.with_value(case, name, value)
    return dataclasses.replace(case, history=(*case.history, *events))


def changed_lines(before: bytes, after: bytes) -> tuple[list[bytes], list[bytes]]:
    """The removed and the added lines."""
    old, new = before.splitlines(), after.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


@FEW
@given(CASES)
def test_saving_an_unchanged_case_changes_no_byte(case: Case) -> None:
    text = new_text.case_yaml(case).encode()
    assert edited_text.edit_case_text(text, {}, []) == text


@FEW
@given(CASES, EVENTS)
def test_an_event_adds_one_line_and_changes_no_other(case: Case, event: Event) -> None:
    event = dataclasses.replace(event, id="ABCDEFGH")
    text = new_text.case_yaml(case).encode()
    after = edited_text.edit_case_text(text, {}, [event])
    assert after.startswith(text)
    assert after.removeprefix(text).startswith(b"  - {at: ")
    assert after.count(b"\n") == text.count(b"\n") + 1
    assert loaded(after) == with_changes(case, {}, event)


@pytest.mark.parametrize("step", ["null", "~", "yes", "1.5", "a: b", "#", "是否"])
def test_a_step_is_called_by_any_name(step: str) -> None:
    event = dataclasses.replace(NOTE, moved={step: (None, at("10:00"))})
    text = new_text.case_yaml(a_case()).encode()
    after = edited_text.edit_case_text(text, {}, [event])
    assert loaded(after) == with_changes(a_case(), {}, event)
    assert after == new_text.case_yaml(with_changes(a_case(), {}, event)).encode()


@FEW
@given(CASES, FACTS)
def test_changed_facts_are_read_back_and_all_others_stay(case: Case, changes: dict[str, Any]) -> None:
    after = edited_text.edit_case_text(new_text.case_yaml(case).encode(), changes, [NOTE])
    assert loaded(after) == with_changes(case, changes, NOTE)


@FEW
@given(CASES)
def test_a_fact_that_is_cleared_is_absent(case: Case) -> None:
    changes = dict.fromkeys(("level", "category", "description", "lesson"))
    assert loaded(edited_text.edit_case_text(new_text.case_yaml(case).encode(), changes, [])) == with_changes(
        case, changes
    )


@FEW
@given(FACTS)
def test_what_was_changed_stands_as_the_emitter_would_write_it(changes: dict[str, Any]) -> None:
    changes = {name: value for name, value in changes.items() if value and name not in LISTS}
    case = a_case(customer=Customer(name="a", phone="1"), description="a", x={"a": "1"})
    after = edited_text.edit_case_text(new_text.case_yaml(case).encode(), changes, [NOTE])
    assert after.decode() == new_text.case_yaml(with_changes(case, changes, NOTE))


@pytest.mark.parametrize("text", [text for text in AWKWARD if text])
def test_an_awkward_text_survives_in_a_fact_and_in_an_event(text: str) -> None:
    event = did("note", "11:00", text=text, id="ABCDEFGH")
    changes = {"title": one_line.join_lines(text), "cause.finding": text, "x.own": text}
    after = edited_text.edit_case_text(new_text.case_yaml(a_case()).encode(), changes, [event])
    assert loaded(after) == with_changes(a_case(), changes, event)


def test_a_file_written_by_hand_keeps_every_line_that_the_change_leaves_alone() -> None:
    after = edited_text.edit_case_text(BY_HAND, {"status": "closed", "customer.name": "王小芳"}, [NOTE])
    assert changed_lines(BY_HAND, after) == (
        [b"status: open", "    name:  王芳   # Ms".encode()],
        [
            b"status: closed",
            "    name: 王小芳     # Ms".encode(),
            b'- {at: 2026-11-21T11:00:00+08:00, by: li.wei, did: note, text: "He called: again", id: ABCDEFGH}',
        ],
    )


def test_a_group_written_further_in_takes_new_lines_as_far_in() -> None:
    changes = {"customer.email": "a@example.com", "customer.name": "王小芳", "customer.phone": None}
    after = edited_text.edit_case_text(BY_HAND, changes, [NOTE])
    group = "customer:\n    name: 王小芳     # Ms\n    email: a@example.com\nproduct:"
    assert group in after.decode()


def test_a_new_fact_gets_its_place_in_the_layout() -> None:
    text = new_text.case_yaml(a_case()).encode()
    after = edited_text.edit_case_text(text, {"impact.legal_risk": "none", "x.own": "1"}, [])
    assert after == text.replace(b"\ncause:", b"\nimpact: {legal_risk: none}\n\ncause:").replace(
        b"\nhistory:", b'\nx:\n  own: "1"\n\nhistory:'
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"plan.measures": (Measure(what="call"),)}, b"plan: {measures: [{what: call}]}"),
        ({"cause.five_whys": ("a", "b: c")}, b'cause: {five_whys: [a, "b: c"]}'),
        ({"level": "NO"}, b'level: "NO"'),
        ({"owner": "li.wei"}, b"owner: li.wei"),
    ],
)
def test_a_fact_that_was_empty_fills_its_own_line(changes: dict[str, Any], line: bytes) -> None:
    text = new_text.case_yaml(a_case()).encode()
    gone, came = changed_lines(text, edited_text.edit_case_text(text, changes, []))
    assert (len(gone), came) == (1, [line])


@pytest.mark.parametrize("new", ["one line", "other\nlines\n", None])
@pytest.mark.parametrize("old", ["one", "several\nlines", "ending\nin a break\n"])
def test_the_blank_line_and_the_comment_after_a_text_stay(old: str, new: str | None) -> None:
    text = new_text.case_yaml(a_case(description=old, lesson=old)).encode()
    text = text.replace(b"\nhistory:", b"\n# what follows\nhistory:")
    after = edited_text.edit_case_text(text, {"description": new, "lesson": new}, [])
    assert b"\n\n# what follows\nhistory:\n" in after
    assert b"\n\ncause:\n" in after
    assert b"\n\n\n" not in after


def test_an_entry_taken_out_leaves_the_blank_line_after_its_group() -> None:
    text = new_text.case_yaml(a_case(x={"a": "p", "b": "q"})).encode()
    assert edited_text.edit_case_text(text, {"x.b": None}, []) == text.replace(b"  b: q\n", b"")
    assert b"\n\nx:\n\nhistory:" in edited_text.edit_case_text(text, {"x.a": None, "x.b": None}, [])


def test_windows_line_ends_stay_and_new_lines_get_them_too() -> None:
    text = new_text.case_yaml(a_case()).encode().replace(b"\n", b"\r\n")
    after = edited_text.edit_case_text(text, {"level": "urgent", "impact.legal_risk": "none"}, [NOTE])
    assert after.count(b"\r\n") == after.count(b"\n") == text.count(b"\n") + 3
    assert changed_lines(text, after)[0] == [b"level:"]


def test_a_byte_order_mark_and_a_missing_last_line_break_do_not_hinder() -> None:
    text = b"\xef\xbb\xbf" + new_text.case_yaml(a_case()).encode().rstrip(b"\n")
    after = edited_text.edit_case_text(text, {}, [NOTE])
    assert after.startswith(text + b"\n  - {at: ")


@pytest.mark.parametrize("history", ["", "history:\n", "history: []\n", "history: ~\n", "history: null\n"])
def test_a_history_that_was_lost_begins_anew(history: str) -> None:
    text = new_text.case_yaml(a_case()).partition("history:")[0] + history
    after = edited_text.edit_case_text(text.encode(), {}, [NOTE])
    assert loaded(after).history == (NOTE,)


def test_what_can_be_read_but_not_written_back_is_named_with_its_place() -> None:
    text = new_text.case_yaml(a_case()).encode().replace(b"title: ", b"title:\t")
    with pytest.raises(Broken) as failure:
        edited_text.edit_case_text(text, {}, [NOTE])
    assert (failure.value.key, failure.value.values["line"]) == ("unwritable", 2)
