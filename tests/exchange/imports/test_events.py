"""Tests how the rows of an event log become a case: sorted by time, then by line; every event is kept."""

import dataclasses
from datetime import datetime
from typing import Any

import pytest

from complaintctl.domain.case.case import Case, Event
from complaintctl.domain.deadlines import history, rulebook
from complaintctl.domain.deadlines.progress import fold_history
from complaintctl.domain.lifecycle.import_results import RejectedRecord
from complaintctl.domain.policy.policy import Policy, Step
from complaintctl.errors import InvalidInput
from complaintctl.exchange.imports import eventmapping, events, events_again
from complaintctl.exchange.imports import rows as importing
from complaintctl.exchange.imports.events import CaseLog, ReplayedCase
from complaintctl.exchange.imports.events_again import LogRevision
from complaintctl.exchange.imports.formats.csvrows import CsvRow
from complaintctl.exchange.imports.mapping import ColumnSource, EventColumns, ImportMapping

HEADER = ("case", "what", "when", "who", "owner", "shelf", "came", "done", "result", "phone")
BOOK = rulebook.build_rulebook(Policy(complaintctl="1", name="promises", timezone="UTC"))
NOW = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
WORDS = {
    "Look": "assess",
    "Fix": "respond",
    "Hand over": "assign",
    "Pause": "wait",
    "Go on": "resume",
    "Shut": "close",
    "Again": "reopen",
}


def column(name: str, **more: Any) -> ColumnSource:
    return ColumnSource(column=(name,), **more)


def a_mapping(**changes: Any) -> ImportMapping:
    plain = ImportMapping(
        mapping="1",
        system="desk",
        timezone="UTC",
        times=("%Y-%m-%d %H:%M",),
        id=column("case"),
        events=EventColumns(
            time=column("when"),
            activity=column("what", values=WORDS, else_="note"),
            by=column("who"),
            owner=column("owner"),
        ),
        fields={"customer.phone": column("phone")},
        ignore=("came", "done", "result"),
    )
    return dataclasses.replace(plain, **changes)


WITH_ENDS = a_mapping(
    received=column("came"),
    closed=column("done"),
    fields={"outcome": column("result", values={"yes": "upheld"})},
    ignore=("phone",),
)


def a_row(line: int, what: str, when: str, **cells: str) -> CsvRow:
    plain = {"case": "7", "what": what, "when": when and f"2025-03-{when}", **cells}
    return CsvRow(line=line, cells=tuple(plain.get(name, "") for name in HEADER))


def rows(*events: tuple[str, str], **cells: str) -> list[CsvRow]:
    """Rows from line 2 on, given by activity and time."""
    return [a_row(line, what, when, **cells) for line, (what, when) in enumerate(events, 2)]


def read(found: list[CsvRow], mapping: ImportMapping | None = None) -> CaseLog | tuple[RejectedRecord, ...]:
    ready = importing.build_row_layout(mapping or a_mapping(), HEADER, "a.csv")
    (log,) = events.read_case_logs(ready, [list(found)], NOW)
    return log


def a_log(found: list[CsvRow], mapping: ImportMapping | None = None) -> CaseLog:
    log = read(found, mapping)
    assert isinstance(log, CaseLog)
    return log


def facts_of(mapping: ImportMapping | None = None) -> importing.RowLayout:
    return events.case_layout(importing.build_row_layout(mapping or a_mapping(), HEADER, "a.csv"))


def a_case(found: list[CsvRow], mapping: ImportMapping | None = None) -> ReplayedCase:
    log = a_log(found, mapping)
    case_id = next(importing.candidate_case_ids(log.arrival.source, log.arrival.received))
    return events.case_from_log(log, facts_of(mapping), case_id, BOOK)


def again(case: Case, found: list[CsvRow], mapping: ImportMapping | None = None) -> LogRevision:
    return events_again.revise_from_log(case, a_log(found, mapping), facts_of(mapping), BOOK, NOW)


def with_event(case: Case, **event: Any) -> Case:
    """The case after an event was recorded locally."""
    done = history.identify_event(case.id, case.history, Event(by="li.wei", **event))
    case = dataclasses.replace(case, history=(*case.history, done))
    return dataclasses.replace(case, status=fold_history(case, BOOK, NOW).status)


def story(case: Case) -> list[tuple[str, str | None, str | None]]:
    return [(event.did, event.text, event.irregular) for event in case.history]


def test_events_stand_by_time_and_those_of_one_moment_in_the_order_of_the_file() -> None:
    log = a_log(rows(("Fix", "05 10:00"), ("Look", "03 10:00"), ("Call", "05 10:00"), ("Mail", "05 10:00")))
    case = a_case(
        rows(("Fix", "05 10:00"), ("Look", "03 10:00"), ("Call", "05 10:00"), ("Mail", "05 10:00"))
    ).case
    assert story(case) == [
        ("open", None, None),
        ("assess", "Look", None),
        ("respond", "Fix", None),
        ("note", "Call", None),
        ("note", "Mail", None),
    ]
    assert events.simultaneous_lines(log.happenings) == [2, 4, 5]
    assert case.received.isoformat() == "2025-03-03T10:00:00+00:00"  # the first event
    assert case.id.startswith("C-20250303-")


def test_an_event_is_by_its_resource_recorded_by_the_system_and_gets_no_verdict() -> None:
    book = rulebook.build_rulebook(
        Policy(
            complaintctl="1", name="p", timezone="UTC", steps=(Step(step="assess", within={"else": "1h"}),)
        )
    )
    log = a_log([a_row(2, "Look", "03 10:00", who="Ann"), a_row(3, "Fix", "04 10:00")])
    case = events.case_from_log(log, facts_of(), "C-20250303-AAAAA", book).case
    _opened, looked, fixed = case.history
    assert (looked.by, looked.recorded_by) == ("Ann", "desk")
    assert (fixed.by, fixed.recorded_by) == ("desk", None)
    assert {(event.due, event.met) for event in case.history} == {(None, None)}


def test_what_comes_after_the_closing_is_kept_marked_and_does_not_open_the_case() -> None:
    found = a_case(
        rows(
            ("Look", "03 10:00"),
            ("Shut", "04 10:00"),
            ("Fix", "05 10:00"),
            ("Pause", "06 10:00"),
            ("Shut", "07 10:00"),
        )
    )
    assert story(found.case)[2:] == [
        ("close", "Shut", None),
        ("respond", "Fix", "after-close"),
        ("note", "Pause", "after-close"),
        ("note", "Shut", "after-close"),  # the case was closed already: the first closing counts
    ]
    assert found.irregular == {"after-close": [4, 5, 6]}
    assert found.case.status == "closed"
    assert len(fold_history(found.case, BOOK, NOW).closures) == 1


def test_a_closing_told_twice_at_one_moment_is_odd_the_second_time() -> None:
    found = a_case(rows(("Look", "03 10:00"), ("Shut", "04 10:00"), ("Shut", "04 10:00")))
    assert found.irregular == {"after-close": [4]}


def test_a_case_is_reopened_paused_and_resumed_by_what_the_log_says() -> None:
    events = (("Shut", "04 10:00"), ("Again", "05 10:00"), ("Pause", "06 10:00"), ("Go on", "07 10:00"))
    found = a_case(rows(("Look", "03 10:00"), *events))
    assert [did for did, _text, _irregular in story(found.case)[2:]] == ["close", "reopen", "wait", "resume"]
    assert (found.irregular, found.case.status) == ({}, "open")
    assert a_case(rows(("Look", "03 10:00"), *events[:3])).case.status == "waiting"


@pytest.mark.parametrize(
    ("events", "rule", "line", "status"),
    [
        ((("Look", "03 10:00"), ("Again", "04 10:00")), "not-closed", 3, "open"),
        ((("Look", "03 10:00"), ("Go on", "04 10:00")), "not-waiting", 3, "open"),
        ((("Pause", "03 10:00"), ("Pause", "04 10:00")), "already-waiting", 3, "waiting"),
    ],
)
def test_a_turn_that_the_state_does_not_have_becomes_a_note_with_the_rule_it_breaks(
    events: tuple[tuple[str, str], ...], rule: str, line: int, status: str
) -> None:
    found = a_case(rows(*events))
    assert story(found.case)[-1] == ("note", events[-1][0], rule)
    assert found.irregular == {rule: [line]}
    assert found.case.status == status


def test_a_column_that_changes_stands_in_the_event_that_changed_it() -> None:
    case = a_case(
        [
            a_row(2, "Look", "03 10:00", shelf="A", phone="1"),
            a_row(3, "Fix", "04 10:00", shelf="B", phone="2"),
            a_row(4, "Shut", "05 10:00"),
        ]
    ).case
    assert case.x == {"shelf": "B"}  # an empty cell has no value
    assert [event.set.get("x.shelf") for event in case.history] == [None, None, ("A", "B"), None]
    assert case.history[2].changed == ("customer.phone",)  # personal data: reported without its value
    then = history.case_as_of(case, BOOK, datetime.fromisoformat("2025-03-03T12:00:00+00:00"))
    assert then is not None
    assert then.x == {"shelf": "A"}


def test_assigning_takes_the_owner_of_its_row_and_no_other_event_does() -> None:
    case = a_case(
        [
            a_row(2, "Look", "03 10:00", owner="Ann"),
            a_row(3, "Hand over", "04 10:00", owner="Bob"),
            a_row(4, "Hand over", "05 10:00", owner="Bob"),
        ]
    ).case
    assert case.owner == "Bob"
    assert [event.set.get("owner") for event in case.history] == [None, None, (None, "Bob"), None]


def test_a_column_may_tell_receipt_and_closing_with_the_outcome() -> None:
    ends = {"came": "2025-03-04 10:00", "done": "2025-03-05 10:00", "result": "yes"}
    found = a_case(
        rows(("Look", "03 10:00"), ("Fix", "05 10:00"), ("Call", "05 10:01"), **ends),
        dataclasses.replace(
            WITH_ENDS,
            events=EventColumns(
                time=column("when"), activity=column("what", values={"Look": "assess"}, else_="note")
            ),
        ),
    )
    assert story(found.case) == [
        ("open", None, None),
        ("assess", "Look", "event-before-receipt"),
        ("note", "Fix", None),
        ("close", None, None),  # after what happened in the same minute
        ("note", "Call", "after-close"),
    ]
    assert found.irregular == {"event-before-receipt": [2], "after-close": [4]}
    assert found.case.outcome == "upheld"
    assert found.case.history[3].set == {"outcome": (None, "upheld")}


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        (a_row(3, "Fix", ""), "import-not-received"),
        (a_row(3, "", "04 10:00"), "import-no-event"),
        (a_row(3, "Fix", "99 10:00"), "import-unreadable-time"),
        (a_row(3, "Fix", "04 10:00", case=" "), "import-no-id"),
    ],
)
def test_an_event_that_cannot_be_read_keeps_its_whole_case_out(bad: CsvRow, key: str) -> None:
    found = read([a_row(2, "Look", "03 10:00"), bad])
    assert isinstance(found, tuple)
    assert [(row.line, row.key) for row in found] == [(2, "import-case-incomplete"), (3, key)]
    assert found[0].values == {"line": 3}


def test_an_event_in_the_future_keeps_its_case_out() -> None:
    mapping = dataclasses.replace(WITH_ENDS, closed=None, fields={})
    late = CsvRow(line=2, cells=("7", "Look", "2027-01-01 10:00", "", "", "", "2025-03-03 10:00", "", "", ""))
    found = read([late], mapping)
    assert isinstance(found, tuple)
    assert (found[0].key, found[0].values["field"]) == ("import-future-time", "events.time")


def test_new_events_are_added_and_known_ones_stay_as_they_are() -> None:
    first = rows(("Look", "03 10:00"), ("Fix", "04 10:00"))
    case = a_case(first).case
    grown = again(case, [*first, a_row(4, "Shut", "05 10:00", who="Ann"), a_row(5, "Call", "03 11:00")])
    assert grown.revision.case.history[: len(case.history)] == case.history
    assert [(event.did, event.recorded) for event in grown.revision.events] == [("note", NOW), ("close", NOW)]
    assert grown.revision.fields["status"] == grown.revision.case.status == "closed"
    assert grown.gone == 0


def test_two_events_that_read_the_same_are_two() -> None:
    first = rows(("Look", "03 10:00"), ("Look", "03 10:00"))
    case = a_case(first).case
    assert [did for did, *_ in story(case)] == ["open", "assess", "assess"]
    grown = again(case, [*first, a_row(4, "Look", "03 10:00")])
    assert len(grown.revision.events) == 1
    assert len(again(grown.revision.case, [*first, a_row(4, "Look", "03 10:00")]).revision.events) == 0


def test_a_log_with_the_rows_in_another_order_is_the_same_log() -> None:
    found = rows(("Look", "03 10:00"), ("Fix", "03 10:00"), ("Shut", "04 10:00"))
    assert a_log(found).arrival.source == a_log(found[::-1]).arrival.source


def test_a_table_with_a_part_of_the_log_adds_its_events_and_takes_no_facts() -> None:
    whole = [a_row(2, "Look", "03 10:00", shelf="A"), a_row(3, "Fix", "04 10:00", shelf="B")]
    case = a_case(whole).case
    grown = again(case, [a_row(2, "Shut", "05 10:00", shelf="C")])
    assert grown.gone == 2
    assert [event.did for event in grown.revision.events] == ["close"]
    assert grown.revision.case.x == {"shelf": "B"}
    assert grown.revision.case.received == case.received
    all_of_them = [*whole, a_row(4, "Shut", "05 10:00", shelf="C")]
    completed = again(grown.revision.case, all_of_them)
    assert completed.gone == 0
    assert [event.did for event in completed.revision.events] == ["import"]
    assert completed.revision.case.x == {"shelf": "C"}
    assert completed.revision.case.source == a_log(all_of_them).arrival.source


def test_an_earlier_event_found_later_moves_the_receipt() -> None:
    first = rows(("Fix", "04 10:00"))
    grown = again(a_case(first).case, [*first, a_row(3, "Look", "03 10:00")])
    assert grown.revision.case.received.isoformat() == "2025-03-03T10:00:00+00:00"
    assert [event.did for event in grown.revision.events] == ["import", "assess"]
    assert grown.irregular == {}


def test_the_state_that_somebody_here_gave_a_case_stays() -> None:
    first = rows(("Look", "03 10:00"), ("Shut", "04 10:00"))
    case = with_event(a_case(first).case, at=NOW, did="reopen")
    grown = again(case, [*first, a_row(4, "Shut", "05 10:00")])
    # Reopened here in 2026, closed there in 2025: the earlier closing does not change the status.
    assert (grown.revision.case.status, grown.revision.kept) == ("open", ())
    early = with_event(
        a_case(first).case, at=datetime.fromisoformat("2025-03-06T10:00:00+00:00"), did="reopen"
    )
    held = again(early, [*first, a_row(4, "Shut", "07 10:00")])
    assert (held.revision.case.status, held.revision.kept) == ("open", ("closed",))
    assert [(event.did, event.irregular) for event in held.revision.events] == [("note", "state-kept")]


def test_the_owner_that_somebody_here_gave_a_case_stays() -> None:
    first = [a_row(2, "Hand over", "03 10:00", owner="Ann")]
    case = a_case(first).case
    more = [*first, a_row(3, "Hand over", "04 10:00", owner="Bob")]
    assert again(case, more).revision.fields["owner"] == "Bob"
    ours = dataclasses.replace(
        with_event(case, at=NOW, did="assign", set={"owner": ("Ann", "Li")}), owner="Li"
    )
    by_hand = dataclasses.replace(case, owner="Li")
    for kept in (again(ours, more), again(by_hand, more)):
        assert (kept.revision.case.owner, kept.revision.kept) == ("Li", ("owner",))
        assert [event.did for event in kept.revision.events] == ["assign"]


def test_a_step_that_the_policy_does_not_have_is_refused_unless_it_has_none() -> None:
    eventmapping.check_mapped_steps(a_mapping(), BOOK)
    book = rulebook.build_rulebook(
        Policy(complaintctl="1", name="p", timezone="UTC", steps=(Step(step="assess"),))
    )
    with pytest.raises(InvalidInput) as failure:
        eventmapping.check_mapped_steps(a_mapping(), book)
    assert (failure.value.key, failure.value.values["step"]) == ("unknown-step", "respond")
